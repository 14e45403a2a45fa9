"""The press, widely: clocks of hosts, habits of sources, what could be read of an item, and recall"""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("mention", "image_url", "VARCHAR NOT NULL DEFAULT ''"),
    (
        "mention",
        "access",
        "VARCHAR(24) NOT NULL DEFAULT 'full' CONSTRAINT ck_mention_access"
        " CHECK (access IN ('full', 'summary', 'paywalled', 'script_built'))",
    ),
    (
        "outlet",
        "tier",
        "VARCHAR(24) CONSTRAINT ck_outlet_tier"
        " CHECK (tier IN ('national', 'regional', 'local', 'pan_arab', 'international', 'specialist'))",
    ),
    ("outlet", "contacts", "JSON NOT NULL DEFAULT '[]'"),
    ("outlet", "verified", "BOOLEAN NOT NULL DEFAULT false"),
    ("outlet", "source", "VARCHAR NOT NULL DEFAULT ''"),
    ("outlet", "verified_by", "VARCHAR NOT NULL DEFAULT ''"),
    ("source", "window", "JSON NOT NULL DEFAULT '[]'"),
    ("source", "pace", "FLOAT NOT NULL DEFAULT 0 CONSTRAINT ck_source_pace CHECK (pace >= 0)"),
    ("source", "parts", "JSON NOT NULL DEFAULT '[]'"),
    ("source", "floor_per_day", "FLOAT CONSTRAINT ck_source_floor CHECK (floor_per_day > 0)"),
    ("entry", "host", "VARCHAR NOT NULL DEFAULT ''"),
    (
        "correction",
        "origin",
        "VARCHAR(24) NOT NULL DEFAULT 'decision' CONSTRAINT ck_correction_answer_origin"
        " CHECK (origin IN ('decision', 'chosen', 'lot'))",
    ),
)
_SUBJECTS = ("source", "item", "entry", "mention", "delivery")
_ACTIONS = ("retries", "check_source", "read_by_hand", "decide", "correct_address")


def upgrade() -> None:
    # Plain ALTER on both stores: the batch mode for SQLite would copy a table whose rows others own.
    for table, column, kind in _COLUMNS:
        op.execute(f'ALTER TABLE {table} ADD COLUMN "{column}" {kind}')
    op.add_column("outlet", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("problem", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    _name_hosts()
    pending = sa.text("state = 'pending'")
    op.create_index("ix_entry_host", "entry", ["host", "next_try_at"], sqlite_where=pending, postgresql_where=pending)
    op.create_table(
        "host",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("crawl_delay", sa.Float(), nullable=False),
        sa.Column("robots", sa.Text(), nullable=True),
        sa.Column("robots_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(holder = '') = (leased_until IS NULL)", name=op.f("ck_host_lease")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_host_failures")),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host")),
    )
    op.create_table(
        "recall_count",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column(
            "source_group",
            sa.Enum(
                "local_press",
                "foreign_press",
                "agencies",
                "organisations",
                "social",
                "other",
                name="source_group",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "stratum",
            sa.Enum("unmatched", "unflagged", name="stratum", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "source_group", "stratum", name=op.f("pk_recall_count")),
    )
    op.create_table(
        "recall_figure",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("source_group", sa.String(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("estimated_missed", sa.Float(), nullable=True),
        sa.Column("recall", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("low <= recall AND recall <= high", name=op.f("ck_recall_figure_interval")),
        sa.PrimaryKeyConstraint("week", "source_group", name=op.f("pk_recall_figure")),
    )
    op.create_table(
        "source_day",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("thin", sa.Integer(), nullable=False),
        sa.Column("characters", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.CheckConstraint("thin <= pages", name=op.f("ck_source_day_thin")),
        sa.CheckConstraint("unchanged <= polls AND failures <= polls", name=op.f("ck_source_day_polls")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_day_source_id")),
        sa.PrimaryKeyConstraint("source_id", "day", name=op.f("pk_source_day")),
    )
    op.create_table(
        "source_hour",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("latest", sa.Float(), nullable=False),
        sa.Column("items", sa.Float(), nullable=False),
        sa.Column("active", sa.Float(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6 AND hour BETWEEN 0 AND 23", name=op.f("ck_source_hour_hour")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_hour_source_id")),
        sa.PrimaryKeyConstraint("source_id", "weekday", "hour", name=op.f("pk_source_hour")),
    )
    op.create_table(
        "recall_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column(
            "source_group",
            sa.Enum(
                "local_press",
                "foreign_press",
                "agencies",
                "organisations",
                "social",
                "other",
                name="source_group",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "stratum",
            sa.Enum("unmatched", "unflagged", name="stratum", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("lot", sa.Float(), nullable=False),
        sa.Column("lot_key", sa.String(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("press", "social", "report", "other", name="channel", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "missed", "rightly_left", "unsure", name="recall_answer", native_enum=False, create_constraint=True, length=24
            ),
            nullable=True,
        ),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(answer IS NULL) = (answered_by = '')", name=op.f("ck_recall_item_answer")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_recall_item_mention_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_item")),
        sa.CheckConstraint("channel <> 'social' OR stratum = 'unflagged'", name=op.f("ck_recall_item_posts")),
        sa.CheckConstraint(
            "stratum = 'unmatched' OR (url = '' AND title = '' AND text = '' AND key = '')", name=op.f("ck_recall_item_text")
        ),
        sa.UniqueConstraint("lot_key", name=op.f("uq_recall_item_lot_key")),
    )
    op.create_index("ix_recall_item_draw", "recall_item", ["week", "source_group", "stratum", "lot"], unique=False)
    op.create_index(op.f("ix_recall_item_drawn_at"), "recall_item", ["drawn_at"], unique=False)
    op.create_index(op.f("ix_recall_item_mention_id"), "recall_item", ["mention_id"], unique=False)
    _count_what_the_classifier_says()
    _take_problems((*_SUBJECTS, "classifier"), (*_ACTIONS, "check_classifier"))


def _count_what_the_classifier_says() -> None:
    axis = ("remit", "kind", "sentiment", "topic", "importance", "flags")
    op.create_index(op.f("ix_correction_at"), "correction", ["at"], unique=False)
    op.create_table(
        "label_week",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("axis", _codes("axis", axis), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.CheckConstraint("items >= 1", name=op.f("ck_label_week_items")),
        sa.PrimaryKeyConstraint("week", "model", "axis", "label", name=op.f("pk_label_week")),
    )
    op.create_table(
        "answer_week",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("origin", _codes("answer_origin", ("decision", "chosen", "lot")), nullable=False),
        sa.Column("axis", _codes("axis", axis), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.CheckConstraint("answers >= 1", name=op.f("ck_answer_week_answers")),
        sa.PrimaryKeyConstraint("week", "model", "origin", "axis", "said", "value", name=op.f("pk_answer_week")),
    )


def _take_problems(subjects: tuple[str, ...], actions: tuple[str, ...]) -> None:
    """The table of problems takes these subjects and actions: its CHECKs anew, and on SQLite with them the table (nothing points
    at it)."""
    if op.get_bind().dialect.name == "postgresql":
        for column, name, codes in (("subject", "subject", subjects), ("next_action", "next_action", actions)):
            op.execute(f"ALTER TABLE problem DROP CONSTRAINT ck_problem_{name}")
            listed = ", ".join(f"'{code}'" for code in codes)
            op.execute(f"ALTER TABLE problem ADD CONSTRAINT ck_problem_{name} CHECK ({column} IN ({listed}))")
        return
    with op.batch_alter_table("problem", recreate="always", copy_from=_problem(subjects, actions)):
        pass


def _problem(subjects: tuple[str, ...], actions: tuple[str, ...]) -> sa.Table:
    return sa.Table(
        "problem",
        sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"}),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", _codes("subject", subjects), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("next_action", _codes("next_action", actions), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("times >= 1", name="times"),
        sa.PrimaryKeyConstraint("id", name="pk_problem"),
        sa.UniqueConstraint("subject", "source_id", "subject_id", name="uq_problem_subject_source_id_subject_id"),
        sa.Index("ix_problem_last_at", "last_at"),
    )


def _codes(name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=24)


def _name_hosts() -> None:
    """Pages that wait already are given their host."""
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, url FROM entry")).all()
    named = [{"row": row.id, "host": _host_of(row.url)} for row in rows]
    if named:
        connection.execute(sa.text("UPDATE entry SET host = :host WHERE id = :row"), named)


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower().rpartition("@")[2]
    except ValueError:
        return ""


def downgrade() -> None:
    op.execute("DELETE FROM problem WHERE subject = 'classifier' OR next_action = 'check_classifier'")
    _take_problems(_SUBJECTS, _ACTIONS)
    op.drop_table("answer_week")
    op.drop_table("label_week")
    op.drop_index(op.f("ix_correction_at"), table_name="correction")
    op.drop_index("ix_entry_host", table_name="entry")
    op.drop_index(op.f("ix_recall_item_mention_id"), table_name="recall_item")
    op.drop_index(op.f("ix_recall_item_drawn_at"), table_name="recall_item")
    op.drop_index("ix_recall_item_draw", table_name="recall_item")
    op.drop_table("recall_item")
    op.drop_table("source_hour")
    op.drop_table("source_day")
    op.drop_table("recall_figure")
    op.drop_table("recall_count")
    op.drop_table("host")
    op.drop_column("problem", "told_at")
    op.drop_column("outlet", "verified_at")
    for table, column, _ in reversed(_COLUMNS):
        op.execute(f'ALTER TABLE {table} DROP COLUMN "{column}"')
