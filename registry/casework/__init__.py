"""How cases are registered and worked; ``registry.cases`` is the door."""
