"""An article's page: which text, by whom, of when, and how much of it could be read."""
