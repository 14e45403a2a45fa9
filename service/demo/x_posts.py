"""What the X stand-in knows: the world's posts, the accounts, and the replies that it was sent."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from service.demo.world import World, snowflake
from service.demo.x_query import Searchable

SHORT: Final = 280
"""Characters of a post's ``text``; a longer one is whole in its note."""
_HANDLE: Final = re.compile(r"@(\w{1,30})")


@dataclass(frozen=True, slots=True)
class Account:
    """An account. ``handle`` is without @."""

    handle: str
    name: str
    official: bool = False

    @property
    def id(self) -> str:
        """A number that stays the same for a handle, whatever its case."""
        digest = hashlib.sha256(self.handle.lower().encode()).digest()
        return str(10**9 + int.from_bytes(digest[:7], "big") % 10**17)


@dataclass(frozen=True, slots=True)
class XPost:
    """A post or a reply as X holds it."""

    id: str
    at: datetime
    text: str
    author: Account
    language: str
    replies_to: str = ""

    @property
    def searchable(self) -> Searchable:
        """What a search finds it by."""
        return Searchable.of(self.text, self.author.handle, self.language, is_reply=bool(self.replies_to))

    def names(self, handle: str) -> bool:
        """Whether its text names an account."""
        return any(found.lower() == handle.lower() for found in _HANDLE.findall(self.text))

    def as_json(self, fields: Iterable[str]) -> dict[str, Any]:
        """The post as the interface gives it, with these fields beside the ones that always come."""
        shown: dict[str, Any] = {"id": self.id, "text": self.text, "edit_history_tweet_ids": [self.id]}
        if len(self.text) > SHORT:
            shown["text"] = f"{self.text[: SHORT - 1]}…"
        known: dict[str, Callable[[], Any]] = {
            "author_id": lambda: self.author.id,
            "created_at": lambda: _stamp(self.at),
            "lang": lambda: self.language,
            "conversation_id": lambda: self.replies_to or self.id,
            "entities": self._entities,
            "public_metrics": self._metrics,
            "note_tweet": self._note,
            "note_post": self._note,
            "referenced_tweets": self._references,
            "referenced_posts": self._references,
        }
        shown.update((field, value) for field in fields if field in known and (value := known[field]()) is not None)
        return shown

    def _note(self) -> dict[str, str] | None:
        return {"text": self.text} if len(self.text) > SHORT else None

    def _references(self) -> list[dict[str, str]] | None:
        return [{"type": "replied_to", "id": self.replies_to}] if self.replies_to else None

    def _entities(self) -> dict[str, Any] | None:
        mentions = [
            {"start": found.start(), "end": found.end(), "username": found[1], "id": Account(found[1], found[1]).id}
            for found in _HANDLE.finditer(self.text)
        ]
        tags = [{"start": tag.start(), "end": tag.end(), "tag": tag[1]} for tag in re.finditer(r"#(\w+)", self.text)]
        return {key: found for key, found in (("mentions", mentions), ("hashtags", tags)) if found} or None

    def _metrics(self) -> dict[str, int]:
        draw = int(self.id) >> 22
        return {"like_count": draw % 37, "reply_count": draw % 5, "retweet_count": draw % 11, "quote_count": draw % 3}


class Posts:
    """The posts that are out, the accounts behind them, and the replies; replies are kept in ``folder`` where there is one."""

    def __init__(self, world: World, handles: Iterable[str], clock: Callable[[], datetime], folder: Path | None) -> None:
        self._world = world
        self._clock = clock
        self._file = folder / "x_replies.jsonl" if folder else None
        self.ministry = tuple(Account(handle, _official_name(handle), official=True) for handle in handles)
        self._replies: list[XPost] = self._load()
        self._deleted: set[str] = set()

    @property
    def now(self) -> datetime:
        """The moment."""
        return self._clock()

    def all(self) -> list[XPost]:
        """Everything that is out, newest first."""
        public = [
            XPost(str(item.id), item.at, item.post.text, Account(item.post.handle, item.post.name), item.post.language)
            for item in self._world.posts(self.now)
        ]
        shown = [post for post in (*public, *self._replies) if post.id not in self._deleted]
        return sorted(shown, key=lambda post: int(post.id), reverse=True)

    def post(self, post_id: str) -> XPost | None:
        """One post or reply."""
        return next((post for post in self.all() if post.id == post_id), None)

    def replies_to(self, post_id: str) -> list[XPost]:
        """The answers under a post, oldest first."""
        return [post for post in self.all()[::-1] if post.replies_to == post_id]

    def account(self, handle: str) -> Account | None:
        """An account by its handle."""
        wanted = handle.lower()
        authors = (post.author for post in self.all())
        return next((known for known in (*self.ministry, *authors) if known.handle.lower() == wanted), None)

    def account_of(self, account_id: str) -> Account | None:
        """An account by its number."""
        authors = (post.author for post in self.all())
        return next((known for known in (*self.ministry, *authors) if known.id == account_id), None)

    def add_reply(self, text: str, replies_to: str) -> XPost:
        """Publish a reply of the ministry's first account."""
        at = self.now
        newest = max((int(post.id) for post in self.all()), default=0)
        new_id = max(snowflake(at), newest + 1)
        reply = XPost(str(new_id), at, text, self.ministry[0], "ar", replies_to)
        self._replies.append(reply)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(reply) | {"at": at.isoformat()}, ensure_ascii=False) + "\n")
        return reply

    def delete(self, post_id: str) -> bool:
        """Take a post away, as its author would. False where there is none."""
        if self.post(post_id) is None:
            return False
        self._deleted.add(post_id)
        return True

    def _load(self) -> list[XPost]:
        if self._file is None or not self._file.exists():
            return []
        rows = (json.loads(line) for line in self._file.read_text("utf-8").splitlines() if line.strip())
        return [XPost(**(row | {"at": datetime.fromisoformat(row["at"]), "author": Account(**row["author"])})) for row in rows]


def _official_name(handle: str) -> str:
    return f"حساب الوزارة @{handle} (عرض)"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def moment(stamp: str) -> datetime:
    """A moment as the interface is given it. Raises ``ValueError``."""
    read = datetime.fromisoformat(stamp)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


SEARCH_REACHES: Final = timedelta(days=7)
"""How far back a recent search goes."""
