"""The Scrapy spiders: thin actors around the pure parsers, one for each kind of source, and one for articles."""
