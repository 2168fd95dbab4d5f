"""Dates as ranges of days: whether two can be one, how far apart they are, which says more."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.records import When

JOURNEY_DAYS = 2  # reports give different days for an arrival and for the meeting after it
_SOON = 30
_WEEK = 7  # days; one unknown day out of so many is still a date
_YEAR, _DAY = len("2025"), len("2025-10-01")


def overlap(first: When, second: When) -> bool:
    """Whether two dates can be one day."""
    return first.earliest <= second.latest and second.earliest <= first.latest


def disjoint(first: When | None, second: When | None) -> bool:
    """Whether both are known and cannot be one day."""
    return first is not None and second is not None and not overlap(first, second)


def gap_days(first: When, second: When) -> int:
    """Days between two dates; 0 where they overlap."""
    return max(0, (second.earliest - first.latest).days, (first.earliest - second.latest).days)


def near(first: When | None, second: When | None, days: int = 1) -> bool:
    """Whether both are known and no more than `days` apart: "on Sunday" and "on 14 June" may differ by a zone.

    Two stretches must overlap: February is not near March.
    """
    if first is None or second is None:
        return False
    return gap_days(first, second) <= (days if first.is_day or second.is_day else 0)


def is_open(when: When) -> bool:
    """Whether it is one unknown day out of a range."""
    return when.edtf.startswith("[") or len(when.edtf) < _DAY


def is_rival(known: When | None, stated: When | None) -> bool:
    """Whether one meeting cannot be on both days, and two of one kind would hardly follow so soon."""
    if known is None or stated is None or not (known.is_day and stated.is_day):
        return False
    return JOURNEY_DAYS < gap_days(known, stated) <= _SOON


def is_vague(when: When) -> bool:
    """Whether it is too vague for a new date: "in the coming weeks", "next year"."""
    return (when.edtf.startswith("[") and (when.latest - when.earliest).days >= _WEEK) or len(when.edtf) == _YEAR


def narrower(known: When | None, stated: When | None) -> When | None:
    """The more exact date: a day within a range. A date outside the known range does not narrow it."""
    if known is None or stated is None:
        return known or stated
    inside = known.earliest <= stated.earliest and stated.latest <= known.latest
    return stated if inside and (stated.earliest, stated.latest) != (known.earliest, known.latest) else known


def closest(dates: Iterable[When | None]) -> When | None:
    """The first date stated, or a later one that says it more exactly."""
    found: When | None = None
    for when in dates:
        if when is None:
            continue
        inside = found is not None and found.earliest <= when.earliest and when.latest <= found.latest
        exact = found is not None and is_open(found) and not is_open(when) and not disjoint(found, when)
        if found is None or inside or exact:
            found = when
    return found
