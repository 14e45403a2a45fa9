"""When a source is polled next, and what a poll came to."""
