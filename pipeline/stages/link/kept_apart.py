"""Explain for `why` the reason a report was not linked to the nearest meetings: judged as in link, nothing
stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from pipeline.meetings.follow import linker
from pipeline.meetings.follow.linker import Candidate
from pipeline.meetings.follow.timeline import Timeline, moment_of
from pipeline.records import Evidence
from pipeline.stages.link.assign_reports import WINDOW
from pipeline.store import meetings

_SHOWN = 3  # the meetings written about last


@dataclass(frozen=True, slots=True)
class KeptApart:
    """A meeting of the same parties that a report was not linked to, and the reason."""

    mention_id: int
    meeting_id: int
    reason: str


def kept_apart(conn: Connection, mention_id: int) -> list[KeptApart]:
    """The meetings a report might have been about, nearest in time first, each with what kept it out."""
    piece = meetings.report(conn, mention_id)
    if piece is None:
        return []
    home = meetings.home_of(conn, mention_id)
    nearby = [known.meeting_id for known in meetings.meetings_nearby(conn, piece, window=WINDOW)]
    candidates = [found for i in nearby if i != home and (found := _as_it_stood(conn, i, piece)) is not None]
    candidates.sort(key=lambda found: (-found.last_said.timestamp(), found.meeting_id))
    return [KeptApart(mention_id, found.meeting_id, _reason(piece, found)) for found in candidates[:_SHOWN]]


def _as_it_stood(conn: Connection, meeting_id: int, piece: Evidence) -> Candidate | None:
    before = Timeline(meetings.evidence_of(conn, meeting_id)).before(moment_of(piece))
    return None if before is None else Candidate(meeting_id, before.state, before.said_at, before.url)


def _reason(piece: Evidence, candidate: Candidate) -> str:
    judged = linker.judge(piece, candidate)
    if judged.veto is not None:
        return judged.veto
    fits = f"fits with {judged.score:.2f}"
    return fits if judged.score >= linker.SURE else f"{fits}, {linker.SURE:.2f} is needed"
