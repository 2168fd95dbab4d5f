"""The table of state transitions: the effect of a report, by the known status and the reported one.

Reports arrive in the order of publication. Nothing here depends on databases, alerts or the clock.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.meetings.follow import report_effects as effects
from pipeline.meetings.follow.meeting_progress import Course, is_absence
from pipeline.records import Evidence, MeetingStatus

Effect = Callable[[Course, Evidence], None]

_S = MeetingStatus
_OF_A_PLAN: dict[MeetingStatus, Effect] = {
    _S.SCHEDULED: effects.plan,
    _S.CONFIRMED: effects.confirm,
    _S.UNCERTAIN: effects.doubt,
    _S.POSTPONED: effects.postpone,
    _S.RESCHEDULED: effects.move,
    _S.CANCELLED: effects.cancel,
    _S.HELD: effects.hold,
    _S.DENIED: effects.deny,
}
_KNOWN: dict[MeetingStatus, Effect] = dict.fromkeys(_S, effects.repeat)
_OPEN: dict[MeetingStatus, Effect] = dict.fromkeys(_S, effects.settle)
_OF_NOTHING_PLANNED = _KNOWN | {_S.RESCHEDULED: effects.move, _S.HELD: effects.hold}
TRANSITIONS: dict[MeetingStatus, dict[MeetingStatus, Effect]] = {
    _S.UNCERTAIN: _OF_A_PLAN
    | {_S.SCHEDULED: effects.settle, _S.UNCERTAIN: effects.repeat, _S.DENIED: effects.settle},
    _S.SCHEDULED: _OF_A_PLAN,
    _S.CONFIRMED: _OF_A_PLAN,
    _S.RESCHEDULED: _OF_A_PLAN,
    _S.POSTPONED: _OF_NOTHING_PLANNED
    | {
        _S.SCHEDULED: effects.set_date,
        _S.CONFIRMED: effects.set_date,
        _S.CANCELLED: effects.cancel,
    },
    _S.CANCELLED: _OF_NOTHING_PLANNED
    | {
        _S.SCHEDULED: effects.revive,
        _S.CONFIRMED: effects.revive,
        _S.POSTPONED: effects.soften,
    },
    _S.HELD: _KNOWN,
    _S.DENIED: _OPEN | {_S.DENIED: effects.repeat},
}


def take_in(course: Course, piece: Evidence) -> None:
    """Let the next report in the order of publication change what is known."""
    known = len(course.steps)
    if is_absence(piece.mention):
        effects.stay_away(course, piece)
    else:
        TRANSITIONS[course.state.status][piece.mention.status](course, piece)
        course.take_details(piece)
    course.believe(piece)
    course.weigh(piece)
    course.witnesses.add(piece)
    if len(course.steps) > known:
        course.steps[-1].after = course.state  # with the details of the report that brought it
