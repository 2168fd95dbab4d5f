"""One article for one page: the addresses it is known by, who listed it when, and what is not wanted again."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from pipeline.store.tables.columns import identity, metadata, moment, reference, string

article_address = Table(
    "article_address",
    metadata,
    Column("address", Text, primary_key=True, comment="what all spellings of one address share, for comparing"),
    reference("article_id", "article"),
    Column("how", Text, nullable=False, comment="where it was read: feed, redirect, canonical, og"),
    moment("first_seen_at"),
)

sighting = Table(
    "sighting",
    metadata,
    identity(),
    reference("feed_item_id", "feed_item", index=False),
    Column("what", Text, nullable=False, comment="new, changed, or back after it had left the feed"),
    string("url"),
    string("title"),
    moment("seen_at"),
    Index(None, "feed_item_id", "seen_at"),
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("address", Text, primary_key=True, comment="as in article_address: never becomes an article again"),
    string("reason"),
    moment("buried_at"),
)
