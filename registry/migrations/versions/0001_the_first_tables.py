"""The first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APPEND_ONLY = "the history of a case is append-only"


def upgrade() -> None:
    op.create_table(
        "case_counter",
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("profile", "year", name=op.f("pk_case_counter")),
    )
    op.create_table(
        "case_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "complaint",
                "report",
                "inquiry",
                "praise",
                "neutral",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column(
            "importance",
            sa.Enum("high", "medium", "low", name="importance", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "complexity",
            sa.Enum("complex", "critical", "routine", name="complexity", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "registered",
                "accepted",
                "rejected",
                "assigned",
                "solved",
                "proposals",
                "closed",
                "reopened",
                name="case_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "answer",
            sa.Enum(
                "none",
                "drafted",
                "approved",
                "sent",
                "uncertain",
                "failed",
                name="answer_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("proposed_department", sa.String(), nullable=False),
        sa.Column("first_mention_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_case_record_closed_at")),
        sa.CheckConstraint("kind IN ('complaint', 'report', 'inquiry')", name=op.f("ck_case_record_case_kind")),
        sa.CheckConstraint(
            "status NOT IN ('assigned', 'solved', 'proposals') OR department <> ''", name=op.f("ck_case_record_department")
        ),
        sa.CheckConstraint("events >= 1 AND revision >= 1", name=op.f("ck_case_record_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_record")),
        sa.UniqueConstraint("number", name=op.f("uq_case_record_number")),
        sa.UniqueConstraint("profile", "year", "serial", name=op.f("uq_case_record_profile_year_serial")),
    )
    op.create_index("ix_case_record_department", "case_record", ["department", "status"], unique=False)
    op.create_index("ix_case_record_list", "case_record", ["status", "due_at", "id"], unique=False)
    op.create_index(op.f("ix_case_record_opened_at"), "case_record", ["opened_at"], unique=False)
    op.create_index("ix_case_record_topic", "case_record", ["topic", "opened_at"], unique=False)

    op.create_table(
        "outlet",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column(
            "medium",
            sa.Enum(
                "newspaper",
                "agency",
                "organisation",
                "social",
                "broadcast",
                "other",
                name="medium",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("home_url", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("editor_email", sa.String(), nullable=False),
        sa.Column("reach", sa.Integer(), nullable=True),
        sa.Column(
            "answer_channel",
            sa.Enum("email", "x_reply", "none", name="answer_channel", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.CheckConstraint("reach BETWEEN 1 AND 5", name=op.f("ck_outlet_reach")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet")),
    )
    op.create_table(
        "person",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("scripted", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("password LIKE '$argon2%'", name=op.f("ck_person_password")),
        sa.CheckConstraint("username <> '' AND username <> 'system'", name=op.f("ck_person_username")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_person")),
    )
    op.create_table(
        "problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "source",
                "item",
                "entry",
                "mention",
                "delivery",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "next_action",
            sa.Enum(
                "retries",
                "check_source",
                "read_by_hand",
                "decide",
                "correct_address",
                name="next_action",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("times >= 1", name=op.f("ck_problem_times")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
        sa.UniqueConstraint("subject", "source_id", "subject_id", name=op.f("uq_problem_subject_source_id_subject_id")),
    )
    op.create_index(op.f("ix_problem_last_at"), "problem", ["last_at"], unique=False)

    op.create_table(
        "seen",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seen")),
    )
    op.create_index(op.f("ix_seen_seen_at"), "seen", ["seen_at"], unique=False)

    op.create_table(
        "seen_hash",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_seen_hash")),
    )
    op.create_index(op.f("ix_seen_hash_seen_at"), "seen_hash", ["seen_at"], unique=False)

    op.create_table(
        "service_promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("promise", sa.JSON(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_service_promise_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_promise")),
    )
    op.create_table(
        "case_event",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "registered",
                "accepted",
                "rejected",
                "assigned",
                "solved",
                "proposals_prepared",
                "closed",
                "reopened",
                "reopening_proposed",
                "mention_joined",
                "linked",
                "note_added",
                "tags_corrected",
                "answer_drafted",
                "answer_returned",
                "answer_approved",
                "answer_sent",
                "answer_uncertain",
                "answer_failed",
                name="case_event_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_case_event_seq")),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_case_event_case_id")),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_case_event")),
    )
    op.create_index("ix_case_event_at", "case_event", ["at"], unique=False)

    op.create_table(
        "case_link",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("case_id < other_id", name=op.f("ck_case_link_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_case_link_case_id")),
        sa.ForeignKeyConstraint(["other_id"], ["case_record.id"], name=op.f("fk_case_link_other_id")),
        sa.PrimaryKeyConstraint("case_id", "other_id", name=op.f("pk_case_link")),
    )
    op.create_index("ix_case_link_other_id", "case_link", ["other_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("answer", "digest", "alert", name="delivery_kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum("email", "x_reply", name="delivery_channel", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "queued",
                "claimed",
                "sent",
                "failed",
                "uncertain",
                "withdrawn",
                name="delivery_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'claimed') = (claimed_at IS NOT NULL)", name=op.f("ck_delivery_claimed_at")),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_delivery_sent_at")),
        sa.CheckConstraint(
            "kind <> 'answer' OR status IN ('draft', 'withdrawn') OR approved_by <> ''", name=op.f("ck_delivery_approved")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_delivery_attempts")),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_delivery_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
    )
    op.create_index(op.f("ix_delivery_case_id"), "delivery", ["case_id"], unique=False)
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["next_try_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'queued'"),
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index("ix_delivery_status", "delivery", ["status", "id"], unique=False)

    op.create_table(
        "source",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "feed",
                "sitemap",
                "listing",
                "pdf_report",
                "x_search",
                "x_mentions",
                name="source_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("outlet_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("interval_s", sa.Float(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("article_links", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("since_id", sa.String(), nullable=False),
        sa.Column("moved_to", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("habit", sa.Float(), nullable=True),
        sa.Column("next_poll_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_item_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_source_failures")),
        sa.CheckConstraint("interval_s > 0", name=op.f("ck_source_interval")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_source_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_index(
        "ix_source_due",
        "source",
        ["next_poll_at"],
        unique=False,
        sqlite_where=sa.text("NOT paused AND NOT removed"),
        postgresql_where=sa.text("NOT paused AND NOT removed"),
    )
    op.create_index(op.f("ix_source_outlet_id"), "source", ["outlet_id"], unique=False)

    op.create_table(
        "story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("size >= 1", name=op.f("ck_story_size")),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_story_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
    )
    op.create_index(op.f("ix_story_case_id"), "story", ["case_id"], unique=False)
    op.create_index(op.f("ix_story_last_at"), "story", ["last_at"], unique=False)

    op.create_table(
        "case_event_text",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "seq"], ["case_event.case_id", "case_event.seq"], name=op.f("fk_case_event_text_case_id_seq")
        ),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_case_event_text")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("press", "social", "report", "other", name="channel", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("hint_title", sa.Text(), nullable=False),
        sa.Column("hint_summary", sa.Text(), nullable=False),
        sa.Column("hint_author", sa.String(), nullable=False),
        sa.Column("hint_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hint_section", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("pending", "failed", name="entry_state", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_entry_attempts")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_entry_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_entry_key")),
    )
    op.create_index(
        "ix_entry_due",
        "entry",
        ["next_try_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )

    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("press", "social", "report", "other", name="channel", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("canonical_url", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("author_handle", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("addressed", sa.Boolean(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("watch", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "gathered",
                "tagged",
                "flagged",
                "cased",
                "dismissed",
                "failed",
                name="mention_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "review",
            sa.Enum(
                "none",
                "proposed",
                "flags",
                "reopening",
                "revised",
                name="review",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("tagged_revision", sa.Integer(), nullable=False),
        sa.Column(
            "remit",
            sa.Enum("ours", "other", "none", name="remit", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "complaint",
                "report",
                "inquiry",
                "praise",
                "neutral",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "sentiment",
            sa.Enum("negative", "neutral", "positive", name="sentiment", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column(
            "importance",
            sa.Enum("high", "medium", "low", name="importance", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column("flags", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("author_handle = '' OR channel = 'social'", name=op.f("ck_mention_handle")),
        sa.CheckConstraint("state NOT IN ('tagged', 'flagged') OR kind IS NOT NULL", name=op.f("ck_mention_tagged")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_mention_revision")),
        sa.CheckConstraint("tagged_revision <= revision", name=op.f("ck_mention_tagged_revision")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_mention_outlet_id")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_mention_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("key", name=op.f("uq_mention_key")),
    )
    op.create_index(op.f("ix_mention_fetched_at"), "mention", ["fetched_at"], unique=False)
    op.create_index(
        "ix_mention_review",
        "mention",
        ["review", "id"],
        unique=False,
        sqlite_where=sa.text("review <> 'none'"),
        postgresql_where=sa.text("review <> 'none'"),
    )
    op.create_index("ix_mention_state", "mention", ["state", "id"], unique=False)
    op.create_index(op.f("ix_mention_story_id"), "mention", ["story_id"], unique=False)
    op.create_index(
        "ix_mention_unregistered",
        "mention",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'flagged' AND review = 'none'"),
        postgresql_where=sa.text("state = 'flagged' AND review = 'none'"),
    )
    op.create_index(
        "ix_mention_untagged",
        "mention",
        ["id"],
        unique=False,
        sqlite_where=sa.text("tagged_revision < revision"),
        postgresql_where=sa.text("tagged_revision < revision"),
    )

    op.create_table(
        "case_mention",
        sa.Column("mention_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_case_mention_case_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_case_mention_mention_id")),
        sa.PrimaryKeyConstraint("mention_id", name=op.f("pk_case_mention")),
    )
    op.create_index("ix_case_mention_case_id", "case_mention", ["case_id", "mention_id"], unique=False)

    op.create_table(
        "content",
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_content_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "revision", name=op.f("pk_content")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column(
            "axis",
            sa.Enum(
                "remit",
                "kind",
                "sentiment",
                "topic",
                "importance",
                "flags",
                name="axis",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_correction_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_mention_id"), "correction", ["mention_id"], unique=False)

    op.create_table(
        "known_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_known_key_mention_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_known_key")),
    )
    op.create_index(op.f("ix_known_key_mention_id"), "known_key", ["mention_id"], unique=False)

    op.create_table(
        "story_signature",
        sa.Column("mention_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_story_signature_mention_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_signature_story_id")),
        sa.PrimaryKeyConstraint("mention_id", name=op.f("pk_story_signature")),
    )
    op.create_index(op.f("ix_story_signature_at"), "story_signature", ["at"], unique=False)
    op.create_index(op.f("ix_story_signature_story_id"), "story_signature", ["story_id"], unique=False)

    op.create_table(
        "tagging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column(
            "remit",
            sa.Enum("ours", "other", "none", name="remit", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "complaint",
                "report",
                "inquiry",
                "praise",
                "neutral",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "sentiment",
            sa.Enum("negative", "neutral", "positive", name="sentiment", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column(
            "importance",
            sa.Enum("high", "medium", "low", name="importance", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("flags", sa.String(), nullable=False),
        sa.Column("confidence", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_tagging_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tagging")),
        sa.UniqueConstraint("mention_id", "revision", "model", name=op.f("uq_tagging_mention_id_revision_model")),
    )
    op.create_table(
        "story_band",
        sa.Column("bucket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mention_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["story_signature.mention_id"], name=op.f("fk_story_band_mention_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bucket", "mention_id", name=op.f("pk_story_band")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_band_mention_id", "story_band", ["mention_id"], unique=False)

    _make_history_append_only()


def _make_history_append_only() -> None:
    """Triggers that refuse to change or delete an event (DESIGN promise 7)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_APPEND_ONLY}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER case_event_no_{change.lower()} BEFORE {change} ON case_event "
            f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_history_change() CASCADE")
    op.drop_index("ix_story_band_mention_id", table_name="story_band")

    op.drop_table("story_band")
    op.drop_table("tagging")
    op.drop_index(op.f("ix_story_signature_story_id"), table_name="story_signature")
    op.drop_index(op.f("ix_story_signature_at"), table_name="story_signature")

    op.drop_table("story_signature")
    op.drop_index(op.f("ix_known_key_mention_id"), table_name="known_key")

    op.drop_table("known_key")
    op.drop_index(op.f("ix_correction_mention_id"), table_name="correction")

    op.drop_table("correction")
    op.drop_table("content")
    op.drop_index("ix_case_mention_case_id", table_name="case_mention")

    op.drop_table("case_mention")
    op.drop_index(
        "ix_mention_untagged",
        table_name="mention",
        sqlite_where=sa.text("tagged_revision < revision"),
        postgresql_where=sa.text("tagged_revision < revision"),
    )
    op.drop_index(
        "ix_mention_unregistered",
        table_name="mention",
        sqlite_where=sa.text("state = 'flagged' AND review = 'none'"),
        postgresql_where=sa.text("state = 'flagged' AND review = 'none'"),
    )
    op.drop_index(op.f("ix_mention_story_id"), table_name="mention")
    op.drop_index("ix_mention_state", table_name="mention")
    op.drop_index(
        "ix_mention_review",
        table_name="mention",
        sqlite_where=sa.text("review <> 'none'"),
        postgresql_where=sa.text("review <> 'none'"),
    )
    op.drop_index(op.f("ix_mention_fetched_at"), table_name="mention")

    op.drop_table("mention")
    op.drop_index(
        "ix_entry_due",
        table_name="entry",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )

    op.drop_table("entry")
    op.drop_table("case_event_text")
    op.drop_index(op.f("ix_story_last_at"), table_name="story")
    op.drop_index(op.f("ix_story_case_id"), table_name="story")

    op.drop_table("story")
    op.drop_index(op.f("ix_source_outlet_id"), table_name="source")
    op.drop_index(
        "ix_source_due",
        table_name="source",
        sqlite_where=sa.text("NOT paused AND NOT removed"),
        postgresql_where=sa.text("NOT paused AND NOT removed"),
    )

    op.drop_table("source")
    op.drop_index("ix_delivery_status", table_name="delivery")
    op.drop_index(
        "ix_delivery_due",
        table_name="delivery",
        sqlite_where=sa.text("status = 'queued'"),
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.drop_index(op.f("ix_delivery_case_id"), table_name="delivery")

    op.drop_table("delivery")
    op.drop_index("ix_case_link_other_id", table_name="case_link")

    op.drop_table("case_link")
    op.drop_index("ix_case_event_at", table_name="case_event")

    op.drop_table("case_event")
    op.drop_table("service_promise")
    op.drop_index(op.f("ix_seen_hash_seen_at"), table_name="seen_hash")

    op.drop_table("seen_hash")
    op.drop_index(op.f("ix_seen_seen_at"), table_name="seen")

    op.drop_table("seen")
    op.drop_index(op.f("ix_problem_last_at"), table_name="problem")

    op.drop_table("problem")
    op.drop_table("person")
    op.drop_table("outlet")
    op.drop_index("ix_case_record_topic", table_name="case_record")
    op.drop_index(op.f("ix_case_record_opened_at"), table_name="case_record")
    op.drop_index("ix_case_record_list", table_name="case_record")
    op.drop_index("ix_case_record_department", table_name="case_record")

    op.drop_table("case_record")
    op.drop_table("case_counter")
