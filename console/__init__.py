"""The media team's web pages and the REST API."""
