"""Sitemaps, news sitemaps and their indexes."""
