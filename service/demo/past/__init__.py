"""What the demonstration's ministry lived through before the visitor came: cases, contacts, decisions, a handover."""
