"""What the compact model learns from: the shared sets (which stay outside the project) and the project's own corpus."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from classifiers.reading import form_of
from classifiers.records import Record, read_records, read_rows
from classifiers.signals import CHATTER
from domain.arabic import normalise
from domain.errors import InputError
from domain.mention import Channel
from domain.tags import Kind

FOLDS: Final = 10
INTENT: Final = "intent"
_INTENT: Final = Path("intent/posts.jsonl.gz")
_SENTIMENT: Final = Path("sentiment/train.jsonl.gz")
READ_KINDS: Final = Path(__file__).parent / "corpus" / "sentiment_kinds.tsv"
"""Kinds of posts of the sentiment sets, read under the rule book: the digest of each text with its kind (``chatter`` for talk of
no service), never the text."""
CARE_POSTS: Final = "care_posts"
"""The part of the corpus that is written in the manner of posts to care accounts."""
_CARE_WEIGHT: Final = 0.4
"""They are many and alike in make: each counts less than another text of the corpus."""
_DIGITS: Final = 16
UNCLEAR_DOMAINS: Final = frozenset({"public", "commerce"})
"""Domains of the intent set that say nothing of whose matter it is."""
SETS: Final[tuple[Mapping[str, str], ...]] = (
    {"name": "MARSA (train)", "licence": "CC BY 4.0 by catalogue", "axes": "sentiment"},
    {"name": "ArSarcasm-v2 (train)", "licence": "MIT", "axes": "sentiment"},
    {"name": "Mawqif (train)", "licence": "public, none stated", "axes": "sentiment"},
    {"name": "AJGT", "licence": "AFL-3.0", "axes": "sentiment"},
    {"name": "6,600 posts of the sentiment sets, kinds read under the rule book", "licence": "as the sets", "axes": "kind"},
    {"name": "speech-act posts, labelled anew by a language model under the rule book", "licence": "public, none stated",
     "axes": "kind, remit"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A text with whatever labels it has; None where a set does not label that axis.

    ``fold`` comes from a hash of the normalised text, so that one text never stands on both sides of a split. ``source`` names
    the set; ``record`` is there for the project's own. ``weight`` is what it counts beside another text of its set.
    """

    title: str
    text: str
    channel: Channel
    source: str
    fold: int
    kind: str | None = None
    sentiment: str | None = None
    domain: str | None = None
    record: Record | None = None
    weight: float = 1.0


def load_shared(data_dir: Path, kinds: Mapping[str, str] | None = None) -> list[Example]:
    """The shared sets; ``kinds`` are those of posts of the sentiment sets by digest, ``READ_KINDS`` where not given.

    Raises ``InputError`` if a set is missing.
    """
    known = read_kinds() if kinds is None else kinds
    return [*_sentiment(data_dir / _SENTIMENT, known), *_intent(data_dir / _INTENT)]


def load_corpus(corpus: Path | None) -> list[Example]:
    """The project's own corpus: a file or a folder of ``.jsonl``; none where there is none."""
    if corpus is None or not corpus.exists():
        return []
    files = sorted(corpus.glob("*.jsonl")) if corpus.is_dir() else [corpus]
    return [_weighed(example_of(record), path) for path in files for record in read_records(path)]


def _weighed(example: Example, path: Path) -> Example:
    return replace(example, weight=_CARE_WEIGHT) if path.stem == CARE_POSTS else example


def example_of(record: Record) -> Example:
    """A labelled record as something to learn from."""
    return Example(
        title=record.title,
        text=record.text,
        channel=form_of(record.title, record.text, record.channel),
        source="corpus",
        fold=fold_of(f"{record.title}\n{record.text}"),
        kind=record.kind,
        sentiment=record.sentiment,
        record=record,
    )


def fold_of(text: str) -> int:
    """The fold of a text, from a hash of its normal form."""
    return int.from_bytes(_hash(text)[:4], "big") % FOLDS


def _hash(text: str) -> bytes:
    return hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).digest()


def _sentiment(path: Path, known: Mapping[str, str]) -> Iterator[Example]:
    _demand(path)
    kinds = dict(known)
    for _, row in read_rows(path):
        example = Example("", row["text"], Channel.SOCIAL, row["source"], fold_of(row["text"]), sentiment=row["sentiment"])
        # A text that comes again teaches its kind once.
        kind = kinds.pop(digest_of(example.text), None)
        yield example if kind is None else _with_kind(example, kind)


def _with_kind(example: Example, kind: str) -> Example:
    if kind == CHATTER:
        return replace(example, kind=str(Kind.NEUTRAL), domain="none")
    return replace(example, kind=kind, domain="public")


def read_kinds(path: Path | None = None) -> dict[str, str]:
    """The kind, or ``CHATTER``, of each digest in the file, ``READ_KINDS`` where none is given; none where it is not there, as in
    the wheel.

    Raises ``InputError`` naming a line that is no digest and kind.
    """
    path = path or READ_KINDS
    kinds: dict[str, str] = {}
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        digest, _, kind = line.partition("\t")
        if len(digest) != _DIGITS or kind not in (*Kind, CHATTER):
            raise InputError(f"{path}, line {number}: {line!r}", "give a digest of 16 digits, a tab and a kind or chatter")
        kinds[digest] = kind
    return kinds


def digest_of(text: str) -> str:
    """What ``READ_KINDS`` knows a text by: the beginning of a hash of its normal form."""
    return _hash(text).hex()[:_DIGITS]


def _intent(path: Path) -> Iterator[Example]:
    _demand(path)
    for _, row in read_rows(path):
        yield Example("", row["text"], Channel.SOCIAL, INTENT, fold_of(row["text"]), kind=row["kind"], domain=row["domain"])


def _demand(path: Path) -> None:
    if not path.is_file():
        raise InputError(f"the training set {path} is missing", "name the folder that holds sentiment/ and intent/ with --data")
