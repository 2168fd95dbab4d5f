"""Stretches of the calendar and how they are written: a day, an interval, one unknown day out of a range."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from pipeline.records import When

_EARLY, _MID = 10, 20  # our thirds of a month
_MONTH_PARTS = {
    "early": (1, _EARLY), "mid": (_EARLY + 1, _MID), "late": (_MID + 1, 31), "half1": (1, 15), "half2": (16, 31),
    "week1": (1, 7), "week2": (8, 14), "week3": (15, 21), "week4": (25, 31),
    "ten1": (1, 9), "ten2": (10, 19), "ten3": (20, 31),
}  # fmt: skip
_WEEK_PARTS = {"early": (0, 2), "half1": (0, 2), "mid": (1, 3), "half2": (3, 6), "late": (3, 6), "weekend": (5, 6)}
YEAR_PARTS = {
    "early": (1, 3), "half1": (1, 6), "mid": (5, 8), "half2": (7, 12), "late": (10, 12),
    "quarter1": (1, 3), "quarter2": (4, 6), "quarter3": (7, 9), "quarter4": (10, 12),
}  # fmt: skip


def part_of_month(year: int, number: int, part: str) -> When:
    if part not in _MONTH_PARTS:
        return month(year, number)
    first, last = _MONTH_PARTS[part]
    end = month_end(year, number)
    first = end.day - 6 if part == "week4" else first
    return one_of(date(year, number, first), min(end, date(year, number, min(last, end.day))))


def part_of_week(monday: date, part: str) -> When:
    first, last = _WEEK_PARTS.get(part, (0, 6))
    return one_of(monday + timedelta(first), monday + timedelta(last))


def season(year: int, number: int) -> When:
    """Spring (0) to winter (3), which ends in the year after it began."""
    start = date(year, 3 * number + 3, 1)
    return one_of(start, month_end(year, 3 * number + 5) if number < 3 else month_end(year + 1, 2))


def months_from(today: date, offset: int, part: str) -> When:
    ahead = today.month - 1 + offset
    return part_of_month(today.year + ahead // 12, ahead % 12 + 1, part)


def day(value: date, time: str | None = None) -> When:
    """One known day."""
    return When(value.isoformat(), value, value, time)


def interval(start: date, end: date) -> When:
    """Every day from `start` to `end`."""
    return day(start) if start == end else When(f"{start}/{end}", start, end)


def one_of(start: date, end: date) -> When:
    """One unknown day out of `start` to `end`."""
    return day(start) if start == end else When(f"[{start}..{end}]", start, end)


def month(year: int, number: int) -> When:
    """Some day of a month."""
    return When(f"{year:04d}-{number:02d}", date(year, number, 1), month_end(year, number))


def part_of_year(year: int, part: str) -> When:
    """ "The first half of 2026": one unknown day of it."""
    if part not in YEAR_PARTS:
        return whole_year(year)
    first, last = YEAR_PARTS[part]
    return one_of(date(year, first, 1), month_end(year, last))


def whole_year(year: int) -> When:
    return When(f"{year:04d}", date(year, 1, 1), date(year, 12, 31))


def month_end(year: int, number: int) -> date:
    return date(year, number, calendar.monthrange(year, number)[1])
