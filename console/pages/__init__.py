"""The console's pages, one file for each group of addresses."""
