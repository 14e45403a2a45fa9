"""Tags: watch queries, the compact model, rules. Text in, tags out; no database here."""
