"""Feeds and sitemaps, written the way each paper writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from service.demo.dates import iso_date, rss_date
from service.demo.papers import Paper
from service.demo.world import PrintedArticle

AddressOf = Callable[[PrintedArticle], str]

_SUMMARY_CHARACTERS = 180


def summary(article: PrintedArticle) -> str:
    """The first words of an article, cut at a word."""
    lead = article.paragraphs[0]
    return lead if len(lead) <= _SUMMARY_CHARACTERS else f"{lead[:_SUMMARY_CHARACTERS].rsplit(' ', 1)[0]}…"


def rss(paper: Paper, home: str, articles: Sequence[PrintedArticle], address: AddressOf, *, full: bool) -> bytes:
    """RSS 2.0; with ``full`` every item carries its whole text as ``content:encoded``.

    A paper of another encoding than UTF-8 forgets to declare it, as such feeds do.
    """
    declared = ' encoding="UTF-8"' if paper.encoding == "utf-8" else ""
    items = "".join(_rss_item(paper, article, address(article), full=full) for article in articles)
    built = f"<lastBuildDate>{rss_date(articles[0].at)}</lastBuildDate>" if articles else ""
    text = (
        f'<?xml version="1.0"{declared}?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{escape(paper.name_en if paper.language == 'en' else paper.name_ar)}</title>\n"
        f"<link>{home}/</link>\n<description>{escape(paper.tagline)}</description>\n"
        f"<language>{paper.language}</language>\n{built}\n{items}</channel>\n</rss>\n"
    )
    return text.encode(paper.encoding, "xmlcharrefreplace")


def _rss_item(paper: Paper, article: PrintedArticle, link: str, *, full: bool) -> str:
    author = f"<dc:creator>{escape(article.author)}</dc:creator>" if article.author else ""
    section = f"<category>{escape(article.section)}</category>" if article.section else ""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)
    content = f"<content:encoded><![CDATA[{body}]]></content:encoded>" if full else ""
    return (
        f"<item>\n<title>{escape(article.title)}</title>\n<link>{escape(link)}</link>\n"
        f'<guid isPermaLink="false">{paper.id}-{article.number}</guid>\n<pubDate>{rss_date(article.at)}</pubDate>\n'
        f"{author}{section}<description>{escape(summary(article))}</description>\n{content}</item>\n"
    )


def atom(paper: Paper, home: str, articles: Sequence[PrintedArticle], address: AddressOf) -> bytes:
    """Atom 1.0 with summaries."""
    entries = "".join(
        f"<entry><title>{escape(article.title)}</title><link href={quoteattr(address(article))}/>"
        f"<id>tag:{paper.host},2026:{article.number}</id><published>{iso_date(article.at)}</published>"
        f"<updated>{iso_date(article.at)}</updated>"
        + (f"<author><name>{escape(article.author)}</name></author>" if article.author else "")
        + f"<category term={quoteattr(article.section)}/>"
        f'<summary type="html">{escape(f"<p>{escape(summary(article))}</p>")}</summary></entry>\n'
        for article in articles
    )
    updated = iso_date(articles[0].at) if articles else "1970-01-01T00:00:00+00:00"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{paper.language}">'
        f"<title>{escape(paper.name_ar)}</title><subtitle>{escape(paper.tagline)}</subtitle>"
        f'<link href="{home}/"/><link rel="self" href="{home}{paper.source_path}"/><id>tag:{paper.host},2026:feed</id>'
        f"<updated>{updated}</updated><author><name>{escape(paper.name_ar)}</name></author>\n{entries}</feed>\n"
    ).encode()


def sitemap_index(home: str, parts: Sequence[str], modified: datetime | None) -> bytes:
    """A sitemap of sitemaps."""
    stamp = f"<lastmod>{iso_date(modified)}</lastmod>" if modified else ""
    listed = "".join(f"<sitemap><loc>{home}{part}</loc>{stamp}</sitemap>\n" for part in parts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{listed}</sitemapindex>\n"
    ).encode()


def news_sitemap(paper: Paper, articles: Sequence[PrintedArticle], address: AddressOf) -> bytes:
    """A news sitemap: address, title and moment of each article."""
    listed = "".join(
        f"<url><loc>{escape(address(article))}</loc><lastmod>{iso_date(article.at)}</lastmod><news:news><news:publication>"
        f"<news:name>{escape(paper.name_ar)}</news:name><news:language>{article.language}</news:language></news:publication>"
        f"<news:publication_date>{iso_date(article.at)}</news:publication_date><news:title>{escape(article.title)}</news:title>"
        "</news:news></url>\n"
        for article in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{listed}</urlset>\n'
    ).encode()


def pages_sitemap(home: str, paths: Sequence[str]) -> bytes:
    """A sitemap of standing pages, which are no articles."""
    listed = "".join(f"<url><loc>{home}{path}</loc></url>\n" for path in paths)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{listed}</urlset>\n"
    ).encode()
