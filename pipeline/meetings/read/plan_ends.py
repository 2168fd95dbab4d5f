"""Place the cue of a verb of travelling, meeting or hosting by the frame of the verb, and say where its noun is.

English order here; Russian and Ukrainian in plan_ends_russian.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.meetings.read.plan_tables import Case

_GOAL = re.compile(r"(?: [^\s,;:]+){0,6}? (?:[CLAP])\b(?!-\w)")
_HERE = re.compile(r"(?: the| his| her)? (?:[CLAP]|a |an )")  # "is going to Oslo", not "is going to work"
_WHOM = re.compile(r"(?: [^\s,;:]+){0,3}? [PC]\b")
_BY = (("by",), ("on",), ("over",))  # "by phone"
REACH = 90  # characters beside a verb that are looked through for a noun


class MeetingNouns(Protocol):
    """What the ends ask about the words around a verb."""

    def goes_abroad(self, text: str, end: int) -> bool:
        """Whether a goal that is no country is named behind a verb."""

    def object_end(self, text: str, end: int) -> int | None:
        """Where the noun of a meeting that is the object of a verb ends."""

    def spans(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """The nouns of meetings in a part of masked text, in order."""


@dataclass(frozen=True, slots=True)
class VerbAt:
    """A verb at [start, end) of masked text, with what governs it."""

    by: MeetingNouns
    case: Case
    text: str
    start: int
    end: int

    def follows(self, words: str) -> re.Match[str] | None:
        """The words of the language by that name right behind the verb."""
        return self.case.context[words].match(self.text, self.end)

    def precedes(self, words: str) -> re.Match[str] | None:
        """The words of the language by that name right before the verb."""
        return self.case.context[words].search(self.text[max(0, self.start - REACH) : self.start])

    def noun_before(self, between: re.Pattern[str]) -> tuple[int, int] | None:
        """The last noun of a meeting in front of the verb that only `between` parts from it."""
        spans = reversed(self.by.spans(self.text, max(0, self.start - REACH), self.start))
        return next((span for span in spans if between.fullmatch(self.text, span[1], self.start)), None)

    def noun_behind(self, between: re.Pattern[str]) -> tuple[int, int] | None:
        """The first noun of a meeting behind the verb, where only `between` parts them."""
        first = self.by.spans(self.text, self.end, self.end + REACH)[:1]
        return next((span for span in first if between.fullmatch(self.text, self.end, span[0])), None)


@dataclass(frozen=True, slots=True)
class PlanSpan:
    """The place of a cue, and where its noun is: "left" or "either" of it, "inside" it; "" where it needs none."""

    start: int
    end: int
    noun: str = ""
    kind: str = ""  # of the cue, where it is not that of the frame


def whole(at: VerbAt) -> PlanSpan:
    """A verb that needs neither noun nor goal."""
    return PlanSpan(at.start, at.end)


EndsTable = dict[str, Callable[[VerbAt], PlanSpan | None]]  # None: its object is no meeting


def _goes(at: VerbAt) -> PlanSpan | None:
    to_do = (
        at.case.predicate.tag == "ing"
        and at.case.predicate.verb.lemma == "go"
        and not _HERE.match(at.text, at.end)
    )
    goal = not to_do and (_GOAL.match(at.text, at.end) or at.by.goes_abroad(at.text, at.end))
    return whole(at) if goal else None


def _visits(at: VerbAt) -> PlanSpan | None:
    sure = at.case.is_("will", "real", "to") or at.case.stance.negated or at.follows("goal_behind")
    return whole(at) if sure else _goes(at)


def _meets(at: VerbAt) -> PlanSpan | None:
    return whole(at) if at.follows("met_behind") else None


def _calls(at: VerbAt) -> PlanSpan | None:
    verb = at.case.words[at.case.predicate.last].end  # "spoke with P by phone"
    by_phone = at.case.predicate.verb.particle[:1] in _BY
    return whole(at) if by_phone or _WHOM.match(at.text, verb) else None


def _joins(at: VerbAt) -> PlanSpan | None:
    stop = at.by.object_end(at.text, at.end)
    return PlanSpan(at.start, stop) if stop else None


def _holds(at: VerbAt) -> PlanSpan | None:
    return PlanSpan(at.start, at.end, "left") if at.case.passive else _joins(at)


def _hosts(at: VerbAt) -> PlanSpan | None:
    guest = at.case.passive or at.follows("guest_behind")
    return (None if at.case.passive else _joins(at)) or (whole(at) if guest else None)


def _happens(at: VerbAt) -> PlanSpan | None:
    anything = at.case.predicate.verb.lemma == "happen" and at.precedes("anything_before")
    return None if anything else PlanSpan(at.start, at.end, "left")


ENGLISH_ENDS: EndsTable = {
    "travel": _goes, "visit": _visits, "meet": _meets, "call": _calls, "hold": _holds, "host": _hosts,
    "happen": _happens, "arrange": _holds, "names": _holds, "joins": _joins,
}  # fmt: skip
