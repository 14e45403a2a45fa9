"""Gathers: feeds, sitemaps, listing pages, PDF reports and X. No database here."""
