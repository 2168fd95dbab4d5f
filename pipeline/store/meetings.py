"""Meetings: mentions as evidence, who they belong to, and each state a meeting has been in (append-only)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, text

from pipeline.records import (
    Evidence,
    MeetingMention,
    MeetingState,
    MeetingStatus,
    Participant,
    Place,
    Quote,
    Span,
    When,
)
from pipeline.store.articles import who_and_where
from pipeline.store.tables import meeting, meeting_evidence, meeting_version

TIMELINE_LOCK = 0x77697265  # "wire": the advisory lock of the one writer of meeting states
_WAIT_S = 5.0  # for another writer that is about to finish

# The first version speaks for the day of publication; an edited text for the moment the edit was seen.
_EVIDENCE = """
    SELECT m.*, a.url, e.meeting_id,
           CASE WHEN v.number = 1 THEN v.published_at
                ELSE greatest(v.published_at, v.first_seen_at) END AS said_at,
           coalesce(n.witness, w.cluster_id, -a.id) AS witness
      FROM store.meeting_mention m
      JOIN store.article_version v ON v.id = m.version_id
      JOIN store.article a ON a.id = v.article_id
      LEFT JOIN store.wire_member w ON w.article_id = a.id
      LEFT JOIN store.meeting_evidence e ON e.mention_id = m.id
      LEFT JOIN wirewatch.witnesses n ON n.meeting_id = e.meeting_id AND n.mention_id = m.id
"""
_OF_VERSION = text(f"{_EVIDENCE} WHERE m.version_id = :version_id AND e.mention_id IS NULL ORDER BY m.number")
# The meeting is named twice, so that the witnesses of this one alone are made out.
_OF_MEETING = text(f"{_EVIDENCE} WHERE e.meeting_id = :meeting_id AND n.meeting_id = :meeting_id ORDER BY m.id")
# The parties of a meeting and of a report on it may differ in completeness, not in kind: one set holds the other.
_NEARBY = text("""
    WITH times AS (
        SELECT e.meeting_id, array_agg(v.published_at) AS said_at
          FROM store.meeting_evidence e
          JOIN store.meeting_mention m ON m.id = e.mention_id
          JOIN store.article_version v ON v.id = m.version_id
         WHERE m.countries && :countries
           AND v.published_at BETWEEN :since AND :until
         GROUP BY e.meeting_id)
    SELECT s.*, times.said_at
      FROM times
      JOIN LATERAL (SELECT * FROM store.meeting_version
                     WHERE meeting_id = times.meeting_id ORDER BY number DESC LIMIT 1) s ON true
     WHERE s.countries <@ CAST(:countries AS text[]) OR s.countries @> CAST(:countries AS text[])
     ORDER BY s.meeting_id
""")


@contextmanager
def timeline_writer(engine: Engine) -> Iterator[bool]:
    """Hold the advisory lock of the one writer of meeting states; yields False where another process keeps it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        deadline = time.monotonic() + _WAIT_S
        while not (mine := bool(conn.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": TIMELINE_LOCK}))):
            if time.monotonic() > deadline:
                break
            time.sleep(0.2)
        try:
            yield mine
        finally:
            if mine:
                conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": TIMELINE_LOCK})


def fence(conn: Connection) -> None:
    """Let one transaction at a time change meetings, even where a writer lost its session and does not know it."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": TIMELINE_LOCK + 1})


def new_evidence(conn: Connection, version_id: int) -> list[Evidence]:
    """The mentions of a version that belong to no meeting yet, in their order in the article."""
    return [_evidence(row._mapping) for row in conn.execute(_OF_VERSION, {"version_id": version_id})]


@dataclass(frozen=True, slots=True)
class Known:
    """A meeting that a new piece of evidence may speak of."""

    meeting_id: int
    state: MeetingState
    said_at: tuple[datetime, ...]  # publication times of its evidence near the new one


def meetings_nearby(conn: Connection, new: Evidence, *, window: timedelta) -> list[Known]:
    """Meetings of the same parties that were written about within `window` of the new evidence."""
    rows = conn.execute(
        _NEARBY,
        {
            "countries": list(new.mention.countries),
            "since": new.published_at - window,
            "until": new.published_at + window,
        },
    )
    return [Known(row.meeting_id, _state(row._mapping), tuple(row.said_at)) for row in rows]


def evidence_of(conn: Connection, meeting_id: int) -> list[Evidence]:
    """All that was ever said of a meeting."""
    return [_evidence(row._mapping) for row in conn.execute(_OF_MEETING, {"meeting_id": meeting_id})]


def create_meeting(conn: Connection, uid: str, *, now: datetime) -> int:
    """A new meeting; returns its id."""
    return int(conn.scalars(insert(meeting).values(uid=uid, created_at=now).returning(meeting.c.id)).one())


def attach(conn: Connection, mention_id: int, meeting_id: int, *, score: float | None, now: datetime) -> None:
    """Make a mention evidence of a meeting."""
    conn.execute(
        insert(meeting_evidence).values(mention_id=mention_id, meeting_id=meeting_id, score=score, linked_at=now)
    )


@dataclass(frozen=True, slots=True)
class RecordedState:
    """A meeting's newest version as stored."""

    id: int
    number: int
    sequence: int
    state: MeetingState


def latest_state(conn: Connection, meeting_id: int) -> RecordedState | None:
    """The newest version of a meeting, or None for one that was just created."""
    row = conn.execute(
        text("SELECT * FROM store.meeting_version WHERE meeting_id = :id ORDER BY number DESC LIMIT 1"),
        {"id": meeting_id},
    ).first()
    if row is None:
        return None
    columns = row._mapping
    return RecordedState(columns["id"], columns["number"], columns["sequence"], _state(columns))


def record_state(
    conn: Connection,
    meeting_id: int,
    state: MeetingState,
    *,
    number: int,
    sequence: int,
    change: str | None,
    now: datetime,
) -> int:
    """Append a version to a meeting; returns its id."""
    when = state.when
    return int(
        conn.scalars(
            insert(meeting_version)
            .values(
                meeting_id=meeting_id,
                number=number,
                sequence=sequence,
                status=state.status.value,
                **who_and_where(state),
                edtf=when.edtf if when else None,
                earliest=when.earliest if when else None,
                latest=when.latest if when else None,
                clock=when.time if when else None,
                previous=[
                    {"edtf": w.edtf, "earliest": str(w.earliest), "latest": str(w.latest), "clock": w.time}
                    for w in state.previous
                ],
                change=change,
                proof_mention_id=state.proof,
                recorded_at=now,
            )
            .returning(meeting_version.c.id)
        ).one()
    )


def _state(row: RowMapping) -> MeetingState:
    return MeetingState(
        status=MeetingStatus(row["status"]),
        participants=_participants(row["participants"]),
        countries=tuple(row["countries"]),
        place=_place(row),
        when=_when(row),
        previous=tuple(_previous(row["previous"])),
        format=row["format"],
        proof=row["proof_mention_id"],
    )


def _evidence(row: RowMapping) -> Evidence:
    mention = MeetingMention(
        status=MeetingStatus(row["status"]),
        participants=_participants(row["participants"]),
        countries=tuple(row["countries"]),
        place=_place(row),
        when=_when(row),
        previous_when=_when(row, "previous_"),
        format=row["format"],
        quote=Quote(row["quote"], Span(row["quote_field"], row["quote_start"], row["quote_end"])),
        rules=tuple(row["rules"]),
        confidence=row["confidence"],
        attribution=row["attribution"],
    )
    return Evidence(row["id"], mention, row["said_at"], row["url"], row["witness"])


def _participants(rows: Iterable[Mapping[str, Any]]) -> tuple[Participant, ...]:
    return tuple(Participant(**row) for row in rows)


def _place(row: RowMapping) -> Place | None:
    if row["place_name"] is None:
        return None
    return Place(row["place_name"], row["place_country"], row["place_is_city"])


def _when(row: RowMapping, prefix: str = "") -> When | None:
    if row[f"{prefix}edtf"] is None:
        return None
    return When(row[f"{prefix}edtf"], row[f"{prefix}earliest"], row[f"{prefix}latest"], row[f"{prefix}clock"])


def _previous(rows: Sequence[Mapping[str, Any]]) -> list[When]:
    return [
        When(row["edtf"], date.fromisoformat(row["earliest"]), date.fromisoformat(row["latest"]), row["clock"])
        for row in rows
    ]
