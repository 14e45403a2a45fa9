"""What the compact model learns from: the shared sets (which stay outside the project) and the project's own corpus."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from classifiers.reading import form_of
from classifiers.records import Record, read_records, read_rows
from domain.arabic import normalise
from domain.errors import InputError
from domain.mention import Channel

FOLDS: Final = 10
_INTENT: Final = Path("intent/posts.jsonl.gz")
_SENTIMENT: Final = Path("sentiment/train.jsonl.gz")
UNCLEAR_DOMAINS: Final = frozenset({"public", "commerce"})
"""Domains of the intent set that say nothing of whose matter it is."""
SETS: Final[tuple[Mapping[str, str], ...]] = (
    {"name": "MARSA (train)", "licence": "CC BY 4.0 by catalogue", "axes": "sentiment"},
    {"name": "ArSarcasm-v2 (train)", "licence": "MIT", "axes": "sentiment"},
    {"name": "Mawqif (train)", "licence": "public, none stated", "axes": "sentiment"},
    {"name": "AJGT", "licence": "AFL-3.0", "axes": "sentiment"},
    {"name": "speech-act posts, labelled anew by a language model under the rule book", "licence": "public, none stated",
     "axes": "kind, remit"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A text with whatever labels it has; None where a set does not label that axis.

    ``fold`` comes from a hash of the normalised text, so that one text never stands on both sides of a split. ``source`` names
    the set; ``record`` is there for the project's own.
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


def load_shared(data_dir: Path) -> list[Example]:
    """The shared sets. Raises ``InputError`` if one is missing."""
    return [*_sentiment(data_dir / _SENTIMENT), *_intent(data_dir / _INTENT)]


def load_corpus(corpus: Path | None) -> list[Example]:
    """The project's own corpus: a file or a folder of ``.jsonl``; none where there is none."""
    if corpus is None or not corpus.exists():
        return []
    files = sorted(corpus.glob("*.jsonl")) if corpus.is_dir() else [corpus]
    return [example_of(record) for path in files for record in read_records(path)]


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
    return int.from_bytes(hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).digest()[:4], "big") % FOLDS


def _sentiment(path: Path) -> Iterator[Example]:
    _demand(path)
    for _, row in read_rows(path):
        yield Example("", row["text"], Channel.SOCIAL, row["source"], fold_of(row["text"]), sentiment=row["sentiment"])


def _intent(path: Path) -> Iterator[Example]:
    _demand(path)
    for _, row in read_rows(path):
        yield Example("", row["text"], Channel.SOCIAL, "intent", fold_of(row["text"]), kind=row["kind"], domain=row["domain"])


def _demand(path: Path) -> None:
    if not path.is_file():
        raise InputError(f"the training set {path} is missing", "name the folder that holds sentiment/ and intent/ with --data")
