"""Values of HTTP headers that several rooms read: dates, and how long a server asks us to wait."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(value: str) -> datetime | None:
    """An HTTP date as an aware time; None if it cannot be read. A date without a zone is taken as UTC."""
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):  # what the library raises for nonsense, by version
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def retry_after_s(value: str, now: datetime) -> float | None:
    """Seconds a Retry-After header asks for, as a number or an HTTP date; None if it cannot be read."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    moment = http_date(value)
    return None if moment is None else max(0.0, (moment - now).total_seconds())
