"""Days in figures: 2025-10-14, 14/10/2025, 14.10.25. Day or month first: as the outlet writes."""

from __future__ import annotations

import re
from datetime import date

from pipeline.meetings.date_words import FigureOrder

PATTERN = re.compile(r"(?<![\w./-])(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{1,2})(?![\w/-]|[.]\d)")
_NEAR_YEARS = 2  # "14.10.25" is a day only where its year is near: versions and shares look the same
_MONTHS = 12


def read_figures(match: re.Match[str], order: FigureOrder, zone: str, today: date) -> date | None:
    """The day a match of PATTERN writes, or None where it writes none or one of two.

    `zone` is the outlet's time zone ("Europe/London"), by which `order` tells the custom of its country.
    Raises ValueError for a day the calendar has not.
    """
    first, mark, second, last = match.groups()
    if len(first) == 4:
        return date(int(first), int(second), int(last)) if len(last) <= 2 else None
    year = _year(last, mark, today)
    if year is None or len(first) > 2:
        return None
    day, month = int(first), int(second)
    if mark != "." and _is_month_first(day, month, order, zone):
        day, month = month, day
    elif mark != "." and not _is_day_first(day, month, order, zone):
        return None
    return date(year, month, day)


def _year(text: str, mark: str, today: date) -> int | None:
    if len(text) == 4:
        return int(text)
    year = today.year // 100 * 100 + int(text)
    near = len(text) == 2 and mark != "-" and abs(year - today.year) <= _NEAR_YEARS
    return year if near else None


def _is_month_first(first: int, second: int, order: FigureOrder, zone: str) -> bool:
    return second > _MONTHS or (first <= _MONTHS and zone.startswith(order.month_first))


def _is_day_first(first: int, second: int, order: FigureOrder, zone: str) -> bool:
    return first > _MONTHS or first == second or zone.startswith(order.day_first)
