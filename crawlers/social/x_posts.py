"""X's answers as mentions: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crawlers.text.plain_text import tidy
from domain.language import UNKNOWN, language
from domain.mention import Channel, Mention
from domain.source import ItemProblem, Source


@dataclass(frozen=True, slots=True)
class XPage:
    """One page of posts, newest first as X gives them."""

    mentions: tuple[Mention, ...]
    problems: tuple[ItemProblem, ...]
    newest_id: str = ""
    next_token: str | None = None


def read_posts(answer: Any, source: Source, handles: frozenset[str], now: datetime | None = None) -> XPage:
    """The posts of a tweepy response as mentions. Reposts say nothing of their own and are left out.

    ``handles`` (lower case, without @) are the accounts that a post may address.
    """
    moment = now or datetime.now(UTC)
    authors = {str(user.id): user for user in (answer.includes or {}).get("users", [])}
    mentions: list[Mention] = []
    problems: list[ItemProblem] = []
    ids: list[str] = []
    for post in answer.data or []:
        ids.append(str(post.id))
        try:
            if not _is_repost(post):
                mentions.append(_mention(post, authors.get(str(post.author_id)), source, handles, moment))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            problems.append(ItemProblem(source.id, f"X, post {post.id}", f"the post cannot be read ({error!r:.200})"))
    meta = answer.meta or {}
    newest = str(meta.get("newest_id") or max(ids, key=int, default=""))
    return XPage(tuple(mentions), tuple(problems), newest, meta.get("next_token"))


def _mention(post: Any, author: Any, source: Source, handles: frozenset[str], now: datetime) -> Mention:
    handle = str(author.username) if author is not None else ""
    text = tidy(str((post.data.get("note_tweet") or {}).get("text") or post.text))
    spoken = language(text)
    published = post.created_at
    return Mention(
        key=f"x:{post.id}",
        channel=Channel.SOCIAL,
        source_id=source.id,
        outlet_id=source.outlet_id,
        url=f"https://x.com/{handle or 'i'}/status/{post.id}",
        title="",
        text=text,
        fetched_at=now,
        author=str(author.name) if author is not None else "",
        author_handle=handle,
        published_at=published.astimezone(UTC) if published is not None else None,
        language=spoken if spoken != UNKNOWN else str(post.lang or "").replace("und", ""),
        addressed=bool(_named(post) & handles),
    )


def _named(post: Any) -> set[str]:
    """The accounts that a post names, in lower case."""
    entities = post.entities or {}
    return {str(mention.get("username", "")).lower() for mention in entities.get("mentions") or ()} - {""}


def _is_repost(post: Any) -> bool:
    return any(reference.type == "retweeted" for reference in post.referenced_tweets or ())
