"""What could not be read in full is marked, on the review list and on its own page, and leaves with its mark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from domain.mention import Access
from domain.messages import label
from registry import export
from registry.tables import MentionRecord, table_of
from tests.console.conftest import Browser
from tests.console.world import World

SignIn = Callable[[str], Browser]
MENTION = table_of(MentionRecord)


def mark(world: World, name: str, access: Access, image_url: str = "") -> int:
    with world.database.transaction() as session:
        where = MENTION.c.id == world.mentions[name]
        session.connection().execute(update(MENTION).where(where).values(access=access, image_url=image_url))
    return world.mentions[name]


@pytest.mark.parametrize("access", [Access.SUMMARY, Access.PAYWALLED, Access.SCRIPT_BUILT])
def test_a_part_is_never_shown_as_the_whole(as_: SignIn, world: World, access: Access) -> None:
    browser = as_("rana")
    assert label(access) not in browser.look("/review")
    number = mark(world, "bills", access)
    assert label(access) in browser.look("/review")
    assert label(access) in browser.look(f"/mentions/{number}")


def test_a_whole_text_carries_no_mark(as_: SignIn, world: World) -> None:
    assert label(Access.FULL) not in as_("rana").look(f"/mentions/{world.mentions['outage']}")


def test_the_picture_is_a_link_and_never_loaded(as_: SignIn, world: World) -> None:
    page = as_("rana").look(f"/mentions/{mark(world, 'outage', Access.FULL, 'https://afaq.example/outage.jpg')}")
    assert 'href="https://afaq.example/outage.jpg"' in page
    assert 'src="https://afaq.example' not in page


def test_an_address_that_is_none_is_no_link(as_: SignIn, world: World) -> None:
    page = as_("rana").look(f"/mentions/{mark(world, 'outage', Access.FULL, 'javascript:alert(1)')}")
    assert "javascript:alert" not in page


def test_mark_and_picture_are_exported(world: World) -> None:
    number = mark(world, "outage", Access.PAYWALLED, "https://afaq.example/outage.jpg")
    with world.database.reading() as session:
        (row,) = [row for row in export.rows(session, "mentions") if row["id"] == number]
    assert (row["access"], row["image_url"]) == ("paywalled", "https://afaq.example/outage.jpg")
    assert export.FIELDS[export.Exported.MENTIONS][-2:] == ("image_url", "access")
