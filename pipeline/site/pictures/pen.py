"""A pen that draws SVG in one of two skins: with the page's classes, or with colours written into each element.

Renderers outside a browser know no CSS variables: what is exported must say its colours itself.
"""

from __future__ import annotations

from html import escape

from pipeline.site.safe_text import visible

COLOURS = {
    "plan": ("#1d5a9e", "#e6eff9"),
    "doubt": ("#7a5200", "#fbf0d4"),
    "post": ("#9a4500", "#fceadb"),
    "move": ("#6a3d9a", "#f0e9f8"),
    "off": ("#a31d19", "#fbe6e4"),
    "held": ("#27652c", "#e4f1e4"),
}
CARD, INK, SOFT, RULE, EDGE = "#ffffff", "#1c1b18", "#5b574e", "#d9d4c7", "#857f72"
FONTS = "Noto Sans, Liberation Sans, DejaVu Sans, sans-serif"
MARGIN = 16  # of white around a picture that is a file
_ROUND = 'stroke-linecap="round" stroke-linejoin="round"'

# What each class of site.css is in an exported file; {c} is the colour of the status, {t} its tint.
_LITERAL = {
    "ind": f'fill="{{c}}" stroke="{CARD}" stroke-width="1.5"',
    "copy": f'fill="{CARD}" stroke="{{c}}" stroke-width="1.5"',
    "cut": f'stroke="{CARD}" stroke-width="2"',
    "stem": 'stroke="{c}" stroke-width="1.25"',
    "flag": 'fill="{c}"',
    "state": 'fill="none" stroke="{c}" stroke-width="4" stroke-linecap="round"',
    "turn": f'fill="none" stroke="{EDGE}" stroke-width="2" stroke-dasharray="2 4" stroke-linecap="round"',
    "usual": f'fill="none" stroke="{EDGE}" stroke-width="1" stroke-dasharray="2 3"',
    "axis": f'fill="none" stroke="{EDGE}"',
    "rule": f'stroke="{RULE}"',
    "gap": f'fill="{RULE}" fill-opacity=".45"',
    "wk": f'fill="{RULE}" fill-opacity=".35"',
    "bar": 'fill="{t}" stroke="{c}" stroke-width="1.5"',
    "ghost": f'fill="none" stroke="{EDGE}" stroke-width="1.25" stroke-dasharray="3 3"',
    "ink": f'fill="none" stroke="{{c}}" stroke-width="2" {_ROUND}',
    "today": f'stroke="{COLOURS["off"][0]}" stroke-width="1.5"',
    "shape": f'fill="none" stroke="{{c}}" stroke-width="1.75" {_ROUND}',
    "solid": 'fill="{c}"',
    "nil": f'fill="{EDGE}" fill-opacity=".55"',
}
_TEXT_FILL = {"t-soft": SOFT, "flag-t": CARD}
_TEXT_SIZE = {"t-s": 11, "flag-t": 11, "cal-h": 16}


class Pen:
    """Collects elements; `svg` puts them together."""

    def __init__(self, *, literal: bool = False) -> None:
        self._literal = literal
        self._parts: list[str] = []

    def draw(self, tag: str, kind: str, place: str, colour: str = "") -> None:
        """One element: its kind (a class of site.css), its geometry as attributes, the colour of its status."""
        if self._literal:
            c, t = COLOURS.get(colour, (INK, CARD))
            self._parts.append(f"<{tag} {place} {_LITERAL[kind].format(c=c, t=t)}/>")
        else:
            self._parts.append(f'<{tag} class="{f"{colour} " if colour else ""}{kind}" {place}/>')

    def path(self, kind: str, d: str, colour: str = "") -> None:
        """A path."""
        self.draw("path", kind, f'd="{d}"', colour)

    def text(self, words: str, x: float, y: float, kinds: str = "", *, colour: str = "", anchor: str = "") -> None:
        """A line of text, escaped; `kinds` are classes such as "t-soft t-s"."""
        place = f'x="{x:.1f}" y="{y:.1f}"' + (f' text-anchor="{anchor}"' if anchor else "")
        if self._literal:
            own = kinds.split()
            fill = next((_TEXT_FILL[k] for k in own if k in _TEXT_FILL), COLOURS.get(colour, (INK,))[0])
            size = next((_TEXT_SIZE[k] for k in own if k in _TEXT_SIZE), 12)
            bold = ' font-weight="600"' if {"t-b", "lab", "flag-t"} & set(own) else ""
            place += f' fill="{fill}" font-size="{size}"{bold}'
        elif kinds or colour:
            place = f'class="{" ".join(filter(None, (colour, kinds)))}" {place}'
        self._parts.append(f"<text {place}>{escape(visible(words))}</text>")

    def icon(self, shapes: tuple[tuple[str, str, str], ...], x: float, y: float, size: float, colour: str) -> None:
        """A mark drawn in a box of 16, put at (x, y) as wide as `size`."""
        self._parts.append(f'<g transform="translate({x:.1f} {y:.1f}) scale({size / 16:.3f})">')
        for tag, kind, place in shapes:
            self.draw(tag, f"{kind}" if self._literal else f"{kind} gl", place, colour)
        self._parts.append("</g>")

    def svg(self, width: float, height: float, *, uid: str, title: str, desc: str = "", kind: str = "") -> str:
        """The whole picture. `title` and `desc` are what a screen reader says of it."""
        labels = f"{uid}-t {uid}-d" if desc else f"{uid}-t"
        edge = MARGIN if self._literal else 0
        whole = f"{width + 2 * edge:.0f}", f"{height + 2 * edge:.0f}"
        head = f'viewBox="{-edge} {-edge} {" ".join(whole)}" role="img"'
        if self._literal:  # a file of its own, which must say what it is; within a page HTML knows
            head = f'xmlns="http://www.w3.org/2000/svg" {head}'
            head += f' width="{whole[0]}" height="{whole[1]}" font-family="{FONTS}"'
        told = f'<title id="{uid}-t">{escape(visible(title))}</title>' + (
            f'<desc id="{uid}-d">{escape(visible(desc))}</desc>' if desc else ""
        )
        paper = (
            f'<rect x="{-edge}" y="{-edge}" width="100%" height="100%" fill="{CARD}"/>' if self._literal else ""
        )
        css = f' class="{kind}"' if kind and not self._literal else ""
        return f'<svg {head}{css} aria-labelledby="{labels}">{told}{paper}{"".join(self._parts)}</svg>'


def width_of(words: str, size: float = 12, *, bold: bool = False) -> float:
    """About how many pixels a line takes, without asking a font."""
    return len(words) * size * (0.56 if bold else 0.53)


def shortened(words: str, room: float, size: float = 12, *, bold: bool = False) -> str:
    """`words`, cut with an ellipsis where they would take more than `room` pixels."""
    fit = int(room / (size * (0.56 if bold else 0.53)))
    return words if len(words) <= fit else words[: max(1, fit - 1)].rstrip(" ,·") + "…"
