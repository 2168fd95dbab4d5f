"""Rulings by people about meetings: kept forever with who and why, and stronger than any score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, text, update

from pipeline.store.tables import meeting, meeting_pin, meeting_ruling

# Mentions from reprocessed pages inherit the ruling about the same sentence and the same parties.
_PIN = text("""
    SELECT p.meeting_id
      FROM store.meeting_mention m
      JOIN store.article_version v ON v.id = m.version_id
      JOIN store.article_version b ON b.article_id = v.article_id AND b.page_id = v.page_id
      JOIN store.meeting_mention o
        ON o.version_id = b.id
       AND (o.id = m.id
            OR (b.id = v.id AND o.rules_version <> m.rules_version AND o.quote_field = m.quote_field
                AND o.countries = m.countries AND o.quote_start < m.quote_end AND m.quote_start < o.quote_end)
            OR (v.reprocessed_at IS NOT NULL AND b.id < v.id AND o.countries = m.countries
                AND (o.quote = m.quote
                     OR (o.quote_field = m.quote_field AND o.quote_start < m.quote_end
                         AND m.quote_start < o.quote_end AND b.text_hash = v.text_hash))))
      JOIN store.meeting_pin p ON p.mention_id = o.id
     WHERE m.id = :mention_id
     ORDER BY p.ruling_id DESC, o.id = m.id DESC
     LIMIT 1
""")
_STANDING = text("""
    WITH RECURSIVE up AS (
        SELECT id, merged_into FROM store.meeting WHERE id = :id
         UNION ALL
        SELECT m.id, m.merged_into FROM store.meeting m JOIN up ON m.id = up.merged_into)
    SELECT id FROM up WHERE merged_into IS NULL
""")


@dataclass(frozen=True, slots=True)
class Pin:
    """The place a person gave a report; `meeting_id` None: it belongs to no meeting."""

    meeting_id: int | None


def pin_of(conn: Connection, mention_id: int) -> Pin | None:
    """The newest ruling about a mention, or None."""
    row = conn.execute(_PIN, {"mention_id": mention_id}).first()
    if row is None:
        return None
    return Pin(None if row.meeting_id is None else standing_meeting(conn, row.meeting_id))


def standing_meeting(conn: Connection, meeting_id: int) -> int:
    """Follow merges to the meeting that exists today."""
    return int(conn.scalars(_STANDING, {"id": meeting_id}).one())


def is_dismissed(conn: Connection, meeting_id: int) -> bool:
    """Whether a person ruled that this is not a meeting."""
    return bool(conn.scalar(text("SELECT dismissed FROM store.meeting WHERE id = :id"), {"id": meeting_id}))


def set_dismissed(conn: Connection, meeting_id: int, dismissed: bool) -> None:
    """Take a meeting out of the analysts' views and the alerts, or back in."""
    conn.execute(update(meeting).where(meeting.c.id == meeting_id).values(dismissed=dismissed))


def record_ruling(
    conn: Connection,
    verb: str,
    meeting_id: int,
    *,
    other_id: int | None = None,
    pins: Mapping[int, int | None] | None = None,
    who: str,
    why: str,
    now: datetime,
) -> int:
    """Append a ruling and the meeting it gives each mention; returns its id."""
    ruling_id = int(
        conn.scalars(
            insert(meeting_ruling)
            .values(verb=verb, meeting_id=meeting_id, other_id=other_id, who=who, why=why, decided_at=now)
            .returning(meeting_ruling.c.id)
        ).one()
    )
    rows = [
        {"ruling_id": ruling_id, "mention_id": mention, "meeting_id": target}
        for mention, target in (pins or {}).items()
    ]
    if rows:
        conn.execute(insert(meeting_pin), rows)
    return ruling_id
