"""The mark of each status: a colour, and a shape in a box of 16. Always beside a word, never instead of one."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.site.pictures.pen import Pen

Shapes = tuple[tuple[str, str, str], ...]


def _stroke(d: str, width: float | None = None) -> tuple[str, str, str]:
    return "path", "shape", f'd="{d}"' + (f' stroke-width="{width}"' if width else "")


def _ring(r: float, more: str = "") -> tuple[str, str, str]:
    return "circle", "shape", f'cx="8" cy="8" r="{r}"{more}'


def _dot(r: float, y: float = 8) -> tuple[str, str, str]:
    return "circle", "solid", f'cx="8" cy="{y}" r="{r}"'


_CROSS = "m3.8 3.8 8.4 8.4m0-8.4-8.4 8.4"
_TICK = _stroke("m3 8.6 3.3 3.3L13 4.8")
MARKS: dict[str, tuple[str, Shapes]] = {
    "scheduled": ("plan", (_ring(5.5),)),
    "confirmed": ("plan", (_dot(6),)),
    "uncertain": ("doubt", (_ring(6, ' stroke-dasharray="2.5 2.5"'),
                            _stroke("M6.4 6.4a1.7 1.7 0 1 1 2.3 1.7c-.5.2-.7.5-.7 1"), _dot(0.9, 11.2))),
    "postponed": ("post", (_stroke("M5.5 3.5v9M10.5 3.5v9"),)),
    "rescheduled": ("move", (_stroke("M2.5 8h10M8.7 3.9 12.8 8l-4.1 4.1"),)),
    "cancelled": ("off", (_stroke(_CROSS),)),
    "denied": ("off", (_ring(5.5), _stroke("m4.2 11.8 7.6-7.6"))),
    "held": ("held", (_TICK,)),
    "contested": ("doubt", (_stroke("M2.5 5.5h8M8 3l2.8 2.5L8 8M13.5 10.5h-8M8 8 5.2 10.5 8 13"),)),
    "at_risk": ("doubt", (_stroke("M8 2.5 14 13H2z"), _stroke("M8 6.5v3"), _dot(0.9, 11.3))),
    "reinstated": ("plan", (_stroke("M3.5 6.5A5 5 0 1 1 3 9M3 3.5v3.2h3.2"),)),
    "retracted": ("doubt", (_stroke("M13 8H4M7 4.5 3.5 8 7 11.5"),)),
    "new": ("plan", (_stroke("M8 3v10M3 8h10"),)),
    "detail": ("plan", (_dot(3),)),
    "lapsed": ("doubt", (_ring(5.5), _stroke("M8 5v3.2l2.2 1.6"))),
    "withdrawn": ("off", (_stroke("M3 8h10"),)),
    "first_seen_as_change": ("doubt", (_stroke("M8 3v6"), _dot(1, 12.4))),
    "corrected": ("doubt", (_stroke("M3 13l1-3.2L10.8 3 13 5.2 6.2 12z"),)),
    "delivered": ("held", (_TICK,)),
    "pending": ("doubt", (_ring(5.5), _stroke("M8 5v3.2l2.2 1.6"))),
    "dead": ("off", (_stroke(_CROSS),)),
    "ok": ("held", (_TICK,)),
    "failing": ("off", (_stroke(_CROSS),)),
    "gone": ("off", (_stroke(_CROSS),)),
    "silent": ("doubt", (_ring(5.5), _stroke("M5 8h6"))),
    "empty": ("doubt", (_ring(5.5),)),
    "never polled": ("doubt", (_ring(5.5),)),
    "no items yet": ("doubt", (_ring(5.5),)),
    "moved": ("move", (_stroke("M2.5 8h10M8.7 3.9 12.8 8l-4.1 4.1"),)),
    "off": ("doubt", (_stroke("M3 8h10"),)),
}  # fmt: skip
ARROW: Shapes = (_stroke("M1.5 8h12M9.5 4l4 4-4 4"),)
PULSE: Shapes = (_stroke("M1.5 8h3l2-4.5 3 9 2-4.5h3"),)


def colour_of(status: str) -> str:
    """The colour's name of a status, flag, change or state of a delivery."""
    return MARKS.get(status, ("plan", ()))[0]


def icon(name: str) -> Markup:
    """A mark for the page, hidden from screen readers: the word beside it says it."""
    shapes = {"arrow": ARROW, "pulse": PULSE}.get(name) or MARKS[name][1]
    drawn = "".join(f'<{tag} class="{kind}" {place}/>' for tag, kind, place in shapes)
    return Markup(f'<svg viewBox="0 0 16 16" aria-hidden="true">{drawn}</svg>')  # noqa: S704 - constants


def claim_mark(pen: Pen, status: str, x: float, y: float, *, copy: bool, colour: str) -> None:
    """What one report says, as a mark of the time line: filled for an own report, hollow for a copy."""
    kind, r = ("copy", 4.0) if copy else ("ind", 6.5)
    if status == "postponed":
        r *= 0.92
        size = f'width="{2 * r:.1f}" height="{2 * r:.1f}" rx="1.5"'
        pen.draw("rect", kind, f'x="{x - r:.1f}" y="{y - r:.1f}" {size}',
                 colour)  # fmt: skip
        if not copy:
            pen.path("cut", f"M{x - 2:.1f} {y - 2.8:.1f}v5.6m4-5.6v5.6")
    elif status == "rescheduled":
        r *= 1.18
        pen.path(kind, f"M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}-{r:.1f} {r:.1f}-{r:.1f}-{r:.1f}z", colour)
    elif status in ("cancelled", "denied"):
        q = r * 0.4
        pen.path(kind, _cross(x, y, r, q), colour)
    else:
        pen.draw("circle", kind, f'cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"', colour)


def _cross(x: float, y: float, r: float, q: float) -> str:
    """A cross with arms of some thickness, so that it can be filled or hollow."""
    corners = (
        (-r, -r + q), (-r + q, -r), (0, -q), (r - q, -r), (r, -r + q), (q, 0),
        (r, r - q), (r - q, r), (0, q), (-r + q, r), (-r, r - q), (-q, 0),
    )  # fmt: skip
    return "M" + "L".join(f"{x + dx:.1f} {y + dy:.1f}" for dx, dy in corners) + "z"
