"""The day an article was published on, where it was published: what "tomorrow" counts from."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline.errors import ItemError

_FIRST_YEAR, _LAST_YEAR = 1900, 2200  # beyond them a date of publication is a fault of the page


def day_of(published: datetime, zone: str) -> date:
    """The day of `published` in `zone`.

    Raises:
        ItemError: "no_publication_date" for a day no newspaper has: the years 1 and 9999 of broken pages.
    """
    if not _FIRST_YEAR <= published.year <= _LAST_YEAR:
        raise ItemError("no_publication_date", f"{published:%Y-%m-%d} is no day of publication")
    return published.astimezone(ZoneInfo(zone)).date()
