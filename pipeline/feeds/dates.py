"""Parse feed dates in all forms seen in practice, as aware UTC.

Stated zones are kept; a date without one is read in the zone of its outlet. Where the text is ambiguous (3/4/2024)
the feed's own habit and language decide, else there is no date: a wrong one is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from pipeline.language.words import FromWords, WordTables, pattern

_MAX_LENGTH = 120
_NEAR_DAYS = 400
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})(?!\d)")
_LONGEST_OFFSET = timedelta(hours=14)

_STEM = 3  # letters of a month's name


def _month_stems(words: WordTables) -> dict[str, int]:
    """Months by their first letters, in all languages; what begins two months (French "jui") is left out."""
    months: dict[str, set[int]] = {}
    for number in range(1, 13):
        for name in words.each(f"month {number}"):
            months.setdefault(name[:_STEM], set()).add(number)
    return {stem: numbers.pop() for stem, numbers in months.items() if len(numbers) == 1}


_MONTHS = FromWords(_month_stems)

# Hours east of Greenwich. Names that mean different zones to different people (IST, AMT) are left out on purpose.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2,
    "eet": 2, "sast": 2, "eest": 3, "msk": 3, "trt": 3, "msd": 4, "azt": 4, "get": 4, "pkt": 5,
    "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "hst": -10,
}  # fmt: skip

_THREE_EAST = FromWords(lambda words: frozenset(words.each("zone +3")))
_WORD = r"(?P<month_name>[^\W\d_]{3,})"
_DAY = r"(?P<day>\d{1,2}){ordinal ending}?"
_TIME = pattern(
    r"(?<![\d.,:/-])(?P<hour>\d{1,2})(?::|\.|\s?[hH]\s?|\s?{hour sign}\s?)(?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?(?![\d/])\s*(?P<half>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_ATTACHED_TIME = re.compile(
    r"[T\s,]?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_COMPACT_TIME = re.compile(r"(?<=\d)T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<half>)")
_ZONE = re.compile(
    r"[\s(]*(?:(?:utc|gmt|ut)?\s*(?P<sign>[+\-\u2212])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?!\d)|(?P<name>[^\W\d_]+))",
    re.IGNORECASE,
)
_DATES = tuple(
    pattern(template, re.IGNORECASE)
    for template in (
        r"(?<!\d)(?P<year>\d{4})(?P<mark>-|/|\.|)(?P<month>\d{2})(?P=mark)(?P<day>\d{2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)",
        rf"(?<!\d){_DAY}[\s.\-/]+{_WORD}[\s.,\-/]+(?P<year>\d{{4}}|\d{{2}})(?![\d:])",
        rf"\b{_WORD}[\s.]+{_DAY}[\s,]+(?P<year>\d{{4}})(?!\d)",
        rf"\b{_WORD}\s+{_DAY}\s+\d{{1,2}}:\d{{2}}\S*\s+(?:\S+\s+)?(?P<year>\d{{4}})(?!\d)",
        r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)",
        r"(?<![\d-])(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>\d{4})(?!\d)",
        r"(?<!\d)(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4})(?!\d)",
        r"(?<![\d.-])(?P<day>\d{1,2})(?P<mark>[.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{2})(?![\d.:-])",
        r"(?<![\d/])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{2})(?![\d/:])",
    )
)


def parse_date(
    text: str, *, zone: tzinfo = UTC, month_first: bool | None = None, now: datetime | None = None
) -> datetime | None:
    """The moment a feed means by `text`, in UTC; None where it is ambiguous or no date.

    Args:
        text: a date as written.
        zone: where a date without a zone was written. A date without a time is its first minute.
        month_first: whether 3/4/2024 is in March, where that is known of the feed.
        now: when the feed was read; two figures of a year are read near it or not at all.
    """
    text = text.strip()
    if len(text) > _MAX_LENGTH:
        return None
    if re.fullmatch(r"\d{10}|\d{13}", text, re.ASCII):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    found = _day(text, month_first, now)
    return None if found is None else _moment(text, *found, zone)


def month_order(texts: Iterable[str], *, default: bool | None = None) -> bool | None:
    """Whether the dates of a feed have the month first (3/14/2024): its own habit, else the default.

    Figures above 12 show it. Where both orders show, nothing is known.
    """
    day_first = month_first = False
    for text in texts:
        if found := _SLASHED.search(text):
            first, second = int(found[1]), int(found[2])
            day_first |= first > 12 >= second
            month_first |= second > 12 >= first
    if day_first and month_first:
        return None
    return month_first if day_first or month_first else default


def _day(text: str, month_first: bool | None, now: datetime | None) -> tuple[datetime, int, int] | None:
    """Midnight of the calendar day, naive, and where in the text it is written."""
    for dates in _DATES:
        found = dates().search(text)
        if found is None:
            continue
        part = found.groupdict()
        month, day = _month_and_day(part, month_first)
        if month > 12 >= day and part.get("month") and found.start("year") > found.start("month"):
            month, day = day, month  # 10-13-2025
        year = int(part["year"])
        if len(part["year"]) == 2:
            year += 2000 if year < 69 else 1900
        try:
            when = datetime(year, month, day)  # noqa: DTZ001 - the zone is not known yet
        except ValueError:
            continue
        if len(part["year"]) == 2 and part.get("month_name") is None and _may_begin_with_the_year(part, when, now):
            return None
        return when, found.start(), found.end()
    return None


def _may_begin_with_the_year(part: dict[str, str | None], when: datetime, now: datetime | None) -> bool:
    """Whether 25.06.05 may be the fifth of June: read day first it is years away, the other way near."""
    if now is None or abs((when.replace(tzinfo=UTC) - now).days) <= _NEAR_DAYS:
        return False
    year = 2000 + int(part.get("day") or part.get("first") or 0)
    return abs(year - now.year) <= 1


def _month_and_day(part: dict[str, str | None], month_first: bool | None) -> tuple[int, int]:
    """(0, 0), which no calendar accepts, if they are ambiguous."""
    if (name := part.get("month_name")) is not None:
        # Capital dotted I casefolds to two characters.
        return _MONTHS().get(name.casefold().replace("\u0307", "")[:_STEM], 0), int(part["day"] or 0)
    if part.get("first") is None:
        return int(part["month"] or 0), int(part["day"] or 0)
    first, second = int(part["first"] or 0), int(part["second"] or 0)
    if first == second or second > 12:
        return first, second
    if first > 12 or month_first is False:
        return second, first
    return (first, second) if month_first else (0, 0)


def _moment(text: str, day: datetime, start: int, end: int, zone: tzinfo) -> datetime | None:
    """The time of day beside the day. One that is written and cannot be is no midnight: then there is no date."""
    clock = _ATTACHED_TIME.match(text, end) or _COMPACT_TIME.match(text, end) or _TIME().search(text, end)
    clock = clock or _TIME().search(text[:start]) or _ATTACHED_TIME.search(text, start, end)
    if clock is None:
        return _to_utc(day, zone)
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"][0] in "pP" else 0)
    if hour > 24 or minute > 59 or second > 60:
        return None
    stated = _ZONE.match(text, clock.end())
    offset = _offset(stated) if stated else None
    try:
        local = day + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    except OverflowError:
        return None
    return _to_utc(local, zone if offset is None else offset)


def _to_utc(local: datetime, zone: tzinfo) -> datetime | None:
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None


def _offset(stated: re.Match[str]) -> tzinfo | None:
    """The zone a date names; None for an unknown or ambiguous name."""
    if stated["sign"] is None:
        name = stated["name"].casefold()
        hours = _ZONES.get(name, 3 if name in _THREE_EAST() else None)
        return None if hours is None else timezone(timedelta(hours=hours))
    size = timedelta(hours=int(stated["hours"]), minutes=int(stated["minutes"] or 0))
    if size > _LONGEST_OFFSET:
        return None
    return timezone(size if stated["sign"] == "+" else -size)
