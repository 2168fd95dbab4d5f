"""Alerts and deliveries, outcomes, and pending work."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from pipeline.store.tables.columns import identity, metadata, moment, reference, string, strings

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
    reference("alert_id", "alert", nullable=True, index=False),
    string("channel"),
    string("state"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    string("last_error", nullable=True),
    moment("delivered_at", nullable=True),
    reference("notice_id", "operator_notice", nullable=True, index=False),
    Column("receiver", Text, nullable=False, server_default="", comment="empty: the only one, or not known yet"),
    Column("watch", Text, nullable=False, server_default="", comment="that sent it there"),
    Column("held_for", Text, nullable=True, comment="muted, quiet, group, digest, rate, witnesses"),
    Column("bundle_id", BigInteger, nullable=True, index=True, comment="delivery whose message told of it too"),
    Column(
        "maybe_sent",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="a try that failed may have arrived",
    ),
    moment("first_tried_at", nullable=True),
    moment("last_tried_at", nullable=True),
    Column("error_class", Text, nullable=True, comment="busy, down, unsure, misconfigured, gone, …"),
    Column("code", Text, nullable=True, comment="what the service answered: 503, 550"),
    Column("receipt", Text, nullable=True, comment="the receiver's own word for what it took"),
    Column("bare", Boolean, nullable=False, server_default=text("false"), comment="the whole message was refused"),
    Column("resend", Integer, nullable=False, server_default=text("0"), comment="0: the first; 1, 2: by hand"),
    Column(
        "new_key",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="resent under a key of its own",
    ),
    moment("created_at", nullable=True),
    UniqueConstraint(
        "alert_id", "notice_id", "channel", "receiver", "resend",
        name="uq_alert_delivery_what", postgresql_nulls_not_distinct=True,
    ),
    CheckConstraint(
        "state IN ('pending', 'held', 'sending', 'delivered', 'dead', 'superseded', 'dropped')", name="state"
    ),
    CheckConstraint("(alert_id IS NULL) <> (notice_id IS NULL)", name="subject"),
    Index("ix_alert_delivery_dead", "channel", postgresql_where=text("state = 'dead'")),
    Index("ix_alert_delivery_channel_receiver", "channel", "receiver"),
    Index("ix_alert_delivery_notice_id", "notice_id", postgresql_where=text("notice_id IS NOT NULL")),
)  # fmt: skip

# What the operator must know of: one row per cause and subject, counted while it lasts.
operator_notice = Table(
    "operator_notice",
    metadata,
    identity(),
    string("cause"),
    string("subject"),
    string("detail"),
    Column("facts", JSONB, nullable=False),
    Column("times", Integer, nullable=False, server_default=text("1")),
    moment("first_at"),
    moment("last_at"),
    moment("cleared_at", nullable=True),
    moment("acked_at", nullable=True),
    string("acked_by", nullable=True),
    Index("uq_operator_notice_open", "cause", "subject", unique=True, postgresql_where=text("cleared_at IS NULL")),
)

alert_channel = Table(
    "alert_channel",
    metadata,
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False, server_default="ok", comment="ok, paused, broken, off"),
    moment("until", nullable=True),
    moment("since", nullable=True),
    string("reason", nullable=True),
    Column("failures", Integer, nullable=False, server_default=text("0"), comment="in a row"),
    moment("next_send_at", nullable=True),
    Column("machine", Text, nullable=True, comment="of a file channel: mark of the data folder its file lies in"),
    Column("machine_name", Text, nullable=True, comment="host (folder), for people"),
    moment("machine_seen_at", nullable=True),
    CheckConstraint("state IN ('ok', 'paused', 'broken', 'off')", name="state"),
)

alert_configuration = Table(
    "alert_configuration",
    metadata,
    identity(),
    Column("text", Text, nullable=False, comment="config/alerts.yml as it was accepted"),
    moment("accepted_at"),
)

configuration_snapshot = Table(
    "configuration_snapshot",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("archive", LargeBinary, nullable=False, comment="the folder as tar.gz"),
    moment("accepted_at"),
)

watch_mute = Table(
    "watch_mute",
    metadata,
    Column("watch", Text, primary_key=True),
    moment("until"),
    moment("muted_at"),
    string("who"),
    string("why"),
)

unsubscription = Table(
    "unsubscription",
    metadata,
    Column("token", Text, primary_key=True),
    string("channel"),
    string("receiver"),
    string("watch"),
    moment("made_at"),
    moment("left_at", nullable=True),
    UniqueConstraint("channel", "receiver", "watch"),
)

api_token = Table(
    "api_token",
    metadata,
    identity(),
    string("name", unique=True),
    Column(
        "hash", Text, nullable=False, unique=True, comment="SHA-256 of the token; the token itself is not kept"
    ),
    strings("scopes"),
    moment("created_at"),
    moment("expires_at", nullable=True),
    moment("last_used_at", nullable=True),
    moment("revoked_at", nullable=True),
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
    Column("urgent", Boolean, nullable=False, server_default=text("false"), comment="looks like a change of plan"),
    Column("machine", Text, nullable=True, comment="the only one that may do it; empty: any"),
    Index(None, "stage", "due_at"),
    Index("ix_work_urgent", "stage", "due_at", postgresql_where=text("urgent")),
    Index("ix_work_deadly", "stage", "due_at", postgresql_where=text("claims > 3")),
)
