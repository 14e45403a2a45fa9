"""How the kind is judged on the care posts: what the bench has beyond the shipped model."""
