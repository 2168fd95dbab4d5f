"""Dates in news text: found by the rules of a language, read against the day of publication, written as EDTF.

A date nobody stated is never invented: "later this month" is one unknown day out of a range.
Which way a weekday points depends on what is said of it, so a found date keeps both readings.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.meetings.lexicon import DateRule, Lexicon
from pipeline.records import When

_SOON_DAYS = 10
_NEAR_DAYS = 120  # a day and month this near need no tense to tell the year
_EARLY, _MID = 10, 20  # our thirds of a month


@dataclass(frozen=True, slots=True)
class DateHit:
    """A date at [start, end) of a sentence, as it reads for something to come and for something past."""

    start: int
    end: int
    future: When
    past: When
    weekday: bool = False


def day(value: date, time: str | None = None) -> When:
    """One known day."""
    return When(value.isoformat(), value, value, time)


def interval(start: date, end: date) -> When:
    """Every day from `start` to `end`."""
    return day(start) if start == end else When(f"{start}/{end}", start, end)


def one_of(start: date, end: date) -> When:
    """One unknown day out of `start` to `end`."""
    return day(start) if start == end else When(f"[{start}..{end}]", start, end)


def month(year: int, number: int) -> When:
    """Some day of a month."""
    return When(f"{year:04d}-{number:02d}", date(year, number, 1), _month_end(year, number))


def _year(year: int) -> When:
    return When(f"{year:04d}", date(year, 1, 1), date(year, 12, 31))


def _month_end(year: int, number: int) -> date:
    return date(year, number, calendar.monthrange(year, number)[1])


class DateReader:
    """The date rules of one language, compiled."""

    def __init__(self, lexicon: Lexicon) -> None:
        dates = lexicon.dates
        self._months = _alternatives(lexicon, dates.months)
        self._weekdays = _alternatives(lexicon, dates.weekdays)
        self._rules = tuple((rule, lexicon.compile(rule.pattern)) for rule in dates.rules)
        relative = [pattern.pattern for rule, pattern in self._rules if rule.kind == "relative"]
        self._gates = {
            "day": lexicon.compile("{month}"),
            "month": lexicon.compile("{month}"),
            "weekday": lexicon.compile("{weekday}"),
            "numeric": re.compile(r"\d\d"),
            "year": re.compile(r"\d{4}"),
            "relative": re.compile("|".join(relative)),
        }  # a rule is tried only where the words of its kind are found
        self._clock = lexicon.compile(dates.clock)

    def find(self, folded: str, today: date) -> list[DateHit]:
        """Dates in a folded sentence, earlier rules first where two overlap, in the order of the text.

        `today` is the day of publication in the zone of the article.
        """
        kinds = {kind for kind, gate in self._gates.items() if gate.search(folded)}
        found: list[DateHit] = []
        for rule, pattern in self._rules if kinds else ():
            if rule.kind not in kinds:
                continue
            for match in pattern.finditer(folded):
                if any(match.start() < hit.end and hit.start < match.end() for hit in found):
                    continue
                hit = self._read(rule, match, today)
                if hit is not None:
                    found.append(hit)
        return sorted(found, key=lambda hit: hit.start)

    def clock(self, folded: str) -> str | None:
        """The first clock time of a folded text as HH:MM, or None where none is stated."""
        match = self._clock.search(folded)
        if not match:
            return None
        groups = match.groupdict()
        hour, minute = int(groups["hour"]), int(groups.get("minute") or 0)
        half = (groups.get("half") or "").replace(".", "")
        if half == "pm" and hour < 12:
            hour += 12
        elif half == "am" and hour == 12:
            hour = 0
        return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None

    def _read(self, rule: DateRule, match: re.Match[str], today: date) -> DateHit | None:
        groups = {key: value for key, value in match.groupdict().items() if value}
        try:
            readings = self._readings(rule, groups, today)
        except ValueError:  # 31 February and the like are no dates
            return None
        if readings is None:
            return None
        future, past = readings
        if rule.direction == "past":
            future = past
        elif rule.direction == "future":
            past = future
        return DateHit(match.start(), match.end(), future, past, rule.kind == "weekday")

    def _readings(self, rule: DateRule, groups: dict[str, str], today: date) -> tuple[When, When] | None:
        if rule.kind in ("day", "numeric"):
            return self._day_of_month(rule, groups, today)
        if rule.kind == "month":
            return self._month(rule, groups, today)
        if rule.kind == "year":
            value = _year(int(groups["year"]))
            return value, value
        if rule.kind == "weekday":
            return self._weekday(rule, groups, today)
        return _relative(rule, today), _relative_past(rule, today)

    def _day_of_month(self, rule: DateRule, groups: dict[str, str], today: date) -> tuple[When, When] | None:
        numeric = rule.kind == "numeric"
        number = int(groups["month"]) if numeric else _index(self._months, groups["month"]) + 1
        number2 = _index(self._months, groups["month2"]) + 1 if "month2" in groups else number
        first, last = int(groups["day"]), int(groups.get("day2") or groups.get("day3") or groups["day"])
        stated = _full_year(groups["year"]) if "year" in groups else None
        years = (stated, stated) if stated else _years(number, first, today)
        future, past = (
            interval(date(year, number, first), date(year + (number2 < number), number2, last)) for year in years
        )
        return (future, past) if future.earliest <= future.latest else None

    def _month(self, rule: DateRule, groups: dict[str, str], today: date) -> tuple[When, When]:
        number = _index(self._months, groups["month"]) + 1
        if "year" in groups:
            value = _part_of_month(_full_year(groups["year"]), number, rule.part)
            return value, value
        future = today.year + (number < today.month)
        past = today.year - (number > today.month)
        return _part_of_month(future, number, rule.part), _part_of_month(past, number, rule.part)

    def _weekday(self, rule: DateRule, groups: dict[str, str], today: date) -> tuple[When, When]:
        first = _index(self._weekdays, groups["weekday"])
        ahead = (first - today.weekday()) % 7
        behind = (today.weekday() - first) % 7
        if rule.offset and rule.unit is None:  # "next Monday", "last Monday": never today
            ahead, behind = ahead or 7, behind or 7
        start, before = today + timedelta(ahead), today - timedelta(behind)
        if "weekday2" not in groups:
            return day(start), day(before)
        length = timedelta((_index(self._weekdays, groups["weekday2"]) - first) % 7)
        return interval(start, start + length), interval(before, before + length)


def _alternatives(lexicon: Lexicon, patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(lexicon.compile(pattern) for pattern in patterns)


def _index(patterns: tuple[re.Pattern[str], ...], word: str) -> int:
    return next(number for number, pattern in enumerate(patterns) if pattern.fullmatch(word))


def _years(number: int, first: int, today: date) -> tuple[int, int]:
    """The years a day of a month is read in, to come and past: one year where the day is near enough to today."""
    days = [
        date(year, number, first) for year in range(today.year - 1, today.year + 2) if _exists(year, number, first)
    ]
    nearest = min(days, key=lambda value: abs((value - today).days))
    if abs((nearest - today).days) <= _NEAR_DAYS:
        return nearest.year, nearest.year
    future = next((value for value in days if value >= today), nearest)
    return future.year, max((value for value in days if value <= today), default=nearest).year


def _exists(year: int, number: int, first: int) -> bool:
    return 1 <= number <= 12 and 1 <= first <= calendar.monthrange(year, number)[1]


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _part_of_month(year: int, number: int, part: str) -> When:
    last = _month_end(year, number)
    if part == "early":
        return one_of(date(year, number, 1), date(year, number, _EARLY))
    if part == "mid":
        return one_of(date(year, number, _EARLY + 1), date(year, number, _MID))
    if part == "late":
        return one_of(date(year, number, _MID + 1), last)
    return month(year, number)


def _relative(rule: DateRule, today: date) -> When:
    if rule.unit == "day":
        if rule.part == "rest":  # "in the coming days"
            return one_of(today + timedelta(1), today + timedelta(_SOON_DAYS))
        return day(today + timedelta(rule.offset))
    if rule.unit == "week":
        monday = today - timedelta(today.weekday()) + timedelta(7 * rule.offset)
        sunday = monday + timedelta(6)
        if rule.part == "late":  # the weekend
            return one_of(max(monday + timedelta(5), today) if rule.offset == 0 else sunday - timedelta(1), sunday)
        return one_of(max(monday, today) if rule.offset == 0 else monday, sunday)
    if rule.unit == "year":
        year = today.year + rule.offset
        return one_of(today, date(year, 12, 31)) if rule.part == "rest" else _year(year)
    ahead = today.month - 1 + rule.offset
    year, number = today.year + ahead // 12, ahead % 12 + 1
    if rule.part == "rest":
        return one_of(today, _month_end(year, number))
    return _part_of_month(year, number, rule.part)


def _relative_past(rule: DateRule, today: date) -> When:
    """What "this week", "this month" mean of something that has happened: up to today."""
    if rule.offset or rule.part != "whole" or rule.unit == "day":
        return _relative(rule, today)
    if rule.unit == "week":
        return one_of(today - timedelta(today.weekday()), today)
    return _relative(rule, today)
