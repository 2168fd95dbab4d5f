"""Decide whether a sentence tells of an official meeting: of two sides, or of one side with many."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.language.folding import fold
from pipeline.language.prefilter import Prefilter
from pipeline.meetings.language import WordRow
from pipeline.meetings.lexicon import Cue
from pipeline.meetings.read.nouns import TWO_SIDED, Noun, NounReader
from pipeline.meetings.read.placed import PlacedCue
from pipeline.meetings.read.sides import Parties
from pipeline.meetings.statuses import CHANGES

_REACH = 60  # characters to either side of a verb and its noun


class Officials:
    """What one language says of meetings that are official, and of others."""

    def __init__(self, rows: Iterable[WordRow], abroad: re.Pattern[str], nouns: NounReader) -> None:
        """`rows` are those of not_official.csv, `abroad` finds regions as goals of a journey."""
        names = [(fold(row["words"]), row["reason"]) for row in rows]
        self._reasons = tuple(reason for _, reason in names)
        self._patterns = tuple(_pattern(words) for words, _ in names)
        self._prefilter = Prefilter(self._patterns)
        self._abroad = abroad
        self._nouns = nouns

    def why_not(self, placed: PlacedCue, parties: Parties, nouns: list[Noun]) -> str | None:
        """Why a cue is about no official meeting; None where nothing says so.

        `nouns` are those of the sentence.
        """
        if placed.head is not None and placed.head.format == TWO_SIDED:
            if len(parties.countries) < len("AB"):
                return "what it is about is a meeting only of two sides"
            if any(noun.is_meeting for noun in nouns):  # "a lunch at the meeting of the presidents"
                return "what it is about is only a part of a meeting"
        reason = self._other_kind(placed.text, *placed.core)
        return reason and f"no official meeting: {reason}"

    def _other_kind(self, text: str, start: int, end: int) -> str | None:
        """The kind of another event that the words around [start, end) of masked text name."""
        start, end = max(0, start - _REACH), min(len(text), end + _REACH)
        found = [
            (match.start(), number)
            for number in self._prefilter.possible(text[start:end])
            if (match := self._patterns[number].search(text, start, end))
        ]
        return self._reasons[min(found)[1]] if found else None

    def goes_abroad(self, placed: PlacedCue, parties: Parties) -> bool:
        """Whether a person travels to what is no country: "his trip to Latin America"."""
        if placed.cue.passing or not parties.people:
            return False
        travels = placed.is_visit or (placed.head is not None and placed.head.format == "summit")
        return travels and self._abroad.search(placed.text, *placed.whole) is not None

    def meets_many(self, placed: PlacedCue, nouns: list[Noun]) -> bool:
        """Whether who is named need not say whom they meet: a summit, a body, talks known by their subject.

        `nouns` are those of the sentence.
        """
        if placed.head is None:  # "dropped plans to attend a summit"
            summit = any(noun.format == "summit" and placed.clause.has(noun.start) for noun in nouns)
            return placed.cue.status in CHANGES and summit
        known = placed.head.is_body and placed.head.format != "body ceremony"  # an inauguration may be at home
        known = known or placed.head.format == "summit"
        return known or self._nouns.meets_many(placed.text, *placed.whole)


def is_known(cue: Cue, parties: Parties) -> bool:
    """Whether one side is enough where it meets a body or many."""
    if cue.passing or len(parties.countries) != 1:
        return False
    return bool(parties.people) or cue.status in CHANGES


def _pattern(words: str) -> re.Pattern[str]:
    any_ending = r"\w*".join(map(re.escape, words.split("*")))
    return re.compile(rf"\b{any_ending}\b")
