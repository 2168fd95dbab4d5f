"""The test for an official international meeting, and the reason where a claim fails it.

Teams, artists, courts, consuls and voters travel and meet as well, in the words of diplomacy. A claim beside one
of the words of not_official.csv is none of ours; the row gives the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.folding import fold
from pipeline.meetings.language import WordRow

_REACH = 60  # characters to either side of a verb and its noun


class Officials:
    """The words of one language that show a meeting is not an official one."""

    def __init__(self, rows: Iterable[WordRow]) -> None:
        names = [(fold(row["words"]), row["reason"]) for row in rows]
        patterns = [r"\w*".join(map(re.escape, words.split("*"))) for words, _ in names]
        self._found = re.compile("|".join(rf"(?P<r{at}>\b{pattern}\b)" for at, pattern in enumerate(patterns)))
        self._by_group = {f"r{at}": reason for at, (_, reason) in enumerate(names)}

    def why_not(self, text: str, start: int, end: int) -> str | None:
        """Why what stands at [start, end) of masked text is of no official meeting; None where nothing says so."""
        found = self._found.search(text, max(0, start - _REACH), min(len(text), end + _REACH))
        return self._by_group[found.lastgroup] if found and found.lastgroup else None
