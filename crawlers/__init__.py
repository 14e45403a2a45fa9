"""Gathers: feeds, sitemaps, listing pages, PDF reports and X. No database here.

- Which sources a site has, and which are taken: ``finding``.
- One pass of polls and fetches: ``gather``, and the Scrapy project (``settings``, ``middlewares``, ``spiders``).
- How a request leaves and what comes back, who is refused: ``fetching``. Who may ask a host, and when: ``politeness``.
- When a source is polled next, and what a poll came to: ``polling``.
- What a source of each kind announces: ``feeds``, ``sitemaps``, ``listings``, ``reports``, ``social``.
- An article's page: its text (``articles.body``), what it says of itself (``articles.facts``), how much could be read.
- Characters, trees, plain text, dates and links, whatever they stand in: ``text``.
- What passes between all of them: ``pages`` (an answer, what it announced, what was wrong), ``identity`` (which item is which).
"""
