"""The series a meeting belongs to, and its own number in it: "the G20 summit", "the fourth round of talks".

Both tell one meeting from another: the fourth round is not the fifth. The words stand in series.csv. A series
behind "on the sidelines of" is only the occasion of another meeting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.language.folding import fold
from pipeline.meetings.language import WordRow
from pipeline.meetings.read.clauses import MaskedSpan
from pipeline.meetings.read.placed import PlacedCue
from pipeline.meetings.statuses import CHANGES

_NEAR = 45  # characters between the noun of a meeting and the name of its series, or its number
_BODIES = frozenset({"EU", "NATO", "UN", "OSCE"})  # their summits are series: "the NATO summit"
_BESIDE = re.compile(r"(?:'s|''?n?[iu]n)?[ -](?:[^\W_A-Z]+'? )?")
_DIGITS = r"(?P<digits>\d{1,2})(?:[-.'’]?[^\W\d_]{1,5}|\.)?"
_BETWEEN = r" (?:[^\W\d_A-Z]+ ){0,2}?"


@dataclass(frozen=True, slots=True)
class MeetingSeries:
    """What a claim says of the series of its meeting; "" and None where it says nothing."""

    name: str = ""
    number: int | None = None


NO_SERIES = MeetingSeries()


class SeriesReader:
    """Finds series and numbers by the words of one language."""

    def __init__(self, rows: Iterable[WordRow]) -> None:
        rows = list(rows)
        self._names = [(_pattern([row]), row["means"]) for row in _of("series", rows)]
        self._any_name = _pattern(_of("series", rows))
        self._occasion = re.compile(rf"\b(?:{_words(_of('occasion', rows))})\b")
        self._ordinals = {fold(row["words"]): int(row["means"]) for row in _of("ordinal", rows)}
        self._format = re.compile(rf"[ -](?:{_words(_of('format', rows))})\b")
        units, ordinals = _words(_of("unit", rows)), _words(_of("ordinal", rows))
        self._before_unit = re.compile(rf"\b(?:(?P<word>{ordinals})|{_DIGITS}){_BETWEEN}(?:{units})\b")
        self._behind_unit = re.compile(rf"\b(?:{units}) (?P<digits>\d{{1,2}})\b")

    def read(self, placed: PlacedCue) -> MeetingSeries:
        """The series and the number that stand beside the noun of a meeting."""
        if (
            placed.head is None and placed.cue.status not in CHANGES
        ):  # "will not travel to the G20 summit" has none
            return NO_SERIES
        anchor = (placed.head.start, placed.head.end) if placed.head else placed.found.span
        start, end = placed.whole
        around = max(start, anchor[0] - _NEAR), min(end, anchor[1] + _NEAR)
        name = self._name(placed, anchor, around) or self._of_city(placed, around) or _of_body(placed)
        return MeetingSeries(name, self._number(placed.text, *around))

    def _name(self, placed: PlacedCue, anchor: MaskedSpan, around: MaskedSpan) -> str:
        if self._any_name.search(placed.text, *around) is None:
            return ""
        found = ((pattern.search(placed.text, *around), name) for pattern, name in self._names)
        return next((name for match, name in found if match and not self._is_occasion(placed, match, anchor)), "")

    def _of_city(self, placed: PlacedCue, around: MaskedSpan) -> str:
        """ "The Astana format" is named after a city, wherever it meets."""
        cities = ((at, entity.place) for at, entity in placed.masked.entities.items() if entity.place)
        named = (place.name.lower() for at, place in cities if self._format.match(placed.text, at + 1, around[1]))
        return next(named, "")

    def _is_occasion(self, placed: PlacedCue, found: re.Match[str], anchor: MaskedSpan) -> bool:
        """ "Talks on the sidelines of the G20": the series is where they meet, not what."""
        between = placed.text[min(found.end(), anchor[1]) : max(found.start(), anchor[0])]
        before = placed.text[max(placed.clause.start, found.start() - _NEAR // 2) : found.start()]
        return any(map(self._occasion.search, (between, before)))

    def _number(self, text: str, start: int, end: int) -> int | None:
        """None where it has no number, or two rounds are named."""
        found = [*self._before_unit.finditer(text, start, end), *self._behind_unit.finditer(text, start, end)]
        if len(found) != 1:
            return None
        word = found[0].groupdict().get("word")
        return int(found[0]["digits"]) if word is None else self._ordinal(word)

    def _ordinal(self, word: str) -> int | None:
        """The number of an ordinal in any of its forms."""
        known = (number for start, number in self._ordinals.items() if re.fullmatch(_starred(start), word))
        return next(known, None)


def _of_body(placed: PlacedCue) -> str:
    """The summit of one body is a series without a word of its own."""
    head, masked = placed.head, placed.masked
    if head is None or head.format != "summit":
        return ""
    for position, entity in masked.entities.items():
        first, second = sorted(((position, position + 1), (head.start, head.end)))
        if entity.country in _BODIES and _BESIDE.fullmatch(placed.text, first[1], second[0]):
            return f"{entity.country.lower()} summit"
    return ""


def _of(kind: str, rows: Sequence[WordRow]) -> list[WordRow]:
    return [row for row in rows if row["kind"] == kind]


def _pattern(rows: Sequence[WordRow]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_words(rows)})\b")


def _words(rows: Sequence[WordRow]) -> str:
    return "|".join(_starred(fold(row["words"])) for row in rows) or "(?!)"


def _starred(words: str) -> str:
    return r"\w*".join(map(re.escape, words.split("*")))
