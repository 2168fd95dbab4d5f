"""Meetings: their reports, the lookup of candidates, and every state (append-only)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.records import Evidence, MeetingState
from pipeline.store import work
from pipeline.store.meeting_blocks import add_blocks, blocks_given, blocks_to_ask, drop_blocks
from pipeline.store.meeting_rows import EVIDENCE, evidence_of_row, state_columns, state_of
from pipeline.store.tables import meeting, meeting_evidence, meeting_possible, meeting_version

TIMELINE_LOCK = 0x77697265  # "wire": the advisory lock of the one writer of meeting states
_WAIT_S = 5.0  # for another writer that is about to finish

_UNLINKED = text(f"""
    {EVIDENCE} WHERE m.version_id = :version_id AND e.mention_id IS NULL
       AND NOT EXISTS (SELECT FROM store.meeting_possible p WHERE p.mention_id = m.id)
     ORDER BY m.number
""")
_ONE = text(f"{EVIDENCE} WHERE m.id = :mention_id")
_OF_VERSION = text(f"{EVIDENCE} WHERE m.version_id = :version_id AND e.meeting_id IS NOT NULL ORDER BY m.number")
_OF_MEETING = text(f"{EVIDENCE} WHERE e.meeting_id = :meeting_id ORDER BY m.id")
# What was linked to these meetings, or kept apart because of them, and was published later than (:at, :url, :id):
# two statements, since one with OR reads every report there is of a meeting.
_LATER_IN = text(f"""
    {EVIDENCE}
     WHERE e.meeting_id = ANY(:ids) AND said.at BETWEEN :at AND :until
       AND (said.at, a.url COLLATE "C", m.id) > (:at, :url, :id)
""")
_LATER_APART = text(f"""
    {EVIDENCE}
      JOIN store.meeting_possible p ON p.mention_id = m.id
     WHERE p.meeting_id = ANY(:ids) AND e.mention_id IS NULL AND said.at BETWEEN :at AND :until
       AND (said.at, a.url COLLATE "C", m.id) > (:at, :url, :id)
""")
# Meetings that share a pair of parties and were reported in these months, or in the same text; the linker decides
# the rest.
_NEARBY = text("""
    SELECT s.*, m.last_said_at
      FROM (SELECT DISTINCT meeting_id FROM store.meeting_block
             WHERE party = ANY(:parties) AND month BETWEEN :first AND :last
            UNION
            SELECT e.meeting_id FROM store.meeting_mention n JOIN store.meeting_evidence e ON e.mention_id = n.id
             WHERE n.version_id = (SELECT version_id FROM store.meeting_mention WHERE id = :mention)) b
      JOIN store.meeting m ON m.id = b.meeting_id AND m.merged_into IS NULL
      JOIN LATERAL (SELECT * FROM store.meeting_version
                     WHERE meeting_id = m.id ORDER BY number DESC LIMIT 1) s ON true
     ORDER BY m.id
""")
_OF_ARTICLE = text("""
    SELECT DISTINCT e.meeting_id
      FROM store.article_version this
      JOIN store.article_version v ON v.article_id = this.article_id
      JOIN store.meeting_mention m ON m.version_id = v.id
      JOIN store.meeting_evidence e ON e.mention_id = m.id
     WHERE this.id = :version_id
     ORDER BY e.meeting_id
""")
_LAPSE_EARLIER = text("""
    UPDATE store.work SET due_at = :due
     WHERE stage = 'lapse' AND subject_id = :id AND due_at > :due AND lease IS NULL
""")


@contextmanager
def timeline_writer(engine: Engine, *, wait_s: float = _WAIT_S) -> Iterator[bool]:
    """Hold the advisory lock of the single writer of meeting states; yields False if another process holds it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        deadline = time.monotonic() + wait_s
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
    """Let one transaction at a time change meetings, even if a writer lost its session without noticing."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": TIMELINE_LOCK + 1})


# Reports ------------------------------------------------------------------------------------------------------


def new_evidence(conn: Connection, version_id: int) -> list[Evidence]:
    """The mentions of a version that have not been placed yet, in their order in the article."""
    return [evidence_of_row(row._mapping) for row in conn.execute(_UNLINKED, {"version_id": version_id})]


def evidence_in(conn: Connection, version_id: int) -> list[Evidence]:
    """The linked reports of one version, in their order in the article."""
    return [evidence_of_row(row._mapping) for row in conn.execute(_OF_VERSION, {"version_id": version_id})]


def evidence_of(conn: Connection, meeting_id: int) -> list[Evidence]:
    """All reports of a meeting."""
    return [evidence_of_row(row._mapping) for row in conn.execute(_OF_MEETING, {"meeting_id": meeting_id})]


def later_evidence(
    conn: Connection, piece: Evidence, linked_to: Sequence[int], apart_from: Sequence[int], *, window: timedelta
) -> list[tuple[Evidence, int | None]]:
    """What was published after `piece` and is linked to some meetings, or kept apart because of one (None)."""
    until = piece.published_at + window
    said = {"at": piece.published_at, "until": until, "url": piece.url, "id": piece.id}
    asked = ((_LATER_IN, linked_to), (_LATER_APART, apart_from))
    found = [row for later, ids in asked if ids for row in conn.execute(later, said | {"ids": list(ids)})]
    return [(evidence_of_row(row._mapping), row.meeting_id) for row in found]


def report(conn: Connection, mention_id: int) -> Evidence | None:
    """One mention as a report, or None if the id is unknown."""
    row = conn.execute(_ONE, {"mention_id": mention_id}).first()
    return None if row is None else evidence_of_row(row._mapping)


def home_of(conn: Connection, mention_id: int) -> int | None:
    """The meeting a mention is evidence of."""
    return conn.scalar(select(meeting_evidence.c.meeting_id).where(meeting_evidence.c.mention_id == mention_id))


def exists(conn: Connection, meeting_id: int) -> bool:
    """Whether a meeting with that id exists, merged into another or not."""
    return conn.scalar(select(meeting.c.id).where(meeting.c.id == meeting_id)) is not None


def meetings_of_article(conn: Connection, version_id: int) -> list[int]:
    """The meetings an article reported before: in texts earlier than this one, or before its page was gone."""
    return list(conn.scalars(_OF_ARTICLE, {"version_id": version_id}))


# Finding and linking ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownMeeting:
    """A meeting that a new report may belong to, in its last recorded state."""

    meeting_id: int
    state: MeetingState
    last_said_at: datetime


def meetings_nearby(conn: Connection, new: Evidence, *, window: timedelta) -> list[KnownMeeting]:
    """Meetings of the same parties reported within `window` of the new report, and those of its own text."""
    rows = conn.execute(_NEARBY, blocks_to_ask(new, window=window) | {"mention": new.id})
    return [KnownMeeting(row.meeting_id, state_of(row._mapping), row.last_said_at) for row in rows]


def meetings_with_later_news(
    conn: Connection, piece: Evidence, touched: Sequence[int], *, window: timedelta
) -> list[int]:
    """The meetings whose reports published after `piece` may belong elsewhere because of it.

    `touched`: the meetings it was taken out of or put into.
    """
    return blocks_given(conn, piece, touched, window=window)


def create_meeting(conn: Connection, uid: str, *, now: datetime) -> int:
    """Create a meeting; returns its id. If the uid is taken (its first report was moved), a number is appended."""
    name, _, host = uid.partition("@")
    number = 1
    while True:
        found = conn.scalars(
            upsert(meeting)
            .values(uid=uid if number == 1 else f"{name}-{number}@{host}", created_at=now)
            .on_conflict_do_nothing()
            .returning(meeting.c.id)
        ).first()
        if found is not None:
            return int(found)
        number += 1


def attach(conn: Connection, new: Evidence, meeting_id: int, *, score: float | None, now: datetime) -> None:
    """Make a mention evidence of this meeting only, and make the meeting findable by it."""
    statement = upsert(meeting_evidence).values(
        mention_id=new.id, meeting_id=meeting_id, score=score, linked_at=now
    )
    changed = {name: statement.excluded[name] for name in ("meeting_id", "score", "linked_at")}
    conn.execute(statement.on_conflict_do_update(index_elements=["mention_id"], set_=changed))
    add_blocks(conn, meeting_id, new)
    conn.execute(
        update(meeting)
        .where(meeting.c.id == meeting_id)
        .where((meeting.c.last_said_at.is_(None)) | (meeting.c.last_said_at < new.published_at))
        .values(last_said_at=new.published_at)
    )


def detach(conn: Connection, mention_id: int) -> None:
    """Take a mention out of its meeting."""
    conn.execute(delete(meeting_evidence).where(meeting_evidence.c.mention_id == mention_id))


def note_possible(
    conn: Connection, mention_id: int, meeting_id: int, *, fit: str, score: float, now: datetime
) -> None:
    """Queue a mention for a person to decide whether it belongs to a meeting."""
    statement = upsert(meeting_possible).values(
        mention_id=mention_id, meeting_id=meeting_id, fit=fit, score=score, noted_at=now
    )
    changed = {name: statement.excluded[name] for name in ("meeting_id", "fit", "score")}
    conn.execute(statement.on_conflict_do_update(index_elements=["mention_id"], set_=changed))


def drop_possible(conn: Connection, mention_id: int) -> None:
    """Take a mention off the queue."""
    conn.execute(delete(meeting_possible).where(meeting_possible.c.mention_id == mention_id))


def merge_into(conn: Connection, meeting_id: int, other_id: int, *, now: datetime) -> None:
    """Point an emptied meeting to the one that now has its evidence."""
    conn.execute(update(meeting).where(meeting.c.id == meeting_id).values(merged_into=other_id, merged_at=now))


def delete_unrecorded(conn: Connection, meeting_id: int, instead: int) -> None:
    """Remove a meeting made in this transaction that has no recorded state; `instead` has its reports."""
    conn.execute(
        update(meeting_possible).where(meeting_possible.c.meeting_id == meeting_id).values(meeting_id=instead)
    )
    drop_blocks(conn, meeting_id)
    conn.execute(delete(meeting).where(meeting.c.id == meeting_id))


# States -------------------------------------------------------------------------------------------------------


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
    columns: RowMapping = row._mapping
    return RecordedState(columns["id"], columns["number"], columns["sequence"], state_of(columns))


def record_state(
    conn: Connection,
    meeting_id: int,
    state: MeetingState,
    *,
    number: int,
    sequence: int,
    change: str | None,
    ruling_id: int | None = None,
    now: datetime,
) -> int:
    """Append a version to a meeting; returns its id."""
    return int(
        conn.scalars(
            insert(meeting_version)
            .values(
                meeting_id=meeting_id,
                number=number,
                sequence=sequence,
                change=change,
                ruling_id=ruling_id,
                recorded_at=now,
                **state_columns(state),
            )
            .returning(meeting_version.c.id)
        ).one()
    )


def lapse_on(conn: Connection, meeting_id: int, day: date) -> None:
    """Schedule a check of a meeting for the day on which it will have lapsed."""
    due = datetime.combine(day, datetime.min.time(), UTC)
    work.add(conn, "lapse", [meeting_id], due_at=due)
    conn.execute(_LAPSE_EARLIER, {"due": due, "id": meeting_id})
