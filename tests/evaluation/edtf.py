"""Labelled dates: EDTF days, months, years and ranges of them, as spans of days."""

from __future__ import annotations

import re
from datetime import date, timedelta

_PART = r"\d{4}(?:-\d\d(?:-\d\d)?)?[?~%]?"
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_EDTF = re.compile(rf"{_PART}(?:/{_PART})?|\[{_PART}\.\.{_PART}\]|\[{_PART}\.\.\]|\[\.\.{_PART}\]")


def is_date(text: str) -> bool:
    """Whether a label is an EDTF date this evaluation can score, and its days exist."""
    if not _EDTF.fullmatch(text):
        return False
    try:
        bounds(text)
    except ValueError:
        return False
    return True


def bounds(edtf: str) -> tuple[date, date]:
    """The first and last day of an EDTF expression; a missing end is the other one."""
    days = [_days(match.group()) for match in _DATE.finditer(edtf)]
    return min(first for first, _ in days), max(last for _, last in days)


def overlap(first: tuple[date, date], second: tuple[date, date]) -> float:
    """Shared days over all days of two ranges."""
    shared = (min(first[1], second[1]) - max(first[0], second[0])).days + 1
    union = (max(first[1], second[1]) - min(first[0], second[0])).days + 1
    return max(shared, 0) / union


def _days(text: str) -> tuple[date, date]:
    year, month, day = (int(part) for part in (text + "-0-0").split("-")[:3])
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    if day:
        return date(year, month, day), date(year, month, day)
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(1)
