"""The press, widely: clocks of hosts, habits of sources, what could be read of an item, and recall"""

from __future__ import annotations

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
    ("source", "window", "JSON NOT NULL DEFAULT '[]'"),
    ("source", "pace", "FLOAT NOT NULL DEFAULT 0 CONSTRAINT ck_source_pace CHECK (pace >= 0)"),
    ("source", "parts", "JSON NOT NULL DEFAULT '[]'"),
    ("source", "floor_per_day", "FLOAT CONSTRAINT ck_source_floor CHECK (floor_per_day > 0)"),
)


def upgrade() -> None:
    # Plain ALTER on both stores: the batch mode for SQLite would copy a table whose rows others own.
    for table, column, kind in _COLUMNS:
        op.execute(f'ALTER TABLE {table} ADD COLUMN "{column}" {kind}')
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
        sa.Column("source_group", sa.String(), nullable=False),
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
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("recall", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
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
        sa.Column("items", sa.Float(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6 AND hour BETWEEN 0 AND 23", name=op.f("ck_source_hour_hour")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_hour_source_id")),
        sa.PrimaryKeyConstraint("source_id", "weekday", "hour", name=op.f("pk_source_hour")),
    )
    op.create_table(
        "recall_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("source_group", sa.String(), nullable=False),
        sa.Column(
            "stratum",
            sa.Enum("unmatched", "unflagged", name="stratum", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("lot", sa.Float(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.String(), nullable=False),
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
        sa.UniqueConstraint("key", name=op.f("uq_recall_item_key")),
    )
    op.create_index("ix_recall_item_draw", "recall_item", ["week", "source_group", "stratum", "lot"], unique=False)
    op.create_index(op.f("ix_recall_item_drawn_at"), "recall_item", ["drawn_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_recall_item_drawn_at"), table_name="recall_item")
    op.drop_index("ix_recall_item_draw", table_name="recall_item")
    op.drop_table("recall_item")
    op.drop_table("source_hour")
    op.drop_table("source_day")
    op.drop_table("recall_figure")
    op.drop_table("recall_count")
    op.drop_table("host")
    for table, column, _ in reversed(_COLUMNS):
        op.execute(f'ALTER TABLE {table} DROP COLUMN "{column}"')
