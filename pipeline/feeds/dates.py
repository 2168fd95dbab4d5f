"""Parse feed dates in all forms seen in practice, as aware UTC.

Stated zones are kept; a date without one is read in the zone of its outlet. An ambiguous text (3/4/2024) gives no
date: a wrong date is worse than none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_MAX_LENGTH = 120
_LONGEST_OFFSET = timedelta(hours=14)

# First three letters, casefolded: English, Russian, Turkish, Ukrainian, German, French, Spanish, Italian,
# Portuguese; shared spellings are listed once. French "jui" is June or July, so it is left out.
_MONTHS = {
    word: month
    for month, words in enumerate(
        (
            "jan янв oca січ ene gen",
            "feb фев şub sub лют fev fév",
            "mar мар бер mär mrz",
            "apr апр nis кві avr abr",
            "may мая май mai тра mag",
            "jun июн haz чер giu",
            "jul июл tem лип lug",
            "aug авг ağu agu сер aoû ago",
            "sep сен eyl вер set",
            "oct окт eki жов okt ott out",
            "nov ноя kas лис",
            "dec дек ara гру dez déc dic",
        ),
        start=1,
    )
    for word in words.split()
}

# Hours east of Greenwich. Names that mean different zones to different people (IST, AMT) are left out on purpose.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2,
    "eet": 2, "sast": 2, "eest": 3, "msk": 3, "trt": 3, "мск": 3, "msd": 4, "azt": 4, "get": 4, "pkt": 5,
    "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "hst": -10,
}  # fmt: skip

_WORD = r"(?P<month_name>[^\W\d_]{3,})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_TIME = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)"
    r"\s*(?P<half>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_COMPACT_TIME = re.compile(r"(?<=\d)T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<half>)")
_ZONE = re.compile(
    r"[\s(]*(?:(?:utc|gmt|ut)?\s*(?P<sign>[+\-\u2212])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?!\d)|(?P<name>[^\W\d_]+))",
    re.IGNORECASE,
)
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})(?P<mark>-|/|\.|)(?P<month>\d{2})(?P=mark)(?P<day>\d{2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)",
        rf"(?<!\d){_DAY}[\s.\-/]+{_WORD}[\s.,\-/]+(?P<year>\d{{4}}|\d{{2}})(?![\d:])",
        rf"\b{_WORD}[\s.]+{_DAY}[\s,]+(?P<year>\d{{4}})(?!\d)",
        rf"\b{_WORD}\s+{_DAY}\s+\d{{1,2}}:\d{{2}}\S*\s+(?:\S+\s+)?(?P<year>\d{{4}})(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)",
        r"(?<!\d)(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4})(?!\d)",
    )
)


def parse_date(text: str, *, zone: tzinfo = UTC) -> datetime | None:
    """The moment that `text` denotes, in UTC; None if it is ambiguous or unreadable.

    `zone` applies to a date without a zone. A date without a time means its first minute.
    """
    text = text.strip()
    if len(text) > _MAX_LENGTH:
        return None
    if re.fullmatch(r"\d{10}|\d{13}", text, re.ASCII):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    day = _day(text)
    if day is None:
        return None
    return _moment(text, day, zone)


def _day(text: str) -> datetime | None:
    """Midnight of the calendar day, naive."""
    for pattern in _DATES:
        found = pattern.search(text)
        if found is None:
            continue
        part = found.groupdict()
        month, day = _month_and_day(part)
        year = int(part["year"])
        if len(part["year"]) == 2:
            year += 2000 if year < 69 else 1900
        try:
            return datetime(year, month, day)  # noqa: DTZ001 - the zone is not known yet
        except ValueError:
            continue
    return None


def _month_and_day(part: dict[str, str | None]) -> tuple[int, int]:
    """(0, 0) if they are ambiguous, which no calendar accepts."""
    if (name := part.get("month_name")) is not None:
        # Capital dotted I casefolds to two characters.
        return _MONTHS.get(name.casefold().replace("\u0307", "")[:3], 0), int(part["day"] or 0)
    if part.get("first") is None:
        return int(part["month"] or 0), int(part["day"] or 0)
    first, second = int(part["first"] or 0), int(part["second"] or 0)
    if first == second or second > 12:
        return first, second
    return (second, first) if first > 12 else (0, 0)


def _moment(text: str, day: datetime, zone: tzinfo) -> datetime | None:
    clock = _TIME.search(text) or _COMPACT_TIME.search(text)
    if clock is None:
        return _to_utc(day, zone)
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"][0] in "pP" else 0)
    if hour > 24 or minute > 59 or second > 60:
        return None
    stated = _ZONE.match(text, clock.end())
    offset = _offset(stated) if stated else None
    local = day + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    return _to_utc(local, zone if offset is None else offset)


def _to_utc(local: datetime, zone: tzinfo) -> datetime | None:
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None


def _offset(stated: re.Match[str]) -> tzinfo | None:
    """The zone a date names; None for an unknown or ambiguous name."""
    if stated["sign"] is None:
        hours = _ZONES.get(stated["name"].casefold())
        return None if hours is None else timezone(timedelta(hours=hours))
    size = timedelta(hours=int(stated["hours"]), minutes=int(stated["minutes"] or 0))
    if size > _LONGEST_OFFSET:
        return None
    return timezone(size if stated["sign"] == "+" else -size)
