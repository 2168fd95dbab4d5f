"""Sort the dates of a clause: the day of the meeting, the day it was moved from, or the day of a statement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.meetings.date_words import DateWords
from pipeline.meetings.read.clauses import MaskedSpan
from pipeline.meetings.read.dated_acts import Act, Around, DateOfAct
from pipeline.meetings.statuses import CHANGES, PLANS
from pipeline.meetings.when.dates import DateHit
from pipeline.meetings.when.ranges import disjoint, overlap
from pipeline.records import MeetingStatus, When

_STILL_NEWS = timedelta(days=3)  # a change of a meeting that was due longer ago is history
_REPORT_WORDS = 5  # a verb of saying this near a date governs it
_OWNED_WORDS = 4  # so near behind "Friday's" is what it owns
_DAY = timedelta(days=1)
_LAST_SEASON = timedelta(days=180)  # a meeting held longer ago is mentioned for comparison
_OFF = frozenset({MeetingStatus.CANCELLED, MeetingStatus.DENIED})
_ACT_REACH = 12  # characters between a change and the day it was announced on


@dataclass(frozen=True, slots=True)
class ClaimDates:
    """The dates of one claim. `history`: they show that it is about the past."""

    when: When | None = None
    previous: When | None = None
    history: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sentence tells of one of its dates by itself."""

    foreign: bool  # no meeting's: the day of a statement, or of another noun
    planned: bool  # said to be the day of a plan
    said: bool  # today or yesterday, in a sentence with a verb of saying: perhaps the day of the statement


@dataclass(slots=True)
class _Found:
    """The dates of a claim while they are sorted."""

    when: When | None = None
    previous: When | None = None
    after: bool = False  # `when` comes after the cue
    planned: bool = False  # `previous` of a change, or `when` of a plan, is said to be the day it was planned for


class DateSorter:
    """Sorts the dates of a clause by the context rules of one language."""

    def __init__(self, words: DateWords, *, reporting: re.Pattern[str], nouns: re.Pattern[str], svo: bool) -> None:
        """`reporting` finds verbs and nouns of saying, `nouns` those of meetings; `svo`: the verb comes first."""
        beside = words.beside
        self._planned = words.any_of(beside.planned, end=True)
        self._planned_after = words.any_of(beside.planned_after)
        self._new = words.any_of(beside.new, end=True)
        self._new_after = words.any_of(beside.new_after)
        self._old = words.any_of(beside.old, end=True)
        self._old_after = words.any_of(beside.old_after)
        self._owner = words.any_of(beside.owner)
        self._nouns = nouns
        self._told_of = words.any_of(beside.told_of)
        self._reporting = reporting
        self._svo = svo

    def sort(self, act: Act, text: str, dates: Mapping[int, DateHit], clause: Around, today: date) -> ClaimDates:
        """The dates that belong to the claim `act`.

        `text` is its masked sentence, where each of `dates` is one "D" at its key; `today` is the day of
        publication.
        """
        found = _Found()
        acted = any(clause.start <= position < act.core[0] for position in dates)
        for position, hit in dates.items():
            if self._is_not_its(act, text, clause, position):
                continue
            at = DateOfAct(act, text, clause, position, hit, today, acted)
            if hit.ends and (hit.moves or (act.changes and position > act.span[0])):
                found.previous, found.when = hit.ends
            elif at.is_long_gone:
                return ClaimDates(history=True)
            else:
                self._take(at, found)
        if act.status in _OFF and found.previous is None:
            found.when, found.previous = None, found.when  # the day it was planned for
        return _checked(act, found.when, found.previous, today)

    def standing(self, text: str, dates: Mapping[int, DateHit], today: date) -> dict[int, Standing]:
        """The role a masked sentence gives each of its dates, whichever claim the date belongs to."""
        said = self._reporting.search(text) is not None
        return {
            position: Standing(
                foreign=self._reporting.search(text, position + 1) is not None  # "On Friday, they announced that"
                or self._is_spoken(text, position, 0)
                or self._is_anothers(text, position),
                planned=self._is_planned(text, (0, len(text)), position),
                said=said and timedelta(0) <= today - hit.past.latest <= _DAY,
            )
            for position, hit in dates.items()
        }

    def _take(self, at: DateOfAct, found: _Found) -> None:
        """A date of a claim, by what the claim says."""
        act = at.act
        if act.status == MeetingStatus.RESCHEDULED and not act.changes:
            self._take_move(at, found)
        elif act.status in CHANGES or act.changes:
            self._take_change(at, found)
        elif act.status == "planned":
            if not self._svo or at.position >= act.span[0] or self._is_planned_in(at, at.clause.start):
                found.previous = found.previous or at.hit.future
        else:
            self._take_plan(at, found)

    def _is_planned_in(self, at: DateOfAct, start: int) -> bool:
        return self._is_planned(at.text, (start, at.clause.end), at.position)

    def _take_move(self, at: DateOfAct, found: _Found) -> None:
        """A date beside "will now be held on": the new day behind it, the old one before it."""
        if at.is_before or self._is_planned_in(at, at.behind) or self._is_left(at.text, at.position):
            found.previous = found.previous or at.hit.future
        else:
            found.when = found.when or at.hit.future

    def _take_change(self, at: DateOfAct, found: _Found) -> None:
        """A date beside a word of change: the new day, or the old one."""
        act, hit = at.act, at.hit
        if self._is_planned_in(at, at.behind):  # more reliable than a day that is only near
            known = found.previous if found.planned else None
            found.previous, found.planned = known or (hit.past if act.past else hit.future), True
        elif self._is_new(at.text, at.clause, at.position, act.span):
            found.when = found.when or hit.future
        elif at.clause.has(at.position) and self._is_old(at):
            found.previous = found.previous or at.old_day()

    def _take_plan(self, at: DateOfAct, found: _Found) -> None:
        """A date beside a plan or a report of a meeting."""
        old = self._is_first_planned(at)
        if at.act.status in PLANS and self._is_left(at.text, at.position):
            found.previous = found.previous or at.hit.future  # "on 14 October, not on 9 October"
        elif found.planned and not old and found.when is not None and disjoint(found.when, at.hit.future):
            found.previous, found.when, found.planned = found.when, at.hit.future, False
        elif at.clause.has(at.position) and self._is_better(at, found):
            found.when = at.stated() or found.when
            found.after, found.planned = not at.is_before, old

    def _is_first_planned(self, at: DateOfAct) -> bool:
        """ "The visit set for 9 October will take place on 14 October": between a noun and the verb of a plan."""
        act = at.act
        inside = act.status in PLANS and not act.nominal and at.position < act.span[0]
        return inside and self._is_planned(at.text, (at.clause.start, act.span[0]), at.position)

    def _is_better(self, at: DateOfAct, found: _Found) -> bool:
        """Whether a date tells more than the one found: a date after the verb is closer to it than one before."""
        if found.when is None:
            return True
        if at.act.status in PLANS and found.when.latest < at.today:
            return True
        if self._svo and not (at.act.nominal or found.after or at.is_before):
            return True
        return at.hit.future.is_day and overlap(found.when, at.hit.future)

    def _is_planned(self, text: str, within: MaskedSpan, position: int) -> bool:
        before, after = text[within[0] : position], text[position + 1 : within[1]]
        planned = self._planned.search(before) or self._planned_after.match(after)
        return planned is not None

    def _is_new(self, text: str, clause: Around, position: int, span: MaskedSpan) -> bool:
        """ "postponed until September": the new day."""
        if self._new_after.match(text, position + 1):
            return True
        return position > span[0] and self._new.search(text[clause.start : position]) is not None

    def _is_left(self, text: str, position: int) -> bool:
        """A day that is given up: "from 9 October", "not on 9 October"."""
        if self._old_after.match(text, position + 1):
            return True
        return self._old.search(text[:position]) is not None

    def _is_old(self, at: DateOfAct) -> bool:
        """A date near a change that is not the day the change was announced on ("cancelled on Thursday")."""
        act, text, position, span, hit = at.act, at.text, at.position, at.act.span, at.hit
        if self._is_left(text, position) or text[position + 1 : position + 3] == "'s":
            return True
        if not act.changes and (position >= span[1] or not self._svo):  # "will not visit Turkey on Friday"
            return True
        if hit.weekday:  # "the visit on Thursday was cancelled", "on Monday cancelled a visit on Thursday"
            inside = act.core[0] < position < span[0] or (at.acted and position >= act.core[1])
            return self._svo and inside
        if hit.future.earliest > at.today and hit.past == hit.future:
            return True  # nothing was called off on a day to come
        near = abs(position - span[0]) < _ACT_REACH or abs(position - span[1]) < _ACT_REACH // 2
        told = near or hit.future.latest == at.today  # "this morning we told them that …"
        return not (told and hit.past == hit.future)

    def _is_anothers(self, text: str, position: int) -> bool:
        """ "Today's newsletter", "ahead of Sunday's vote"."""
        owner = self._owner.match(text, position + 1)
        if owner is None:
            return False
        return self._nouns.search(" ".join(text[owner.end() :].split()[:_OWNED_WORDS])) is None

    def _is_not_its(self, act: Act, text: str, clause: Around, position: int) -> bool:
        """A date of another clause, of a statement, or one that another noun owns."""
        if not clause.start <= position < clause.end:
            return True
        return self._is_report(text, clause, position, act) or self._is_anothers(text, position)

    def _is_report(self, text: str, clause: Around, position: int, act: Act) -> bool:
        """The day of a statement: "said on Friday", "On Friday, the ministry announced"."""
        if clause.reports(position):
            return True
        reporting, span = self._reporting, act.span
        if position < span[0] and reporting.search(text, position + 1, span[0]):
            return True
        confirms = act.status == MeetingStatus.CONFIRMED
        return self._is_spoken(text, position, span[1] if confirms and position >= span[1] else 0)

    def _is_spoken(self, text: str, position: int, start: int) -> bool:
        before = " ".join(text[start:position].split()[-_REPORT_WORDS:])
        said = self._reporting.search(before) if self._svo else None
        if said and not self._told_of.search(before, said.end()):
            return True
        return self._reporting.match(" ".join(text[position + 1 :].split()[:_REPORT_WORDS])) is not None


def _checked(act: Act, when: When | None, previous: When | None, today: date) -> ClaimDates:
    """A change of a meeting that was due long ago, or a plan for a past day, is history."""
    if act.status in CHANGES and previous is not None and today - previous.latest > _STILL_NEWS:
        return ClaimDates(history=True)
    if act.status == MeetingStatus.HELD and when is not None and today - when.latest > _LAST_SEASON:
        return ClaimDates(history=True)
    plan = act.status in (MeetingStatus.SCHEDULED, MeetingStatus.CONFIRMED)
    late = timedelta(days=not act.nominal)  # only a verb says that what was due yesterday is still a plan
    if plan and when is not None and today - when.latest > late:
        return ClaimDates(history=True)
    return ClaimDates(when, previous)
