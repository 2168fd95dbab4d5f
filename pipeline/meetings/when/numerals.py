"""Numerals of one language: what a counted word is worth, and whether it is only the end of a larger number.

Read with the macros `count`, `teens`, `tens`, `article`, `larger` and `fraction` of config/meetings.
"""

from __future__ import annotations

import re

from pipeline.meetings.lexicon import Lexicon

_BEFORE = 40  # characters looked at for the rest of a larger number
_FIRST_OF_TEENS, _FIRST_OF_TENS = 13, 2
_NEVER = "(?!)"


class Numerals:
    """Reads what the group `number` of a date rule holds."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.pattern = lexicon.compile(rf"\b{_macro(lexicon, 'count')}\b")
        self._article = lexicon.compile(_macro(lexicon, "article"))
        self._larger = lexicon.compile(_macro(lexicon, "larger") + "$")
        self._fraction = lexicon.compile(_macro(lexicon, "fraction") + "$")
        teens, tens = (lexicon.macros.get(name, _NEVER).split("|") for name in ("teens", "tens"))
        self._words = [
            *(
                (lexicon.compile(f"(?:{word})"), value)
                for value, word in enumerate(lexicon.dates.numbers, start=1)
            ),
            *((lexicon.compile(word), value) for value, word in enumerate(teens, start=_FIRST_OF_TEENS)),
            *((lexicon.compile(word), 10 * value) for value, word in enumerate(tens, start=_FIRST_OF_TENS)),
        ]

    def value(self, number: str) -> int:
        """What digits, a numeral or two joined ones ("twenty-one") stand for.

        Raises ValueError for any other word.
        """
        if number.isdigit():
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

        Before an article only a fraction tells: "from twenty a year ago" is a year, "half a year ago" is none.
        """
        before = self._fraction if self._article.fullmatch(folded, start, end) else self._larger
        return any(
            pattern.search(folded, max(0, start - _BEFORE), start) is not None
            for pattern in (before, self._fraction)
        )


def _macro(lexicon: Lexicon, name: str) -> str:
    return f"{{{name}}}" if name in lexicon.macros else _NEVER
