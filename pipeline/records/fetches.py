"""The history of an article, for planning the next fetch of its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class FetchHistory:
    """The facts the plan of the next fetch goes by."""

    first_seen_at: datetime
    texts_at: tuple[datetime, ...] = ()  # when each of its texts was first seen, oldest first
    developing: bool = False  # the newest text says that it will be updated
    withdrawn: bool = False  # the page is gone
    meeting_days: tuple[tuple[date, date], ...] = ()  # first and last day of each meeting that is still planned
    ignored: bool = False  # a person never wants to see it again
