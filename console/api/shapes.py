"""What the API answers, as plain dictionaries. Field names are those of the export (DESIGN 5), masking that of the pages (L3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from console.case_clock import clock_owner
from console.layout import Setting, address
from domain.case import CaseEventKind
from domain.mention import Channel
from domain.privacy import mask, mask_handles
from domain.tags import Tags
from registry.views import AttachmentView, CaseRow, CaseView, DeliveryView, EventView, MentionRow, MentionView, PartyView


def mention_row(row: MentionRow, setting: Setting, public: frozenset[str]) -> dict[str, Any]:
    """One mention of a list; ``text`` is its beginning."""
    return {
        "id": row.id,
        "url": address(row, sees_authors=setting.sees_authors),
        "title": _bare(row.title, setting, public),
        "text": _bare(row.excerpt, setting, public),
        "published_at": moment(row.published_at),
        "fetched_at": moment(row.fetched_at),
        "outlet": row.outlet_id,
        "source": row.source_id,
        "channel": row.channel,
        "story_id": row.story_id,
        "state": row.state,
        "review": row.review,
        "remit": row.remit,
        "kind": row.kind,
        "sentiment": row.sentiment,
        "topic": row.topic,
        "importance": row.importance,
        "flags": list(row.flags),
        "case": row.case_number or None,
        "case_id": row.case_id,
    }


def mention(view: MentionView, setting: Setting, public: frozenset[str]) -> dict[str, Any]:
    """One mention with its whole text, its tags with confidence and evidence, and its story. Evidence spans are the stored
    text's, which masking may have shortened."""
    shows_author = setting.sees_authors or view.row.channel is not Channel.SOCIAL
    return {
        **mention_row(view.row, setting, public),
        "canonical_url": view.canonical_url if shows_author else address(view.row, sees_authors=False),
        "title": _bare(mask(view.title), setting, public),
        "text": _bare(mask(view.text), setting, public),
        "author": (view.author or view.author_handle) if shows_author else "",
        "watch": list(view.watch),
        "lang": view.tags.lang if view.tags else view.language,
        **_judgement(view.model_tags),
        "corrections": [
            {"axis": each.axis, "was": each.was, "value": each.value, "actor": each.actor, "at": moment(each.at)}
            for each in view.corrections
        ],
        "siblings": [mention_row(each, setting, public) for each in view.siblings],
    }


def _judgement(tags: Tags | None) -> dict[str, Any]:
    if tags is None:
        return {"confidence": {}, "evidence": [], "model": ""}
    return {
        "confidence": {axis.value: round(share, 4) for axis, share in tags.confidence.items()},
        "evidence": [{"axis": each.axis, "field": each.field, "start": each.start, "end": each.end} for each in tags.evidence],
        "model": tags.model,
    }


def case_row(row: CaseRow, setting: Setting, public: frozenset[str]) -> dict[str, Any]:
    """One case of a list."""
    return {
        "id": row.id,
        "number": row.number,
        "path": row.path,
        "channel": row.channel,
        "title": _bare(row.title, setting, public),
        "kind": row.kind,
        "topic": row.topic,
        "importance": row.importance,
        "complexity": row.complexity,
        "action": row.action,
        "status": row.status,
        "answer": row.answer,
        "department": row.department,
        "assignee": row.assignee,
        "body": row.body,
        "waiting": row.waiting,
        "sealed": row.sealed,
        "round": row.round,
        "opened_at": moment(row.opened_at),
        "due_at": moment(row.due_at),
        "closed_at": moment(row.closed_at),
        "overdue": row.overdue,
        "mentions": row.mentions,
        "outlet": row.outlet_name,
        "revision": row.revision,
    }


def case(
    view: CaseView,
    setting: Setting,
    public: frozenset[str],
    *,
    allowed: Sequence[CaseEventKind],
    told: Callable[[str], str],
    party: bool,
) -> dict[str, Any]:
    """One case with its history, its mentions, its files, its answers and the moves that the person may make.

    ``told`` gives a text as the person may read it; ``party`` says whether they see who raised the case (REQUIREMENTS L3).
    """
    return {
        **case_row(view.row, setting, public),
        "clock": clock_owner(view.state),
        "promised_at": moment(view.state.promised_at),
        "escalated": view.state.escalated,
        "satisfied": view.state.satisfied,
        "attempts": view.state.attempts,
        "verdict": view.state.verdict,
        "ladder": view.state.ladder,
        "merged_into": view.state.merged_into or None,
        "held_until": moment(view.state.held_until),
        "party": _party(view.party) if view.party and party else None,
        "attachments": [_attachment(each, told) for each in view.attachments],
        "events": [_event(each, setting, public, told) for each in view.events],
        "mentions": [mention_row(each, setting, public) for each in view.mentions],
        "links": [{"case_id": each.case_id, "number": each.number, "score": each.score} for each in view.links],
        "deliveries": [_delivery(each, setting, public, told) for each in view.deliveries],
        "allowed": list(allowed),
    }


def _party(party: PartyView) -> dict[str, Any]:
    return {
        "kind": party.kind,
        "name": party.name,
        "contact": party.contact,
        "channel": party.channel,
        "reference": party.reference,
        "erased": party.erased,
    }


def _attachment(file: AttachmentView, told: Callable[[str], str]) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": told(file.name),
        "media_type": file.media_type,
        "size": file.size,
        "actor": file.actor,
        "at": moment(file.at),
        "erased": file.erased,
    }


def _event(event: EventView, setting: Setting, public: frozenset[str], told: Callable[[str], str]) -> dict[str, Any]:
    texts = {name: _bare(told(text), setting, public) for name, text in event.texts.items()}
    details = {**event.details, **texts}
    return {"seq": event.seq, "kind": event.kind, "at": moment(event.at), "actor": event.actor, "details": details}


def _delivery(delivery: DeliveryView, setting: Setting, public: frozenset[str], told: Callable[[str], str]) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "kind": delivery.kind,
        "channel": delivery.channel,
        "status": delivery.status,
        "subject": told(delivery.subject),
        "text": _bare(told(delivery.text), setting, public),
        "reason": told(delivery.reason),
        "drafted_by": delivery.drafted_by,
        "approved_by": delivery.approved_by,
        "sent_at": moment(delivery.sent_at),
    }


def _bare(text: str, setting: Setting, public: frozenset[str]) -> str:
    return text if setting.sees_authors else mask_handles(text, public)


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else None
