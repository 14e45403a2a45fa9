"""Who may ask a host, and when: each host's clock and the line before it."""
