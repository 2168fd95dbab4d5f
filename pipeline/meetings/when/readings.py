"""Read a matched date against the day of publication: two readings, future and past."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.meetings.date_words import DateRule, DateWords
from pipeline.meetings.when.numerals import NumeralReader
from pipeline.meetings.when.periods import (
    day,
    interval,
    month_end,
    months_from,
    one_of,
    part_of_month,
    part_of_week,
    part_of_year,
    season,
    whole_year,
)
from pipeline.records import When

_SOON_DAYS = 10
_SATURDAY = 5
_SOON_WEEKS, _SOON_MONTHS = 28, 92  # days of "the coming weeks", "the coming months"
_NEAR_DAYS = 120  # a day and month this near need no tense to tell the year

Groups = dict[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A date as it reads for something to come and for something past."""

    future: When
    past: When
    ends: tuple[When, When] | None = None  # the old and the new day of a moved meeting


class _Names:
    """The names of the months, the weekdays or the seasons in their order, each a pattern of its forms."""

    def __init__(self, words: DateWords, patterns: Iterable[str]) -> None:
        self._patterns = tuple(map(words.compile, patterns))
        self._known: dict[str, int] = {}  # only what a pattern matched gets here, so they are few

    def number(self, word: str) -> int:
        """The place of a name in its order, from 0."""
        if word not in self._known:
            self._known[word] = next(at for at, name in enumerate(self._patterns) if name.fullmatch(word))
        return self._known[word]


class Readings:
    """Reads the groups of a match by the kind of its rule."""

    def __init__(self, words: DateWords, numerals: NumeralReader) -> None:
        self._months = _Names(words, words.months)
        self._weekdays = _Names(words, words.weekdays)
        self._seasons = _Names(words, words.seasons)
        self._numerals = numerals
        self._by_kind = {
            "day": self._day, "month": self._month, "year": self._year, "season": self._season,
            "weekday": self._weekday, "count": self._count, "relative": self._relative,
        }  # fmt: skip

    def read(self, rule: DateRule, groups: Groups, today: date) -> Reading | None:
        """The two readings; None where it is no date, ValueError or OverflowError where no calendar has it."""
        reading = self._by_kind[rule.kind](rule, groups, today)
        if reading is None or rule.direction is None:
            return reading
        one = reading.past if rule.direction == "past" else reading.future
        return Reading(one, one, reading.ends)

    # A day of a month ----------------------------------------------------------------------------------------

    def _day(self, rule: DateRule, groups: Groups, today: date) -> Reading | None:
        if "month" not in groups:
            return _day_of_some_month(rule, int(groups["day"]), today)
        month = self._months.number(groups["month"]) + 1
        month2 = self._months.number(groups["month2"]) + 1 if "month2" in groups else month
        first, last = int(groups["day"]), int(groups.get("day2", groups["day"]))
        if rule.moves and "year" not in groups:
            days = tuple(_nearest_year(*one, today) for one in ((month, first), (month2, last)))
            return _stretch(rule, days[0], days[1])
        to_come, gone = (
            _stretch(rule, date(year, month, first), date(year + (month2 < month), month2, last))
            for year in self._years(month, first, groups, today)
        )
        return Reading(to_come.future, gone.past, to_come.ends) if to_come and gone else None

    def _years(self, month: int, first: int, groups: Groups, today: date) -> tuple[int, int]:
        if stated := groups.get("year") or groups.get("yy"):
            return _full_year(stated), _full_year(stated)
        if "weekday" in groups:
            wanted = self._weekdays.number(groups["weekday"])
            days = [date_ for date_ in _days_around(month, first, today) if date_.weekday() == wanted]
            if len(days) == 1:
                return days[0].year, days[0].year
        return _years(month, first, today)

    # Longer stretches ----------------------------------------------------------------------------------------

    def _month(self, rule: DateRule, groups: Groups, today: date) -> Reading:
        number = self._months.number(groups["month"]) + 1
        if "year" in groups:
            return _sure(part_of_month(int(groups["year"]), number, rule.part))
        future = today.year + (number < today.month)
        past = today.year - (number > today.month)
        return Reading(part_of_month(future, number, rule.part), part_of_month(past, number, rule.part))

    def _year(self, rule: DateRule, groups: Groups, _today: date) -> Reading:
        return _sure(part_of_year(int(groups["year"]), rule.part))

    def _season(self, _rule: DateRule, groups: Groups, today: date) -> Reading:
        number = self._seasons.number(groups["season"])
        if "year" in groups:
            return _sure(season(int(groups["year"]), number))
        seasons = [season(today.year + years, number) for years in (-1, 0, 1)]
        return Reading(
            next(season for season in seasons if season.latest >= today),
            next(season for season in reversed(seasons) if season.earliest <= today),
        )

    # From today ----------------------------------------------------------------------------------------------

    def _weekday(self, rule: DateRule, groups: Groups, today: date) -> Reading:
        first = self._weekdays.number(groups["weekday"])
        if rule.unit == "week":  # "on Monday next week"
            return _sure(day(today + timedelta(first - today.weekday() + 7 * rule.offset)))
        ahead, behind = (first - today.weekday()) % 7, (today.weekday() - first) % 7
        if rule.unit == "day":  # "a week on Tuesday"
            return _sure(day(today + timedelta(ahead + rule.offset)))
        if rule.offset:  # "this coming Monday", "last Monday": never today
            ahead, behind = ahead or 7, behind or 7
        start, before = today + timedelta(ahead), today - timedelta(behind)
        if "weekday2" not in groups:
            return Reading(day(start), day(before))
        if rule.swapped:  # "on Friday instead of Tuesday": the old day is read by itself
            old = today + timedelta((self._weekdays.number(groups["weekday2"]) - today.weekday()) % 7)
            return Reading(day(start), day(before), (day(old), day(start)))
        length = timedelta((self._weekdays.number(groups["weekday2"]) - first) % 7)
        if rule.moves == "always":
            return Reading(day(start + length), day(before + length), (day(start), day(start + length)))
        stretch = one_of if rule.either else interval
        ends = (day(start), day(start + length)) if rule.moves else None
        return Reading(stretch(start, start + length), stretch(before, before + length), ends)

    def _count(self, rule: DateRule, groups: Groups, today: date) -> Reading:
        return _sure(_counted(rule, self._numerals.value(groups["number"]), today))

    def _relative(self, rule: DateRule, _groups: Groups, today: date) -> Reading:
        return Reading(_relative(rule, today), _relative_past(rule, today))


def _sure(when: When) -> Reading:
    return Reading(when, when)


def _stretch(rule: DateRule, first: date, last: date) -> Reading | None:
    """Two days of a rule: a move, one day of two, or all from the first to the last."""
    old, new = (last, first) if rule.swapped else (first, last)
    if rule.moves == "always":
        return Reading(day(new), day(new), (day(old), day(new)))
    if first > last:
        return None
    value = one_of(first, last) if rule.either else interval(first, last)
    return Reading(value, value, (day(old), day(new)) if rule.moves else None)


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _days_around(month: int, first: int, today: date) -> list[date]:
    """A day of a month in last year, this year and next year, where they have it."""
    years = range(today.year - 1, today.year + 2)
    return [date(year, month, first) for year in years if _exists(year, month, first)]


def _nearest_year(month: int, first: int, today: date) -> date:
    return min(_days_around(month, first, today), key=lambda value: abs((value - today).days))


def _years(month: int, first: int, today: date) -> tuple[int, int]:
    """The years a day of a month is read in, to come and past: one year where the day is near enough to today."""
    days = _days_around(month, first, today)
    nearest = _nearest_year(month, first, today)
    if abs((nearest - today).days) <= _NEAR_DAYS:
        return nearest.year, nearest.year
    future = next((value for value in days if value >= today), nearest)
    return future.year, max((value for value in days if value <= today), default=nearest).year


def _exists(year: int, month: int, first: int) -> bool:
    known = 1 <= month <= 12 and date.min.year <= year <= date.max.year
    return known and 1 <= first <= calendar.monthrange(year, month)[1]


def _day_of_some_month(rule: DateRule, number: int, today: date) -> Reading | None:
    """ "On the 15th": the next one and the last one; "on the 15th of next month"."""
    if rule.unit == "month":
        ahead = (today.month - 1 + rule.offset,) * 2
    else:
        ahead = (today.month + (number < today.day) - 1, today.month - (number > today.day) - 1)
    months = [(today.year + months // 12, months % 12 + 1) for months in ahead]
    if not all(_exists(year, month, number) for year, month in months):
        return None
    future, past = (day(date(year, month, number)) for year, month in months)
    return Reading(future, past)


def _counted(rule: DateRule, number: int, today: date) -> When:
    """ "In three days", "two weeks ago", "within the next two weeks"."""
    days = number * {"day": 1, "week": 7, "month": 30, "year": 365}[rule.unit or "day"]
    ahead = rule.offset > 0
    if rule.part == "rest":
        return one_of(today, today + timedelta(days)) if ahead else one_of(today - timedelta(days), today)
    there = today + timedelta(days if ahead else -days)
    if rule.unit == "day":
        return day(there)
    if rule.unit == "week":
        return part_of_week(there - timedelta(there.weekday()), "whole")
    if rule.unit == "year":
        return whole_year(today.year + number * (1 if ahead else -1))
    return months_from(today, number if ahead else -number, "whole")


def _relative(rule: DateRule, today: date) -> When:
    if rule.part == "rest" and rule.offset and rule.unit != "year":  # "in the coming days"
        ahead = {"day": _SOON_DAYS, "week": _SOON_WEEKS, "month": _SOON_MONTHS}[rule.unit or "day"]
        return one_of(today + timedelta(1), today + timedelta(ahead))
    if rule.unit == "day":
        return day(today + timedelta(rule.offset))
    if rule.unit == "week":
        monday = today - timedelta(today.weekday() - 7 * rule.offset)
        return _still_to_come(part_of_week(monday, rule.part), rule, today)
    if rule.unit == "year":
        return _part_of_year(rule, today)
    if rule.part == "rest":
        return one_of(today, month_end(today.year, today.month))
    return months_from(today, rule.offset, rule.part)


def _part_of_year(rule: DateRule, today: date) -> When:
    year = today.year + rule.offset
    if rule.part == "rest":
        return one_of(today, date(year, 12, 31))
    return _still_to_come(part_of_year(year, rule.part), rule, today) if rule.part != "whole" else whole_year(year)


def _still_to_come(when: When, rule: DateRule, today: date) -> When:
    """ "This week" for a future meeting begins today."""
    if rule.offset == 0 and when.earliest < today <= when.latest:
        return one_of(today, when.latest)
    return when


def _relative_past(rule: DateRule, today: date) -> When:
    """What "this week", "this month" mean of something that has happened: up to today."""
    if rule.unit == "week" and rule.part == "weekend" and not rule.offset and today.weekday() < _SATURDAY:
        return part_of_week(today - timedelta(today.weekday() + 7), rule.part)
    if rule.offset or rule.part != "whole" or rule.unit != "week":
        return _relative(rule, today)
    return one_of(today - timedelta(today.weekday()), today)
