"""Blocking keys for candidate lookup: each pair of parties, and each person, by the month of the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations

from sqlalchemy import Connection, delete, text
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.records import Evidence, MeetingMention, MeetingStatus
from pipeline.store.tables import meeting_block

_RELATED = text("""
    WITH keys AS (
        SELECT unnest(CAST(:parties AS text[])) AS party
         UNION
        SELECT party FROM store.meeting_block WHERE meeting_id = ANY(:ids) AND month BETWEEN :first AND :last
    )
    SELECT DISTINCT b.meeting_id
      FROM keys k
      JOIN store.meeting_block b ON b.party = k.party AND b.month BETWEEN :first AND :last
      JOIN store.meeting m ON m.id = b.meeting_id AND m.merged_into IS NULL AND m.last_said_at >= :at
     ORDER BY 1
""")
_OFF = (
    MeetingStatus.CANCELLED,
    MeetingStatus.DENIED,
    MeetingStatus.POSTPONED,
    MeetingStatus.RESCHEDULED,
    MeetingStatus.UNCERTAIN,  # whoever may stay away is one who does, days later
)


def blocks_to_ask(new: Evidence, *, window: timedelta) -> dict[str, object]:
    """The parties and months under which to look up the meeting of a report."""
    return {
        "parties": _asked(new.mention),
        "first": _month(new.published_at - window),
        "last": _month(new.published_at + window),
    }


def blocks_given(conn: Connection, new: Evidence, meeting_ids: Sequence[int], *, window: timedelta) -> list[int]:
    """The meetings that a report published after `new` may ask for, if it is placed in one of `meeting_ids`.

    Asking is one-sided: a report of two countries asks for their pair only, and is found by person as well. So the
    answer is every meeting with a key in common with the report or with these meetings, and news after the report.
    """
    found = conn.scalars(
        _RELATED,
        {
            "parties": _given(new.mention),
            "ids": list(meeting_ids),
            "first": _month(new.published_at - window),
            "last": _month(new.published_at + window),
            "at": new.published_at,
        },
    )
    return list(found)


def add_blocks(conn: Connection, meeting_id: int, new: Evidence) -> None:
    """Make a meeting findable by the keys of a report."""
    month = _month(new.published_at)
    rows = [{"party": party, "month": month, "meeting_id": meeting_id} for party in _given(new.mention)]
    if rows:
        conn.execute(upsert(meeting_block).on_conflict_do_nothing(), rows)


def drop_blocks(conn: Connection, meeting_id: int) -> None:
    """Remove a meeting from the lookup."""
    conn.execute(delete(meeting_block).where(meeting_block.c.meeting_id == meeting_id))


def _given(mention: MeetingMention) -> list[str]:
    """All keys by which a meeting with this report can be found."""
    found = (_pairs, _persons, _alone, _series, _unnamed, _surnames)
    return sorted({key for keys in found for key in keys(mention)})


def _asked(mention: MeetingMention) -> list[str]:
    """A pair of parties finds its meetings; one party alone, or what is off or in doubt, asks by person too."""
    pairs = _pairs(mention)
    if pairs and mention.status not in _OFF:
        return pairs
    off = [*_series(mention), *_unnamed(mention), *_surnames(mention)]
    return [*pairs, *_persons(mention), *off, *(() if pairs else _alone(mention))]


def _alone(mention: MeetingMention) -> list[str]:
    """Each party of a summit by itself: a report may name only one."""
    return [f"{country} summit" for country in mention.countries] if mention.format == "summit" else []


def _series(mention: MeetingMention) -> list[str]:
    """The series of a summit: reports name one country after the other that stays away."""
    return [f"{mention.series} series"] * all((mention.series, mention.format == "summit"))


def _unnamed(mention: MeetingMention) -> list[str]:
    """Each party where something is off and no person is named: "China skips the talks"."""
    off = all((mention.status in _OFF, not mention.participants))
    return [f"{country} off" for country in mention.countries] * off


def _pairs(mention: MeetingMention) -> list[str]:
    return [f"{first}-{second}" for first, second in combinations(sorted(mention.countries), 2)]


def _surnames(mention: MeetingMention) -> list[str]:
    """The surname alone: of a person who is not listed, one text knows the country and another does not."""
    ids = [person.id for person in mention.participants if person.id.startswith("per:")]
    return [f"{i.partition('.')[2].partition('_')[0]} named" for i in ids]


def _persons(mention: MeetingMention) -> list[str]:
    return [key for person in mention.participants for key in (person.id, person.office) if key]


def _month(moment: datetime) -> int:
    return moment.year * 12 + moment.month
