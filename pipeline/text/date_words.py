"""A written moment -> a datetime: ISO 8601 and its relatives, and dates in English, Russian and Turkish words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_ISO = re.compile(
    r"(?<!\d)(\d{4})(?:-?(\d{2})-?(\d{2})|[-/.](\d{1,2})[-/.](\d{1,2}))(?!\d(?!\d))"
    r"(?:[T\s_]{1,2}(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?"
)
_MONTH_NAMES = {
    1: "january jan января январь янв ocak oca", 2: "february feb февраля февраль фев февр şubat şub subat",
    3: "march mar марта март мар mart", 4: "april apr апреля апрель апр nisan nis", 5: "may мая май mayıs mayis",
    6: "june jun июня июнь июн haziran haz", 7: "july jul июля июль июл temmuz tem",
    8: "august aug августа август авг ağustos ağu agustos",
    9: "september sep sept сентября сентябрь сен сент eylül eyl eylul",
    10: "october oct октября октябрь окт ekim eki", 11: "november nov ноября ноябрь ноя нояб kasım kas kasim",
    12: "december dec декабря декабрь дек aralık ara aralik",
}  # fmt: skip
MONTHS = {word: number for number, names in _MONTH_NAMES.items() for word in names.split()}
MONTH_PATTERN = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?({MONTH_PATTERN})\.?,?\s+(\d{{4}})\b", re.I
)
_MONTH_FIRST = re.compile(rf"\b({MONTH_PATTERN})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.I)
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)(?::[0-5]\d)?\s*([ap])?\.?m?\b", re.I)
_NAMED_ZONES = {
    "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "мск": 3, "trt": 3, "tsi̇": 3,
    "tsi": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_NAMED_ZONE = re.compile(rf"\b({'|'.join(_NAMED_ZONES)})\b(?:\s*([+-]\d{{1,2}}))?|\b(?:et)\b", re.I)
_SECONDS = re.compile(r"^\d{10}$|^\d{13}$")


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text says: naive where it names no zone, midnight where it names no time."""

    when: datetime
    precision: str  # "second", "minute" or "day"


def read_moment(text: str) -> Moment | None:
    """The moment a short text states; None where it states none."""
    text = " ".join(text.split())[:200]
    return _iso(text) or _epoch(text) or _mail(text) or _written(text)


def _iso(text: str) -> Moment | None:
    found = _ISO.search(text)
    if not found:
        return None
    year, month, day, short_month, short_day, hour, minute, second, zone = found.groups()
    month, day = month or short_month, day or short_day
    try:
        clock = int(hour or 0), int(minute or 0), min(int(second or 0), 59)
        when = datetime(int(year), int(month), int(day), *clock, tzinfo=_offset(zone) if zone else None)
    except ValueError:
        return None
    return Moment(when, "day" if hour is None else "second" if second else "minute")


def _offset(text: str) -> timezone:
    if text in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "").ljust(4, "0")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _epoch(text: str) -> Moment | None:
    if not _SECONDS.match(text):
        return None
    seconds = int(text) / (1000 if len(text) == 13 else 1)
    return Moment(datetime.fromtimestamp(seconds, UTC), "second")


def _mail(text: str) -> Moment | None:
    """RFC 5322: Sun, 14 Jun 2031 10:00:00 +0300."""
    if not re.match(r"^[A-Za-z]{3},\s\d", text):
        return None
    try:
        return Moment(parsedate_to_datetime(text), "second")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _written(text: str) -> Moment | None:
    """Day, month in words or numbers, year, and a time of day next to it. Numbers are read day first."""
    if found := _DAY_FIRST.search(text):
        day, month, year = int(found[1]), MONTHS[found[2].lower()], int(found[3])
    elif found := _MONTH_FIRST.search(text):
        month, day, year = MONTHS[found[1].lower()], int(found[2]), int(found[3])
    elif found := _NUMBERS.search(text):
        day, month, year = int(found[1]), int(found[2]), int(found[3])
        if month > 12 >= day:
            day, month = month, day
    else:
        return None
    try:
        when = datetime(year, month, day)  # noqa: DTZ001 - naive until the zone is known
    except ValueError:
        return None
    clock = _CLOCK.search(text, found.end()) or _CLOCK.search(text[: found.start()])
    if not clock:
        return Moment(when, "day")
    hour = int(clock[1]) % 12 + 12 if (clock[3] or "").lower() == "p" else int(clock[1])
    when = when.replace(
        hour=hour % 24 if hour != 12 or (clock[3] or "").lower() != "a" else 0, minute=int(clock[2])
    )
    return Moment(when.replace(tzinfo=_named_zone(text)), "minute")


def _named_zone(text: str) -> timezone | None:
    found = _NAMED_ZONE.search(text)
    if not found or not found[1]:
        return None
    hours = _NAMED_ZONES[found[1].lower()] + int(found[2] or 0)
    return timezone(timedelta(hours=hours)) if -12 <= hours <= 14 else None
