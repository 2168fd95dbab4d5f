"""A meeting's time line: across, when each report was published; down, the date it gives.

Agreement is what lies on the line, contradiction what lies off it. Quiet days are folded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.site.pictures.marks import claim_mark, colour_of
from pipeline.site.pictures.pen import Pen, shortened, width_of

_QUIET = timedelta(hours=16)  # without a report: the axis is folded
_LEAST = timedelta(hours=3)  # a cluster of reports is drawn as long as this at least
_PAD = 13.0
_STACK = 5  # marks above each other; more are counted


@dataclass(frozen=True, slots=True)
class Lane:
    """One claim: its key, the date in words, and what it is ("first plan")."""

    key: str
    label: str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One report: when, which lane, with which status, and whether its text is its own."""

    at: datetime
    lane: str
    status: str
    own: bool


@dataclass(frozen=True, slots=True)
class Known:
    """From when on which lane was taken for the plan; `alert` is the word on the flag, "" without an alert."""

    at: datetime
    lane: str
    status: str
    alert: str = ""


@dataclass(frozen=True, slots=True)
class PictureStory:
    """All a time line shows. Times are in the reader's zone; `day` and `quiet` put days and folds into words."""

    lanes: Sequence[Lane]
    said: Sequence[Said]
    known: Sequence[Known]
    day: Callable[[datetime], str]
    quiet: Callable[[int], str]


@dataclass
class _Scale:
    """Time across: clusters of reports with their own scale each, folded gaps between them."""

    clusters: list[tuple[datetime, datetime, float, float]] = field(default_factory=list)

    def x(self, at: datetime) -> float:
        for first, last, left, right in self.clusters:
            if at <= last:
                share = max(0.0, (at - first) / (last - first))
                return left + _PAD + (right - left - 2 * _PAD) * share
        return self.clusters[-1][3] - _PAD


@dataclass(frozen=True, slots=True)
class _Mark:
    said: Said
    x: float
    drop: float  # from the lane's line; negative is up


def timeline(story: PictureStory, *, title: str, desc: str, uid: str = "tl", width: float = 760,
             literal: bool = False) -> str:  # fmt: skip
    """The picture as SVG; narrower than 500 it is drawn for a phone. Needs a report at least."""
    pen = Pen(literal=literal)
    narrow = width < 500
    gutter, end = (78.0, width - 14) if narrow else (112.0, width - 14)
    flags = any(step.alert for step in story.known)
    top = 74.0 if flags else 46.0
    scale, groups = _scale(story, gutter, end, 30.0 if narrow else 46.0)
    marks, extra = _placed(story, scale)
    y, height = _levels(story.lanes, marks, top)
    _axis(pen, story, scale, groups, height=height, top=top, narrow=narrow)
    for lane in story.lanes:
        level = y[lane.key]
        pen.draw("path", "axis", f'stroke-dasharray="1 5" d="M{gutter:.0f} {level:.1f}H{end:.0f}"')
        pen.text(shortened(lane.label, gutter - 6, bold=True), 0, level - 1 if lane.sub else level + 4, "t-b")
        pen.text(shortened(lane.sub, gutter - 4, 11), 0, level + 14, "t-soft t-s")
    _state_line(pen, story.known, scale, y, end)
    if flags:
        _flags(pen, story.known, scale, y, end)
    for mark in marks:
        claim_mark(pen, mark.said.status, mark.x, y[mark.said.lane] + mark.drop, copy=not mark.said.own,
                   colour=_lane_colour(story, mark.said))  # fmt: skip
    for (key, x, drop), count in extra.items():
        pen.text(f"+{count}", x, y[key] + drop, "t-soft t-s", anchor="middle")
    return pen.svg(width, height, uid=uid, title=title, desc=desc)


def _lane_colour(story: PictureStory, said: Said) -> str:
    """That of the plan's line on its lane, so that line and reports are one; else that of the report's date."""
    return next((colour_of(step.status) for step in story.known if step.lane == said.lane), colour_of(said.status))


def _scale(story: PictureStory, gutter: float, end: float, gap: float) -> tuple[_Scale, list[list[datetime]]]:
    times = sorted([s.at for s in story.said] + [k.at for k in story.known])
    groups = [[times[0], times[0]]]
    for at in times[1:]:
        if at - groups[-1][1] > _QUIET:
            groups.append([at, at])
        else:
            groups[-1][1] = at
    while len(groups) > 6:  # too many for the width: the nearest two become one
        nearest = min(range(1, len(groups)), key=lambda i: groups[i][0] - groups[i - 1][1])
        groups[nearest - 1][1] = groups.pop(nearest)[1]
    lengths = [max(last - first, _LEAST) for first, last in groups]
    roots = [length.total_seconds() ** 0.5 for length in lengths]
    room, x, scale = end - gutter - gap * (len(groups) - 1), gutter, _Scale()
    for (first, _), length, root in zip(groups, lengths, roots, strict=True):
        wide = room * root / sum(roots)
        scale.clusters.append((first, first + length, x, x + wide))
        x += wide + gap
    return scale, groups


def _placed(story: PictureStory, scale: _Scale) -> tuple[list[_Mark], dict[tuple[str, float, float], int]]:
    """Marks beside each other: own reports stack upwards, copies downwards; what is too much is counted."""
    placed: list[_Mark] = []
    extra: dict[tuple[str, float, float], int] = {}
    for said in sorted(story.said, key=lambda s: (not s.own, s.at)):
        x, drop, stacked = scale.x(said.at), (0.0 if said.own else 17.0), 0
        step = -13.0 if said.own else 9.5
        while any(_collide(mark, said, x, drop) for mark in placed):
            drop, stacked = drop + step, stacked + 1
        if stacked >= _STACK:
            near = next((key for key in extra if key[0] == said.lane and abs(key[1] - x) < 18
                         and (key[2] < 0) == said.own), None)  # fmt: skip
            key = near or (said.lane, x, (-_STACK * 13.0 + 2) if said.own else 17 + _STACK * 9.5 + 4)
            extra[key] = extra.get(key, 0) + 1
            continue
        placed.append(_Mark(said, x, drop))
    return placed, extra


def _collide(mark: _Mark, said: Said, x: float, drop: float) -> bool:
    across = 12.5 if said.own and mark.said.own else 9.5
    down = 11 if said.own else 8
    return mark.said.lane == said.lane and abs(x - mark.x) < across and abs(drop - mark.drop) < down


def _levels(lanes: Sequence[Lane], marks: Sequence[_Mark], top: float) -> tuple[dict[str, float], float]:
    """Where each lane's line is, and how high the picture gets: lanes grow with their stacks."""
    y, at = {}, top
    for lane in lanes:
        own = [mark.drop for mark in marks if mark.said.lane == lane.key]
        at += 14 + max([8.0, *(-drop for drop in own)])
        y[lane.key] = at
        at += max([24.0, *(drop + 7 for drop in own)])
    return y, at + 6


def _axis(pen: Pen, story: PictureStory, scale: _Scale, groups: list[list[datetime]], *, height: float, top: float,
          narrow: bool) -> None:  # fmt: skip
    for number, (first, last, left, right) in enumerate(scale.clusters):
        pen.text(story.day(first), left + 4, 14, "t-b")
        days = (last.date() - first.date()).days
        step = timedelta(hours=2 if not narrow and days == 0 else 4 if days == 0 else 24)
        tick = (first.replace(hour=0, minute=0, second=0, microsecond=0)) + step
        shown = left + width_of("00:00", 11) / 2
        while tick <= last:
            x = scale.x(tick)
            if tick > first and x > shown and x < right - 6:
                pen.path("rule", f"M{x:.1f} 36V{height - 8:.0f}")
                words = f"{tick:%H:%M}" if step < timedelta(days=1) else f"{tick.day}"
                pen.text(words, x, 30, "t-soft t-s", anchor="middle")
                shown = x + width_of("00:00", 11) + 4
            tick += step
        if number:
            before = scale.clusters[number - 1][3]
            pen.draw("rect", "gap", f'x="{before + 6:.1f}" y="{top - 14:.0f}" width="{left - before - 12:.1f}" '
                     f'height="{height - top + 6:.0f}" rx="3"')  # fmt: skip
            quiet = (groups[number][0].date() - groups[number - 1][1].date()).days - 1
            pen.text(story.quiet(quiet), (before + left) / 2, 30 if narrow else 14, "t-soft t-s", anchor="middle")


def _state_line(pen: Pen, known: Sequence[Known], scale: _Scale, y: dict[str, float], end: float) -> None:
    for number, step in enumerate(known):
        colour = colour_of(step.status)
        left = scale.x(step.at)
        right = scale.x(known[number + 1].at) if number + 1 < len(known) else end
        if number and known[number - 1].lane != step.lane:
            pen.path("turn", f"M{left:.1f} {y[known[number - 1].lane]:.1f}V{y[step.lane]:.1f}", colour)
        pen.path("state", f"M{left:.1f} {y[step.lane]:.1f}H{right:.1f}", colour)


def _flags(pen: Pen, known: Sequence[Known], scale: _Scale, y: dict[str, float], end: float) -> None:
    taken = -99.0
    for number, step in enumerate(known):
        if not step.alert:
            continue
        x, colour, wide = scale.x(step.at), colour_of(step.status), width_of(step.alert, 11, bold=True) + 14
        top = min(y[step.lane], y[known[number - 1].lane] if number else y[step.lane])
        left = min(max(x - 9, taken + 6), end + 12 - wide)
        taken = left + wide
        pen.path("stem", f"M{x:.1f} 58V{top - 8:.1f}", colour)
        pen.path("flag", f"M{x - 5:.1f} 57l5 6 5-6z", colour)
        pen.draw("rect", "flag", f'x="{left:.1f}" y="40" width="{wide:.0f}" height="18" rx="4"', colour)
        pen.text(step.alert, left + 7, 53, "flag-t")
