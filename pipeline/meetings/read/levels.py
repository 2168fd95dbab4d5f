"""At which level a meeting is: "consultations of the deputy ministers of the two countries" names no minister.

An office without a country, beside the noun of a meeting or a word for its level, is that of every side. Without
it such a report would pass for one of any other meeting of the two countries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pipeline.language.folding import fold
from pipeline.meetings.language import WordRow
from pipeline.meetings.read.clauses import MaskedSpan
from pipeline.meetings.read.placed import PlacedCue
from pipeline.records import Participant

_BETWEEN = r"[ '’a-zа-яёіїєґ-]{0,25}"  # no name, no mark and no day between an office and the noun it belongs to
_FEWEST = 2  # sides; of one alone it is not said whose office it is

OfficeName = Callable[[str, str], str]  # title and country → "Turkish foreign minister"


class LevelReader:
    """Finds the level of meetings by the words of one language: the rows "level" of series.csv."""

    def __init__(self, rows: Iterable[WordRow], office_name: OfficeName) -> None:
        words = "|".join(
            r"\w*".join(map(re.escape, fold(row["words"]).split("*"))) for row in rows if row["kind"] == "level"
        )
        self._word = re.compile(rf"\b(?:{words or '(?!)'})\b")
        self._between = re.compile(_BETWEEN)
        self._office_name = office_name

    def offices(self, placed: PlacedCue, sides: frozenset[str]) -> tuple[Participant, ...]:
        """The office that tells the level of a meeting, once for each of its sides; () where none does."""
        if placed.head is None or len(sides) < _FEWEST:
            return ()
        found = (titles for span, titles in placed.masked.levels if self._is_its_level(placed, span))
        return tuple(
            Participant(office := f"off:{side}.{title.role}", self._office_name(title.name, side), side, office)
            for titles in list(found)[:1]
            for side in sorted(sides)
            for title in titles
        )

    def _is_its_level(self, placed: PlacedCue, title: MaskedSpan) -> bool:
        """Whether a title is beside the noun, or beside a word for "level" in the clause of the noun."""
        if not (placed.clause.has(title[0]) and placed.head):
            return False
        words = (word.span() for word in self._word.finditer(placed.text, *placed.whole))
        return any(
            self._is_beside(placed.text, title, other) for other in ((placed.head.start, placed.head.end), *words)
        )

    def _is_beside(self, text: str, title: MaskedSpan, other: MaskedSpan) -> bool:
        first, second = sorted((title, other))
        return self._between.fullmatch(text, first[1], second[0]) is not None
