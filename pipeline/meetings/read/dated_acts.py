"""The act a claim reports, and the dates beside it with the ways to understand each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from pipeline.meetings.read.clauses import MaskedSpan
from pipeline.meetings.when.dates import DateHit
from pipeline.records import MeetingStatus, When

_BESIDE = 2  # blanks between a change and a day right behind it: "was cancelled in October"
_HALF_A_YEAR = timedelta(days=183)
_LONG_AGO = timedelta(days=20)  # a change with an older date than this is history


class Around(Protocol):
    """The clause of a claim, as far as its dates need it."""

    @property
    def start(self) -> int:
        """Where it begins in masked text."""

    @property
    def end(self) -> int:
        """Where it ends."""

    def has(self, position: int) -> bool:
        """Whether the date there belongs to the claim."""

    def reports(self, position: int) -> bool:
        """Whether it is in words that only name the speaker."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a claim says and where: all that its dates need to know of it."""

    status: MeetingStatus | str  # or "planned": was planned once
    span: MaskedSpan  # the words that say so
    core: MaskedSpan  # from their noun to them, or the other way round
    changes: bool = False  # a word of change: "cancelled", not "will not come"
    nominal: bool = False  # a noun alone says so
    past: bool = False  # of a change: the day it names has gone by
    present: bool = False  # in the present tense: with a future day it is a plan


@dataclass(frozen=True, slots=True)
class DateOfAct:
    """One date of a clause and its place."""

    act: Act
    text: str
    clause: Around
    position: int
    hit: DateHit
    today: date
    acted: bool  # another date before the cue and its noun says when it was done

    @property
    def is_before(self) -> bool:
        """It comes before the end of the act."""
        return self.position < self.act.span[1]

    @property
    def behind(self) -> int:
        """Where the words between the act, or the beginning of the clause, and the date begin."""
        return self.clause.start if self.is_before else self.act.span[1]

    @property
    def is_long_gone(self) -> bool:
        """It makes a change history."""
        past = self.today - self.hit.future.latest
        return self.act.changes and past > _LONG_AGO and self.clause.has(self.position)

    def stated(self) -> When | None:
        """The day of a plan or of a meeting held, in the past or to come as the words around it say."""
        act, hit, today = self.act, self.hit, self.today
        verbless = act.nominal and act.span[0] <= self.position < act.span[1]
        past_is_nearer = today - hit.past.latest < hit.future.earliest - today
        if past_is_nearer and ((verbless and hit.weekday) or (act.present and act.nominal)):
            return hit.past  # "Monday's meeting", "his summit with Trump in June": the nearer one
        if act.present and hit.future.latest >= today and not (act.nominal and hit.weekday):
            return hit.future
        if act.status != MeetingStatus.HELD:
            return hit.future
        return hit.past if hit.past.earliest <= today else None

    def old_day(self) -> When:
        """The day a meeting was planned for; "cancelled in October", written in December, is of last October."""
        hit = self.hit
        behind = self.act.changes and 0 < self.text[self.act.core[1] : self.position].count(" ") <= _BESIDE
        nearer = self.today - hit.past.latest < hit.future.earliest - self.today
        far = not hit.future.is_day and not hit.weekday and hit.future.earliest - self.today > _HALF_A_YEAR
        return hit.past if self.act.past or (behind and far and nearer) else hit.future
