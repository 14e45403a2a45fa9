"""Tags: what the model said, what a person said instead, and what holds (DESIGN promise 8, REQUIREMENTS C8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, select, text, update
from sqlmodel import Session

from domain.errors import NotAllowed, NotFound
from domain.mention import MentionState
from domain.people import Actor, Role
from domain.privacy import mask, mask_handles
from domain.tags import Axis, Evidence, Flag, Importance, Kind, Remit, Sentiment, Tags, is_flagged
from registry import problems
from registry.batches import insert_new, insert_rows, select_in
from registry.casework.corrections import tell_case
from registry.locks import Work, alone
from registry.tables import (
    ContentRecord,
    CorrectionRecord,
    MentionRecord,
    OutletRecord,
    Rows,
    StoryRecord,
    TaggingRecord,
    table_of,
)
from registry.tags_overlay import corrected, flag_codes, joined_flags, value_of
from registry.views import CorrectionView, NextAction, Review, StoredMention, Subject, TrainingRow

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
OUTLET = table_of(OutletRecord)
STORY = table_of(StoryRecord)
TAGGING = table_of(TaggingRecord)
CORRECTION = table_of(CorrectionRecord)


def untagged(session: Session, limit: int) -> list[StoredMention]:
    """Mentions (or new revisions of them) that no model has seen, oldest first."""
    return _stored(session, text("mention.tagged_revision < mention.revision"), limit)


def stored(session: Session, mention_ids: Sequence[int]) -> list[StoredMention]:
    """These mentions as the pipeline needs them, oldest first."""
    return _stored(session, MENTION.c.id.in_(list(mention_ids)), len(mention_ids))


def store_tags(
    session: Session,
    tagged: Sequence[tuple[int, Tags]],
    threshold: float,
    now: datetime,
    *,
    revisions: Mapping[int, int] | None = None,
) -> None:
    """Keep what the model said of each mention's present revision, and set its state to tagged or flagged (DESIGN 5).

    Corrections stay laid over it; what is in a case, or was dismissed by a person and has not changed, keeps its state.
    ``revisions`` are those that the model saw: a mention that was revised meanwhile is passed over and tagged anew. May run
    again.
    """
    said = dict(tagged)
    columns = (MENTION.c.id, MENTION.c.revision, MENTION.c.state, MENTION.c.review)
    rows = [
        row
        for row in select_in(session, select(*columns), MENTION.c.id, list(said))
        if revisions is None or revisions.get(row.id, row.revision) == row.revision
    ]
    over = _corrections_of(session, [row.id for row in rows])
    insert_new(session, TAGGING, [_tagging_row(row.id, row.revision, said[row.id], now) for row in rows])
    effective = {row.id: corrected(said[row.id], over.get(row.id, {})) for row in rows}
    _write_effective(session, [_effective_row(row, effective[row.id], threshold) for row in rows])


def mark_failed(session: Session, mention_id: int, reason: str, now: datetime) -> None:
    """No model could tag this mention: it is shown with the reason, and not tried again before ``tag_again`` (DESIGN promise 5).
    Raises ``NotFound``."""
    row = _mention(session, mention_id)
    values: dict[str, Any] = {"tagged_revision": row.revision}
    if row.state is not MentionState.CASED:
        values |= {"state": MentionState.FAILED, "review": Review.NONE}
    session.connection().execute(update(MENTION).where(MENTION.c.id == mention_id).values(**values))
    problem = problems.Problem(Subject.MENTION, str(mention_id), "", reason, NextAction.READ_BY_HAND)
    problems.report(session, [problem], now)


def tag_again(session: Session, mention_ids: Sequence[int] | None = None) -> int:
    """Let a (new) model see these mentions again; every one, where none is named. Gives how many. What waits for a person, was
    decided by one or is in a case keeps its state; what nobody transcribed has no text to be judged by."""
    statement = update(MENTION).where(MENTION.c.erased_at.is_(None), MENTION.c.transcribed).values(tagged_revision=0)
    if mention_ids is not None:
        statement = statement.where(MENTION.c.id.in_(list(mention_ids)))
        problems.solve(session, Subject.MENTION, [str(each) for each in mention_ids])
    return int(session.connection().execute(statement).rowcount)


def correct(
    session: Session,
    mention_id: int,
    *,
    actor: Actor,
    now: datetime,
    remit: Remit | None = None,
    kind: Kind | None = None,
    sentiment: Sentiment | None = None,
    topic: str | None = None,
    importance: Importance | None = None,
    flags: frozenset[Flag] | None = None,
) -> tuple[Axis, ...]:
    """Keep what a person says instead of the model, axis by axis (None: as it is); gives the axes that changed.

    The model's word stays beside it. A mention that becomes (or is no longer) a complaint, report or inquiry of ours is flagged
    (or no longer) accordingly; a case that it belongs to records the correction. Saying the same again changes nothing.
    Raises ``NotFound``, ``NotAllowed``.
    """
    if actor.is_person and not actor.roles & {Role.REVIEWER, Role.SPECIALIST}:
        raise NotAllowed(f"{actor.username} may not correct tags", "it takes a reviewer or a specialist")
    alone(session, Work.CASES)
    row = _mention(session, mention_id)
    model = model_tags(session, [mention_id]).get(mention_id)
    if model is None:
        raise NotFound(f"mention {mention_id} has no tags yet", "wait for the classifier, then correct it")
    before = _corrections_of(session, [mention_id]).get(mention_id, {})
    asked: dict[Axis, Any] = {
        Axis.REMIT: remit,
        Axis.KIND: kind,
        Axis.SENTIMENT: sentiment,
        Axis.TOPIC: topic,
        Axis.IMPORTANCE: importance,
        Axis.FLAGS: flags,
    }
    holds = corrected(model, before)
    changes = {
        axis: flag_codes(value) if axis is Axis.FLAGS else str(value)
        for axis, value in asked.items()
        if value is not None and (flag_codes(value) if axis is Axis.FLAGS else str(value)) != value_of(holds, axis)
    }
    if changes:
        _keep_corrections(session, mention_id, model, changes, actor, now)
        tags = corrected(model, {**before, **changes})
        _write_effective(session, [_corrected_row(row, tags, changes)])
        tell_case(session, mention_id, {axis: (value_of(holds, axis), value) for axis, value in changes.items()}, actor, now)
    return tuple(changes)


def corrections(session: Session) -> list[TrainingRow]:
    """Every correction that holds, as training data, oldest first: personal data and handles masked."""
    statement = (
        select(
            CORRECTION, CONTENT.c.title, CONTENT.c.text, MENTION.c.channel, MENTION.c.language
        )
        .join(MENTION, MENTION.c.id == CORRECTION.c.mention_id)
        .join(CONTENT, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision))
        .where(MENTION.c.transcribed)
        .order_by(CORRECTION.c.id)
    )  # fmt: skip
    last = {(row.mention_id, row.axis): row for row in session.connection().execute(statement)}
    return [
        TrainingRow(
            mention_id=row.mention_id,
            title=_masked(row.title),
            text=_masked(row.text),
            channel=row.channel,
            language=row.language,
            axis=row.axis,
            was=row.was,
            value=row.value,
        )
        for row in sorted(last.values(), key=lambda each: each.id)
    ]


def corrections_of(session: Session, mention_id: int) -> tuple[CorrectionView, ...]:
    """What people corrected in a mention, oldest first: every step of it."""
    statement = select(CORRECTION).where(CORRECTION.c.mention_id == mention_id).order_by(CORRECTION.c.id)
    return tuple(
        CorrectionView(axis=row.axis, was=row.was, value=row.value, actor=row.actor, at=row.at, model=row.model)
        for row in session.connection().execute(statement)
    )


def model_tags(session: Session, mention_ids: Sequence[int]) -> dict[int, Tags]:
    """The last model's word on the present revision of each mention; those without any are left out."""
    statement = (
        select(TAGGING)
        .join(MENTION, and_(MENTION.c.id == TAGGING.c.mention_id, MENTION.c.revision == TAGGING.c.revision))
        .order_by(TAGGING.c.id)
    )
    return {row.mention_id: _tags(row) for row in select_in(session, statement, TAGGING.c.mention_id, mention_ids)}


def tags_of(session: Session, mention_id: int) -> tuple[Tags | None, Tags | None]:
    """What holds (corrections laid over) and what the model said; None before tagging."""
    model = model_tags(session, [mention_id]).get(mention_id)
    if model is None:
        return None, None
    return corrected(model, _corrections_of(session, [mention_id]).get(mention_id, {})), model


def _stored(session: Session, where: Any, limit: int) -> list[StoredMention]:
    statement = (
        select(
            MENTION.c.id, MENTION.c.key, MENTION.c.revision, CONTENT.c.title, CONTENT.c.text, MENTION.c.channel,
            MENTION.c.outlet_id, MENTION.c.author_handle, MENTION.c.language, MENTION.c.addressed, OUTLET.c.reach,
            STORY.c.size.label("spread"), MENTION.c.story_id,
        )
        .join(CONTENT, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision))
        .outerjoin(OUTLET, OUTLET.c.id == MENTION.c.outlet_id)
        .outerjoin(STORY, STORY.c.id == MENTION.c.story_id)
        .where(where)
        .order_by(MENTION.c.id)
        .limit(limit)
    )  # fmt: skip
    return [StoredMention(**{**row._mapping, "spread": row.spread or 1}) for row in session.connection().execute(statement)]


def _mention(session: Session, mention_id: int) -> Row[Any]:
    columns = (MENTION.c.id, MENTION.c.revision, MENTION.c.state, MENTION.c.review)
    statement: Select[Any] = select(*columns).where(MENTION.c.id == mention_id)
    row = session.connection().execute(statement).one_or_none()
    if row is None:
        raise NotFound(f"there is no mention {mention_id}", "it may have been erased; load the list again")
    return row


def _corrections_of(session: Session, mention_ids: Sequence[int]) -> dict[int, dict[Axis, str]]:
    columns = select(CORRECTION.c.mention_id, CORRECTION.c.axis, CORRECTION.c.value).order_by(CORRECTION.c.id)
    found: dict[int, dict[Axis, str]] = defaultdict(dict)
    for row in select_in(session, columns, CORRECTION.c.mention_id, mention_ids):
        found[row.mention_id][row.axis] = row.value
    return found


def _keep_corrections(
    session: Session, mention_id: int, model: Tags, changes: Mapping[Axis, str], actor: Actor, now: datetime
) -> None:
    rows: Rows = [
        {
            "mention_id": mention_id,
            "axis": axis,
            "was": value_of(model, axis),
            "value": value,
            "actor": actor.username,
            "model": model.model,
            "at": now,
        }
        for axis, value in changes.items()
    ]
    insert_rows(session, CORRECTION, rows)


def _effective_row(row: Row[Any], tags: Tags, threshold: float) -> dict[str, Any]:
    """The effective tags with the state that they lead to."""
    if row.state in (MentionState.CASED, MentionState.DISMISSED) or row.review is not Review.NONE:
        return _tag_columns(row, tags, row.state, row.review)
    state = MentionState.FLAGGED if is_flagged(tags, threshold) else MentionState.TAGGED
    return _tag_columns(row, tags, state, Review.NONE)


def _corrected_row(row: Row[Any], tags: Tags, changes: Mapping[Axis, str]) -> dict[str, Any]:
    """A person's word on kind, remit or flags decides the state, whatever the model's confidence."""
    decides = {Axis.KIND, Axis.REMIT, Axis.FLAGS} & set(changes)
    if not decides or row.state in (MentionState.CASED, MentionState.DISMISSED):
        return _tag_columns(row, tags, row.state, row.review)
    if is_flagged(tags, threshold=0.0):
        return _tag_columns(row, tags, MentionState.FLAGGED, row.review)
    return _tag_columns(row, tags, MentionState.TAGGED, Review.NONE)


def _tag_columns(row: Row[Any], tags: Tags, state: MentionState, review: Review) -> dict[str, Any]:
    return {
        "of": row.id,
        "to_revision": row.revision,
        "to_state": state,
        "to_review": review,
        "to_remit": tags.remit,
        "to_kind": tags.kind,
        "to_sentiment": tags.sentiment,
        "to_topic": tags.topic,
        "to_importance": tags.importance,
        "to_complexity": tags.complexity,
        "to_flags": flag_codes(tags.flags),
        "to_confidence": tags.confidence.get(Axis.KIND),
        "to_language": tags.lang,
    }


def _write_effective(session: Session, rows: Rows) -> None:
    if rows:
        statement = (
            update(MENTION)
            .where(MENTION.c.id == bindparam("of"))
            .values(
                tagged_revision=bindparam("to_revision"),
                state=bindparam("to_state"),
                review=bindparam("to_review"),
                remit=bindparam("to_remit"),
                kind=bindparam("to_kind"),
                sentiment=bindparam("to_sentiment"),
                topic=bindparam("to_topic"),
                importance=bindparam("to_importance"),
                complexity=bindparam("to_complexity"),
                flags=bindparam("to_flags"),
                confidence=bindparam("to_confidence"),
                language=bindparam("to_language"),
            )
        )
        session.connection().execute(statement, rows)


def _tagging_row(mention_id: int, revision: int, tags: Tags, now: datetime) -> dict[str, Any]:
    return {
        "mention_id": mention_id,
        "revision": revision,
        "model": tags.model,
        "remit": tags.remit,
        "kind": tags.kind,
        "sentiment": tags.sentiment,
        "topic": tags.topic,
        "importance": tags.importance,
        "lang": tags.lang,
        "body": tags.body,
        "complexity": tags.complexity,
        "rules": list(tags.rules),
        "flags": flag_codes(tags.flags),
        "confidence": {str(axis): float(value) for axis, value in tags.confidence.items()},
        "evidence": [[str(each.axis), each.field, each.start, each.end, each.rule] for each in tags.evidence],
        "at": now,
    }


def _tags(row: Row[Any]) -> Tags:
    return Tags(
        remit=row.remit,
        kind=row.kind,
        sentiment=row.sentiment,
        topic=row.topic,
        importance=row.importance,
        lang=row.lang,
        body=row.body,
        flags=joined_flags(row.flags),
        confidence=MappingProxyType({Axis(axis): value for axis, value in row.confidence.items()}),
        evidence=tuple(Evidence(Axis(axis), *rest) for axis, *rest in row.evidence),
        model=row.model,
        complexity=row.complexity,
        rules=tuple(row.rules),
    )


def _masked(text: str) -> str:
    return mask_handles(mask(text), frozenset())
