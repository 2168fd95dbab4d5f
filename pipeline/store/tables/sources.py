"""Sources: feeds, their entries, pages, and the texts extracted from them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
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
from pipeline.store.tables.search import search_column, search_index

archive_import = Table(
    "archive_import",
    metadata,
    Column("file", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("records", BigInteger, nullable=False, comment="read so far, of every kind"),
    Column("is_done", Boolean, nullable=False),
    moment("updated_at"),
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
    Column("rhythm", JSONB, nullable=True, comment="when its items come, as learned by pipeline.feeds.rhythm"),
    moment("parsed_at", nullable=True),
    Column("period_s", Integer, nullable=True, comment="how long the feed says it stays the same"),
    moment("quiet_at", nullable=True),
    string("interval_why", nullable=True),
    Column("last_items", Integer, nullable=True, comment="entries in the last good answer"),
    Column("overflows", Integer, nullable=False, server_default=text("0"), comment="polls that found no old item"),
    Column("not_modified", Integer, nullable=False, server_default=text("0"), comment="304 in a row"),
    moment("validators_lied_at", nullable=True),
    Column("error_kind", Text, nullable=True, comment="passing, feed, refused or gone"),
    moment("failing_since", nullable=True),
    Column("address", Text, nullable=True, comment="where it is asked since it moved for good; null: at url"),
    Column("moved_to", Text, nullable=True, comment="where permanent redirects lead of late"),
    Column("moved_times", Integer, nullable=False, server_default=text("0"), comment="in a row, to moved_to"),
    moment("moved_since", nullable=True),
)

# Monthly partitions, made by store/partitions.py, of the poll log and of page bodies. No foreign keys: making a
# partition would lock the tables they point to.
poll = Table(
    "poll",
    metadata,
    Column("feed_id", BigInteger, nullable=False),
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
    postgresql_partition_by="RANGE (polled_at)",
)

article = Table(
    "article",
    metadata,
    identity(),
    string("url", unique=True),
    reference("feed_id", "feed"),
    moment("first_seen_at"),
    reference("same_as", "article", nullable=True),
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
    Column("body_hash", LargeBinary, nullable=False, comment="xxh3-128 of the raw bytes"),
    Column("size", Integer, nullable=False, comment="raw bytes before compression"),
    moment("fetched_at"),
    Index(None, "article_id", "fetched_at"),
    Index("ix_page_fetched_at", "fetched_at", postgresql_using="brin"),
)

page_body = Table(
    "page_body",
    metadata,
    Column("page_id", BigInteger, primary_key=True, autoincrement=False),
    Column("fetched_at", DateTime(timezone=True), primary_key=True),
    Column("body", LargeBinary, nullable=False, comment="raw bytes as served, zstd"),
    postgresql_partition_by="RANGE (fetched_at)",
)


def _word(name: str, default: str = "", comment: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text(f"'{default}'"), comment=comment)


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
    Column(
        "sense_hash",
        LargeBinary,
        nullable=True,
        comment="without lines that only tell the time; null: it has none",
    ),
    Column(
        "developing",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="the text says that it will be updated",
    ),
    moment("first_seen_at"),
    moment("last_seen_at"),
    _word("kind", "article", "article, flash, live_blog, paywall_stub, or what the page was instead"),
    _word(
        "text_source", "page", "page, json_ld, state, readability, title; from the feed: feed, summary, feed_title"
    ),
    _word("published_precision", "second", "second, minute, day; seen: not stated"),
    _word("published_offset", "", "as stated, +03:00; empty: the zone of the outlet was taken"),
    moment("modified_at", nullable=True),
    _word("kicker"),
    _word("section"),
    _word("agency"),
    _word("dateline_place"),
    Column("dateline_day", Date, nullable=True),
    Column(
        "posts",
        JSONB,
        nullable=False,
        server_default=text("'[]'"),
        comment="of a live blog: [[start, end, posted_at, headline], …] in code points of the body",
    ),
    Column(
        "reprocessed_at",
        DateTime(timezone=True),
        nullable=True,
        comment="when a kept page was processed again (wirewatch reprocess); null: its text was new",
    ),
    search_column(),
    # With what counts over all articles ask for, so that they do not read the texts.
    Index(
        "uq_article_version_article_id_number",
        "article_id",
        "number",
        unique=True,
        postgresql_include=["id", "published_at", "published_source", "language"],
    ),
    Index("ix_article_version_moment", "id", postgresql_include=["article_id", "published_at", "language"]),
    Index(None, "published_at"),
    search_index(),
)
