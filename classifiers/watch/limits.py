"""What a watch query may not ask for: Rasd listens for complaints about services, never to people (REQUIREMENTS L2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from classifiers.lexicon import Lexicon
from classifiers.watch.syntax import And, Field, Near, Node, Not, Or, Term
from domain.arabic import normalise, tokens
from domain.errors import QueryError
from domain.privacy import find_personal_data
from domain.profile import Profile
from domain.query_fault import QueryFault

REFUSED_WORDS: Final = (
    "مظاهرة", "مظاهرات", "متظاهر", "متظاهرين", "احتجاج", "احتجاجات", "محتجين", "اعتصام", "معارض", "معارضين", "معارضة",
    "شيعي", "شيعة", "رافضي", "سني", "صوفي", "إسماعيلي", "ملحد", "إلحاد", "علماني", "ليبرالي", "إخواني", "مثلي", "مثليين",
    "protest", "protests", "protester", "demonstration", "dissident", "opposition", "shia", "shiite", "sunni", "atheist", "gay",
)  # fmt: skip
"""Words that would turn a query on people and their convictions."""


def check_limits(
    node: Node, profile: Profile, outlet_handles: Collection[str] = (), refused: Collection[str] = REFUSED_WORDS
) -> None:
    """Refuses a query that follows a private account or asks for a refused word. Raises ``QueryError`` with the reason."""
    public = public_handles(profile, outlet_handles)
    unwanted = Lexicon((word, word) for word in refused)
    for leaf in _leaves(node):
        if isinstance(leaf, Field):
            if leaf.name == "from" and leaf.value not in public:
                raise _private(leaf.value, leaf.position)
            continue
        if find_personal_data(leaf.phrase):
            raise QueryError(
                f"personal data stands at character {leaf.position + 1}",
                "no query may look for one person's number, address or plate (REQUIREMENTS L2): leave it out",
                position=leaf.position,
                fault=QueryFault.PERSONAL_DATA,
            )
        for token in tokens(normalise(leaf.phrase)):
            if token.startswith("@") and token[1:] not in public:
                raise _private(token[1:], leaf.position)
        hits = unwanted.find(tokens(normalise(leaf.phrase)))
        if hits:
            raise QueryError(
                f"«{hits[0].key}» at character {leaf.position + 1} is a listed word",
                "Rasd listens for complaints about services, never to people's convictions (REQUIREMENTS L2): leave it out",
                position=leaf.position,
                fault=QueryFault.REFUSED_WORD,
                piece=hits[0].key,
            )


def public_handles(profile: Profile, outlet_handles: Collection[str] = ()) -> frozenset[str]:
    """The accounts that a query may name, without @, in lower case: the ministry's, other bodies' and outlets'."""
    named = [*profile.handles, *(handle for body in profile.bodies for handle in body.handles), *outlet_handles]
    return frozenset(handle.lstrip("@").lower() for handle in named if handle)


def _private(handle: str, position: int) -> QueryError:
    return QueryError(
        f"the account @{handle} at character {position + 1} is in no directory",
        "only accounts of outlets and bodies can be watched (REQUIREMENTS L2): add it to a directory if it is one",
        position=position,
        fault=QueryFault.PRIVATE_ACCOUNT,
        piece=f"@{handle}",
    )


def _leaves(node: Node) -> Iterator[Term | Field]:
    if isinstance(node, Term | Field):
        yield node
    elif isinstance(node, Not):
        yield from _leaves(node.of)
    elif isinstance(node, Near):
        yield from _leaves(node.left)
        yield from _leaves(node.right)
    elif isinstance(node, And | Or):
        for side in node.of:
            yield from _leaves(side)
