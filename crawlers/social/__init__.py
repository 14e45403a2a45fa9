"""X: reading and posting."""
