"""A month as a sheet of the calendar, for reports; on the page it is a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.site.pictures.marks import MARKS, colour_of
from pipeline.site.pictures.pen import Pen, shortened

_ROW, _CHIP, _TOP = 76, 24, 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting on one day; a `ghost` is the day it was moved from."""

    day: date
    label: str
    status: str
    ghost: bool = False


def weeks_of(first: date) -> list[list[date]]:
    """The weeks, Monday first, that hold any day of the month."""
    start = first - timedelta(days=first.weekday())
    days = [start + timedelta(days=n) for n in range(42)]
    weeks = [days[n : n + 7] for n in range(0, 42, 7)]
    return [week for week in weeks if any(day.month == first.month for day in week)]


def month(entries: Sequence[Entry], first: date, today: date, *, title: str, weekdays: Sequence[str],
          width: float = 760, literal: bool = True) -> str:  # fmt: skip
    """The picture as SVG; rows grow with the meetings of their busiest day."""
    pen, cell, y = Pen(literal=literal), width / 7, float(_TOP)
    pen.text(title, 0, 17, "t-b cal-h")
    for number, name in enumerate(weekdays):
        pen.text(name, cell * number + 8, 41, "t-soft t-s")
    for week in weeks_of(first):
        most = max(sum(entry.day == day for entry in entries) for day in week)
        high = _ROW + max(0, most - 2) * _CHIP
        pen.draw("rect", "wk", f'x="{cell * 5:.1f}" y="{y:.0f}" width="{cell * 2:.1f}" height="{high}"')
        pen.path("rule", f"M0 {y:.0f}H{width:.0f}")
        for number, day in enumerate(week):
            if day.month == first.month:
                _day(pen, day, [e for e in entries if e.day == day], cell * number, y, cell, today=day == today)
        y += high
    return pen.svg(width, y + 2, uid="cal", title=title)


def _day(pen: Pen, day: date, entries: Sequence[Entry], x: float, y: float, wide: float, *, today: bool) -> None:
    if today:
        pen.draw("circle", "flag", f'cx="{x + 15:.1f}" cy="{y + 15:.0f}" r="11"', "off")
    pen.text(str(day.day), x + 15, y + 19, "flag-t" if today else "t-soft t-s", anchor="middle")
    for number, entry in enumerate(entries):
        colour, top = colour_of(entry.status), y + 30 + number * _CHIP
        pen.draw("rect", "ghost" if entry.ghost else "bar",
                 f'x="{x + 3:.1f}" y="{top:.0f}" width="{wide - 6:.1f}" height="20" rx="4"', colour)  # fmt: skip
        pen.icon(MARKS[entry.status][1], x + 7, top + 3, 14, colour)
        pen.text(shortened(entry.label, wide - 30, 11), x + 24, top + 14, "t-s t-soft" if entry.ghost else "t-s")
