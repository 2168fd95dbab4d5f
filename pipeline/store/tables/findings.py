"""Findings: topics, and meetings with their evidence and states."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from pipeline.store.tables.columns import identity, metadata, moment, reference, string, strings

topic_tag = Table(
    "topic_tag",
    metadata,
    identity(),
    reference("version_id", "article_version", index=False),
    string("topic"),
    Column("score", Float, nullable=False),
    Column("spans", JSONB, nullable=False, comment="[[field, start, end], …] in code points"),
    string("rules_version"),
    moment("recorded_at"),
    UniqueConstraint("version_id", "topic", "rules_version"),
    Index(None, "topic"),
)


def _when(prefix: str = "") -> tuple[Column[Any], ...]:
    return (
        string(f"{prefix}edtf", nullable=True),
        Column(f"{prefix}earliest", Date, nullable=True),
        Column(f"{prefix}latest", Date, nullable=True),
        string(f"{prefix}clock", nullable=True),
    )


def _who_and_where() -> tuple[Column[Any], ...]:
    return (
        Column("participants", JSONB, nullable=False, comment="[{id, name, country, office, role}, …]"),
        strings("participant_ids"),
        strings("countries"),
        string("place_name", nullable=True),
        string("place_country", nullable=True),
        Column("place_is_city", Boolean, nullable=True),
        string("format"),
    )


meeting_mention = Table(
    "meeting_mention",
    metadata,
    identity(),
    reference("version_id", "article_version", index=False),
    Column("number", Integer, nullable=False, comment="order in the article, from 1"),
    string("status"),
    *_who_and_where(),
    *_when(),
    *_when("previous_"),
    string("quote"),
    string("quote_field"),
    Column("quote_start", Integer, nullable=False, comment="code points"),
    Column("quote_end", Integer, nullable=False),
    strings("rules"),
    Column("confidence", Float, nullable=False),
    string("attribution"),
    string("rules_version"),
    Column("scope", Text, nullable=False, server_default="meeting", comment="or attendance: one side is off"),
    Column("reason", Text, nullable=False, server_default="", comment="of a change, as the text words it"),
    Column("initiator", Text, nullable=False, server_default="", comment="per: or cty: id of who made a change"),
    Column("series", Text, nullable=False, server_default="", comment="it belongs to: g20, astana (series.csv)"),
    Column("series_number", Integer, comment="its own number: the fourth round, the 14th session"),
    Column(
        "stated",
        JSONB,
        nullable=False,
        server_default=text("'{}'"),
        comment="fact -> [field, start, end] of the sentence that states it, where that is not the quoted one",
    ),
    UniqueConstraint("version_id", "number", "rules_version"),
    CheckConstraint("quote_end > quote_start", name="quote_not_empty"),
    Index(None, "countries", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
)

meeting = Table(
    "meeting",
    metadata,
    identity(),
    string("uid", unique=True),
    moment("created_at"),
    moment("last_said_at", nullable=True),
    reference("merged_into", "meeting", nullable=True),
    moment("merged_at", nullable=True),
    Column("dismissed", Boolean, nullable=False, server_default=text("false"), comment="by a person: no meeting"),
    CheckConstraint("(merged_into IS NULL) = (merged_at IS NULL)", name="merged"),
)

meeting_block = Table(
    "meeting_block",
    metadata,
    Column("party", Text, primary_key=True, comment="RU-TR, or the id of a person or office"),
    Column("month", Integer, primary_key=True, comment="year * 12 + month in which a report was published"),
    Column("meeting_id", BigInteger, ForeignKey("store.meeting.id"), primary_key=True, index=True),
)

person_spelling = Table(
    "person_spelling",
    metadata,
    Column("person_id", Text, primary_key=True, comment="per: and the country and surname"),
    Column("language", Text, primary_key=True, comment="of the texts"),
    Column("name", Text, primary_key=True, comment="as they write it"),
    Column(
        "alike", Text, nullable=False, index=True, comment="the same for all ids that are spellings of one name"
    ),
    Column("texts", Integer, nullable=False, comment="reports that do"),
)

person_name = Table(
    "person_name",
    metadata,
    Column("person_id", Text, primary_key=True, comment="per: and the country and surname"),
    Column("en", Text, nullable=False, comment="name to show in English, and in SQL"),
    Column("ru", Text, nullable=False, comment="name to show in Russian"),
    Column("tr", Text, nullable=False, comment="name to show in Turkish"),
)

meeting_evidence = Table(
    "meeting_evidence",
    metadata,
    Column("mention_id", BigInteger, ForeignKey("store.meeting_mention.id"), primary_key=True),
    reference("meeting_id", "meeting"),
    Column("score", Float, nullable=True, comment="of the link; null for the mention that made the meeting"),
    moment("linked_at"),
)

meeting_possible = Table(
    "meeting_possible",
    metadata,
    Column("mention_id", BigInteger, ForeignKey("store.meeting_mention.id"), primary_key=True),
    Column("meeting_id", BigInteger, ForeignKey("store.meeting.id"), nullable=False, index=True),
    string("fit"),
    Column("score", Float, nullable=False),
    moment("noted_at"),
)

meeting_ruling = Table(
    "meeting_ruling",
    metadata,
    identity(),
    string("verb"),
    reference("meeting_id", "meeting"),
    reference("other_id", "meeting", nullable=True),
    string("who"),
    string("why"),
    moment("decided_at"),
)

meeting_pin = Table(
    "meeting_pin",
    metadata,
    Column("ruling_id", BigInteger, ForeignKey("store.meeting_ruling.id"), primary_key=True),
    Column("mention_id", BigInteger, ForeignKey("store.meeting_mention.id"), primary_key=True, index=True),
    Column("meeting_id", BigInteger, ForeignKey("store.meeting.id"), nullable=True, comment="null: of no meeting"),
)

meeting_version = Table(
    "meeting_version",
    metadata,
    identity(),
    reference("meeting_id", "meeting", index=False),
    Column("number", Integer, nullable=False, comment="1 for the first state"),
    Column("sequence", Integer, nullable=False, comment="iCalendar SEQUENCE: raised by each alerted change"),
    string("status"),
    *_who_and_where(),
    *_when(),
    Column("previous", JSONB, nullable=False, comment="moved from: [{edtf, earliest, latest, clock}]"),
    string("change", nullable=True),
    reference("proof_mention_id", "meeting_mention"),
    moment("recorded_at"),
    strings("flags"),
    Column("confidence", Float, nullable=False, server_default=text("1"), comment="of the status, 0..1"),
    reference("ruling_id", "meeting_ruling", nullable=True),
    Column("series", Text, nullable=False, server_default="", comment="it belongs to: g20, astana (series.csv)"),
    Column("series_number", Integer, comment="its own number: the fourth round, the 14th session"),
    Column("absent", JSONB, nullable=False, server_default="[]", comment="who will not attend, as participants"),
    Column("proofs", JSONB, nullable=False, server_default="{}", comment="mention of each fact beside the status"),
    Column("weight_for", Integer, nullable=False, server_default="1", comment="independent witnesses of it"),
    Column("weight_against", Integer, nullable=False, server_default="0", comment="of another one"),
    UniqueConstraint("meeting_id", "number"),
    Index("ix_meeting_version_recorded_at", "recorded_at"),
    Index("ix_meeting_version_latest", "latest", "earliest"),
    Index("ix_meeting_version_last_day", text("COALESCE(latest, '9999-01-01'::date)"), "meeting_id"),
    Index("ix_meeting_version_participant_ids", "participant_ids", postgresql_using="gin"),
    Index("ix_meeting_version_moved", "meeting_id", postgresql_where=text("previous <> '[]'")),
    Index(
        "ix_meeting_version_in_doubt",
        "meeting_id",
        postgresql_where=text("flags && ARRAY['at_risk', 'contested'] OR status = 'uncertain'"),
    ),
)
