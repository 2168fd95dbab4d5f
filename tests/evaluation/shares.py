"""Shares, means and F1: each None where there is nothing to count."""

from __future__ import annotations

from collections.abc import Iterable


def share(part: int, whole: int) -> float | None:
    """Part of a whole, as 0..1."""
    return part / whole if whole else None


def mean(values: Iterable[float]) -> float | None:
    """The mean; of booleans, the share that is true."""
    found = list(values)
    return sum(found) / len(found) if found else None


def f1(precision: float | None, recall: float | None) -> float | None:
    """The harmonic mean of the two."""
    if precision is None or recall is None or not precision + recall:
        return None
    return 2 * precision * recall / (precision + recall)
