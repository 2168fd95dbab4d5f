"""Crawl pacing and robots.txt: when each host may be asked again, and its robots.txt."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Float, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from pipeline.store.tables.columns import metadata, moment

host_pace = Table(
    "host_pace",
    metadata,
    Column("name", Text, primary_key=True, comment="a host, or *.domain for all hosts of a registrable domain"),
    moment("next_start"),
    Column(
        "places",
        ARRAY(DateTime(timezone=True)),
        nullable=False,
        server_default=text("'{}'"),
        comment="when each running request must have ended",
    ),
    Column("delay_s", Float, nullable=True, comment="between two starts, asked for in robots.txt"),
    moment("closed_until", nullable=True),
    Column("closed_by", Text, nullable=False, server_default=text("''"), comment="reason of the answer that did"),
    Column("penalties", Integer, nullable=False, server_default=text("0"), comment="429 or 503 in a row"),
    Column("failures", Integer, nullable=False, server_default=text("0"), comment="failed connections in a row"),
    postgresql_with={"fillfactor": 70},  # rows change with every request: room to do it in place
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True, comment="https://host:port"),
    Column("body", Text, nullable=True, comment="robots.txt; empty where there is none, null if never had"),
    moment("fetched_at", nullable=True),
    moment("asked_at"),
    moment("unreachable_since", nullable=True),
)
