"""NounPlace the cue of a verb of travelling, meeting or hosting, and say where the noun of its meeting is.

Each language has a table by frame (`plan_ends` in config/meetings/<code>.yml), which holds the order of its words:
the first row that fits decides, and a verb that no row fits is about no meeting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pipeline.meetings.lexicon import PlanEnd
from pipeline.meetings.read.plan_tables import Case

REACH = 90  # characters beside a verb that are looked through for a noun
_BREAK = re.compile(r"[.,;:\"]")  # no noun belongs to a verb beyond it

NounPlace = tuple[int, int]  # [start, end) of masked text


class MeetingNouns(Protocol):
    """What the rows ask about the words around a verb."""

    def goes_abroad(self, text: str, end: int) -> bool:
        """Whether a goal that is no country is named behind a verb."""

    def object_end(self, text: str, end: int) -> int | None:
        """Where the noun of a meeting that is the object of a verb ends."""

    def spans(self, text: str, start: int, end: int) -> list[NounPlace]:
        """The nouns of meetings in a part of masked text, in order."""


@dataclass(frozen=True, slots=True)
class PlanSpan:
    """The place of a cue, and where its noun is: "left" or "either" of it, "inside" it; "" where it needs none."""

    start: int
    end: int
    noun: str = ""
    kind: str = ""  # of the cue, where it is not that of the frame


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

    def noun_before(self, most: int) -> NounPlace | None:
        """The last noun of a meeting in front of the verb, with `most` words and no mark between."""
        for span in reversed(self._nouns_before()):
            between = self.text[span[1] : self.start]
            if between.startswith(" ") and not _BREAK.search(between) and len(between.split()) <= most:
                return span
        return None

    def noun_before_comma(self) -> NounPlace | None:
        """The last noun in front of the verb, where a comma and no other mark parts them."""
        span = next(iter(reversed(self._nouns_before())), (0, 0))
        between = self.text[span[1] : self.start]
        return span if span[1] and between.endswith(", ") and not _BREAK.search(between[:-2]) else None

    def noun_behind(self, most: int) -> NounPlace | None:
        """The first noun of a meeting behind the verb, with `most` words and no mark between."""
        span = next(iter(self.by.spans(self.text, self.end, self.end + REACH)), (0, 0))
        between = self.text[self.end : span[0]]
        return span if span[1] and not _BREAK.search(between) and len(between.split()) <= most else None

    def _nouns_before(self) -> list[NounPlace]:
        return self.by.spans(self.text, max(0, self.start - REACH), self.start)


def _talked_of(at: VerbAt) -> object:
    """ "Ziyareti görüştü": who talks of a visit need not go."""
    noun = at.noun_before(_TALKED_OF)
    return noun and at.case.context["talked_of"].search(at.text[noun[0] : at.start])


_TALKED_OF = 6  # words between the two
# Tests that rows name.
TESTS: Mapping[str, Callable[[VerbAt], object]] = {
    "abroad": lambda at: at.by.goes_abroad(at.text, at.end),
    "guest": lambda at: at.follows("guest_behind") or at.precedes("guest_before"),
    "negated": lambda at: at.case.stance.negated,
    "object": lambda at: at.by.object_end(at.text, at.end),
    "passive": lambda at: at.case.passive,
    "sure": lambda at: at.case.is_("will", "real", "to") or at.case.stance.negated,
    "talked_of": _talked_of,
    # "Spoke with P by phone": behind the verb itself, its particle may come later.
    "whom": lambda at: at.case.context["whom_behind"].match(at.text, at.case.words[at.case.predicate.last].end),
}


def _to(start: int, end: int | None, noun: str = "") -> PlanSpan | None:
    return None if end is None else PlanSpan(start, end, noun)


def _from(noun: NounPlace | None, end: int) -> PlanSpan | None:
    return noun and PlanSpan(noun[0], end, "inside")


def _behind(at: VerbAt, row: PlanEnd, noun: str = "") -> PlanSpan | None:
    found = at.noun_behind(row.within)
    return found and PlanSpan(at.start, found[1], noun)


# Where a cue is, by the name that rows give; None where what it needs is not there.
PLACES: Mapping[str, Callable[[VerbAt, PlanEnd], PlanSpan | None]] = {
    "verb": lambda at, _: PlanSpan(at.start, at.end),
    "verb, a journey": lambda at, _: PlanSpan(at.start, at.end, kind="travel"),
    "verb, noun left": lambda at, _: PlanSpan(at.start, at.end, "left"),
    "verb, noun on either side": lambda at, _: PlanSpan(at.start, at.end, "either"),
    "verb to object": lambda at, _: _to(at.start, at.by.object_end(at.text, at.end)),
    "verb to object, noun inside": lambda at, _: _to(at.start, at.by.object_end(at.text, at.end), "inside"),
    "verb to noun": _behind,
    "verb to noun, noun inside": lambda at, row: _behind(at, row, "inside"),
    "noun, comma, verb": lambda at, _: _from(at.noun_before_comma(), at.end),
}


# The conditions that a row may give, by their name in it.
_CONDITIONS: tuple[tuple[str, Callable[[VerbAt, Any], object]], ...] = (
    ("form", lambda at, tags: at.case.predicate.tag in tags),
    ("lemma", lambda at, lemmas: at.case.predicate.verb.lemma in lemmas),
    ("particle", lambda at, words: not {*at.case.predicate.verb.particle[:1]}.isdisjoint(words)),
    ("word", lambda at, words: at.case.context[words].search(at.text[at.start : at.end])),
    ("before", VerbAt.precedes),
    ("behind", VerbAt.follows),
    ("noun_before", VerbAt.noun_before),
    ("test", lambda at, name: TESTS[name](at)),
)


def _fits(at: VerbAt, row: PlanEnd) -> bool:
    """Whether each condition that a row gives holds."""
    given = ((holds, getattr(row, name)) for name, holds in _CONDITIONS)
    return all(holds(at, wanted) for holds, wanted in given if wanted)


def place_of(at: VerbAt, rows: Sequence[PlanEnd]) -> PlanSpan | None:
    """The place of a verb's cue by the rows of its frame; None where it is about no meeting."""
    for row in rows:
        if _fits(at, row):
            if row.place == "none":
                return None
            if found := PLACES[row.place](at, row):
                return found
    return None
