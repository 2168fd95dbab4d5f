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
_GUEST = re.compile(r"(?: [^\s,;:]+){0,3}? (?:P\b|C(?:,|,? and) C\b|A (?!\w+ (?:goods|products)))")
_OTHER = re.compile(
    r"(?:,? (?!of\b)[^\s,;:]+){0,4}? [PCALD]\b|[,.\"]|$| (?:in|on|at|for|again|here|there|behind|late|early)\b"
)
_WHOM = re.compile(r"(?: [^\s,;:]+){0,3}? [PC]\b")
_BY = (("by",), ("on",), ("over",))  # "by phone"
_ANYTHING = frozenset(["it", "that", "this", "what"])  # "it would never happen" is said of walls as of visits


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


@dataclass(frozen=True, slots=True)
class PlanSpan:
    """The place of a cue, and where its noun is: "left" or "either" of it, "inside" it; "" where it needs none."""

    start: int
    end: int
    noun: str = ""
    kind: str = ""  # of the cue, where it is not that of the frame


EndsTable = dict[str, Callable[[VerbAt], PlanSpan | None]]  # None: its object is no meeting


def _goes(at: VerbAt) -> PlanSpan | None:
    to_do = (
        at.case.predicate.tag == "ing"
        and at.case.predicate.verb.lemma == "go"
        and not _HERE.match(at.text, at.end)
    )
    goal = not to_do and (_GOAL.match(at.text, at.end) or at.by.goes_abroad(at.text, at.end))
    return PlanSpan(at.start, at.end) if goal else None


def _visits(at: VerbAt) -> PlanSpan | None:
    sure = at.case.is_("will", "real", "to") or at.case.stance.negated
    return PlanSpan(at.start, at.end) if sure else _goes(at)


def _meets(at: VerbAt) -> PlanSpan | None:
    return PlanSpan(at.start, at.end) if _OTHER.match(at.text, at.end) else None


def _calls(at: VerbAt) -> PlanSpan | None:
    verb = at.case.words[at.case.predicate.last].end  # "spoke with P by phone"
    by_phone = at.case.predicate.verb.particle[:1] in _BY
    return PlanSpan(at.start, at.end) if by_phone or _WHOM.match(at.text, verb) else None


def _joins(at: VerbAt) -> PlanSpan | None:
    stop = at.by.object_end(at.text, at.end)
    return PlanSpan(at.start, stop) if stop else None


def _holds(at: VerbAt) -> PlanSpan | None:
    return PlanSpan(at.start, at.end, "left") if at.case.passive else _joins(at)


def _hosts(at: VerbAt) -> PlanSpan | None:
    guest = at.case.passive or _GUEST.match(at.text, at.end)
    return (None if at.case.passive else _joins(at)) or (PlanSpan(at.start, at.end) if guest else None)


def _happens(at: VerbAt) -> PlanSpan | None:
    first = at.case.stance.first
    subject = at.case.words[first - 1].text if first else ""
    if at.case.predicate.verb.lemma == "happen" and subject in _ANYTHING:
        return None
    return PlanSpan(at.start, at.end, "left")


ENGLISH_ENDS: EndsTable = {
    "travel": _goes, "visit": _visits, "meet": _meets, "call": _calls, "hold": _holds, "host": _hosts,
    "happen": _happens, "arrange": _holds, "names": _holds, "joins": _joins,
}  # fmt: skip
