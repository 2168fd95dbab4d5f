"""Dates, labelled against read: days must be exact, ranges must overlap, no year may be wrong."""

from __future__ import annotations

from collections.abc import Sequence

from tests.evaluation.edtf import bounds, overlap
from tests.evaluation.shares import mean

_SAME_RANGE = 0.5  # shared days over all days, from which on two ranges count as one

Dates = Sequence[tuple[str | None, str | None]]  # (labelled, read), EDTF


def date_scores(dates: Dates) -> tuple[float | None, float | None, int]:
    """(share of days read exactly, share of ranges that overlap by half, readings in a wrong year)."""
    days, ranges, wrong_years = [], [], 0
    for wanted, got in dates:
        if wanted is None:
            continue
        first, last = bounds(wanted)
        wrong_years += got is not None and is_wrong_year(wanted, got)
        if first == last:
            days.append(got == wanted)
        else:
            ranges.append(got is not None and overlap((first, last), bounds(got)) >= _SAME_RANGE)
    return mean(days), mean(ranges), wrong_years


def is_wrong_year(wanted: str, got: str) -> bool:
    """Whether two dates have no year in common."""
    return bounds(got)[1].year < bounds(wanted)[0].year or bounds(wanted)[1].year < bounds(got)[0].year
