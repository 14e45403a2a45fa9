"""The directory of the world's newspapers: what each is called, how it is made, and how its server behaves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.outlet import AnswerChannel, Medium, Outlet
from domain.source import SourceKind


class Make(StrEnum):
    """How a paper tells the world what it has published."""

    RSS_FULL = "rss_full"
    RSS_SUMMARY = "rss_summary"
    ATOM = "atom"
    SITEMAP = "sitemap"
    LISTING = "listing"


class DateStyle(StrEnum):
    """How a paper writes a date for its readers."""

    ISO = "iso"
    ARABIC = "arabic"
    HIJRI = "hijri"
    WEEKDAY = "weekday"
    SLASHES = "slashes"
    ENGLISH = "english"


@dataclass(frozen=True, slots=True)
class Manners:
    """What a paper's server knows of HTTP."""

    etag: bool = True
    last_modified: bool = True
    gzip: bool = True
    server: str = "nginx"


@dataclass(frozen=True, slots=True)
class Paper:
    """One newspaper. ``source_path`` is where its feed, sitemap or listing stands; ``article_path`` is a template with
    ``{number}``, ``{date}`` and ``{slug}``. ``encoding`` is that of feed and pages."""

    id: str
    name_ar: str
    name_en: str
    tagline: str
    make: Make
    source_path: str
    article_path: str
    dates: DateStyle
    reach: int
    language: str = "ar"
    encoding: str = "utf-8"
    manners: Manners = Manners()
    first_number: int = 1000
    body: str = ""
    """CSS selector of the text on its pages, where a reader cannot find it by itself (``Source.body``)."""
    page_items: int = 20
    """Articles on one page of a listing."""
    feed_items: int = 60
    """A feed holds the newest items."""
    template: str = ""
    """Name of its page template and style, where they are not its own."""

    @property
    def look(self) -> str:
        """Name of its page template and style."""
        return self.template or self.id

    @property
    def host(self) -> str:
        """The name that it would have if it existed (a reserved domain)."""
        return f"{self.id}.example"

    @property
    def editor_email(self) -> str:
        """Where its editors read their post."""
        return f"editor@{self.host}"

    @property
    def source_kind(self) -> SourceKind:
        """The shape of its source."""
        kinds = {Make.SITEMAP: SourceKind.SITEMAP, Make.LISTING: SourceKind.LISTING}
        return kinds.get(self.make, SourceKind.FEED)

    def outlet(self, home_url: str) -> Outlet:
        """Its entry in the outlets directory."""
        return Outlet(
            id=self.id,
            name_ar=self.name_ar,
            name_en=self.name_en,
            medium=Medium.NEWSPAPER,
            language=self.language,
            home_url=home_url,
            editor_email=self.editor_email,
            reach=self.reach,
            answer_channel=AnswerChannel.EMAIL,
        )


PAPERS: Final = (
    Paper(
        id="sada",
        name_ar="صدى المدينة",
        name_en="Sada Al-Madinah",
        tagline="صوت الحي قبل صوت العاصمة",
        make=Make.RSS_FULL,
        source_path="/feed/",
        article_path="/{date}/{number}/",
        dates=DateStyle.ISO,
        reach=3,
        first_number=48210,
    ),
    Paper(
        id="wadi",
        name_ar="الوادي",
        name_en="Al-Wadi",
        tagline="صحيفة الجنوب اليومية",
        make=Make.RSS_SUMMARY,
        source_path="/rss.xml",
        article_path="/news/{number}",
        dates=DateStyle.ARABIC,
        reach=2,
        manners=Manners(last_modified=False),
        first_number=9130,
    ),
    Paper(
        id="ufuq",
        name_ar="الأفق الاقتصادي",
        name_en="Al-Ufuq Business",
        tagline="المال والأعمال كل صباح",
        make=Make.ATOM,
        source_path="/atom.xml",
        article_path="/articles/{number}-{slug}",
        dates=DateStyle.WEEKDAY,
        reach=4,
        first_number=201700,
    ),
    Paper(
        id="najd",
        name_ar="نجد اليوم",
        name_en="Najd Today",
        tagline="يومية سياسية شاملة",
        make=Make.SITEMAP,
        source_path="/sitemap.xml",
        article_path="/details/{number}",
        dates=DateStyle.HIJRI,
        reach=5,
        first_number=1664020,
    ),
    Paper(
        id="shati",
        name_ar="الشاطئ",
        name_en="Al-Shati",
        tagline="من ضفاف الخليج",
        make=Make.LISTING,
        source_path="/latest",
        article_path="/n/{number}/{slug}.html",
        dates=DateStyle.WEEKDAY,
        reach=2,
        manners=Manners(etag=False, last_modified=False),
        first_number=3321,
    ),
    Paper(
        id="qafila",
        name_ar="القافلة",
        name_en="Al-Qafila",
        tagline="تأسست عام ١٣٧٤هـ",
        make=Make.RSS_SUMMARY,
        source_path="/rss.php",
        article_path="/news.php?id={number}",
        dates=DateStyle.SLASHES,
        reach=3,
        encoding="windows-1256",
        manners=Manners(etag=False, gzip=False, server="Apache"),
        first_number=70415,
    ),
    Paper(
        id="courier",
        name_ar="غلف كوريير",
        name_en="Gulf Courier",
        tagline="The Kingdom in English since 1981",
        make=Make.RSS_SUMMARY,
        source_path="/feeds/latest.rss",
        article_path="/story/{number}/{slug}",
        dates=DateStyle.ENGLISH,
        reach=3,
        language="en",
        first_number=58800,
    ),
)
"""Seven papers of different make."""


def paper(outlet_id: str) -> Paper:
    """The paper of this id. Raises ``KeyError`` for one that the world does not have."""
    return {each.id: each for each in PAPERS}[outlet_id]
