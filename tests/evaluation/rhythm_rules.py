"""Rules that tell how long to wait for the next poll of a feed: ours, and its rivals.

The rivals are our own re-implementations of published rules: fixed intervals; miniflux's `entry_frequency` (a week
divided by the number of items a week, within 5 minutes and a day); Media Cloud's overlap rule (10 minutes slower
where two thirds of a feed are known already, an hour faster where less than a third is, from 6 hours on, within 10
minutes and a day).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.feeds import rhythm as rhythms
from pipeline.feeds import schedule
from pipeline.feeds.schedule import Hints, PollLimits
from tests.evaluation.rhythm_feeds import DAY, START


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
        week = [moment for moment in self._items if moment > now - 7 * DAY]
        gap = (max(week) - min(week)) / (len(week) - 1) if len(week) > 1 else 7 * DAY / max(len(week), 1)
        return min(max(gap, 5.0), DAY)

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
            self._minutes += 10 if now - self._latest < 31 * DAY else 60
        elif known < 1 / 3:
            self._minutes = 360.0 if self._minutes > 360 else self._minutes - 60
        self._minutes = min(max(self._minutes, 10.0), DAY)


class Learned(Rule):
    """What `wirewatch poll` does, jitter left out."""

    def __init__(self, patience: float) -> None:
        self._limits = PollLimits(timedelta(minutes=2), timedelta(days=1), patience, timedelta(minutes=10))
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


def _moment(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)
