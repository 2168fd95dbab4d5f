"""A written moment -> a datetime: ISO 8601 and its relatives, and dates in the words of languages/."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from pipeline.language.words import FromWords, pattern

_ISO = re.compile(
    r"(?<!\d)(\d{4})(?:-?(\d{2})-?(\d{2})|[-/.](\d{1,2})[-/.](\d{1,2}))(?!\d(?!\d))"
    r"(?:[T\s_]{1,2}(\d(?=:)|\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)?"
)
# Pages of every language are read for their date; a name of two months (Croatian listopad) is left out.
MONTHS = FromWords(
    lambda words: {name: number for number in range(1, 13) for name in words.each(f"month {number}")}
)
_DAY_FIRST = pattern(
    r"\b(\d{1,2}){ordinal ending}?\.?\s+(?:{of a month}\s+)?({month})\.?,?\s+(?:{of a month}\s+)?(\d{4})\b", re.I
)
_MONTH_FIRST = pattern(r"\b({month})\.?\s+(\d{1,2}){ordinal ending}?,?\s+(\d{4})\b", re.I)
_NUMBERS = pattern(r"(?<![\d.])(\d{1,2})([./-])(\d{1,2})[./-](\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])(?:[:.]|\s?h\s?)([0-5]\d)(?::([0-5]\d))?(?!\d)")
_ZONES = {
    "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "trt": 3,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_NAMED_ZONES = FromWords(lambda words: {**_ZONES, **dict.fromkeys(words.each("zone +3"), 3)})
_ZONE_NAME = rf"(?:{'|'.join(_ZONES)}|{{zone +3}})"
_NAMED_ZONE = pattern(rf"\b({_ZONE_NAME})\b" + r"(?:\s*([+-]\d{1,2}(?::?\d\d)?)(?!\d))?|\bet\b", re.I)
_AFTER_CLOCK = pattern(
    rf"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?(?:[\s,(]*(?P<name>{_ZONE_NAME}|z)\b)?"
    r"(?:[\s(]*(?P<offset>[+-]\d{1,2}(?::?\d\d)?)(?!\d))?",
    re.I,
)
_SHORT_CLOCK = 30
_LONGEST_DATE_LINE = 120
_CLOCK_OR_DAY = re.compile(r"\d{1,2}[:.h]\d{2}(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}")
_LINE_WORD = re.compile(r"[^\W\d_]+")
_LINE_WORDS = FromWords(
    lambda words: frozenset((*MONTHS(), *words.each("weekday"), *words.each("time label"), *_NAMED_ZONES(), "et"))
)
_WESTMOST, _EASTMOST = timedelta(hours=-12), timedelta(hours=14)
_FIRST_YEAR = 1990  # there was no web before; 0001 and 1970 are what software says when it does not know
_MAIL = re.compile(r"^[A-Za-z]{3},\s\d(?!.*\d\s*[ap]\.?m\b)", re.I)
_SECONDS = re.compile(r"^\d{10}$|^\d{13}$")


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """What a text says: naive where it names no zone, midnight where it names no time."""

    when: datetime
    precision: str  # "second", "minute" or "day"


def read_moment(text: str, *, month_first: bool | None = False) -> WrittenTime | None:
    """The moment a short text states; None where it states none.

    Args:
        text: what is written.
        month_first: whether 3/4/2031 is in March; None: not known, so the date is not read.
    """
    text = " ".join(text.split())[:200]
    return _iso(text) or _epoch(text) or _mail(text) or _written(text, month_first)


def read_clock(text: str) -> tuple[int, int] | None:
    """The hour and minute a short text gives, where it gives no day; None for any other."""
    text = " ".join(text.split())
    found = _CLOCK.search(text) if len(text) <= _SHORT_CLOCK and read_moment(text) is None else None
    if not found:
        return None
    half, _ = _after_clock(text, found.end(), attached=False)
    return _of_24(int(found[1]), half) % 24, int(found[2])


def is_date_line(line: str) -> bool:
    """Whether a short line says when, and nothing else: "Updated: 13.10.2025 11:25 (MSK)", «Сегодня, 09:05»."""
    if len(line) > _LONGEST_DATE_LINE or not any(map(str.isdigit, line)):
        return False
    line_words = _LINE_WORDS()
    words = _LINE_WORD.findall(line.lower().replace("i\u0307", "i"))
    return all(word in line_words for word in words) and (len(words) > 0 or bool(_CLOCK_OR_DAY.search(line)))


def in_utc(when: datetime, zone: tzinfo) -> datetime | None:
    """A stated moment in UTC, in `zone` where it names none; None where no page can be of that time."""
    try:
        at = (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:  # year 1 or 9999 at the edge of the calendar
        return None
    return at if at.year >= _FIRST_YEAR else None


def _iso(text: str) -> WrittenTime | None:
    found = _ISO.search(text)
    if not found:
        return None
    year, month, day, short_month, short_day, hour, minute, second = found.groups()
    month, day = month or short_month, day or short_day
    try:
        when = datetime(int(year), int(month), int(day))  # noqa: DTZ001 - naive until the zone is known
        if hour is None:
            return WrittenTime(when, "day")
        when = when.replace(hour=int(hour), minute=int(minute), second=min(int(second or 0), 59))
    except ValueError:
        return None
    half, zone = _after_clock(text, found.end(), attached=True)
    return WrittenTime(when.replace(hour=_of_24(when.hour, half), tzinfo=zone), "second" if second else "minute")


def _after_clock(text: str, at: int, *, attached: bool) -> tuple[str, timezone | None]:
    """What follows a time of day: "a" or "p" of am and pm, and the zone, by its name or its hours.

    `attached`: "10:30-05:00" is a zone, as ISO 8601 writes it; elsewhere it may be from one time to another.
    """
    found = _AFTER_CLOCK().match(text, at)
    if not found:
        return "", None
    name, offset = found["name"], found["offset"]
    if offset and not (name or attached) and offset[0] == "-" and found.start("offset") == at:
        offset = None
    zone = _zone(name or "", offset or "") if name or offset else None
    return (found["half"] or "").lower(), zone


def _of_24(hour: int, half: str) -> int:
    if half == "p":
        return hour if hour >= 12 else hour + 12
    return 0 if half == "a" and hour == 12 else hour


def _zone(name: str, offset: str) -> timezone | None:
    """ "MSK", "+0900", "UTC+3", "МСК+2"; None where nowhere on earth has that time."""
    digits = offset[1:].replace(":", "")
    hours, minutes = int(digits[:-2] or 0) if len(digits) > 2 else int(digits or 0), 0
    if len(digits) > 2:
        minutes = int(digits[-2:])
    stated = timedelta(hours=hours, minutes=minutes) * (-1 if offset.startswith("-") else 1)
    from_utc = timedelta(hours=_NAMED_ZONES().get(name.lower(), 0)) + stated
    return timezone(from_utc) if _WESTMOST <= from_utc <= _EASTMOST and minutes < 60 else None


def _epoch(text: str) -> WrittenTime | None:
    if not _SECONDS.match(text):
        return None
    seconds = int(text) / (1000 if len(text) == 13 else 1)
    return WrittenTime(datetime.fromtimestamp(seconds, UTC), "second")


def _mail(text: str) -> WrittenTime | None:
    """RFC 5322: Sun, 14 Jun 2031 10:00:00 +0300; "-0000" is UTC, of whichever zone the writer was."""
    if not _MAIL.match(text):
        return None
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if when.tzinfo is None and text.endswith("-0000"):
        when = when.replace(tzinfo=UTC)
    return WrittenTime(when, "second") if when.tzinfo else None  # else it may be a zone that only we know


def _written(text: str, month_first: bool | None) -> WrittenTime | None:
    """Day, month in words or numbers, year, and a time of day next to it."""
    for written, day_of in _WRITTEN_DAYS:
        if found := written().search(text):
            return _with_clock(day_of(found, month_first), text, found)
    return None


def _of_numbers(found: re.Match[str], month_first: bool | None) -> datetime | None:
    """3/4/2031 as the outlet writes it, 3.4.2031 with the day first; without such a month, the other way."""
    day, month = int(found[1]), int(found[3])
    if found[2] == "/" and max(day, month) <= 12 and day != month:
        if month_first is None:
            return None
        day, month = (month, day) if month_first else (day, month)
    return _day(int(found[4]), day, month) if month > 12 >= day else _day(int(found[4]), month, day)


def _day(year: int, month: int, day: int) -> datetime | None:
    """A day, naive; None where the calendar has none."""
    try:
        return datetime(year, month, day)  # noqa: DTZ001 - naive until the zone is known
    except ValueError:
        return None


# Ways to write a day, and the day each gives.
_WRITTEN_DAYS: tuple[
    tuple[FromWords[re.Pattern[str]], Callable[[re.Match[str], bool | None], datetime | None]], ...
] = (
    (_DAY_FIRST, lambda found, _: _day(int(found[3]), MONTHS()[found[2].lower()], int(found[1]))),
    (_MONTH_FIRST, lambda found, _: _day(int(found[3]), MONTHS()[found[1].lower()], int(found[2]))),
    (_NUMBERS, _of_numbers),
)


def _with_clock(day: datetime | None, text: str, found: re.Match[str]) -> WrittenTime | None:
    """A written day with the time of day beside it."""
    if day is None:
        return None
    clock = _CLOCK.search(text, found.end()) or _CLOCK.search(text[: found.start()])
    if not clock:
        return WrittenTime(day, "day")
    half, zone = _after_clock(text, clock.end(), attached=False)
    when = day.replace(
        hour=_of_24(int(clock[1]), half),
        minute=int(clock[2]),
        second=int(clock[3] or 0),
        tzinfo=zone or _named_zone(text),
    )
    return WrittenTime(when, "second" if clock[3] else "minute")


def _named_zone(text: str) -> timezone | None:
    found = _NAMED_ZONE().search(text)
    return _zone(found[1], found[2] or "") if found and found[1] else None
