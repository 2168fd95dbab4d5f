"""Small pictures: an outlet's rhythm in fourteen bars, and who copied whom after how many minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.site.pictures.marks import claim_mark
from pipeline.site.pictures.pen import Pen, shortened


def spark(counts: Sequence[int], usual: float, *, uid: str, label: str, ill: bool = False, width: float = 126,
          height: float = 26) -> str:  # fmt: skip
    """One bar a day; the dotted line is a usual day. Red only where the feed is quiet beyond its own rhythm."""
    pen, bar, colour = Pen(), width / max(len(counts), 1), "off" if ill else "plan"
    most = max([*counts, round(usual * 2), 1])

    def y(value: float) -> float:
        return height - 3 - (height - 5) * min(value, most) / most

    pen.path("axis", f"M0 {height - 2.5}H{width:.0f}")
    if usual:
        pen.path("usual", f"M0 {y(usual):.1f}H{width:.0f}")
    # Two paths and not fourteen shapes: a page has hundreds of these pictures.
    wide, floor, bars, ticks = f"h{bar - 1.5:.3g}", height - 3, "", ""
    for number, count in enumerate(counts):
        x = f"M{number * bar + 0.75:.3g} "
        if count:
            bars += f"{x}{floor:g}V{y(count):.3g}{wide}V{floor:g}z"
        else:
            ticks += f"{x}{floor - 1.5:g}v2{wide}v-2z"
    if bars:
        pen.path("flag", bars, colour)
    if ticks:
        pen.path("nil", ticks)
    return pen.svg(width, height, uid=uid, title=label, kind="spark")


@dataclass(frozen=True, slots=True)
class Copied:
    """One copy: outlet, minutes after the first text, the share of that found in it (0..1), its kind in words."""

    outlet: str
    minutes: int
    share: float
    kind: str


def copied(origin: str, copies: Sequence[Copied], *, title: str, head: str, uid: str = "cp", width: float = 720,
           literal: bool = False) -> str:  # fmt: skip
    """Who took the dispatch, when, and how much of it; `head` is the heading above the shares."""
    pen, high, top, gutter = Pen(literal=literal), 30, 34, 168.0
    end, height = width - 252, top + high * (len(copies) + 1) + 4
    longest = max([30, *(copy.minutes for copy in copies)])
    step = next((s for s in (15, 30, 60, 120, 360, 720, 1440) if longest / s <= 5), 2880)

    def x(minutes: int) -> float:
        return gutter + 8 + (end - gutter - 28) * minutes / longest

    for minute in range(0, longest + 1, step):
        pen.path("rule", f"M{x(minute):.1f} 24V{height - 4}")
        words = "0" if not minute else f"+{minute} min" if step < 60 else f"+{minute / 60:g} h"
        pen.text(words, x(minute), 14, "t-soft t-s", anchor="middle")
    pen.text(head, end + 24, 14, "t-soft t-s")
    first = top + high / 2
    pen.path("axis", f"M{x(0):.1f} {first:.0f}V{first + high * len(copies):.0f}")
    pen.text(shortened(origin, gutter - 12, bold=True), 0, first + 4, "t-b")
    claim_mark(pen, "scheduled", x(0), first, copy=False, colour="plan")
    for number, copy in enumerate(copies, start=1):
        y, at = first + high * number, x(max(0, copy.minutes))
        pen.path("axis", f"M{x(0):.1f} {y:.0f}H{at - 4:.1f}")
        pen.text(shortened(copy.outlet, gutter - 12), 0, y + 4)
        claim_mark(pen, "scheduled", at, y, copy=True, colour="plan")
        pen.draw("rect", "gap", f'x="{end + 24:.0f}" y="{y - 4:.0f}" width="72" height="8" rx="2"')
        share = f'width="{72 * copy.share:.1f}" height="8" rx="2"'
        pen.draw("rect", "flag", f'x="{end + 24:.0f}" y="{y - 4:.0f}" {share}',
                 "plan")  # fmt: skip
        pen.text(shortened(f"{copy.share:.0%} {copy.kind}", 148, 11), end + 104, y + 4, "t-s")
    return pen.svg(width, height, uid=uid, title=title)
