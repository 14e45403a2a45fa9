"""The searches on X that a demonstration starts with: words of the profile's services, packed into queries that X takes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib import resources

from domain.errors import ConfigurationError
from domain.profile import Profile
from service.demo.x_query import MAX_QUERY


def x_searches(profile: Profile) -> list[str]:
    """A few queries of at most 512 characters each; reposts and what the ministry's own accounts write are left out.

    Raises ``ConfigurationError`` for a profile that the demonstration does not know.
    """
    table = tomllib.loads((resources.files("service.demo") / "searches.toml").read_text("utf-8"))
    if profile.code not in table:
        raise ConfigurationError(f"the demonstration has no searches for «{profile.code}»", f"choose one of: {', '.join(table)}")
    ending = "".join(f" -from:{handle}" for handle in profile.handles) + " -is:retweet"
    return [f"({' OR '.join(words)}){ending}" for words in _packed(table[profile.code].split(), MAX_QUERY - len(ending) - 2)]


def _packed(words: Iterable[str], room: int) -> list[list[str]]:
    """The words in order, as many in each list as fit between ORs, every one once."""
    lists: list[list[str]] = []
    left = 0
    for word in dict.fromkeys(words):
        cost = len(word) + len(" OR ")
        if not lists or cost > left:
            lists.append([])
            left = room
        lists[-1].append(word)
        left -= cost
    return lists
