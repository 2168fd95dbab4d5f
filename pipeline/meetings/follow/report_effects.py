"""The effects of a report on a meeting: change its state, repeat a known change, or put it in doubt."""

from __future__ import annotations

from datetime import timedelta

from pipeline.meetings.follow.changes import SAME_CHANGE, Change, Flag
from pipeline.meetings.follow.meeting_progress import Course
from pipeline.meetings.follow.witnesses import is_official
from pipeline.meetings.statuses import CHANGES, LIVE
from pipeline.meetings.when.ranges import disjoint, is_open, is_rival, narrower, near, overlap
from pipeline.records import Evidence, MeetingState, MeetingStatus

_S = MeetingStatus
_RIVAL_WITNESSES = 2  # so many name another day: then it is the day


def repeat(course: Course, piece: Evidence) -> None:
    """Nothing new; where it repeats a change, it is one more report of that."""
    step = next((step for step in reversed(course.steps) if step.is_repeated_by(piece)), None)
    if step is not None:
        step.support.add(piece.id)
        course.learn_old_day(piece)


def plan(course: Course, piece: Evidence) -> None:
    """The same plan again, or the same meeting on another day without a word of its having moved."""
    if not _moves_silently(course, piece):
        repeat(course, piece)


def settle(course: Course, piece: Evidence) -> None:
    """What was open is decided, either way."""
    status, when = piece.mention.status, piece.mention.when or course.state.when
    if status == _S.RESCHEDULED and piece.mention.when is None:
        status = _S.POSTPONED  # moved, without a new date
    before = course.state
    course.become(piece, status, None if status == _S.POSTPONED else when, piece.mention.previous_when)
    if status in CHANGES:
        course.tell(Change(status.value), piece, before)


def confirm(course: Course, piece: Evidence) -> None:
    """A plan reported before is confirmed; one that was moved stays a moved one."""
    if _moves_silently(course, piece):
        return
    if course.state.status != _S.RESCHEDULED:
        course.become(piece, _S.CONFIRMED, course.state.when)
    course.unflag(Flag.AT_RISK, Flag.CONTESTED)
    repeat(course, piece)


def doubt(course: Course, piece: Evidence) -> None:
    """A plan is called into question by a new source."""
    if not course.witnesses.has_heard(piece) and not course.is_over(piece):
        course.flag(Flag.AT_RISK)
        course.prove(piece, Flag.AT_RISK.value)


def deny(course: Course, piece: Evidence) -> None:
    """A side rules out what was announced: from an office, it is off; otherwise both remain until one yields."""
    official, fresh = is_official(piece.mention), not course.witnesses.has_heard(piece)
    if official and not course.is_over(piece):
        before = course.state
        course.become(piece, _S.CANCELLED, before.when)
        course.tell(Change.CANCELLED, piece, before)
    elif fresh and not course.is_over(piece):
        course.flag(Flag.CONTESTED)


def stay_away(course: Course, piece: Evidence) -> None:
    """A participant will not attend: reported once for each of them, while the meeting is in the future."""
    goes_on = course.state.status in LIVE or (course.state.format == "summit" and course.state.absent)
    if not goes_on or course.is_over(piece) or course.knows_absent(piece):
        repeat(course, piece)
    else:
        course.stay_away(piece)


def postpone(course: Course, piece: Evidence) -> None:
    """It is off its day, and no other is named."""
    if course.is_told(piece):
        repeat(course, piece)
        return
    before = course.state
    if _was_moved_to_known_day(before, piece):
        course.become(piece, _S.RESCHEDULED, before.when, piece.mention.previous_when)
        course.tell(Change.RESCHEDULED, piece, before)
        return
    course.become(piece, _S.POSTPONED, None, before.when or piece.mention.previous_when)
    course.tell(Change.POSTPONED, piece, before)


def _was_moved_to_known_day(known: MeetingState, piece: Evidence) -> bool:
    """Whether it was put off from a day before the one that is known: then that is the new day."""
    old, when, today = piece.mention.previous_when, known.when, piece.published_at.date()
    if old is None or when is None:
        return False
    return all((old.is_day, when.is_day, old.latest < when.earliest, today <= when.earliest))


def cancel(course: Course, piece: Evidence) -> None:
    """It is off; soon after a postponement that is another word for it."""
    soon_after = course.state.status == _S.POSTPONED and course.since_change(piece) <= SAME_CHANGE
    if soon_after or course.is_told(piece):
        repeat(course, piece)
        return
    before = course.state
    postponed = before.status == _S.POSTPONED
    course.become(piece, _S.CANCELLED, None if postponed else before.when or piece.mention.when)
    course.learn_old_day(piece)
    course.tell(Change.CANCELLED, piece, before)


def soften(course: Course, piece: Evidence) -> None:
    """Said to be off, now said to be only postponed: within two days the same change in a better word.

    A text that uses both words, and promises no new date, has no better one.
    """
    rules = piece.mention.rules
    if any(".cancelled." in rule for rule in rules) and not any(".new_date." in rule for rule in rules):
        if course.steps:
            course.steps[-1].support.add(piece.id)
        return
    before = course.state
    course.become(piece, _S.POSTPONED, None, before.when or piece.mention.previous_when)
    if course.steps and course.since_change(piece) <= SAME_CHANGE and course.steps[-1].kind == Change.CANCELLED:
        last = course.steps[-1]
        last.kind, last.proof, last.after = Change.POSTPONED, piece.id, course.state
        last.support.add(piece.id)
    else:
        course.tell(Change.POSTPONED, piece, before)


def move(course: Course, piece: Evidence) -> None:
    """A new date, said in so many words."""
    said, before = piece.mention, course.state
    if said.when is None:
        if before.status in LIVE:
            postpone(course, piece)
        else:
            repeat(course, piece)
        return
    if before.status in LIVE and before.when is not None and overlap(before.when, said.when):
        # The new date is known. That it is not the first one may be news.
        if before.previous or said.previous_when is None or overlap(said.when, said.previous_when):
            repeat(course, piece)
            return
        if before.status == _S.RESCHEDULED:  # told before, without the day it was moved from
            course.become(piece, _S.RESCHEDULED, before.when, said.previous_when)
            repeat(course, piece)
            return
    elif course.is_told(piece) or near(said.when, before.previous[-1] if before.previous else None, 0):
        repeat(course, piece)
        return
    moved_from = before.when if before.when and not overlap(before.when, said.when) else said.previous_when
    course.become(piece, _S.RESCHEDULED, said.when, moved_from)
    course.tell(Change.RESCHEDULED, piece, before)


def set_date(course: Course, piece: Evidence) -> None:
    """A plan for a postponed meeting gives it its new date; a plan for the old one only comes late."""
    when = piece.mention.when
    if when is not None and course.is_new_date(piece):
        before = course.state
        course.become(piece, _S.RESCHEDULED, when, piece.mention.previous_when)
        begins = when.earliest <= piece.published_at.date() and not is_open(when)
        if not begins:  # else nothing has changed in the plan
            course.tell(Change.RESCHEDULED, piece, before)
    else:
        contest(course, piece)


def revive(course: Course, piece: Evidence) -> None:
    """A plan for a cancelled meeting on another day: it is on again."""
    before = course.state
    if course.is_new_date(piece):
        course.become(piece, piece.mention.status, piece.mention.when, before.when)
        course.tell(Change.REINSTATED, piece, before)
    else:
        contest(course, piece)


def contest(course: Course, piece: Evidence) -> None:
    """A source confirms, with a named authority, what another reported as off or moved.

    A change one source alone reported against several falls once several report the plan again.
    """
    said = piece.mention
    if course.is_lifted_by(piece):
        before = course.state
        course.become(piece, said.status, before.when or before.previous[-1])
        course.tell(Change.REINSTATED, piece, before)
        _moves_silently(course, piece)  # it may give another day than the plan it confirms
        return
    fresh = not course.witnesses.has_heard(piece) and not course.is_over(piece)
    if not (fresh and said.status == _S.CONFIRMED and said.attribution) or Flag.CONTESTED in course.state.flags:
        repeat(course, piece)
        return
    before = course.state
    course.is_disputed = True
    course.flag(Flag.CONTESTED)
    course.tell(Change.CONTESTED, piece, before)


def hold(course: Course, piece: Evidence) -> None:
    """It took place: on its day, not on one it was moved away from, and not before it."""
    said, before = piece.mention, course.state
    today = piece.published_at.date() + timedelta(1)  # where it is later than in UTC
    if before.status in LIVE:
        if before.when is None or before.when.earliest <= today:
            moved = said.when is not None and said.when.is_day and disjoint(before.when, said.when)
            course.become(piece, _S.HELD, said.when if moved else narrower(before.when, said.when))
    elif before.status == _S.POSTPONED:
        if not course.is_old_day(said.when):
            course.become(piece, _S.HELD, said.when)
    elif said.when is None or before.when is None or near(said.when, before.when):
        course.become(piece, _S.HELD, said.when or before.when)
        course.flag(Flag.CONTESTED)


def _moves_silently(course: Course, piece: Evidence) -> bool:
    """Another day to come for a plan: a change once an office or a second witness says so, open until then."""
    said, before = piece.mention, course.state
    if not is_rival(before.when, said.when) or course.is_old_date(said.when) or course.is_over(piece):
        return False
    told = course.witnesses.name_day(piece)
    if len(told) < _RIVAL_WITNESSES and not is_official(said):
        course.flag(Flag.CONTESTED)
        return True
    course.witnesses.settle_day()
    course.unflag(Flag.CONTESTED)
    course.become(piece, _S.RESCHEDULED, said.when, before.when)
    course.tell(Change.RESCHEDULED, piece, before)
    course.steps[-1].support.update(told.values())
    return True
