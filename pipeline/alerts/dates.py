"""EDTF dates and moments in the words of a language: Fri 4 Dec 2026, between 21 and 30 Sep 2026, December 2026."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from pipeline.alerts.words import DateWording, MessageWords

_DAY = r"\d{4}-\d{2}-\d{2}"
_SEASONS = {21: 0, 22: 1, 23: 2, 24: 3}
_QUARTERS = {33: 0, 34: 1, 35: 2, 36: 3}
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and the last day a date may mean (None: open), and how exactly it says so."""

    first: date | None
    last: date | None
    precision: str  # day, range, span, choice, month, season, year, unknown


def bounds(edtf: str) -> Bounds:
    """What an EDTF date says; `unknown` for a form that is not supported."""
    for pattern, read in _READERS:
        if match := pattern.fullmatch(edtf.strip("~?%")):
            try:
                return read(match)
            except ValueError:  # 2026-02-31
                break
    return Bounds(None, None, "unknown")


def in_words(edtf: str | None, words: MessageWords, *, clock: str | None = None) -> str:
    """A date as a person of that language writes it; the EDTF itself where it is of an unknown form."""
    if edtf is None:
        return words.labels.unknown_date
    said, dates = bounds(edtf), words.dates
    text = _WRITERS.get(said.precision, _as_it_is)(edtf, said, dates)
    if clock and said.precision == "day":
        return dates.local.format(date=text, clock=clock)
    return text


def moment(at: datetime, words: MessageWords, zone: tzinfo) -> str:
    """A time of the clock with its offset: 1 Dec 14:05 UTC+3."""
    local = at.astimezone(zone)
    offset = local.utcoffset()
    minutes = int(offset.total_seconds() // _MINUTE) if offset else 0
    sign = "+" if minutes >= 0 else "−"
    hours, rest = divmod(abs(minutes), 60)
    name = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    month = words.dates.months[local.month - 1]
    return words.dates.moment.format(day=local.day, month=month, clock=f"{local:%H:%M} {name}")


def _day(day: date, dates: DateWording) -> str:
    return dates.day.format(
        weekday=dates.weekdays[day.weekday()], day=day.day, month=dates.months[day.month - 1], year=day.year
    )


def _spread(said: Bounds, dates: DateWording) -> tuple[str, str]:
    """Both ends of a stretch, the first without what the last repeats: 21 and 30 Sep 2026."""
    assert said.first is not None
    assert said.last is not None
    first, last = said.first, said.last
    month = dates.months[first.month - 1]
    end = f"{last.day} {dates.months[last.month - 1]} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return str(first.day), end
    return f"{first.day} {month}" + ("" if first.year == last.year else f" {first.year}"), end


def _between(_: str, said: Bounds, dates: DateWording) -> str:
    if said.first is None and said.last is None:
        return "?"
    if said.last is None:
        assert said.first is not None
        return dates.after.format(first=_day(said.first, dates))
    if said.first is None:
        return dates.before.format(last=_day(said.last, dates))
    first, last = _spread(said, dates)
    return dates.between.format(first=first, last=last)


def _span(edtf: str, said: Bounds, dates: DateWording) -> str:
    if said.first is None or said.last is None:
        return _between(edtf, said, dates)
    first, last = _spread(said, dates)
    return dates.span.format(first=first, last=last)


def _choice(edtf: str, _: Bounds, dates: DateWording) -> str:
    return f" {dates.or_} ".join(_day(date.fromisoformat(day), dates) for day in re.findall(_DAY, edtf))


def _month(_: str, said: Bounds, dates: DateWording) -> str:
    assert said.first is not None
    return dates.month.format(month=dates.months_alone[said.first.month - 1], year=said.first.year)


def _season(edtf: str, _: Bounds, dates: DateWording) -> str:
    year, number = edtf.split("-")
    names = dates.seasons if int(number) in _SEASONS else dates.quarters
    return dates.season.format(season=names[(_SEASONS | _QUARTERS)[int(number)]], year=year)


def _as_it_is(edtf: str, _: Bounds, __: DateWording) -> str:
    return edtf


def _single_day(_: str, said: Bounds, dates: DateWording) -> str:
    assert said.first is not None
    return _day(said.first, dates)


_WRITERS: dict[str, Callable[[str, Bounds, DateWording], str]] = {
    "day": _single_day,
    "range": _between,
    "span": _span,
    "choice": _choice,
    "month": _month,
    "season": _season,
    "year": _as_it_is,
}


def _read_day(match: re.Match[str]) -> Bounds:
    day = date.fromisoformat(match[0])
    return Bounds(day, day, "day")


def _read_pair(precision: str) -> Callable[[re.Match[str]], Bounds]:
    def read(match: re.Match[str]) -> Bounds:
        first, last = _edge(match[1], last=False), _edge(match[2], last=True)
        return Bounds(first, last, "day" if first == last and first else precision)

    return read


def _read_choice(match: re.Match[str]) -> Bounds:
    days = sorted(date.fromisoformat(day) for day in re.findall(_DAY, match[0]))
    return Bounds(days[0], days[-1], "choice")


def _read_month(match: re.Match[str]) -> Bounds:
    year, number = int(match[1]), int(match[2])
    if number in _SEASONS | _QUARTERS:
        return _quarter_of_a_year(year, number)
    return Bounds(date(year, number, 1), _month_end(year, number), "month")


def _quarter_of_a_year(year: int, number: int) -> Bounds:
    """Seasons as the northern half counts them, winter into the next year; quarters as the calendar does."""
    if number in _QUARTERS:
        first = 1 + 3 * _QUARTERS[number]
        return Bounds(date(year, first, 1), _month_end(year, first + 2), "season")
    first = 3 + 3 * _SEASONS[number]
    last_year, last = (year, first + 2) if first <= 10 else (year + 1, 2)
    return Bounds(date(year, first, 1), _month_end(last_year, last), "season")


def _read_year(match: re.Match[str]) -> Bounds:
    return Bounds(date(int(match[0]), 1, 1), date(int(match[0]), 12, 31), "year")


def _edge(text: str, *, last: bool) -> date | None:
    if text in ("", ".."):
        return None
    whole = bounds(text)
    return whole.last if last else whole.first


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else date(9999, 12, 31)
    return date.fromordinal(following.toordinal() - (following.day == 1))


_PART = r"(\d{4}(?:-\d{2}(?:-\d{2})?)?|\.\.|)"
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Bounds]], ...] = (
    (re.compile(_DAY), _read_day),
    (re.compile(rf"{_PART}/{_PART}"), _read_pair("span")),
    (re.compile(rf"\[{_PART}\.\.{_PART}\]"), _read_pair("range")),
    (re.compile(rf"[\[{{]{_DAY}(?:,\s*{_DAY})+[\]}}]"), _read_choice),
    (re.compile(r"(\d{4})-(\d{2})"), _read_month),
    (re.compile(r"\d{4}"), _read_year),
)
