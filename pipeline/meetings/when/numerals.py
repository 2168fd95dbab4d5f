"""Numerals of one language: what a counted word is worth, and whether it is only the end of a larger number."""

from __future__ import annotations

import re

from pipeline.meetings.date_words import DateWords

_BEFORE = 40  # characters looked at for the rest of a larger number
_FIRST_OF_TEENS, _FIRST_OF_TENS = 13, 2


class NumeralReader:
    """Reads what the slot `<number>` of a date rule holds."""

    def __init__(self, words: DateWords) -> None:
        numerals = words.numerals
        self.pattern = words.compile(r"\b{count}\b")
        self._article = words.any_of(numerals.article)
        self._larger = words.any_of(numerals.larger, end=True)
        self._fraction = words.any_of(numerals.fraction, end=True)
        self._words = [
            (words.compile(f"(?:{word})"), value * step)
            for listed, first, step in (
                (numerals.numbers, 1, 1),
                (numerals.teens, _FIRST_OF_TEENS, 1),
                (numerals.tens, _FIRST_OF_TENS, 10),
            )
            for value, word in enumerate(listed, start=first)
        ]

    def value(self, number: str) -> int:
        """The value of digits, a numeral or two joined ones ("twenty-one").

        Raises ValueError for any other word.
        """
        if number.isdecimal():
            return int(number)
        whole = self._one(number)
        if whole is not None:
            return whole
        values = [self._one(word) for word in re.split("[ -]", number)]
        if len(values) != 2 or None in values:
            raise ValueError(f"no numeral: {number!r}")
        return sum(value or 0 for value in values)

    def _one(self, word: str) -> int | None:
        return next((value for pattern, value in self._words if pattern.fullmatch(word)), None)

    def is_tail(self, folded: str, start: int, end: int) -> bool:
        """Whether the number at [start, end) is the rest of another: "a hundred and two days ago", "1,5 ay sonra".

        Before an article only a fraction decides: "from twenty a year ago" is a year, "half a year ago" is not.
        """
        before = self._fraction if self._article.fullmatch(folded, start, end) else self._larger
        return any(
            pattern.search(folded, max(0, start - _BEFORE), start) is not None
            for pattern in (before, self._fraction)
        )
