"""What watch queries found, and what a new one may be tried on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from domain.mention import Channel, Mention
from domain.source import Discovery, SourceState
from registry import inbox, watching
from registry.database import Database
from tests.registry.hands import NOW, SECRET, Hands

Make = Callable[..., Mention]


def _store(database: Database, found: dict[Mention, tuple[str, ...]]) -> None:
    with database.transaction() as session:
        discovery = Discovery("daily-feed", SourceState(), tuple(found))
        inbox.store_discovery(session, discovery, {item.key: names for item, names in found.items() if names}, NOW, SECRET)


def test_hits_are_counted_by_query_since_a_moment(database: Database, hands: Hands, article: Make) -> None:
    assert hands
    old = NOW - timedelta(days=20)
    _store(
        database,
        {
            article(1): ("الطرق", "الحفر «الكبيرة»"),
            article(2): ("الطرق",),
            article(3, fetched_at=old): ("الطرق",),
        },
    )
    with database.reading() as session:
        assert watching.hits(session, NOW - timedelta(days=7)) == {"الطرق": 2, "الحفر «الكبيرة»": 1}
        assert watching.hits(session, old) == {"الطرق": 3, "الحفر «الكبيرة»": 1}
        assert watching.hits(session, NOW + timedelta(days=1)) == {}


def test_a_query_is_tried_on_the_newest_texts_and_on_titles_of_the_rest(
    database: Database, hands: Hands, article: Make, post: Make
) -> None:
    assert hands
    _store(database, {article(1): ("الطرق",), article(2): (), post(3): ("الطرق",), post(4): ()})
    with database.reading() as session:
        stored, seen = watching.last_mentions(session, 10), watching.last_seen(session, 10)
        assert len(watching.last_mentions(session, 1)) == 1
    assert [(each.channel, each.outlet_name, each.watch) for each in stored] == [
        (Channel.SOCIAL, "x", ("الطرق",)),
        (Channel.PRESS, "صحيفة اليومية", ("الطرق",)),
    ]
    assert stored[0].author_handle == "sami_writes"
    assert stored[0].text
    assert [(each.mention_id, each.title, each.text, each.outlet_id) for each in seen] == [(None, "خبر رقم 2", "", "daily")]
