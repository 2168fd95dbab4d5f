"""The words of a masked sentence."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from typing import NamedTuple

_WORD = re.compile(r"[A-Z]|n't\b|'(?:s|re|ll|ve|d|m)\b|[^\W_A-Z]+(?:-[^\W_A-Z]+)*(?:'t\b)?|[^\w\s]")


class Word(NamedTuple):
    """One word, mask letter or mark at [start, end) of masked text."""

    text: str
    start: int
    end: int

    @property
    def is_mask(self) -> bool:
        """Whether it is the mask of a name or a date."""
        return self.text in "PCALD"

    @property
    def is_mark(self) -> bool:
        """Whether it is punctuation."""
        return not (self.text[0].isalnum() or (self.text[0] == "'" and len(self.text) > 1))


class Words:
    """The words of one sentence in order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words = [Word(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]
        self._starts = [word.start for word in self._words]
        self.texts = tuple(word.text for word in self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[Word]:
        return iter(self._words)

    def __getitem__(self, at: int) -> Word:
        return self._words[at]

    def text_at(self, at: int) -> str:
        """The text of word `at`; "" behind the last."""
        return self.texts[at] if at < len(self.texts) else ""

    def at(self, position: int) -> int:
        """The number of the first word that starts at `position` of the text or behind it."""
        return bisect.bisect_left(self._starts, position)

    def ends_with(self, at: int, phrase: tuple[str, ...]) -> bool:
        """Whether `phrase` is directly before word `at`."""
        start = at - len(phrase)
        return start >= 0 and self.texts[start:at] == phrase

    def begins_with(self, at: int, phrase: tuple[str, ...]) -> bool:
        """Whether `phrase` begins at word `at`."""
        return self.texts[at : at + len(phrase)] == phrase
