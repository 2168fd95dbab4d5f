"""Interval learning on a replay of rhythms: polls spent and minutes until an item is seen, against other rules."""

from __future__ import annotations

import statistics
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path

from tests.evaluation.report import Case, Figures, Goal, Report, data_version, facts_of_run
from tests.evaluation.rhythm_feeds import DAY, SEED, invented, snapshots
from tests.evaluation.rhythm_rules import Fixed, Learned, MediaCloud, Miniflux, Rule

_WINDOW = 30  # items a feed lists
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
    return Replay(polls / ((end - start) / DAY), tuple(delays), missed)


def evaluate(data: Path, *, patience: float, days: int = 21) -> Report:
    """Replay every rhythm under every rule.

    Raises:
        EvaluationDataError: the folder with the snapshots is not there.
    """
    began = time.monotonic()
    files = sorted((data / "feeds").glob("*.*"))
    version = data_version(files)
    feeds = {**invented(days), **snapshots(files)}
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
            datetime.now(UTC), time.monotonic() - began, data=version, seed=SEED, patience=patience, days=days,
            snapshots=len(feeds["real snapshots"]),
        ),
    )  # fmt: skip


def _run(items: Sequence[float], rule: Rule) -> Replay:
    """From when a quarter of the time is over; what was before is what the first poll finds."""
    begin = items[0]
    end = max(items[-1], begin + DAY)
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
