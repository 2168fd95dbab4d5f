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
from pipeline.meetings.when.numerals import Numerals
from pipeline.meetings.when.periods import (
    YEAR_PARTS,
    day,
    interval,
    month_end,
    months_from,
    one_of,
    part_of_month,
    part_of_week,
    season,
    whole_year,
)
from pipeline.records import When

_SOON_DAYS = 10
_SATURDAY = 5
_SOON_WEEKS, _SOON_MONTHS = 28, 92  # days of "the coming weeks", "the coming months"
_NEAR_DAYS = 120  # a day and month this near need no tense to tell the year


@dataclass(frozen=True, slots=True)
class DateHit:
    """A date at [start, end) of a sentence, as it reads for something to come and for something past."""

    start: int
    end: int
    future: When
    past: When
    weekday: bool = False
    ends: tuple[When, When] | None = None  # of "from Tuesday to Friday": the old and the new day of what is moved
    moves: bool = False  # it can be nothing else than such a move


class DateReader:
    """The date rules of one language, compiled."""

    def __init__(self, lexicon: Lexicon) -> None:
        dates = lexicon.dates
        self._months = _alternatives(lexicon, dates.months)
        self._weekdays = _alternatives(lexicon, dates.weekdays)
        self._seasons = _alternatives(lexicon, dates.seasons)
        self._numerals = Numerals(lexicon)
        self._rules = tuple((rule, lexicon.compile(rule.pattern)) for rule in dates.rules)
        relative = [pattern.pattern for rule, pattern in self._rules if rule.kind == "relative"]
        self._gates = {
            "day": lexicon.compile(r"{month}|\d(?:st|nd|rd|th)\b"),
            "month": lexicon.compile("{month}"),
            "weekday": lexicon.compile("{weekday}"),
            "numeric": re.compile(r"\d\d"),
            "year": re.compile(r"\d{4}"),
            "season": lexicon.compile("{season}"),
            "count": self._numerals.pattern,
            "relative": re.compile("|".join(relative)),
        }  # a rule is tried only where the words of its kind are found
        self._clock = lexicon.compile(dates.clock)

    def find(self, folded: str, today: date) -> list[DateHit]:
        """Dates in a folded sentence, earlier rules first where two overlap, in the order of the text.

        `today` is the day of publication in the zone of the article.
        """
        kinds = {kind for kind, gate in self._gates.items() if gate.search(folded)}
        found: list[DateHit] = []
        taken: list[tuple[int, int]] = []  # also by what is no date: the rest of a larger number
        for rule, pattern in self._rules if kinds else ():
            if rule.kind not in kinds:
                continue
            for match in pattern.finditer(folded):
                if any(match.start() < end and start < match.end() for start, end in taken):
                    continue
                if self._is_tail(match):
                    taken.append(match.span())
                    continue
                hit = self._read(rule, match, today)
                if hit is not None:
                    found.append(hit)
                    taken.append(match.span())
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

    def _is_tail(self, match: re.Match[str]) -> bool:
        spans = [
            match.span(name) for name, value in match.groupdict().items() if value and name.startswith("number")
        ]
        return any(self._numerals.is_tail(match.string, start, end) for start, end in spans)

    def _read(self, rule: DateRule, match: re.Match[str], today: date) -> DateHit | None:
        groups = {key.rstrip("_"): value for key, value in match.groupdict().items() if value}
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
        ends = (day(future.earliest), day(future.latest)) if rule.moves else None
        return DateHit(
            match.start(), match.end(), future, past, rule.kind == "weekday", ends, rule.moves == "always"
        )

    def _readings(self, rule: DateRule, groups: dict[str, str], today: date) -> tuple[When, When] | None:
        if rule.kind in ("day", "numeric"):
            return self._day_of_month(rule, groups, today)
        if rule.kind == "month":
            return self._month(rule, groups, today)
        if rule.kind == "year":
            value = whole_year(int(groups["year"]))
            return value, value
        if rule.kind == "weekday":
            return self._weekday(rule, groups, today)
        if rule.kind == "season":
            return self._season(groups, today)
        if rule.kind == "count":
            value = _counted(rule, self._numerals.value(groups["number"]), today)
            return value, value
        return _relative(rule, today), _relative_past(rule, today)

    def _day_of_month(self, rule: DateRule, groups: dict[str, str], today: date) -> tuple[When, When] | None:
        if "month" not in groups:
            return _day_of_some_month(int(groups["day"]), today)
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
            value = part_of_month(_full_year(groups["year"]), number, rule.part)
            return value, value
        future = today.year + (number < today.month)
        past = today.year - (number > today.month)
        return part_of_month(future, number, rule.part), part_of_month(past, number, rule.part)

    def _season(self, groups: dict[str, str], today: date) -> tuple[When, When]:
        number = _index(self._seasons, groups["season"])
        if "year" in groups:
            value = season(int(groups["year"]), number)
            return value, value
        seasons = [season(today.year + years, number) for years in (-1, 0, 1)]
        return (
            next(season for season in seasons if season.latest >= today),
            next(season for season in reversed(seasons) if season.earliest <= today),
        )

    def _weekday(self, rule: DateRule, groups: dict[str, str], today: date) -> tuple[When, When]:
        first = _index(self._weekdays, groups["weekday"])
        if rule.unit == "week":  # "on Monday next week"
            stated = day(today + timedelta(first - today.weekday() + 7 * rule.offset))
            return stated, stated
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


def _day_of_some_month(number: int, today: date) -> tuple[When, When] | None:
    """ "On the 15th": the next one and the last one."""
    ahead = (today.month + (number < today.day) - 1, today.month - (number > today.day) - 1)
    months = [(today.year + months // 12, months % 12 + 1) for months in ahead]
    if not all(_exists(year, month_, number) for year, month_ in months):
        return None
    future, past = (day(date(year, month_, number)) for year, month_ in months)
    return future, past


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _counted(rule: DateRule, number: int, today: date) -> When:
    """ "In three days", "two weeks ago", "within the next two weeks"."""
    days = number * {"day": 1, "week": 7, "month": 30, "year": 365}[rule.unit or "day"]
    if rule.part == "rest":
        return (
            one_of(today, today + timedelta(days)) if rule.offset > 0 else one_of(today - timedelta(days), today)
        )
    there = today + timedelta(days if rule.offset > 0 else -days)
    if rule.unit == "day":
        return day(there)
    if rule.unit == "week":
        return part_of_week(there - timedelta(there.weekday()), "whole")
    if rule.unit == "year":
        return whole_year(today.year + number * (1 if rule.offset > 0 else -1))
    return months_from(today, number if rule.offset > 0 else -number, "whole")


def _relative(rule: DateRule, today: date) -> When:
    if rule.part == "rest" and rule.offset and rule.unit != "year":  # "in the coming days"
        ahead = {"day": _SOON_DAYS, "week": _SOON_WEEKS, "month": _SOON_MONTHS}[rule.unit or "day"]
        return one_of(today + timedelta(1), today + timedelta(ahead))
    if rule.unit == "day":
        return day(today + timedelta(rule.offset))
    if rule.unit == "week":
        return _still_to_come(
            part_of_week(today - timedelta(today.weekday() - 7 * rule.offset), rule.part), rule, today
        )
    if rule.unit == "year":
        year = today.year + rule.offset
        if rule.part in YEAR_PARTS:
            first, last = YEAR_PARTS[rule.part]
            return _still_to_come(one_of(date(year, first, 1), month_end(year, last)), rule, today)
        return one_of(today, date(year, 12, 31)) if rule.part == "rest" else whole_year(year)
    if rule.part == "rest":
        return one_of(today, month_end(today.year, today.month))
    return months_from(today, rule.offset, rule.part)


def _still_to_come(when: When, rule: DateRule, today: date) -> When:
    """ "This week" of what is to come begins today."""
    if rule.offset == 0 and when.earliest < today <= when.latest:
        return one_of(today, when.latest)
    return when


def _relative_past(rule: DateRule, today: date) -> When:
    """What "this week", "this month" mean of something that has happened: up to today."""
    if rule.unit == "week" and rule.part == "weekend" and not rule.offset and today.weekday() < _SATURDAY:
        return part_of_week(today - timedelta(today.weekday() + 7), rule.part)
    if rule.offset or rule.part != "whole" or rule.unit == "day":
        return _relative(rule, today)
    if rule.unit == "week":
        return one_of(today - timedelta(today.weekday()), today)
    return _relative(rule, today)
