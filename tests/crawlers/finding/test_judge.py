"""Which of several sources are taken, and why: the decider alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawlers.finding.candidates import Candidate, Reason, Way
from crawlers.finding.judge import MAX_TAKEN, judge
from crawlers.finding.new_source import make_source
from crawlers.finding.site_links import read_site, robots_sitemaps, usual_feeds
from crawlers.pages import Announced
from domain.mention import Entry
from domain.source import SourceKind

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOME = "paper.example"


def candidate(
    path: str, numbers: range | list[int], *, kind: SourceKind = SourceKind.FEED, host: str = HOME, old: int = 0, **more: object
) -> Candidate:
    """Items by their numbers: the higher, the newer (a minute each); ``old`` are days; a sitemap's items have no dates."""
    url = f"https://{HOME}{path}"
    entries = tuple(
        Entry(
            f"https://{host}/news/{number}", "s", "paper", f"https://{host}/news/{number}", hint_title=f"خبر {number}",
            hint_published_at=NOW - timedelta(days=old, minutes=1000 - number) if kind is SourceKind.FEED else None,
        )
        for number in numbers
    )  # fmt: skip
    return Candidate(make_source(url, kind), Way.DECLARED, Announced(entries=entries), **more)  # type: ignore[arg-type]


def judged(*candidates: Candidate, front: list[str] | None = None) -> dict[str, Reason]:
    findings = judge(candidates, front or [], HOME, NOW)
    return {finding.source.url.removeprefix(f"https://{HOME}"): finding.reason for finding in findings}


def front(*numbers: int) -> list[str]:
    return [f"https://{HOME}/news/{number}" for number in numbers]


def test_the_general_feed_before_its_sections_and_a_section_of_its_own_beside_it() -> None:
    found = judged(
        candidate("/rss/sport", [995, 990]),
        candidate("/rss", range(980, 1000)),
        candidate("/rss/opinion", [998, 901, 902]),
    )
    assert found == {"/rss": Reason.GENERAL, "/rss/sport": Reason.COVERED, "/rss/opinion": Reason.COVERED}
    apart = judged(candidate("/rss", range(980, 1000)), candidate("/rss/regions", [2, 1001, 1002, 1003, 1004]))
    assert apart["/rss/regions"] is Reason.MORE


def test_sections_alone_are_taken_together_up_to_a_bound() -> None:
    found = judged(*(candidate(f"/rss/{n}", [n * 10 + 500, n * 10 + 501]) for n in range(MAX_TAKEN + 3)))
    assert list(found.values()).count(Reason.TOO_MANY) == 3
    assert sum(reason.is_taken for reason in found.values()) == MAX_TAKEN


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (candidate("/x", [1], failure="404"), Reason.DEAD),
        (candidate("/x", []), Reason.EMPTY),
        (candidate("/x", [1], is_of_comments=True), Reason.COMMENTS),
        (candidate("/x", [1], title="التعليقات على: خبر"), Reason.COMMENTS),
        (candidate("/x", [1], has_sound=True), Reason.SOUND),
        (candidate("/x", [1, 2], host="agency.example"), Reason.OTHER_SITE),
    ],
)
def test_what_is_never_taken(made: Candidate, reason: Reason) -> None:
    assert judged(candidate("/rss", range(980, 1000)), made)["/x"] is reason


def test_a_feed_on_another_host_with_the_site_s_own_articles_is_the_site_s() -> None:
    assert judged(candidate("/feedburner", [999], host=f"www.{HOME}")) == {"/feedburner": Reason.GENERAL}


def test_twins_stay_once_the_fuller_one() -> None:
    found = judged(candidate("/atom", range(980, 999)), candidate("/rss", range(980, 1000)))
    assert found == {"/rss": Reason.GENERAL, "/atom": Reason.TWIN}


def test_an_old_feed_is_dead_only_where_the_site_lives_without_it() -> None:
    listing = candidate("/", [1, 2, 3], kind=SourceKind.LISTING)
    dead = candidate("/rss", [500, 501], old=400)
    assert judged(dead, listing, front=front(1, 2, 3)) == {"/": Reason.LISTING, "/rss": Reason.STALE}
    slow = candidate("/rss", [1, 2, 3, 4], old=400)
    assert judged(slow, listing, front=front(1, 2, 3)) == {"/rss": Reason.GENERAL, "/": Reason.NOT_NEEDED}
    assert judged(dead) == {"/rss": Reason.GENERAL}, "with no front page to compare, old is not dead"


def test_a_plain_sitemap_only_where_no_feed_serves() -> None:
    plain = candidate("/sitemap.xml", range(900, 1000), kind=SourceKind.SITEMAP)
    assert judged(plain, candidate("/rss", range(990, 1000)))["/sitemap.xml"] is Reason.ARCHIVE
    assert judged(plain)["/sitemap.xml"] is Reason.GENERAL


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<link rel=alternate type='application/rss+xml' href='/a'>", ["/a"]),
        ("<link rel='ALTERNATE' type='text/html' href='/rss.php'>", ["/rss.php"]),
        ("<link rel=alternate href='/feed/'>", ["/feed/"]),
        ("<link rel=alternate hreflang=en href='/en/'><link rel=alternate type='application/json+oembed' href='/wp-json/x'>", []),
        ("<link rel=stylesheet href='/rss.css'><a href='https://feedly.com/i/subscription/feed/x'>Feedly</a>", []),
        ("<a href='feed://paper.example/x'>s</a><a href='/خلاصات'>خلاصات RSS</a>", ["/x", "/خلاصات"]),
        (
            "<a href='/index.php?format=feed&amp;type=rss'>x</a><a href='/newsfeeder-story'>خبر</a>",
            ["/index.php?format=feed&type=rss"],
        ),
    ],
)
def test_links_that_lead_to_feeds(markup: str, expected: list[str]) -> None:
    site = read_site(f"<html><head></head><body>{markup}</body></html>".encode(), "", "https://paper.example/")
    assert [link.url.split("paper.example", 1)[1] for link in site.feeds] == expected


def test_what_a_site_is_and_where_its_feeds_usually_are() -> None:
    page = b"<html><head><title>Home | Daily Paper</title><meta name='generator' content='Drupal 9'></head><body></body></html>"
    site = read_site(page, "", "https://paper.example/ar/local")
    assert (site.name, site.software) == ("Daily Paper", "drupal")
    assert usual_feeds(site, "https://paper.example/ar/local")[:2] == [
        "https://paper.example/rss.xml",
        "https://paper.example/ar/rss.xml",
    ]
    assert robots_sitemaps(
        b"\xef\xbb\xbfUser-agent: *\nSITEMAP:/a.xml\n  Sitemap : b.xml # x\nSitemap: ftp://x/y", "https://p.example/x/"
    ) == [
        "https://p.example/a.xml",
        "https://p.example/x/b.xml",
    ]


def test_every_address_has_its_own_id_and_always_the_same() -> None:
    urls = [
        f"https://paper.example/{path}"
        for path in ("rss/محليات", "rss/رياضة", "rss", "rss?id=1", "rss?id=2", "a" * 60 + "1", "a" * 60 + "2")
    ]
    ids = [make_source(url, SourceKind.FEED).id for url in urls]
    assert len(set(ids)) == len(urls)
    assert ids == [make_source(url, SourceKind.FEED).id for url in urls]
    assert all(each.isascii() and len(each) < 80 for each in ids)
