"""One published item: an article, a post, or a passage of a report."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """How the item was published (ANNOTATION 5)."""

    PRESS = "press"
    SOCIAL = "social"
    REPORT = "report"
    OTHER = "other"


class MentionState(StrEnum):
    """Where a mention stands in the pipeline (DESIGN 5, export)."""

    GATHERED = "gathered"
    TAGGED = "tagged"
    FLAGGED = "flagged"
    CASED = "cased"
    DISMISSED = "dismissed"
    FAILED = "failed"


class Access(StrEnum):
    """How much of an item could be read (REQUIREMENTS G1): shown, so that nobody takes a part for the whole."""

    FULL = "full"
    SUMMARY = "summary"
    """Only what the source itself said of it: its page gave no text, for a reason that is not known."""
    PAYWALLED = "paywalled"
    """The page shows a part and sells the rest: the text is what anybody may read."""
    SCRIPT_BUILT = "script_built"
    """The page is built by scripts: the text is the source's summary, unless the extra ``browser`` rendered it."""


class MentionForm(StrEnum):
    """What an item came as (REQUIREMENTS W16)."""

    TEXT = "text"
    PICTURE = "picture"
    """A screenshot of a headline, a clipping of paper."""
    SOUND = "sound"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Mention:
    """A complete item, as gathered.

    ``key`` is its identity (DESIGN promise 2): ``x:<post id>`` for posts, the canonical address for pages, else
    ``<outlet>:<content hash>``; a passage of a report adds ``#page=<n>``. ``aliases`` are other keys of the same item
    (guid, AMP and mobile address). Times are aware, in UTC. ``author_handle`` (without @) is set for social posts alone.
    ``addressed`` says that a post speaks to one of the ministry's accounts.

    What came as a picture or sound (``form``) is ``transcribed`` once somebody wrote down what it says; before that its text is
    empty, and no classifier judges it (REQUIREMENTS W16). ``programme`` and ``minute`` (seconds from the programme's beginning)
    say where it was heard, ``entered_by`` (a username) who entered it by hand. ``forwarded_often`` is what a messenger says of a
    message that was passed on many times.
    """

    key: str
    channel: Channel
    source_id: str
    outlet_id: str
    url: str
    title: str
    text: str
    fetched_at: datetime
    canonical_url: str = ""
    aliases: tuple[str, ...] = ()
    author: str = ""
    author_handle: str = ""
    published_at: datetime | None = None
    language: str = ""
    section: str = ""
    addressed: bool = False
    page: int | None = None
    image_url: str = ""
    access: Access = Access.FULL
    form: MentionForm = MentionForm.TEXT
    transcribed: bool = True
    programme: str = ""
    minute: int | None = None
    entered_by: str = ""
    forwarded_often: bool = False

    @property
    def content_hash(self) -> str:
        """SHA-256 of title and text in hex: a changed article is a new revision of the same mention."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """An item that a source announced and whose page is still to be fetched.

    ``hint_*`` are what the announcement said; the page may say better. ``key`` and ``aliases`` as in ``Mention``.
    """

    key: str
    source_id: str
    outlet_id: str
    url: str
    channel: Channel = Channel.PRESS
    aliases: tuple[str, ...] = ()
    hint_title: str = ""
    hint_summary: str = ""
    hint_author: str = ""
    hint_published_at: datetime | None = None
    hint_section: str = ""
