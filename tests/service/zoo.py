"""Invented newspapers, each with another way in: what a site serves, and what must be found there."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from tests.fakes.newspaper import Answer, Newspaper, Page

NOW = datetime.now(UTC).replace(microsecond=0)
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
SUBJECTS = (
    "انقطاع المياه",
    "تأخر الحافلات",
    "ضعف الشبكة",
    "إغلاق الطريق",
    "ازدحام العيادات",
    "تعطل الإنارة",
    "نقص المعلمين",
    "تراكم النفايات",
)


@dataclass(frozen=True)
class Site:
    """One newspaper. ``taken`` are the paths of the sources that must be saved, ``left`` parts of other addresses with the word
    that must stand in the reason."""

    name: str
    build: Callable[[Newspaper], dict[str, Page]]
    kind: str
    taken: tuple[str, ...]
    left: dict[str, str] = field(default_factory=dict)
    start: str = "/"


def headline(number: int) -> str:
    return f"أهالي الحي رقم {number} يشكون من {SUBJECTS[number % len(SUBJECTS)]} منذ أسبوع"


def story(number: int) -> Answer:
    said = "قال سكان الحي إن {} مستمر منذ أيام، وإن بلاغاتهم لم تجد ردا من الجهة المسؤولة."
    subjects = [SUBJECTS[(number + part) % len(SUBJECTS)] for part in range(1, 5)]
    lines = "".join(f"<p>فقرة {part} من خبر {number}: {said.format(subject)}</p>" for part, subject in enumerate(subjects, 1))
    head = f"<meta property='og:image' content='/images/{number}.jpg'><meta name='author' content='سلمى الحربي'>"
    body = f"<article><h1>{headline(number)}</h1>{lines}</article>"
    return Answer(html(f"<title>{headline(number)}</title>{head}", body))


def html(head: str, body: str) -> bytes:
    return f"<html lang='ar'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def stories(numbers: Iterable[int], pattern: str = "/news/{}") -> dict[str, Page]:
    return {pattern.format(number): story(number) for number in numbers}


def rss(
    numbers: Iterable[int], *, title: str = "", pattern: str = "/news/{}", age: timedelta = timedelta(), extra: str = ""
) -> Answer:
    """A feed of summaries: the higher the number, the newer."""
    items = "".join(
        f"<item><title>{headline(n)}</title><link>{pattern.format(n)}</link><description>ملخص {n}</description>{extra}"
        f"<pubDate>{format_datetime(NOW - age - timedelta(minutes=10 * (9999 - n)))}</pubDate></item>"
        for n in numbers
    )
    return Answer(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'.encode(),
        content_type="application/rss+xml",
    )


def front(
    numbers: Iterable[int], head: str = "", body: str = "", *, pattern: str = "/news/{}", title: str = "الرئيسية | صحيفة الاختبار"
) -> Answer:
    cards = "".join(f"<div class='card'><h2><a href='{pattern.format(n)}'>{headline(n)}</a></h2></div>" for n in numbers)
    return Answer(html(f"<title>{title}</title>{head}", cards + body))


def alternate(href: str, kind: str = "application/rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def sitemap(urls: Iterable[str], *, news: bool = False, lastmod: str = "") -> bytes:
    date = NOW.isoformat()
    about = (
        f"<news:news><news:publication_date>{date}</news:publication_date><news:title>{headline(9001)}</news:title></news:news>"
        if news
        else ""
    )
    rows = "".join(
        f"<url><loc>{escape(url)}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}{about}</url>" for url in urls
    )
    return f"<urlset {SPACE} {NEWS}>{rows}</urlset>".encode()


def index(*children: tuple[str, str]) -> bytes:
    rows = "".join(f"<sitemap><loc>{url}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>" for url, at in children)
    return f"<sitemapindex {SPACE}>{rows}</sitemapindex>".encode()


R = range(9990, 9980, -1)
"""The newest ten articles of each newspaper."""


def _many_feeds(paper: Newspaper) -> dict[str, Page]:
    """A main feed, sections inside and beside it, comments, a podcast, an empty and a dead one."""
    sound = '<enclosure url="/a.mp3" type="audio/mpeg" length="1"/>'
    head = "".join(
        (
            alternate("/rss/sport", title="رياضة"),
            alternate("/rss/all", title="جميع الأخبار"),
            alternate("/comments/feed/", title="التعليقات"),
            alternate("/rss/regions", title="مناطق"),
            alternate("/podcast.xml", title="بودكاست"),
            alternate("/rss/none", title="فارغة"),
            alternate("/rss/gone", title="ميتة"),
            alternate(paper.url("/rss/all/"), title="مكررة"),
        )
    )
    return stories([*R, *range(9960, 9966)]) | {
        "/": front(R, head),
        "/rss/all": rss(R, title="صحيفة الاختبار"),
        "/rss/sport": rss(list(R)[:4], title="رياضة"),
        "/rss/regions": rss([9999, 9998, 9997, 9996], title="مناطق"),
        "/podcast.xml": rss([9991, 9992], title="بودكاست", extra=sound),
        "/rss/none": rss([], title="فارغة"),
        **stories(range(9996, 10000)),
    }


def _feed_page(paper: Newspaper) -> dict[str, Page]:
    """Only the footer leads on, to «خدمة RSS», which lists the sections' feeds."""
    rows = "".join(
        f"<li><a href='/xml/{name}'>{label}</a> <a href='/xml/{name}'>RSS</a></li>"
        for name, label in (("local", "محليات"), ("economy", "اقتصاد"))
    )
    return stories(range(9970, 9991)) | {
        "/": front(R, body="<footer><a href='/services'>خدمة RSS</a><a href='/about-us'>من نحن</a></footer>"),
        "/services": Answer(f"<html><body><h1>خدمة RSS</h1><ul>{rows}</ul></body></html>".encode()),
        "/xml/local": rss(range(9985, 9991), title="محليات"),
        "/xml/economy": rss(range(9975, 9981), title="اقتصاد", age=timedelta(minutes=-120)),
    }


def _wrong_type(paper: Newspaper) -> dict[str, Page]:
    """A feed declared as HTML, sent as text, in windows-1256 without a word about it; a base element moves the links."""
    body = rss(R, pattern=paper.url("/news/{}")).body.decode().encode("cp1256")
    head = f"<base href='{paper.url('/portal/')}'>" + alternate("rssfeed.xml", kind="text/html")
    return stories(R) | {
        "/": front(R, head, pattern=paper.url("/news/{}")),
        "/portal/rssfeed.xml": Answer(body, content_type="text/plain"),
    }


def _wordpress(paper: Newspaper) -> dict[str, Page]:
    """Nothing declared, the home behind redirects, its feed in the usual place; Arabic slugs."""
    pattern = "/2026/11/شكوى-أهالي-الحي-من-الخدمات-{}"
    quoted = quote(pattern, safe="/{}")
    home = front(R, body="<img src='/wp-content/logo.png'>", pattern=pattern)
    return stories(R, quoted) | {
        "/": Answer(status=302, headers={"Location": "/ar"}),
        "/ar": Answer(status=301, headers={"Location": "/ar/"}),
        "/ar/": home,
        "/feed/": rss(R, pattern=pattern, title="صحيفة الاختبار"),
    }


def _drupal(paper: Newspaper) -> dict[str, Page]:
    """A splash page that refreshes; behind it a Drupal site."""
    return stories(R) | {
        "/": Answer(b"<html><head><meta http-equiv='refresh' content='0; url=/home'></head><body></body></html>"),
        "/home": front(R, "<meta name='Generator' content='Drupal 10'>"),
        "/rss.xml": rss(R),
    }


def _joomla(paper: Newspaper) -> dict[str, Page]:
    return stories(R) | {
        "/": front(R, '<meta name="generator" content="Joomla! - Open Source Content Management">'),
        "/?format=feed&type=rss": rss(R),
    }


def _blogger(paper: Newspaper) -> dict[str, Page]:
    rows = "".join(
        f"<entry><id>tag:{n}</id><title>{headline(n)}</title><link rel='alternate' href='/news/{n}'/>"
        f"<updated>{NOW.isoformat()}</updated><summary>ملخص</summary></entry>"
        for n in R
    )
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>مدونة الاختبار</title>{rows}</feed>".encode()
    return stories(R) | {
        "/": front(R, "<meta content='blogger' name='generator'/>"),
        "/feeds/posts/default": Answer(atom, content_type="application/atom+xml"),
    }


def _aspnet(paper: Newspaper) -> dict[str, Page]:
    """Frames, tables, addresses with numbers alone, and an old feed in its usual place."""
    pattern = "/newsdetails.aspx?id={}"
    frame = "<html><frameset cols='*,1'><frame src='/main.aspx'><frame src='/empty.aspx'></frameset></html>"
    return {pattern.format(n): story(n) for n in R} | {
        "/": Answer(frame.encode()),
        "/main.aspx": front(
            R,
            body="<form><input name='__VIEWSTATE'></form><a href='javascript:more()'>المزيد</a><a href='#top'>أعلى</a>",
            pattern=pattern,
        ),
        "/empty.aspx": Answer(b"<html><body></body></html>"),
        "/rss.aspx": rss(R, pattern=pattern),
    }


def _news_sitemap(paper: Newspaper) -> dict[str, Page]:
    """No feed; robots.txt names an index of an index, packed without saying so, with a news sitemap in it."""
    own = [paper.url(f"/news/{n}") for n in R]
    return stories(R) | {
        "/": front(R),
        "/robots.txt": Answer(
            f"User-agent: *\nDisallow: /admin\nSitemap: {paper.url('/maps')}\n".encode(), content_type="text/plain"
        ),
        "/maps": Answer(
            gzip.compress(index((paper.url("/maps/2019-01.xml"), "2019-01-31"), (paper.url("/maps/inner.xml"), NOW.isoformat())))
        ),
        "/maps/inner.xml": Answer(index((paper.url("/maps/google-news.xml"), ""), (paper.url("/maps/tags.xml"), ""))),
        "/maps/google-news.xml": Answer(sitemap(own, news=True)),
        "/maps/tags.xml": Answer(sitemap([paper.url("/tag/1")])),
    }


def _plain_sitemap(paper: Newspaper) -> dict[str, Page]:
    """No feed; a packed sitemap with dates in the usual place, and a dead feed that the page still declares."""
    own = [paper.url(f"/news/{n}") for n in R]
    return stories(R) | {
        "/": front(R, alternate("/old/rss", title="الأخبار")),
        "/old/rss": rss(range(100, 110), age=timedelta(days=2000)),
        "/sitemap.xml.gz": Answer(gzip.compress(sitemap(own, lastmod=f"{NOW:%Y-%m-%d}")), content_type="application/x-gzip"),
    }


def _text_sitemap(paper: Newspaper) -> dict[str, Page]:
    own = "\n".join(paper.url(f"/news/{n}") for n in R)
    return stories(R) | {
        "/": front(R),
        "/robots.txt": Answer(f"sitemap: {paper.url('/all.txt')}".encode()),
        "/all.txt": Answer(own.encode(), content_type="text/plain"),
    }


def _listing(paper: Newspaper) -> dict[str, Page]:
    """Neither feed nor sitemap: the front page itself, with «التالي»; a sitemap that knows nothing of today's news."""
    older = [paper.url(f"/news/{n}") for n in range(100, 120)]
    numbers = range(9970, 9991)
    return stories(numbers) | {
        "/": front(R, body="<div><a class='btn' href='/?start=10'>التالي</a></div>"),
        "/?start=10": front(range(9980, 9970, -1)),
        "/sitemap.xml": Answer(sitemap(older, lastmod="2016-03-01")),
    }


def _plain_http(paper: Newspaper) -> dict[str, Page]:
    """Asked for without a scheme; there is no https. A JSON feed, with the RSS twin beside it."""
    items = ",".join(
        f'{{"id":"{n}","url":"{paper.url(f"/news/{n}")}","title":"{headline(n)}","date_published":"{NOW.isoformat()}","summary":"ملخص"}}'
        for n in R
    )
    document = f'{{"version":"https://jsonfeed.org/version/1.1","title":"صحيفة الاختبار","items":[{items}]}}'
    head = alternate("/feed.json", "application/feed+json") + alternate("/feed.xml", "application/rdf+xml")
    return stories(R) | {
        "/": front(R, head),
        "/feed.json": Answer(document.encode(), content_type="application/feed+json"),
        "/feed.xml": rss(R, pattern=paper.url("/news/{}")),
    }


def _language_door(paper: Newspaper) -> dict[str, Page]:
    """A choice of languages before the site, which speaks through a script."""
    return stories(R) | {
        "/": Answer("<html><body><a href='/ar/index'>العربية</a><a href='/en/index'>English</a></body></html>".encode()),
        "/ar/index": Answer(b"<html><head><script>window.location.href = '/ar/home'</script></head><body></body></html>"),
        "/ar/home": front(R, alternate("/ar/rss")),
        "/ar/rss": rss(R),
        "/en/index": front(range(5000, 5003)),
    }


def _forbidden_home(paper: Newspaper) -> dict[str, Page]:
    """The front page is closed to programs, the feed is not."""
    return stories(R) | {"/": Answer(b"no", status=403), "/rss.xml": rss(R, title="صحيفة الاختبار")}


ZOO = (
    Site(
        "many feeds",
        _many_feeds,
        "feed",
        ("/rss/all", "/rss/regions"),
        {
            "/comments/feed/": "comments",
            "/podcast.xml": "sound",
            "/rss/sport": "brings as well",
            "/rss/none": "no items",
            "/rss/gone": "cannot be read",
        },
    ),
    Site("a page of feeds", _feed_page, "feed", ("/xml/local", "/xml/economy")),
    Site("wrong type, charset and base", _wrong_type, "feed", ("/portal/rssfeed.xml",)),
    Site("WordPress behind redirects", _wordpress, "feed", ("/feed/",)),
    Site("Drupal behind a refresh", _drupal, "feed", ("/rss.xml",)),
    Site("Joomla", _joomla, "feed", ("/?format=feed&type=rss",)),
    Site("Blogger", _blogger, "feed", ("/feeds/posts/default",)),
    Site("ASP.NET in frames", _aspnet, "feed", ("/rss.aspx",)),
    Site("an index of an index", _news_sitemap, "sitemap", ("/maps",), {"/": "better than"}),
    Site("a packed sitemap, and a dead feed", _plain_sitemap, "sitemap", ("/sitemap.xml.gz",), {"/old/rss": "no longer kept up"}),
    Site("a text sitemap", _text_sitemap, "sitemap", ("/all.txt",)),
    Site("a listing alone", _listing, "listing", ("/",), {"/sitemap.xml": "no longer kept up"}),
    Site("http alone, JSON and RSS", _plain_http, "feed", ("/feed.json",), {"/feed.xml": "same as another"}, start="bare"),
    Site("a choice of languages", _language_door, "feed", ("/ar/rss",)),
    Site("a forbidden front page", _forbidden_home, "feed", ("/rss.xml",)),
)
