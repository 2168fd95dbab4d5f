"""Every request for a page, and the pages that vanished."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, SmallInteger, Table, Text, text

from pipeline.store.tables.columns import identity, metadata, moment, reference, string

page_fetch = Table(
    "page_fetch",
    metadata,
    identity(),
    reference("article_id", "article", index=False),
    moment("fetched_at"),
    Column("stage", Text, nullable=False, comment="fetch, or refetch for a page that is known"),
    Column("outcome", Text, nullable=False, comment="fetched, not_modified, http_404, …"),
    Column("status", SmallInteger, nullable=True, comment="HTTP status, where there was an answer"),
    Column("bytes", Integer, nullable=False),
    Column("elapsed_ms", Integer, nullable=False),
    reference("page_id", "page", nullable=True),
    string("detail"),
    Index(None, "article_id", "fetched_at"),
    Index("ix_page_fetch_fetched_at", "fetched_at", postgresql_using="brin"),
)

withdrawal = Table(
    "withdrawal",
    metadata,
    identity(),
    reference("article_id", "article"),
    moment("withdrawn_at"),
    Column("reason", Text, nullable=False, comment="http_404, http_410 or redirected_home"),
    moment("restored_at", nullable=True),
    # An article can be gone once at a time.
    Index("uq_withdrawal_open", "article_id", unique=True, postgresql_where=text("restored_at IS NULL")),
)
