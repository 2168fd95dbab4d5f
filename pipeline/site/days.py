"""Days and moments in words: a meeting's day is never converted, a moment is shown in the reader's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_timezone_location

from pipeline.site.wording import Wording

_ONE_OF = re.compile(r"\[(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)\]")
_SPAN = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_FAR = 60  # days; further away the date alone says more


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of the calendar: the month over it, the day, the words under it."""

    month: str
    day: str
    words: str


class Days:
    """Puts dates into the words of one reader: a language, a time zone, and what time it is."""

    def __init__(self, words: Wording, zone: ZoneInfo, now: datetime) -> None:
        self._words = words
        self.zone = zone
        self.now = now.astimezone(zone)
        self.today = self.now.date()

    def day(self, day: date, *, year: bool | None = True) -> str:
        """Fri 24 Oct 2025; `year=None` leaves out the current year, False any."""
        with_year = day.year != self.today.year if year is None else year
        return self._date(day, "day" if with_year else "day_short")

    def plain(self, day: date) -> str:
        """24 October, with its year unless it is this one."""
        return self._date(day, "plain" if day.year == self.today.year else "plain_year")

    def long(self, day: date) -> str:
        """Monday 13 October 2025."""
        return self._date(day, "long")

    def month(self, day: date) -> str:
        """October 2025, standing alone."""
        return self._date(day, "month")

    def weekday(self, day: date) -> str:
        """Mon."""
        return self._date(day, "weekday")

    def letter(self, day: date) -> str:
        """M."""
        return str(format_date(day, "EEEEE", locale=self._words.locale))

    def edtf(self, value: str | None, *, year: bool | None = True) -> str:
        """An EDTF date in words; "no date" for None; any other form unchanged."""
        if not value:
            return self._words("no_date")
        if match := _ONE_OF.fullmatch(value):
            return self._words("some_day", days=self._range(*match.groups()))
        if match := _SPAN.fullmatch(value):
            return self._range(*match.groups())
        try:
            if match := _MONTH.fullmatch(value):
                return self._words("day_open", month=self.month(date(int(match[1]), int(match[2]), 1)))
            return self.day(date.fromisoformat(value), year=year)
        except ValueError:
            return value

    def leaf(self, value: str | None, since: datetime | None = None, until: datetime | None = None) -> Leaf:
        """The leaf of an EDTF date; for None one with a question mark and the days it was open."""
        if not value:
            days = self._open_days(since, until)
            return Leaf(days, "?", self._words("no_date"))
        match = _ONE_OF.fullmatch(value) or _SPAN.fullmatch(value)
        if match:
            first, last = (date.fromisoformat(day) for day in match.groups())
            days = f"{first.day}–{last.day}"
            return Leaf(self._date(last, "leaf_month"), days, self._words("leaf_some_day" if value[0] == "["
                                                                          else "leaf_days"))  # fmt: skip
        if match := _MONTH.fullmatch(value):
            return Leaf(match[1], self._date(date(int(match[1]), int(match[2]), 1), "leaf_name"),
                        self._words("leaf_day_open"))  # fmt: skip
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return Leaf("", value, "")
        return Leaf(self._date(day, "leaf_month"), str(day.day), self._date(day, "leaf_weekday"))

    def relative(self, day: date) -> str:
        """In 11 days, today, 3 days ago; "" beyond sixty days."""
        away = (day - self.today).days
        if abs(away) > _FAR:
            return ""
        if away in (-1, 0, 1):
            return self._words({-1: "yesterday", 0: "today", 1: "tomorrow"}[away])
        return self._words("in_days" if away > 0 else "days_ago", n=abs(away))

    def moment(self, at: datetime) -> str:
        """13 Oct 10:40, in the reader's zone, with its year unless it is this one."""
        local = at.astimezone(self.zone)
        return self._moment(local, "moment" if local.year == self.today.year else "moment_year")

    def moment_of(self, at: datetime, zone: str) -> str:
        """The time alone in another zone, with its name: what the source printed. "" where it is the same."""
        try:
            there = at.astimezone(ZoneInfo(zone))
        except (ValueError, OSError, KeyError):
            return ""
        if there.utcoffset() == at.astimezone(self.zone).utcoffset():
            return ""
        pattern = "HH:mm" if there.date() == at.astimezone(self.zone).date() else "moment"
        return f"{self._moment(there, pattern)} {self.city(ZoneInfo(zone), there)}"

    def utc(self, at: datetime) -> str:
        """07:40 UTC; "" where the reader's zone is UTC."""
        return "" if self.now.utcoffset() == timedelta(0) else f"{at.astimezone(UTC):%H:%M} UTC"

    def clock(self, at: datetime) -> str:
        """10:40."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def ago(self, at: datetime) -> str:
        """5 minutes ago, in 40 minutes, in the coarsest unit that fits."""
        seconds = (at - self.now).total_seconds()
        for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
            if abs(seconds) >= size * (2 if unit == "d" else 1):
                return self._words(f"{'ago' if seconds < 0 else 'in'}_{unit}", n=round(abs(seconds) / size))
        return self._words("just_now")

    def length(self, span: timedelta) -> str:
        """22 h, 5 min, 3 days."""
        seconds = max(0.0, span.total_seconds())
        for unit, size in (("d", 86_400), ("h", 3600)):
            if seconds >= size * (2 if unit == "d" else 1):
                return self._words(f"for_{unit}", n=round(seconds / size))
        return self._words("for_min", n=round(seconds / 60))

    def zone_name(self) -> str:
        """Istanbul (UTC+3)."""
        if self.zone.key in ("UTC", "Etc/UTC"):
            return "UTC"
        offset = self.now.utcoffset() or timedelta(0)
        hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
        sign = "-" if offset < timedelta(0) else "+"
        return f"{self.city(self.zone, self.now)} (UTC{sign}{hours}{f':{minutes:02}' if minutes else ''})"

    def city(self, zone: ZoneInfo, at: datetime) -> str:
        """The zone's city in the reader's language."""
        if zone.key in ("UTC", "Etc/UTC"):
            return "UTC"
        return str(get_timezone_location(at.replace(tzinfo=zone), locale=self._words.locale, return_city=True))

    def iso(self, at: datetime) -> str:
        """For the attribute datetime."""
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    def _range(self, first: str, last: str) -> str:
        one, two = date.fromisoformat(first), date.fromisoformat(last)
        key = "range" if (one.year, one.month) == (two.year, two.month) else "range_months"
        start = str(one.day) if key == "range" else self._date(one, "plain_short")
        return self._words(key, first=start, last=self._date(two, "plain_short_year"))

    def _open_days(self, since: datetime | None, until: datetime | None) -> str:
        if since is None:
            return ""
        first = since.astimezone(self.zone).date()
        if until is None:
            return self._words("since", day=self._date(first, "plain_short"))
        last = until.astimezone(self.zone).date()
        key = "range" if (first.year, first.month) == (last.year, last.month) else "range_months"
        start = str(first.day) if key == "range" else self._date(first, "plain_short")
        return self._words(key, first=start, last=self._date(last, "plain_short"))

    def _date(self, day: date, pattern: str) -> str:
        return str(format_date(day, self._words(f"pattern_{pattern}"), locale=self._words.locale))

    def _moment(self, at: datetime, pattern: str) -> str:
        words = self._words(f"pattern_{pattern}") if pattern != "HH:mm" else pattern
        return str(format_datetime(at, words, locale=self._words.locale))
