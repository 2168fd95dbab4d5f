"""Places of meetings: whether two can be one."""

from __future__ import annotations

from pipeline.records import Place


def apart(first: Place | None, second: Place | None) -> bool:
    """Whether both are known and cannot be one place: a city may be in the named country."""
    if first is None or second is None:
        return False
    if first.is_city and second.is_city:
        return first.name != second.name
    return first.country != second.country
