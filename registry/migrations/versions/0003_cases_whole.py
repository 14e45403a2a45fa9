"""Cases, whole: their paths, clocks and directories; what the model proposes of complexity; the trail of changes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry.migrations.checks import change_checks, listed

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_APPEND_ONLY = "the trail of changes is append-only"
_CHANNELS = (
    "press", "social", "report", "other", "phone", "email", "sms", "x", "contact_form", "live_chat", "visit", "website", "fax",
    "letter", "whatsapp",
)  # fmt: skip
_KINDS = ("complaint", "report", "inquiry", "praise", "neutral")
_BENEFICIARIES = ("individual", "private_body", "public_body")
_IMPROVEMENTS = ("proposed", "accepted", "declined", "implemented")
_COMPLEXITIES = ("complex", "critical", "routine")
_STATUSES = ("registered", "accepted", "rejected", "assigned", "solved", "proposals", "closed", "reopened")
_NEW_STATUSES = (
    "registered", "accepted", "rejected", "assigned", "third_party", "referred", "solved", "proposals", "closed", "reopened",
    "merged",
)  # fmt: skip
_EVENTS = (
    "registered", "accepted", "rejected", "assigned", "solved", "proposals_prepared", "closed", "reopened", "reopening_proposed",
    "mention_joined", "linked", "note_added", "tags_corrected", "answer_drafted", "answer_returned", "answer_approved",
    "answer_sent", "answer_uncertain", "answer_failed",
)  # fmt: skip
_NEW_EVENTS = (
    *_EVENTS, "acknowledged", "classified", "claimed", "released", "passed_to_third_party", "referred", "followed_up",
    "outside_answered", "outside_returned", "waiting_began", "waiting_ended", "solved_at_once", "verdict_recorded",
    "beneficiary_told", "contact_attempted", "delay_told", "satisfaction_asked", "satisfaction_recorded", "escalated",
    "ladder_stepped", "mention_left", "merged", "absorbed", "split_off", "unlinked", "attached", "conflict_named", "sealed",
    "unsealed", "held", "hold_lifted",
)  # fmt: skip
_DELIVERIES = ("answer", "digest", "alert")
_NEW_DELIVERIES = (*_DELIVERIES, "acknowledgement", "notice", "referral")
_TEXT = "VARCHAR NOT NULL DEFAULT ''"
_NUMBER = "INTEGER NOT NULL DEFAULT 0"
_YES_NO = "BOOLEAN NOT NULL DEFAULT false"
_LIST = "JSON NOT NULL DEFAULT '[]'"


def _code(table: str, column: str, name: str, codes: tuple[str, ...], default: str | None) -> tuple[str, str, str]:
    rest = "" if default is None else f" NOT NULL DEFAULT '{default}'"
    return table, column, f"VARCHAR(24){rest} CONSTRAINT ck_{table}_{name} CHECK ({listed(column, codes)})"


_COLUMNS = (
    _code("case_record", "path", "case_path", ("media", "general", "inquiry", "rumour", "press_question"), "media"),
    _code("case_record", "channel", "intake_channel", _CHANNELS, "press"),
    _code("case_record", "action", "action", ("first_contact", "processing", "third_party"), "processing"),
    ("case_record", "is_open", "BOOLEAN NOT NULL DEFAULT true"),
    ("case_record", "desk", _TEXT),
    ("case_record", "assignee", _TEXT),
    ("case_record", "body", _TEXT),
    ("case_record", "pauses", _LIST),
    ("case_record", "stands", _YES_NO),
    ("case_record", "satisfied", "BOOLEAN"),
    ("case_record", "attempts", _NUMBER),
    ("case_record", "told", _YES_NO),
    ("case_record", "round", _NUMBER),
    ("case_record", "barred", _TEXT),
    ("case_record", "sealed", _YES_NO),
    _code("case_record", "escalated", "escalation_step", ("reminder", "head", "management"), None),
    _code("case_record", "ladder", "ladder_step", ("editor", "letter", "regulator", "legal"), None),
    _code("case_record", "verdict", "verdict", ("denied", "confirmed", "partly_true", "unclear"), None),
    ("case_record", "merged_into", _TEXT),
    _code("mention", "complexity", "complexity", _COMPLEXITIES, "routine"),
    _code("mention", "form", "mention_form", ("text", "picture", "sound", "video"), "text"),
    ("mention", "transcribed", "BOOLEAN NOT NULL DEFAULT true"),
    ("mention", "programme", _TEXT),
    ("mention", "minute", "INTEGER"),
    ("mention", "entered_by", _TEXT),
    ("mention", "transcribed_by", _TEXT),
    ("mention", "forwarded_often", _YES_NO),
    _code("tagging", "complexity", "complexity", _COMPLEXITIES, "routine"),
    ("tagging", "rules", _LIST),
    ("person", "email", _TEXT),
    ("person", "head", _YES_NO),
    ("person", "session_round", _NUMBER),
)
_MOMENTS = ("deadline", "promised_at", "next_step_at", "held_until", "erased_at")
_RULES = {
    "ck_case_record_department": "status NOT IN ('assigned', 'proposals') OR department <> ''",
    "ck_case_record_path": "path <> 'rumour' OR status <> 'proposals'",
    "ck_case_record_body": "status NOT IN ('third_party', 'referred') OR body <> ''",
    "ck_case_record_mention": "first_mention_id > 0 OR path <> 'media'",
    "ck_case_record_attempts": "attempts >= 0",
    "ck_case_record_round": "round >= 0",
    "ck_case_record_is_open": "is_open = (status NOT IN ('rejected', 'closed', 'merged'))",
    "ck_case_record_merged": "(status = 'merged') = (merged_into <> '')",
}
_INDEXES = {
    "list": ["is_open", "sealed", "due_at", "id"],
    "newest": ["sealed", "id"],
    "status": ["status", "sealed", "id"],
    "desk": ["desk", "is_open", "sealed", "due_at", "id"],
    "assignee": ["assignee", "is_open", "sealed", "due_at", "id"],
    "topic_list": ["topic", "sealed", "id"],
    "serial": ["serial"],
}
_PARTIAL = {
    "next_step": (["next_step_at"], "next_step_at IS NOT NULL"),
    "stands": (["due_at", "id"], "stands"),
    "barred": (["id"], "barred <> ''"),
}
_OLD_INDEXES = {"list": ["status", "due_at", "id"], "department": ["department", "status"]}
_REVIEWS = ("none", "proposed", "flags", "reopening", "revised")
_NEW_REVIEWS = (*_REVIEWS, "untranscribed")
_MENTION_RULES = {
    "ck_mention_transcribed": "transcribed OR form <> 'text'",
    "ck_mention_minute": "minute IS NULL OR (minute >= 0 AND form IN ('sound', 'video'))",
}
_TABLES = (
    "mention_file", "story_pin", "journey_stage", "improvement", "contact", "case_party", "case_intake", "case_attachment",
    "special_day", "liaison", "journey", "handover", "crisis", "audit",
)  # fmt: skip
"""New ones, those that point at others first."""
_OLD_DEPARTMENT = "status NOT IN ('assigned', 'solved', 'proposals') OR department <> ''"


def upgrade() -> None:
    # Plain ALTER on both stores: a copy of a table would lose the rows of others that point at it.
    for table, column, kind in _COLUMNS:
        op.execute(f'ALTER TABLE {table} ADD COLUMN "{column}" {kind}')
    for column in _MOMENTS:
        op.add_column("case_record", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    _know_the_open_ones()
    status = {"ck_case_record_case_status": listed("status", _NEW_STATUSES)}
    change_checks("case_record", drop=("ck_case_record_case_status", "ck_case_record_department"), add=_RULES | status)
    _take_codes("case_event", "ck_case_event_case_event_kind", _NEW_EVENTS)
    _take_codes("delivery", "ck_delivery_delivery_kind", _NEW_DELIVERIES)
    review = {"ck_mention_review": listed("review", _NEW_REVIEWS)}
    change_checks("mention", drop=("ck_mention_review",), add=_MENTION_RULES | review)
    change_checks("person", add={"ck_person_head": "NOT head OR department <> ''"})
    _create_tables()
    _replace_indexes(_OLD_INDEXES, _INDEXES)
    for name, (columns, holds) in _PARTIAL.items():
        where = sa.text(holds)
        op.create_index(f"ix_case_record_{name}", "case_record", columns, sqlite_where=where, postgresql_where=where)
    where = sa.text("NOT transcribed")
    op.create_index("ix_mention_untranscribed", "mention", ["id"], sqlite_where=where, postgresql_where=where)
    _keep_the_trail()
    _fill()


def _replace_indexes(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    for name in old:
        op.drop_index(f"ix_case_record_{name}", table_name="case_record")
    for name, columns in new.items():
        op.create_index(f"ix_case_record_{name}", "case_record", columns, unique=False)


def _take_codes(table: str, name: str, codes: tuple[str, ...]) -> None:
    change_checks(table, drop=(name,), add={name: listed("kind", codes)})


def _codes(name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=24)


def _know_the_open_ones() -> None:
    op.execute("UPDATE case_record SET is_open = false WHERE status IN ('rejected', 'closed')")
    op.execute("UPDATE case_record SET desk = CASE WHEN department <> '' THEN department ELSE proposed_department END")


def _fill() -> None:
    """What the histories say already of the new columns. Without its promise kept, every deadline is reckoned anew at the next
    start: importance weighs in it no more."""
    op.execute(
        "UPDATE case_record SET channel = (SELECT mention.channel FROM mention WHERE mention.id = first_mention_id) "
        "WHERE EXISTS (SELECT 1 FROM mention WHERE mention.id = first_mention_id)"
    )
    op.execute(
        "UPDATE case_record SET round = (SELECT count(*) FROM case_event "
        "WHERE case_event.case_id = case_record.id AND case_event.kind = 'reopened')"
    )
    told = "json_extract(details, '$.complexity')" if op.get_bind().dialect.name == "sqlite" else "details ->> 'complexity'"
    op.execute(
        f"UPDATE case_record SET complexity = coalesce((SELECT {told} FROM case_event "  # noqa: S608
        "WHERE case_event.case_id = case_record.id AND case_event.seq = 1), complexity)"
    )
    op.execute("DELETE FROM service_promise")


def _keep_the_trail() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_trail_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_APPEND_ONLY}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_trail_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
            f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
        )


def _create_tables() -> None:
    op.create_table('audit',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.CheckConstraint('seq >= 1', name=op.f('ck_audit_seq')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit'))
    )
    op.create_index(op.f('ix_audit_at'), 'audit', ['at'], unique=False)
    op.create_table('crisis',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('line', sa.Text(), nullable=False),
    sa.Column('deputies', sa.JSON(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("active OR line = ''", name=op.f('ck_crisis_line')),
    sa.CheckConstraint('id = 1', name=op.f('ck_crisis_single')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crisis'))
    )
    op.create_table('handover',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('given_by', sa.String(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('items', sa.JSON(), nullable=False),
    sa.Column('taken_by', sa.String(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(taken_by = '') = (taken_at IS NULL)", name=op.f('ck_handover_taken')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover'))
    )
    op.create_index(op.f('ix_handover_given_at'), 'handover', ['given_at'], unique=False)
    op.create_table('journey',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name_ar', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('deputyship', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_journey'))
    )
    op.create_table('liaison',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('topics', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('updated_by', sa.String(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("email <> '' OR phone <> ''", name=op.f('ck_liaison_reachable')),
    sa.CheckConstraint("name <> '' AND body <> ''", name=op.f('ck_liaison_named')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_liaison'))
    )
    op.create_index(op.f('ix_liaison_body'), 'liaison', ['body'], unique=False)
    op.create_table('special_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('opens', sa.Time(), nullable=True),
    sa.Column('closes', sa.Time(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(opens IS NULL) = (closes IS NULL)', name=op.f('ck_special_day_hours')),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_special_day'))
    )
    op.create_table('taken_id',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_taken_id'))
    )
    op.create_table('case_attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('size > 0', name=op.f('ck_case_attachment_size')),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_case_attachment_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_attachment'))
    )
    op.create_index(op.f('ix_case_attachment_case_id'), 'case_attachment', ['case_id'], unique=False)
    op.create_table('case_intake',
    sa.Column('remote_id', sa.String(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("remote_id <> ''", name=op.f('ck_case_intake_named')),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_case_intake_case_id')),
    sa.PrimaryKeyConstraint('remote_id', name=op.f('pk_case_intake'))
    )
    op.create_index(op.f('ix_case_intake_case_id'), 'case_intake', ['case_id'], unique=False)
    op.create_table('case_party',
    sa.Column('case_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', _codes('beneficiary_kind', _BENEFICIARIES), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('contact', sa.String(), nullable=False),
    sa.Column('channel', _codes('intake_channel', _CHANNELS), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_case_party_case_id')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_party'))
    )
    op.create_table('contact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('channel', _codes('intake_channel', _CHANNELS), nullable=False),
    sa.Column('kind', _codes('kind', _KINDS), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('remote_id', sa.String(), nullable=True),
    sa.CheckConstraint("kind IN ('complaint', 'report', 'inquiry', 'praise')", name=op.f('ck_contact_contact_kind')),
    sa.CheckConstraint('NOT answered OR case_id IS NULL', name=op.f('ck_contact_answered')),
    sa.CheckConstraint('seconds IS NULL OR seconds >= 0', name=op.f('ck_contact_seconds')),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_contact_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact')),
    sa.UniqueConstraint('remote_id', name=op.f('uq_contact_remote_id'))
    )
    op.create_index(op.f('ix_contact_at'), 'contact', ['at'], unique=False)
    op.create_table('improvement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('journey', sa.String(), nullable=False),
    sa.Column('stage', sa.Integer(), nullable=True),
    sa.Column('deputyship', sa.String(), nullable=False),
    sa.Column('gap', sa.Text(), nullable=False),
    sa.Column('recommendation', sa.Text(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.String(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', _codes('improvement_status', _IMPROVEMENTS), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(status = 'proposed') = (decided_by = '')", name=op.f('ck_improvement_decided')),
    sa.CheckConstraint("(decided_by = '') = (decided_at IS NULL)", name=op.f('ck_improvement_decided_at')),
    sa.CheckConstraint("(status = 'implemented') = (done_by <> '')", name=op.f('ck_improvement_done')),
    sa.CheckConstraint("(done_by = '') = (done_at IS NULL)", name=op.f('ck_improvement_done_at')),
    sa.CheckConstraint("stage IS NULL OR journey <> ''", name=op.f('ck_improvement_stage')),
    sa.ForeignKeyConstraint(['case_id'], ['case_record.id'], name=op.f('fk_improvement_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement'))
    )
    op.create_index(op.f('ix_improvement_case_id'), 'improvement', ['case_id'], unique=False)
    op.create_index('ix_improvement_status', 'improvement', ['status', 'id'], unique=False)
    op.create_table('journey_stage',
    sa.Column('journey', sa.String(), nullable=False),
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name_ar', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.CheckConstraint('place >= 1', name=op.f('ck_journey_stage_place')),
    sa.ForeignKeyConstraint(['journey'], ['journey.code'], name=op.f('fk_journey_stage_journey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('journey', 'place', name=op.f('pk_journey_stage'))
    )
    op.create_table('mention_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mention_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('size > 0', name=op.f('ck_mention_file_size')),
    sa.ForeignKeyConstraint(['mention_id'], ['mention.id'], name=op.f('fk_mention_file_mention_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mention_file')),
    sa.UniqueConstraint('mention_id', 'sha256', name=op.f('uq_mention_file_mention_id_sha256'))
    )
    op.create_index(op.f('ix_mention_file_mention_id'), 'mention_file', ['mention_id'], unique=False)
    op.create_table('story_pin',
    sa.Column('mention_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('other_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('together', sa.Boolean(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('mention_id < other_id', name=op.f('ck_story_pin_order')),
    sa.ForeignKeyConstraint(['mention_id'], ['mention.id'], name=op.f('fk_story_pin_mention_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['mention.id'], name=op.f('fk_story_pin_other_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('mention_id', 'other_id', name=op.f('pk_story_pin'))
    )
    op.create_index('ix_story_pin_other_id', 'story_pin', ['other_id'], unique=False)


def downgrade() -> None:
    _refuse_what_cannot_go_back()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_trail_change() CASCADE")
    else:
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_no_{change}")
    for table in (*_TABLES, "taken_id"):
        op.drop_table(table)
    for name in _PARTIAL:
        op.drop_index(f"ix_case_record_{name}", table_name="case_record")
    _replace_indexes(_INDEXES, _OLD_INDEXES)
    op.drop_index("ix_mention_untranscribed", table_name="mention")
    change_checks(
        "mention", drop=("ck_mention_review", *_MENTION_RULES), add={"ck_mention_review": listed("review", _REVIEWS)}
    )
    change_checks("person", drop=("ck_person_head",))
    _take_codes("delivery", "ck_delivery_delivery_kind", _DELIVERIES)
    _take_codes("case_event", "ck_case_event_case_event_kind", _EVENTS)
    change_checks(
        "case_record",
        drop=(*_RULES, "ck_case_record_case_status"),
        add={
            "ck_case_record_case_status": listed("status", _STATUSES),
            "ck_case_record_department": _OLD_DEPARTMENT,
        },
    )
    for column in reversed(_MOMENTS):
        op.drop_column("case_record", column)
    for table, column, _ in reversed(_COLUMNS):
        op.execute(f'ALTER TABLE {table} DROP COLUMN "{column}"')
    op.execute("DELETE FROM service_promise")


def _refuse_what_cannot_go_back() -> None:
    """Histories are append-only: what the earlier version cannot read is not thrown away."""
    connection = op.get_bind()
    newer = ", ".join(f"'{kind}'" for kind in _NEW_EVENTS if kind not in _EVENTS)
    asked = {
        "events of cases": f"SELECT count(*) FROM case_event WHERE kind IN ({newer})",  # noqa: S608
        "cases of direct channels": "SELECT count(*) FROM case_record WHERE path <> 'media'",
        "mentions entered by hand": "SELECT count(*) FROM mention WHERE form <> 'text' OR entered_by <> '' OR forwarded_often",
        "deliveries": "SELECT count(*) FROM delivery WHERE kind NOT IN ('answer', 'digest', 'alert')",
        "people with an address or a department to lead": "SELECT count(*) FROM person WHERE email <> '' OR head",
        **{f"rows of {table}": f"SELECT count(*) FROM {table}" for table in _TABLES},  # noqa: S608
    }
    for what, statement in asked.items():
        count = connection.execute(sa.text(statement)).scalar_one()
        if count:
            raise ValueError(f"{count} {what} are unknown to the earlier version: restore the backup taken before the upgrade")
