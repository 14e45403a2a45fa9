"""The shelf: the models of a home folder, which of them is used, and how others are brought there. No network but in ``pull``."""
