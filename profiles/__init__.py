"""One ministry's vocabulary each, as data (TOML)."""
