"""Finds a site's sources from its address, and judges which are taken."""
