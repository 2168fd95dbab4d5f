"""Meetings for the calendar: as they stand, with those that are gone and must be taken out of calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, RowMapping, text

from pipeline.records import CalendarEntry
from pipeline.store.meeting_rows import participants_of, place_of
from pipeline.store.person_names import shown

_PAST = timedelta(days=90)  # how far back a calendar goes
_ENTRIES = text(f"""
    SELECT m.id AS number, m.uid, s.sequence, s.status, s.flags, s.format,
           {shown("s.participants")} AS participants,
           s.countries,
           s.place_name, s.place_country, s.place_is_city, s.edtf, s.clock,
           ARRAY(SELECT p ->> 'edtf' FROM jsonb_array_elements(s.previous) p) AS previous,
           m.created_at, greatest(s.recorded_at, m.merged_at) AS changed_at, n.quote, f.outlet, a.url,
           ARRAY(SELECT DISTINCT t.topic FROM store.topic_tag t WHERE t.version_id = v.id ORDER BY 1) AS topics,
           m.merged_into, m.dismissed
      FROM store.meeting m
      JOIN LATERAL (SELECT * FROM store.meeting_version
                     WHERE meeting_id = m.id ORDER BY number DESC LIMIT 1) s ON true
      JOIN store.meeting_mention n ON n.id = s.proof_mention_id
      JOIN store.article_version v ON v.id = n.version_id
      JOIN store.article a ON a.id = v.article_id
      JOIN store.feed f ON f.id = a.feed_id
     WHERE (s.latest IS NULL OR s.latest >= :since OR s.recorded_at >= :since)
       AND (CAST(:after AS bigint) IS NULL OR m.id > :after)
       AND (CAST(:only AS bigint) IS NULL OR m.id = :only)
     ORDER BY m.id
     LIMIT :limit
""")  # noqa: S608 - of constants
_NUMBER = text("SELECT id FROM store.meeting WHERE CAST(id AS text) = :name OR uid = :name")
_EVERYTHING = 100_000


def load_entries(conn: Connection, *, now: datetime) -> list[CalendarEntry]:
    """Meetings of the last ninety days and those to come."""
    values = {"since": (now - _PAST).date(), "after": None, "only": None, "limit": _EVERYTHING}
    return _entries(conn.execute(_ENTRIES, values).mappings().all())


def entries_after(conn: Connection, *, after: int, limit: int) -> list[CalendarEntry]:
    """The next meetings by number, whenever they were."""
    values = {"since": date.min, "after": after, "only": None, "limit": limit}
    return _entries(conn.execute(_ENTRIES, values).mappings().all())


def entry_of(conn: Connection, name: str) -> CalendarEntry | None:
    """One meeting by its number or uid; None if there is no such meeting."""
    number = conn.scalar(_NUMBER, {"name": name})
    if number is None:
        return None
    values = {"since": date.min, "after": None, "only": number, "limit": 1}
    return next(iter(_entries(conn.execute(_ENTRIES, values).mappings().all())), None)


def _entries(rows: Sequence[RowMapping]) -> list[CalendarEntry]:
    return [
        CalendarEntry(
            number=row["number"],
            uid=row["uid"],
            sequence=row["sequence"],
            status=row["status"],
            flags=tuple(row["flags"]),
            format=row["format"],
            participants=participants_of(row["participants"]),
            countries=tuple(row["countries"]),
            place=place_of(row),
            date=row["edtf"],
            clock=row["clock"],
            previous=tuple(row["previous"]),
            created_at=row["created_at"],
            changed_at=row["changed_at"],
            quote=row["quote"],
            outlet=row["outlet"],
            url=row["url"],
            topics=tuple(row["topics"]),
            merged_into=row["merged_into"],
            dismissed=row["dismissed"],
        )
        for row in rows
    ]
