"""What was read: feeds, their entries, pages, and the texts extracted from them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from pipeline.store.tables.columns import identity, metadata, moment, reference, string, strings

robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True, comment="https://host:port"),
    Column("body", Text, nullable=False, comment="robots.txt; empty where there is none"),
    moment("fetched_at"),
)

feed = Table(
    "feed",
    metadata,
    identity(),
    string("key", unique=True),
    string("url"),
    string("outlet"),
    string("title"),
    string("language"),
    string("zone"),
    string("country"),
    string("kind"),
    string("agency", nullable=True),
    Column("enabled", Boolean, nullable=False),
    Column("interval_s", Integer, nullable=True, comment="seconds; null: the default interval"),
    Column("expected_items_per_day", Float, nullable=True, comment="usual number, to notice silence"),
    string("etag", nullable=True),
    string("last_modified", nullable=True),
    Column("body_hash", LargeBinary, nullable=True, comment="of the last body that parsed"),
    Column("error_count", Integer, nullable=False, server_default=text("0"), comment="failed polls in a row"),
    string("last_error", nullable=True),
    moment("last_polled_at", nullable=True),
    moment("last_success_at", nullable=True),
    moment("last_new_item_at", nullable=True),
    moment("created_at"),
)

poll = Table(
    "poll",
    metadata,
    identity(),
    reference("feed_id", "feed", index=False),
    moment("polled_at"),
    string("reason"),
    Column("status", SmallInteger, nullable=True, comment="HTTP status, where there was an answer"),
    Column("items", Integer, nullable=False),
    Column("new_items", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("elapsed_ms", Integer, nullable=False),
    string("detail"),
    Index(None, "feed_id", "polled_at"),
)

article = Table(
    "article",
    metadata,
    identity(),
    string("url", unique=True),
    reference("feed_id", "feed"),
    moment("first_seen_at"),
)

feed_item = Table(
    "feed_item",
    metadata,
    identity(),
    reference("feed_id", "feed", index=False),
    string("identity"),
    reference("article_id", "article"),
    string("url"),
    string("title"),
    string("summary"),
    string("content_html"),
    strings("authors"),
    moment("published_at", nullable=True),
    moment("updated_at", nullable=True),
    moment("first_seen_at"),
    moment("last_seen_at"),
    UniqueConstraint("feed_id", "identity"),
)

page = Table(
    "page",
    metadata,
    identity(),
    reference("article_id", "article", index=False),
    string("final_url"),
    Column("status", SmallInteger, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="raw bytes as served, zstd"),
    Column("body_hash", LargeBinary, nullable=False, comment="xxh3-128 of the raw bytes"),
    Column("size", Integer, nullable=False, comment="raw bytes before compression"),
    moment("fetched_at"),
    Index(None, "article_id", "fetched_at"),
)

article_version = Table(
    "article_version",
    metadata,
    identity(),
    reference("article_id", "article", index=False),
    Column("number", Integer, nullable=False, comment="1 for the first text of the article"),
    reference("page_id", "page"),
    string("title"),
    string("body"),
    string("byline"),
    moment("published_at"),
    string("published_source"),
    string("zone"),
    string("language"),
    Column("language_confidence", Float, nullable=False),
    string("extractor"),
    Column("text_hash", LargeBinary, nullable=False, comment="xxh3-128 of normalised title and body"),
    moment("first_seen_at"),
    moment("last_seen_at"),
    UniqueConstraint("article_id", "number"),
    Index(None, "published_at"),
)
