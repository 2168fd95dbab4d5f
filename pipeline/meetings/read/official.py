"""The test for an official international meeting, and the reason where a claim fails it.

Teams, artists, courts, consuls and voters travel and meet as well, in the words of diplomacy. A claim beside one
of the words of not_official.csv is none of ours; the row gives the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.folding import fold
from pipeline.meetings.language import WordRow
from pipeline.prefilter import Prefilter

_REACH = 60  # characters to either side of a verb and its noun


class Officials:
    """The words of one language that show a meeting is not an official one."""

    def __init__(self, rows: Iterable[WordRow]) -> None:
        names = [(fold(row["words"]), row["reason"]) for row in rows]
        self._reasons = tuple(reason for _, reason in names)
        self._patterns = tuple(_pattern(words) for words, _ in names)
        self._prefilter = Prefilter(self._patterns)

    def why_not(self, text: str, start: int, end: int) -> str | None:
        """Why what stands at [start, end) of masked text is of no official meeting; None where nothing says so."""
        start, end = max(0, start - _REACH), min(len(text), end + _REACH)
        found = [
            (match.start(), number)
            for number in self._prefilter.possible(text[start:end])
            if (match := self._patterns[number].search(text, start, end))
        ]
        return self._reasons[min(found)[1]] if found else None


def _pattern(words: str) -> re.Pattern[str]:
    any_ending = r"\w*".join(map(re.escape, words.split("*")))
    return re.compile(rf"\b{any_ending}\b")
