"""Which text on a page is the article's: furniture cleared away, the block found, its lines sorted."""
