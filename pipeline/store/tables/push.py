"""Feeds that a hub pushes to us (WebSub): what was agreed with the hub, and what it brought."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from pipeline.store.tables.columns import identity, metadata, moment, reference, string

subscription = Table(
    "subscription",
    metadata,
    Column("feed_id", BigInteger, ForeignKey("store.feed.id"), primary_key=True),
    string("hub"),
    Column("topic", Text, nullable=False, comment="the feed's own name for itself, rel=self"),
    string("state"),
    Column("token", Text, nullable=False, unique=True, comment="of the callback address; nobody can guess it"),
    Column("secret", Text, nullable=False, comment="signs what the hub brings"),
    moment("offered_at"),
    moment("requested_at", nullable=True),
    moment("verified_at", nullable=True),
    moment("expires_at", nullable=True),
    moment("last_push_at", nullable=True),
    Column("misses", Integer, nullable=False, server_default=text("0"), comment="polls in a row that knew more"),
    Column("failures", Integer, nullable=False, server_default=text("0"), comment="requests in a row"),
    string("detail"),
    CheckConstraint(
        "state IN ('offered', 'pending', 'active', 'denied', 'broken')",
        name="state",
    ),
)

push = Table(
    "push",
    metadata,
    identity(),
    reference("feed_id", "feed"),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="as the hub sent it, zstd"),
    moment("received_at"),
)
