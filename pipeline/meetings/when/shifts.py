"""Read by how much a meeting was moved: "by a week", "на два дня", "bir hafta" beside the word of change."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from pipeline.meetings.date_words import DateWords
from pipeline.meetings.when.numerals import NumeralReader
from pipeline.meetings.when.periods import day
from pipeline.records import When

_NEAR = 40  # characters from a change to its period


class ShiftReader:
    """Reads periods by the words of one language."""

    def __init__(self, words: DateWords, *, svo: bool) -> None:
        """`svo`: the period comes after the verb."""
        self._numerals = NumeralReader(words)
        self._shifts = [(shift.unit, words.compile(shift.pattern)) for shift in words.shifts]
        self._svo = svo

    def moved(self, old: When | None, text: str, start: int, end: int, *, sooner: bool) -> When | None:
        """The new day of a meeting that was due on `old` and moved by the change at [start, end) of masked `text`.

        None where `old` is no single day, or the text names no period.
        """
        if old is None or not old.is_day:
            return None
        first, last = (end, min(len(text), end + _NEAR)) if self._svo else (max(0, start - _NEAR), start)
        for unit, pattern in self._shifts:
            found = pattern.search(text, first, last)
            if found is not None:
                return day(_moved(old.earliest, unit, -self._count(found) if sooner else self._count(found)))
        return None

    def _count(self, found: re.Match[str]) -> int:
        number = found.groupdict().get("number")
        return self._numerals.value(number) if number else 1


def _moved(start: date, unit: str, count: int) -> date:
    if unit != "month":
        return start + timedelta(days=count * (7 if unit == "week" else 1))
    ahead = start.month - 1 + count
    year, month = start.year + ahead // 12, ahead % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
