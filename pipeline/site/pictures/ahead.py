"""The coming days: one row a meeting, a bar on its day, an arrow from the day it was moved from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.site.pictures.marks import MARKS, colour_of
from pipeline.site.pictures.pen import Pen, shortened, width_of


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One meeting: who, where, its status, its first and last possible day, the day it was moved from."""

    who: str
    where: str
    status: str
    first: date
    last: date
    moved_from: date | None = None
    moved_words: str = ""  # "from 10 Oct"


@dataclass(frozen=True, slots=True)
class PictureDays:
    """The days shown: first, how many, and their names (weekday in short, in one letter)."""

    start: date
    count: int
    today: date
    weekday: Callable[[date], str]
    letter: Callable[[date], str]


def ahead(rows: Sequence[PictureRow], days: PictureDays, *, title: str, desc: str, uid: str = "ah",
          width: float = 760,
          literal: bool = False) -> str:  # fmt: skip
    """The picture as SVG; narrower than 500 it is drawn for a phone."""
    pen = Pen(literal=literal)
    narrow = width < 500
    high, top = (62, 42) if narrow else (46, 44)
    gutter = 0.0 if narrow else 188.0
    height = top + high * len(rows) + 2
    cell = (width - gutter - (0 if narrow else 6)) / days.count
    _grid(pen, days, gutter=gutter, cell=cell, height=height, narrow=narrow)
    for number, row in enumerate(rows):
        y = top + high * number
        if number:
            pen.path("rule", f"M0 {y - 3}H{width:.0f}")
        middle = y + (42 if narrow else high / 2 - 2)
        if narrow:
            name = shortened(row.who, width * 0.6, bold=True)
            pen.text(name, 5, y + 16, "t-b")
            after = 12 + width_of(name, bold=True)
            pen.text(shortened(row.where, width - after, 11), after, y + 16, "t-soft t-s")
        else:
            pen.text(shortened(row.who, gutter - 10, bold=True), 0, middle - 2, "t-b")
            pen.text(shortened(row.where, gutter - 10, 11), 0, middle + 13, "t-soft t-s")
        _bar(pen, row, days, gutter=gutter, cell=cell, middle=middle, inset=1 if narrow else 3)
    return pen.svg(width, height, uid=uid, title=title, desc=desc)


def _grid(pen: Pen, days: PictureDays, *, gutter: float, cell: float, height: float, narrow: bool) -> None:
    for number in range(days.count):
        day, x = days.start + timedelta(days=number), gutter + cell * number
        if day.weekday() > 4:
            pen.draw("rect", "wk", f'x="{x:.1f}" y="34" width="{cell:.1f}" height="{height - 36}"')
        is_today = day == days.today
        if narrow and number % 2 and not is_today:
            continue
        name = days.letter(day) if narrow else days.weekday(day)
        pen.text(name, x + cell / 2, 12, "t-soft t-s", anchor="middle")
        pen.text(str(day.day), x + cell / 2, 27, "t-s t-b" if is_today else "t-s", anchor="middle")
        if is_today:
            pen.path("today", f"M{x + 0.5:.1f} 34V{height - 4}")


def _bar(
    pen: Pen, row: PictureRow, days: PictureDays, *, gutter: float, cell: float, middle: float, inset: int
) -> None:
    end = days.start + timedelta(days=days.count - 1)
    first, last = max(row.first, days.start), min(row.last, end)
    if first > end or last < days.start:  # its old day lies in these days, its new one does not
        first = last = end if row.first > end else days.start
    colour = colour_of(row.status)
    left = gutter + cell * (first - days.start).days + inset
    right = gutter + cell * ((last - days.start).days + 1) - inset
    centre, size = (left + right) / 2, f'y="{middle - 12:.0f}" height="24" rx="5"'
    if row.status in ("cancelled", "denied"):
        pen.draw("rect", "ghost", f'x="{left:.1f}" width="{right - left:.1f}" {size}')
        pen.path("ink", f"M{centre - 6:.1f} {middle - 6:.0f}l12 12m0-12l-12 12", colour)
        return
    if row.moved_from and row.moved_from < first:
        seen = row.moved_from >= days.start
        start = gutter + cell * ((row.moved_from - days.start).days + 0.5) if seen else gutter + 2
        if not seen and left - start > width_of(row.moved_words, 11):
            pen.text(row.moved_words, start + 2, middle - 7, "t-s lab", colour=colour)
        pen.path("ink", f"M{start:.1f} {middle:.0f}H{left - 7:.1f}m-6-5l6 5-6 5", colour)
    dashed = ' stroke-dasharray="4 3"' if row.first != row.last else ""
    pen.draw("rect", "bar", f'x="{left:.1f}" width="{right - left:.1f}" {size}{dashed}', colour)
    pen.icon(MARKS[row.status][1], centre - 8, middle - 8, 16, colour)
