"""Copies of dispatches: fingerprints, clusters with their members and relations, origins, stories."""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
)
from sqlalchemy.dialects.postgresql import ARRAY

from pipeline.store.tables.columns import metadata, moment, reference, string, strings


def _id(name: str, target: str) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"store.{target}.id"), primary_key=True)


# Weekly partitions, made by store/server/partitions.py; rows outside all of them are in fingerprint_rest.
fingerprint = Table(
    "fingerprint",
    metadata,
    Column("version_id", BigInteger, ForeignKey("store.article_version.id"), primary_key=True),
    Column("published_at", DateTime(timezone=True), primary_key=True),
    Column("article_id", BigInteger, nullable=False),
    Column("feed_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False, comment="of the version; only first ones are looked up"),
    Column("scheme", SmallInteger, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("exact", LargeBinary, nullable=False),
    Column("keys", ARRAY(BigInteger), nullable=False),
    Column("words", LargeBinary, nullable=False, comment="24 bits a word"),
    Column("blocks", ARRAY(Integer), nullable=False, comment="paragraphs at both ends"),
    string("agency", nullable=True),
    Index(None, "exact"),
    # With fastupdate on, look-ups scan the pending list and become 10-20 times slower.
    Index(None, "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    # Only for an outlet's blocks: were it whole, the planner would narrow down look-ups by time with it.
    Index(None, "feed_id", "published_at", postgresql_where="cardinality(blocks) > 0"),
    postgresql_partition_by="RANGE (published_at)",
)

stop_key = Table(
    "stop_key",
    metadata,
    Column("key", BigInteger, primary_key=True),
    moment("added_at"),
    Index(None, "added_at"),
)

# A cluster has the id of the article that founded it, so that founding it twice is founding it once.
wire_cluster = Table(
    "wire_cluster",
    metadata,
    Column("id", BigInteger, ForeignKey("store.article.id"), primary_key=True, autoincrement=False),
    reference("lead_article_id", "article", index=False),
    reference("merged_into", "wire_cluster", nullable=True, index=False),
    reference("update_of", "wire_cluster", nullable=True, index=False),
    moment("created_at"),
    Index("ix_wire_cluster_update_of", "update_of", postgresql_where="update_of IS NOT NULL"),
    Index("ix_wire_cluster_merged_into", "merged_into", postgresql_where="merged_into IS NOT NULL"),
)

wire_member = Table(
    "wire_member",
    metadata,
    _id("article_id", "article"),
    reference("cluster_id", "wire_cluster"),
    reference("version_id", "article_version", index=False),
    string("kind"),
    Column("matched_version_id", BigInteger, nullable=True, comment="what it is a copy of: see wire_edge"),
    moment("joined_at"),
)

wire_move = Table(
    "wire_move",
    metadata,
    _id("article_id", "article"),
    _id("cluster_id", "wire_cluster"),
    moment("moved_at"),
    Column("number", BigInteger, Identity(always=True), nullable=False, comment="in the order of the moves"),
)

wire_edge = Table(
    "wire_edge",
    metadata,
    _id("version_id", "article_version"),
    Column("other_version_id", BigInteger, primary_key=True),
    string("kind"),
    Column("of_version", Float, nullable=False, comment="share of this text found in the other, 0..1"),
    Column("of_other", Float, nullable=False),
    Column("jaccard", Float, nullable=False),
    strings("differing"),
    moment("found_at"),
)

wire_origin = Table(
    "wire_origin",
    metadata,
    _id("version_id", "article_version"),
    Column("number", SmallInteger, primary_key=True),
    string("agency"),
    string("role"),
    string("rule"),
    Column("confidence", Float, nullable=False),
    string("field"),
    Column("evidence_start", Integer, nullable=False, comment="code points"),
    Column("evidence_end", Integer, nullable=False),
    string("evidence"),
)

story = Table(
    "story",
    metadata,
    Column("id", BigInteger, ForeignKey("store.wire_cluster.id"), primary_key=True, autoincrement=False),
    moment("started_at"),
    moment("last_at"),
    Column("size", Integer, nullable=False),
    Column("terms", ARRAY(Integer), nullable=False),
    Column("weights", ARRAY(REAL), nullable=False),
    Index(None, "last_at"),
    Index(None, "terms", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
)

story_member = Table(
    "story_member",
    metadata,
    _id("cluster_id", "wire_cluster"),
    reference("story_id", "story"),
    Column(
        "likeness", Float, nullable=True, comment="to the middle of the story; null for the report that began it"
    ),
    moment("joined_at"),
)

# One row: the number of documents that contain each word.
story_memory = Table(
    "story_memory",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("documents", Integer, nullable=False),
    Column("counts", LargeBinary, nullable=False),
)
