"""Alerts and deliveries, outcomes, and pending work."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from pipeline.store.tables.columns import identity, metadata, moment, reference, string

alert = Table(
    "alert",
    metadata,
    identity(),
    reference("meeting_id", "meeting", index=False),
    Column("sequence", Integer, nullable=False),
    string("change"),
    reference("meeting_version_id", "meeting_version"),
    reference("mention_id", "meeting_mention"),
    string("key", unique=True),
    Column("payload", JSONB, nullable=False, comment="the facts as they were when the change was seen"),
    moment("created_at"),
    reference("amends", "alert", nullable=True),
    UniqueConstraint("meeting_id", "sequence", "change"),
)

alert_delivery = Table(
    "alert_delivery",
    metadata,
    identity(),
    reference("alert_id", "alert", index=False),
    string("channel"),
    string("state"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    string("last_error", nullable=True),
    moment("delivered_at", nullable=True),
    UniqueConstraint("alert_id", "channel"),
    CheckConstraint("state IN ('pending', 'delivered', 'dead')", name="state"),
)

outcome = Table(
    "outcome",
    metadata,
    identity(),
    string("stage"),
    string("reason"),
    reference("feed_id", "feed", nullable=True),
    reference("article_id", "article", nullable=True),
    string("subject"),
    string("detail"),
    Column("times", Integer, nullable=False),
    moment("first_at"),
    moment("last_at"),
    # One row per thing and reason, however often a poll meets it again.
    UniqueConstraint(
        "stage", "reason", "feed_id", "article_id", "subject",
        name="uq_outcome_what", postgresql_nulls_not_distinct=True,
    ),
)  # fmt: skip

work = Table(
    "work",
    metadata,
    Column("stage", Text, primary_key=True),
    Column("subject_id", BigInteger, primary_key=True),
    moment("due_at"),
    moment("leased_until", nullable=True),
    string("lease", nullable=True),
    Column("claims", Integer, nullable=False, server_default=text("0"), comment="since the last success"),
    Column("failures", Integer, nullable=False, server_default=text("0"), comment="in a row"),
    Index(None, "stage", "due_at"),
)
