"""Learn when a feed's items come, and decide when the next poll is worthwhile.

Five simple estimators of items per minute run side by side: the recent mean, the time of day, the hour of the
week, the minute of the hour, and the burst that follows an item. Each new item rewards the estimators that
predicted it; their shares weight the forecast. So a feed that runs like a clock is polled by its clock, a
bursting one again at once, a dead one less and less often, and none of them needs a label.

A feed is polled when the total waiting time of its expected items, in minutes, reaches `patience`. For a steady
feed this is the square root rule: nine times the items, three times the polls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from math import exp
from typing import Any

_STEP = 2.5  # minutes
_DAY_BINS, _WEEK_BINS, _HOUR_BINS = 96, 168, 24  # of 15, 60 and 2.5 minutes
_MINUTE = 60.0
_DAY = 1440.0
_WEEK = 7 * _DAY
_EPOCH_WEEK = 4 * _DAY  # the epoch was a Thursday: weeks begin on Monday
_ONE_EVENT = 1.5  # minutes; items this close together are one event
_BURST = 20.0  # minutes until a burst has faded to a third
_RECENT = 12  # number of events in the recent mean
_MEMORY = 28 * _DAY  # minutes until what was learned about the clock weighs a third
_PRIOR = 4.0  # weight of the mean, in events, before anything is known
_WEIGHTS = 5
_MAX_EVENTS = 600  # events of one answer that are used


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known about a feed's pace. Times are minutes since 1970; counts fade with age."""

    since: float  # when watching began
    last: float  # the latest event
    events: float = 0.0
    gap: float = 0.0  # the longest pauses between events, as a fading maximum
    burst: float = 0.0
    recent: tuple[float, ...] = ()
    shares: tuple[float, ...] = (_PRIOR, 0.0, 0.0, 0.0, 0.0)
    day: tuple[float, ...] = (0.0,) * _DAY_BINS
    week: tuple[float, ...] = (0.0,) * _WEEK_BINS
    hour: tuple[float, ...] = (0.0,) * _HOUR_BINS


def learn(rhythm: Rhythm | None, arrivals: Sequence[datetime], *, now: datetime) -> Rhythm | None:
    """The rhythm after more items; `arrivals` are their times, as exactly as known. None: nothing is known."""
    events = _events(arrivals, now)
    if rhythm is None:
        if not events:
            return None
        rhythm = Rhythm(since=events[0], last=events[0])
    return _after(rhythm, [moment for moment in events if moment > rhythm.last or not rhythm.events])


def wait(rhythm: Rhythm, now: datetime, *, patience: float, longest: float) -> float:
    """Minutes until the next poll is worthwhile: `patience` is the acceptable total wait, in item-minutes."""
    start = _minutes(now)
    guess = _Guess(rhythm, start)
    expected = waited = elapsed = 0.0
    while elapsed < longest:
        step = min(_STEP, longest - elapsed)
        coming = guess.rate(start + elapsed + step / 2) * step
        waited += (expected + coming / 2) * step
        expected += coming
        elapsed += step
        if waited >= patience:
            return max(elapsed - (waited - patience) / max(expected, 1e-9), _STEP / 2)
    return longest


def usual_silence(rhythm: Rhythm) -> float:
    """Minutes without an item after which the feed is silent by its own rhythm."""
    return max(_DAY, 3 * rhythm.gap, 12 * mean_gap(rhythm))


def per_day(rhythm: Rhythm, now: datetime) -> float:
    """Recent events per day."""
    return len(rhythm.recent) / max(_minutes(now) - rhythm.recent[0], 60.0) * _DAY if rhythm.recent else 0.0


def leading_guess(rhythm: Rhythm) -> str:
    """The estimator that has predicted best: steady, day, week, clock or burst."""
    names = ("steady", "day", "week", "clock", "burst")
    return names[max(range(_WEIGHTS), key=lambda i: rhythm.shares[i])]


def to_json(rhythm: Rhythm) -> dict[str, Any]:
    """A compact form for the database."""
    return {
        name: [round(part, 3) for part in value] if isinstance(value, tuple) else round(value, 3)
        for name, value in asdict(rhythm).items()
    }


def from_json(document: dict[str, Any]) -> Rhythm:
    """Read what to_json wrote."""
    fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in document.items()}
    return Rhythm(**fields)


def _minutes(moment: datetime) -> float:
    return moment.timestamp() / _MINUTE


def _events(arrivals: Sequence[datetime], now: datetime) -> list[float]:
    """Arrivals as events in order: simultaneous items are one event."""
    latest = _minutes(now)
    events: list[float] = []
    for moment in sorted(min(_minutes(arrival), latest) for arrival in arrivals)[-_MAX_EVENTS:]:
        if not events or moment - events[-1] > _ONE_EVENT:
            events.append(moment)
    return events


def _after(rhythm: Rhythm, events: Sequence[float]) -> Rhythm:
    for moment in events:
        guess = _Guess(rhythm, rhythm.last)
        rates = guess.rates(moment)
        total = sum(share * rate for share, rate in zip(rhythm.shares, rates, strict=True))
        pause = moment - rhythm.last
        fading = exp(-pause / _MEMORY)
        paid = [
            share * fading + (share * rate / total if total > 0 and rhythm.events else 0.0)
            for share, rate in zip(_awake(rhythm.shares), rates, strict=True)
        ]
        rhythm = replace(
            rhythm,
            last=moment,
            events=rhythm.events * fading + 1,
            gap=max(rhythm.gap * fading, pause),
            burst=rhythm.burst * exp(-pause / _BURST) + 1,
            recent=(*rhythm.recent, moment)[-_RECENT:],
            shares=tuple(paid),
            day=_count(rhythm.day, moment % _DAY / _DAY, fading),
            week=_count(rhythm.week, (moment - _EPOCH_WEEK) % _WEEK / _WEEK, fading),
            hour=_count(rhythm.hour, moment % 60 / 60, fading),
        )
    return rhythm


def _awake(shares: Sequence[float]) -> list[float]:
    """No estimator ever drops to zero: a feed may change its habits."""
    least = 0.02 * sum(shares)
    return [max(share, least) for share in shares]


def _count(bins: Sequence[float], place: float, fading: float) -> tuple[float, ...]:
    faded = [part * fading for part in bins]
    faded[int(place * len(bins)) % len(bins)] += 1
    return tuple(faded)


def mean_gap(rhythm: Rhythm) -> float:
    return (rhythm.last - rhythm.recent[0] + 60.0) / len(rhythm.recent) if rhythm.recent else _DAY


class _Guess:
    """The five estimators from one moment on, fast to evaluate for many minutes ahead."""

    def __init__(self, rhythm: Rhythm, now: float) -> None:
        self._last = rhythm.last
        self._burst = rhythm.burst / _BURST
        self._mean = len(rhythm.recent) / max(now - rhythm.recent[0], 60.0) if rhythm.recent else 0.0
        # Minutes watched and events counted fade alike, so that their ratio is a rate.
        # A feed that is silent far beyond its habit has probably died: its history counts less and less.
        self._doubt = min(1.0, usual_silence(rhythm) / max(now - rhythm.last, 1.0)) ** 2
        fading = exp(-(now - rhythm.last) / _MEMORY)
        watched = max(_MEMORY * (1 - exp(-(now - rhythm.since) / _MEMORY)), _DAY)
        self._day = _smooth(rhythm.day, fading * _DAY_BINS / watched)
        self._week = [part * fading * _WEEK_BINS / max(watched, _WEEK) for part in rhythm.week]
        quarters = rhythm.day
        level = [sum(quarters[4 * hour : 4 * hour + 4]) * fading * 24 / watched for hour in range(24)]
        self._level = level
        self._clock = _smooth(rhythm.hour, _HOUR_BINS / max(sum(rhythm.hour), 1e-9))
        whole = sum(rhythm.shares)
        self._shares = [share / whole for share in _awake(rhythm.shares)]

    def rates(self, moment: float) -> tuple[float, float, float, float, float]:
        """Items per minute by each estimator."""
        day = moment % _DAY
        return (
            self._mean,
            self._day[int(day / 15)],
            self._week[int((moment - _EPOCH_WEEK) % _WEEK / 60)],
            self._level[int(day / 60)] * self._clock[int(moment % 60 / 60 * _HOUR_BINS)],
            self._burst * exp((self._last - moment) / _BURST),
        )

    def rate(self, moment: float) -> float:
        """Items per minute, with the estimators weighted by their past predictions."""
        mean, day, week, clock, burst = self._shares
        rates = self.rates(moment)
        whole = mean * rates[0] + day * rates[1] + week * rates[2] + clock * rates[3] + burst * rates[4]
        return whole * self._doubt


def _smooth(bins: Sequence[float], factor: float) -> list[float]:
    """Half of a bin stays in it, the rest goes to its neighbours: schedules are not exact to the minute."""
    size = len(bins)
    return [factor * (bins[i - 1] / 4 + bins[i] / 2 + bins[(i + 1) % size] / 4) for i in range(size)]
