"""Edits: the changes of each new version of an article. Append-only, written with the version."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from pipeline.store.tables.columns import metadata, moment, reference, string, strings

revision = Table(
    "revision",
    metadata,
    Column("version_id", BigInteger, ForeignKey("store.article_version.id"), primary_key=True),
    reference("previous_id", "article_version", nullable=True),
    Column("kind", Text, nullable=False, comment="the gravest of its changes; first: there is no text before"),
    Column("facts", ARRAY(Text), nullable=False, comment="what differs: date, number, name, negation, status"),
    Column("marker", Text, nullable=True, comment="what the outlet itself calls it: correction, withdrawal, …"),
    string("marker_text"),
    moment("recorded_at"),
    CheckConstraint("kind IN ('first', 'fact', 'content', 'wording', 'furniture')", name="kind"),
    CheckConstraint("(kind = 'first') = (previous_id IS NULL)", name="first_has_no_previous"),
)

revision_change = Table(
    "revision_change",
    metadata,
    Column("version_id", BigInteger, ForeignKey("store.revision.version_id"), primary_key=True),
    Column("number", Integer, primary_key=True, comment="order in the text, from 1"),
    Column("change", Text, nullable=False, comment="fact, added, removed, wording, moved, marker or furniture"),
    Column("field", Text, nullable=False, comment="title or body"),
    Column("old_text", Text, nullable=False, comment="a sentence; empty where there was none"),
    string("new_text"),
    strings("facts"),
)
