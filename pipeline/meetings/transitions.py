"""The table of a meeting's states: which move a report makes, by what was known and what the report says.

Reports are handed over in the order they were published. Nothing here knows of databases, alerts or the clock.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.meetings import moves
from pipeline.meetings.course import Course
from pipeline.records import Evidence, MeetingStatus

Move = Callable[[Course, Evidence], None]

_S = MeetingStatus
_OF_A_PLAN: dict[MeetingStatus, Move] = {
    _S.SCHEDULED: moves.plan,
    _S.CONFIRMED: moves.confirm,
    _S.UNCERTAIN: moves.doubt,
    _S.POSTPONED: moves.postpone,
    _S.RESCHEDULED: moves.move,
    _S.CANCELLED: moves.cancel,
    _S.HELD: moves.hold,
    _S.DENIED: moves.deny,
}
_KNOWN: dict[MeetingStatus, Move] = dict.fromkeys(_S, moves.repeat)
_OPEN: dict[MeetingStatus, Move] = dict.fromkeys(_S, moves.settle)
_OF_NOTHING_PLANNED = _KNOWN | {_S.RESCHEDULED: moves.move, _S.HELD: moves.hold}
TRANSITIONS: dict[MeetingStatus, dict[MeetingStatus, Move]] = {
    _S.UNCERTAIN: _OF_A_PLAN | {_S.SCHEDULED: moves.settle, _S.UNCERTAIN: moves.repeat, _S.DENIED: moves.settle},
    _S.SCHEDULED: _OF_A_PLAN,
    _S.CONFIRMED: _OF_A_PLAN,
    _S.RESCHEDULED: _OF_A_PLAN,
    _S.POSTPONED: _OF_NOTHING_PLANNED
    | {_S.SCHEDULED: moves.set_date, _S.CONFIRMED: moves.set_date, _S.CANCELLED: moves.cancel},
    _S.CANCELLED: _OF_NOTHING_PLANNED
    | {_S.SCHEDULED: moves.revive, _S.CONFIRMED: moves.revive, _S.POSTPONED: moves.soften},
    _S.HELD: _KNOWN,
    _S.DENIED: _OPEN | {_S.DENIED: moves.repeat},
}


def take_in(course: Course, piece: Evidence) -> None:
    """Let the next report in the order of publication change what is known."""
    known = len(course.steps)
    TRANSITIONS[course.state.status][piece.mention.status](course, piece)
    course.take_details(piece.mention)
    course.believe(piece)
    course.witnesses.add(piece)
    if len(course.steps) > known:
        course.steps[-1].after = course.state  # with the details of the report that brought it
