"""The REST API under ``/api/v1``: the same rules as the pages, as JSON."""
