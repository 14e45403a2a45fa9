"""PDF reports, and the pages and feeds that list them."""
