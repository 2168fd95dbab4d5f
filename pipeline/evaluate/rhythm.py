"""Interval learning on a replay of rhythms: polls spent and minutes until an item is seen, against other rules.

The rivals are our own re-implementations of published rules: fixed intervals; miniflux's `entry_frequency` (a week
divided by the number of items a week, within 5 minutes and a day); Media Cloud's overlap rule (10 minutes slower
where two thirds of a feed are known already, an hour faster where less than a third is, from 6 hours on, within 10
minutes and a day).
"""

from __future__ import annotations

import random
import statistics
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path

from pipeline.errors import FeedError
from pipeline.evaluate.report import Case, Figures, Goal, Report, data_version, facts_of_run
from pipeline.feeds import rhythm as rhythms
from pipeline.feeds import schedule
from pipeline.feeds.parse import parse_feed
from pipeline.feeds.schedule import Hints, Limits

_DAY = 1440.0
_WINDOW = 30  # items a feed lists
_START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
_DAYTIME = (1, 1, 1, 1, 1, 3, 7, 10, 12, 13, 13, 12, 12, 12, 12, 12, 11, 10, 9, 8, 6, 4, 3, 2)  # items by hour
_SEED = 3
_MOST_DAYS = 60  # of a snapshot's past
_LEAST, _FACTOR, _STEPS = 0.05, 1.12, 105  # of patience


@dataclass(frozen=True, slots=True)
class Replay:
    """What one rule came to on one feed: polls a day, and minutes until each item was seen; never is infinite."""

    polls: float
    delays: tuple[float, ...]
    missed: int

    @property
    def median(self) -> float | None:
        """Minutes."""
        return statistics.median(self.delays) if self.delays else None


class Rule:
    """Tells how many minutes to wait; is shown what each poll brought."""

    def wait(self, now: float) -> float:
        raise NotImplementedError

    def saw(self, new: Sequence[float], listed: int, now: float) -> None:
        """`new` items came at these minutes; `listed` is how many the feed lists."""


class Fixed(Rule):
    """The same pause for every feed."""

    def __init__(self, minutes: float) -> None:
        self._minutes = minutes

    def wait(self, now: float) -> float:  # noqa: ARG002
        return self._minutes


class Miniflux(Rule):
    """A week divided by the items a week, as the mean gap of the last week's items has it."""

    def __init__(self) -> None:
        self._items: list[float] = []

    def wait(self, now: float) -> float:
        week = [moment for moment in self._items if moment > now - 7 * _DAY]
        gap = (max(week) - min(week)) / (len(week) - 1) if len(week) > 1 else 7 * _DAY / max(len(week), 1)
        return min(max(gap, 5.0), _DAY)

    def saw(self, new: Sequence[float], listed: int, now: float) -> None:  # noqa: ARG002
        self._items = [*self._items, *new][-3000:]


class MediaCloud(Rule):
    """Slower while most of what a feed lists is known, faster while little is."""

    def __init__(self) -> None:
        self._minutes = 360.0
        self._polls = 0
        self._latest = 0.0

    def wait(self, now: float) -> float:  # noqa: ARG002
        return self._minutes

    def saw(self, new: Sequence[float], listed: int, now: float) -> None:
        self._polls += 1
        self._latest = now if new else self._latest
        if self._polls < 2:
            return
        known = (listed - len(new)) / listed if listed and new else 1.01
        if known >= 2 / 3:
            self._minutes += 10 if now - self._latest < 31 * _DAY else 60
        elif known < 1 / 3:
            self._minutes = 360.0 if self._minutes > 360 else self._minutes - 60
        self._minutes = min(max(self._minutes, 10.0), _DAY)


class Learned(Rule):
    """What `wirewatch poll` does, jitter left out."""

    def __init__(self, patience: float) -> None:
        self._limits = Limits(timedelta(minutes=2), timedelta(days=1), patience, timedelta(minutes=10))
        self._rhythm: rhythms.Rhythm | None = None
        self._last: datetime | None = None
        self._overflow = False

    def wait(self, now: float) -> float:
        plan = schedule.after_answer(
            self._rhythm, Hints(), self._limits, now=_moment(now), spread=0.0, overflow=self._overflow
        )
        return plan.wait / timedelta(minutes=1)

    def saw(self, new: Sequence[float], listed: int, now: float) -> None:
        self._overflow = self._last is not None and len(new) == listed >= 5
        if new:
            came = schedule.arrivals([_moment(one) for one in new], last_poll=self._last, now=_moment(now))
            self._rhythm = rhythms.learn(self._rhythm, came, now=_moment(now))
        self._last = _moment(now)


def replay(items: Sequence[float], rule: Rule, *, start: float, end: float) -> Replay:
    """Poll a feed that lists its last items from `start` to `end`; the first poll is the introduction."""
    seen = bisect_right(items, start)
    rule.saw(items[max(0, seen - _WINDOW) : seen], min(seen, _WINDOW), start)
    now, polls, missed = start, 0, 0
    delays: list[float] = []
    while (now := now + rule.wait(now)) <= end:
        polls += 1
        until = bisect_right(items, now)
        listed = min(until, _WINDOW)
        new = items[max(seen, until - listed) : until]
        delays += [now - one for one in new] + [inf] * (until - seen - len(new))
        missed += until - seen - len(new)
        rule.saw(new, listed, now)
        seen = until
    return Replay(polls / ((end - start) / _DAY), tuple(delays), missed)


def evaluate(data: Path, *, patience: float, days: int = 21) -> Report:
    """Replay every rhythm under every rule.

    Raises:
        EvaluationDataError: the folder with the snapshots is not there.
    """
    began = time.monotonic()
    files = sorted((data / "feeds").glob("*.*"))
    version = data_version(files)
    feeds = {**_invented(days), **_snapshots(files)}
    rules: dict[str, Callable[[], Rule]] = {
        "fixed 15 min": lambda: Fixed(15),
        "fixed 60 min": lambda: Fixed(60),
        "miniflux": Miniflux,
        "Media Cloud": MediaCloud,
        "wirewatch": lambda: Learned(patience),
    }
    runs = {
        rule: {name: [_run(items, make()) for items in group] for name, group in feeds.items()}
        for rule, make in rules.items()
    }
    dialled, cases, won, tried = _dialled(feeds, runs)
    return Report(
        "rhythm",
        (
            _table("Polls a day", runs, _polls),
            _table("Median minutes until an item is seen", runs, _median),
            _table("Items gone before they were seen", runs, lambda group: sum(one.missed for one in group)),
            dialled,
        ),
        (Goal("share of comparisons with no more polls and less delay", won / tried, 1.0),),
        cases,
        facts_of_run(
            datetime.now(UTC), time.monotonic() - began, data=version, seed=_SEED, patience=patience, days=days,
            snapshots=len(feeds["real snapshots"]),
        ),
    )  # fmt: skip


def _run(items: Sequence[float], rule: Rule) -> Replay:
    """From when a quarter of the time is over; what was before is what the first poll finds."""
    begin = items[0]
    end = max(items[-1], begin + _DAY)
    start = begin + (end - begin) / 4 + begin * 7 % 60  # in step with no clock of the feed
    return replay(items, rule, start=start, end=end)


def _dialled(
    feeds: Mapping[str, Sequence[Sequence[float]]], runs: Mapping[str, Mapping[str, list[Replay]]]
) -> tuple[Figures, tuple[Case, ...], int, int]:
    """Each rival met on its own ground: our rule with a patience at which it polls no more than the rival."""
    ladders = {name: _Ladder(group) for name, group in feeds.items()}
    rows, cases = [], []
    for rival, by_rhythm in runs.items():
        if rival == "wirewatch":
            continue
        for name, group in by_rhythm.items():
            theirs, their_median = _polls(group), _median(group)
            ours = ladders[name].within(theirs)
            our_polls, our_median = _polls(ours), _median(ours)
            rows.append((name, rival, theirs, our_polls, their_median, our_median))
            better = their_median is None or (our_median is not None and our_median < their_median)
            if our_polls > theirs or not better:
                cases.append(
                    Case(
                        "not better",
                        f"{name} / {rival}",
                        f"{theirs} / {their_median}",
                        f"{our_polls} / {our_median}",
                    )
                )
    columns = ("rhythm", "rival", "its polls a day", "ours", "its median delay", "ours ")
    table = Figures("Each rival on its own ground: wirewatch with no more polls than it", columns, tuple(rows))
    return table, tuple(cases), len(rows) - len(cases), len(rows)


class _Ladder:
    """Our rule on one group of feeds with ever more patience, each step run once and only when needed."""

    def __init__(self, group: Sequence[Sequence[float]]) -> None:
        self._group = group
        self._runs: dict[int, list[Replay]] = {}

    def within(self, polls: float) -> list[Replay]:
        """The least patience that keeps within `polls` a day."""
        low, high = 0, _STEPS
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if _polls(self._run(middle)) <= polls else (middle + 1, high)
        return self._run(low)

    def _run(self, step: int) -> list[Replay]:
        if step not in self._runs:
            self._runs[step] = [_run(items, Learned(_LEAST * _FACTOR**step)) for items in self._group]
        return self._runs[step]


def _polls(group: Sequence[Replay]) -> float:
    return statistics.fmean(one.polls for one in group)


def _median(group: Sequence[Replay]) -> float | None:
    """Over all items of all feeds of the group."""
    delays = [delay for one in group for delay in one.delays]
    return statistics.median(delays) if delays else None


def _table(
    title: str,
    runs: Mapping[str, Mapping[str, list[Replay]]],
    value: Callable[[list[Replay]], float | int | None],
) -> Figures:
    names = list(runs["wirewatch"])
    rows = [(name, *(value(by_rhythm[name]) for by_rhythm in runs.values())) for name in names]
    whole = [one for one in ([r for g in by.values() for r in g] for by in runs.values())]
    return Figures(title, ("rhythm", *runs), (*rows, ("all feeds", *map(value, whole))))


def _moment(minutes: float) -> datetime:
    return _START + timedelta(minutes=minutes)


def _invented(days: int) -> dict[str, list[list[float]]]:
    """Rhythms as they are found: in minutes from a Monday's midnight on."""
    chance = random.Random(_SEED)  # noqa: S311 - a replay, no secret
    return {
        "agency, 300 a day": [_by_day(chance, days, 300)],
        "newspaper, 60 a day": [_by_day(chance, days, 60)],
        "ministry, 6 a day": [_by_day(chance, days, 6) for _ in range(4)],
        "bursty": [_bursts(chance, days) for _ in range(3)],
        "clockwork, hourly": [
            [60 * hour + minute + chance.uniform(0, 1.5) for hour in range(24 * days)]
            for minute in (4, 17, 31, 48)
        ],
        "daily digest": [
            [_DAY * day + minute + chance.gauss(0, 10) for day in range(days)] for minute in (425, 1085)
        ],
        "dead after a week": [[*_by_day(chance, 7, 10), days * _DAY]],
    }


def _by_day(chance: random.Random, days: int, per_day: float) -> list[float]:
    """Independent items, many by day and few at night."""
    items, now, peak = [], 0.0, max(_DAYTIME)
    rate = per_day * peak / sum(_DAYTIME) / 60
    while (now := now + chance.expovariate(rate)) < days * _DAY:
        if chance.random() * peak < _DAYTIME[int(now % _DAY / 60)]:
            items.append(now)
    return items


def _bursts(chance: random.Random, days: int) -> list[float]:
    """Three events a day, each followed by some half a dozen items a few minutes apart."""
    items = []
    for now in _by_day(chance, days, 3):
        while now < days * _DAY:
            items.append(now)
            if chance.random() < 1 / 7:
                break
            now += chance.expovariate(1 / 6)
    return sorted(items)


def _snapshots(files: Sequence[Path]) -> dict[str, list[list[float]]]:
    """The dates of items in feeds as they were once found, those with enough of them to replay."""
    found = [list(_dates(path)) for path in files if path.suffix != ".tsv"]
    return {"real snapshots": [dates for dates in found if len(dates) >= 10 and dates[-1] - dates[0] > _DAY]}


def _dates(path: Path) -> Iterator[float]:
    try:
        feed = parse_feed(path.read_bytes(), url="https://feed.invalid/", content_type=None, now=datetime.now(UTC))
    except FeedError:
        return
    dates = sorted({item.published for item in feed.items if item.published})
    for moment in dates:
        if dates[-1] - moment <= timedelta(days=_MOST_DAYS):
            yield (moment - _START) / timedelta(minutes=1)
