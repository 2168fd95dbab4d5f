"""Blocking keys for candidate lookup: each pair of parties, and each person, by the month of the report."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.records import Evidence, MeetingMention, MeetingStatus
from pipeline.store.tables import meeting_block

_OFF = (MeetingStatus.CANCELLED, MeetingStatus.DENIED, MeetingStatus.POSTPONED)


def blocks_to_ask(new: Evidence, *, window: timedelta) -> dict[str, object]:
    """The parties and months under which to look up the meeting of a report."""
    return {
        "parties": _asked(new.mention),
        "first": _month(new.published_at - window),
        "last": _month(new.published_at + window),
    }


def add_blocks(conn: Connection, meeting_id: int, new: Evidence) -> None:
    """Make a meeting findable by the keys of a report."""
    month = _month(new.published_at)
    rows = [
        {"party": party, "month": month, "meeting_id": meeting_id}
        for party in sorted({*_pairs(new.mention), *_persons(new.mention), *_alone(new.mention)})
    ]
    if rows:
        conn.execute(upsert(meeting_block).on_conflict_do_nothing(), rows)


def drop_blocks(conn: Connection, meeting_id: int) -> None:
    """Remove a meeting from the lookup."""
    conn.execute(delete(meeting_block).where(meeting_block.c.meeting_id == meeting_id))


def _asked(mention: MeetingMention) -> list[str]:
    """A pair of parties finds its meetings; one party alone, or what is off, asks by person too."""
    pairs = _pairs(mention)
    if pairs and mention.status not in _OFF:
        return pairs
    return [*pairs, *_persons(mention), *(() if pairs else _alone(mention))]


def _alone(mention: MeetingMention) -> list[str]:
    """Each party of a summit by itself: a report may name only one."""
    return [f"{country} summit" for country in mention.countries] if mention.format == "summit" else []


def _pairs(mention: MeetingMention) -> list[str]:
    return [f"{first}-{second}" for first, second in combinations(sorted(mention.countries), 2)]


def _persons(mention: MeetingMention) -> list[str]:
    return [key for person in mention.participants for key in (person.id, person.office) if key]


def _month(moment: datetime) -> int:
    return moment.year * 12 + moment.month
