"""Which dates of a clause are the meeting's: its day, the day it was moved from, or the day of a statement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.meetings.clauses import Clause, Context, Span
from pipeline.meetings.dates import DateHit
from pipeline.meetings.lexicon import Cue
from pipeline.meetings.masking import Masked
from pipeline.records import MeetingStatus, When

CHANGES = frozenset({MeetingStatus.POSTPONED, MeetingStatus.RESCHEDULED, MeetingStatus.CANCELLED})
_STILL_NEWS = timedelta(days=3)  # a change of a meeting that was due longer ago is history
_LONG_AGO = timedelta(days=20)  # a change told with an older date than this is history
_REPORT_WORDS = 5  # a verb of saying this near a date governs it
_ACT_REACH = 12  # characters between a change and the day it was announced on


@dataclass(frozen=True, slots=True)
class ClaimDates:
    """The dates of one claim. `history`: they show that it speaks of the past."""

    when: When | None = None
    previous: When | None = None
    history: bool = False


class DateSorter:
    """Sorts the dates of a clause by the context rules of one language."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def sort(self, cue: Cue, span: Span, masked: Masked, clause: Clause, today: date) -> ClaimDates:
        """The dates that belong to the claim of `cue` at `span`; `today` is the day of publication."""
        when: When | None = None
        previous: When | None = None
        for position, hit in masked.dates.items():
            if not clause.start <= position < clause.end or self._is_report(masked.text, clause, position, span):
                continue
            planned = self._is_planned(masked.text, clause, position)
            if cue.status in CHANGES or cue.kind == "change":
                if clause.has(position) and today - hit.future.latest > _LONG_AGO:
                    return ClaimDates(history=True)
                if not planned and self._is_new(masked.text, clause, position, span):
                    when = when or hit.future
                elif planned or (clause.has(position) and self._is_old(cue, masked.text, position, span, hit)):
                    previous = previous or hit.future
            elif cue.status == "planned":
                previous = previous or (hit.future if planned or position >= span[0] else None)
            elif clause.has(position):
                verbless = cue.kind == "noun" and span[0] <= position < span[1]
                when = when or self._stated(cue, hit, today, verbless=verbless)
        return _checked(cue, when, previous, today)

    @staticmethod
    def _stated(cue: Cue, hit: DateHit, today: date, *, verbless: bool) -> When | None:
        if verbless and hit.weekday and today - hit.past.latest < hit.future.earliest - today:
            return hit.past  # "Monday's meeting": the nearer Monday
        if cue.status != MeetingStatus.HELD:
            return hit.future
        return hit.past if hit.past.earliest <= today else None

    def _is_planned(self, text: str, clause: Clause, position: int) -> bool:
        before, after = text[clause.start : position], text[position + 1 : clause.end]
        planned = self._context["planned"].search(before) or self._context["planned_after"].match(after)
        return planned is not None

    def _is_new(self, text: str, clause: Clause, position: int, span: Span) -> bool:
        """ "postponed until September": the new day."""
        if self._context["moved_to_after"].match(text, position + 1):
            return True
        return position > span[0] and self._context["moved_to"].search(text[clause.start : position]) is not None

    def _is_old(self, cue: Cue, text: str, position: int, span: Span, hit: DateHit) -> bool:
        """A date near a change that is not the day the change was announced on ("cancelled on Thursday")."""
        if self._context["moved_from"].search(text[:position]) or text[position + 1 : position + 3] == "'s":
            return True
        if cue.kind != "change" and position >= span[1]:  # "will not visit Turkey on Friday"
            return True
        if hit.weekday:
            return False
        near = abs(position - span[0]) < _ACT_REACH or abs(position - span[1]) < _ACT_REACH // 2
        return not (near and hit.past == hit.future)

    def _is_report(self, text: str, clause: Clause, position: int, span: Span) -> bool:
        """The day somebody spoke on: "said on Friday", "On Friday, the ministry announced"."""
        if clause.reports(position):
            return True
        reporting = self._context["reporting"]
        if position < span[0] and reporting.search(text, position + 1, span[0]):
            return True
        before = " ".join(text[:position].split()[-_REPORT_WORDS:])
        said = reporting.search(before)
        if said and not re.search(r"\b(?:for|will|to|would|that|of|на|до)\b", before[said.end() :]):
            return True
        return reporting.match(" ".join(text[position + 1 :].split()[:_REPORT_WORDS])) is not None


def _checked(cue: Cue, when: When | None, previous: When | None, today: date) -> ClaimDates:
    """A change of what was due long ago, or a plan for a day gone by, is history."""
    if cue.status in CHANGES and previous is not None and today - previous.latest > _STILL_NEWS:
        return ClaimDates(history=True)
    plan = cue.status in (MeetingStatus.SCHEDULED, MeetingStatus.CONFIRMED)
    late = timedelta(days=cue.kind != "noun")  # only a verb says that what was due yesterday is still a plan
    if plan and when is not None and today - when.latest > late:
        return ClaimDates(history=True)
    return ClaimDates(when, previous)
