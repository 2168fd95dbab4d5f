"""Schedule the next poll of a feed: by its own rhythm, within the limits of the feed and the settings. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.errors import FetchError, ItemError
from pipeline.feeds import rhythm as rhythms
from pipeline.feeds.rhythm import Rhythm
from pipeline.http_headers import http_date

_URGENT = 9  # a third of the pause: the square root of this
_KNOWN = 6  # events from which a feed's rhythm outweighs its own statements
_MOST_FRESH = timedelta(hours=1)  # longer cache times are server defaults, not set up for news
_MOST_PERIOD = timedelta(hours=24)
_SPREAD = 0.1  # share of a pause that chance may add, so that feeds do not synchronise
_MOST_SPREAD = timedelta(minutes=5)

_FIRST_RETRY = {
    "passing": timedelta(minutes=5),
    "feed": timedelta(minutes=15),
    "refused": timedelta(hours=1),
    "gone": timedelta(days=7),
}
_LAST_RETRY = {
    "passing": timedelta(hours=6),
    "feed": timedelta(hours=24),
    "refused": timedelta(hours=24),
    "gone": timedelta(days=7),
}
_HOPELESS_AFTER = timedelta(days=30)
_HOPELESS_RETRY = timedelta(days=2)
MOST_RETRY_AFTER = timedelta(hours=24)  # Media Cloud has seen requests for 88 hours, by mistake
_REFUSED = frozenset(
    {"http_401", "http_403", "challenge", "forbidden_address", "forbidden_scheme", "forbidden_port", "bad_url"}
)
GONE_TIMES = 5  # a single 410 may be a deployment accident
GONE_SPAN = timedelta(days=3)

MOVED_TIMES = 5
MOVED_SPAN = timedelta(days=3)
RETURN_AFTER = 3  # failures in a row at a new address before the old one is tried again

FULL_EVERY = 25  # one poll in this many is sent without validators


@dataclass(frozen=True, slots=True)
class PollLimits:
    """The operator's limits. `patience` is the waiting time, in item-minutes, that one poll is worth."""

    floor: timedelta
    ceiling: timedelta
    patience: float
    unknown: timedelta  # pause while nothing is known about a feed


@dataclass(frozen=True, slots=True)
class Hints:
    """The feed's statements about itself: how long caches may serve this answer, how often it is renewed."""

    fresh: timedelta = timedelta(0)
    period: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Plan:
    """The pause until the next poll, and the reason in one word."""

    wait: timedelta
    why: str


@dataclass(frozen=True, slots=True)
class PermanentRedirect:
    """An observed permanent redirect: its target, how often in a row, since when."""

    target: str | None = None
    times: int = 0
    since: datetime | None = None

    def is_settled(self, now: datetime) -> bool:
        """True if it was seen often enough, for long enough, to be intended."""
        return self.times >= MOVED_TIMES and self.since is not None and now - self.since >= MOVED_SPAN


def after_answer(
    rhythm: Rhythm | None,
    hints: Hints,
    limits: PollLimits,
    *,
    now: datetime,
    spread: float,
    fixed: timedelta | None = None,
    urgent: bool = False,
    overflow: bool = False,
) -> Plan:
    """The pause after a good answer.

    `spread` in 0..1 is chance, `fixed` the operator's own interval, `urgent` says that a watched meeting is near,
    `overflow` that all the feed listed was new, so that some was missed.
    """
    if fixed is not None:
        return Plan(fixed, "fixed")
    plan = _learned(rhythm, limits, now, urgent)
    if overflow:
        plan = Plan(plan.wait / 2, "overflow")
    plan = _hinted(plan, rhythm, hints)
    if plan.wait < limits.floor:
        plan = Plan(limits.floor, "floor")
    elif plan.wait > limits.ceiling:
        plan = Plan(limits.ceiling, "ceiling")
    return Plan(plan.wait + min(plan.wait * _SPREAD, _MOST_SPREAD) * spread, plan.why)


def _learned(rhythm: Rhythm | None, limits: PollLimits, now: datetime, urgent: bool) -> Plan:
    if rhythm is None:
        return Plan(limits.unknown, "unknown")
    minutes = rhythms.wait(
        rhythm,
        now,
        patience=limits.patience / (_URGENT if urgent else 1),
        longest=limits.ceiling.total_seconds() / 60,
    )
    return Plan(timedelta(minutes=minutes), "meeting_near" if urgent else rhythms.leading_guess(rhythm))


def _hinted(plan: Plan, rhythm: Rhythm | None, hints: Hints) -> Plan:
    """Not before caches can show anything new, nor before the feed's own limit, unless it contradicts itself."""
    fresh, period = min(hints.fresh, _MOST_FRESH), min(hints.period, _MOST_PERIOD)
    contradicted = (
        rhythm is not None
        and len(rhythm.recent) >= _KNOWN
        and timedelta(minutes=rhythms.mean_gap(rhythm)) < period / 2
    )
    least = fresh if contradicted else max(fresh, period)
    return plan if plan.wait >= least else Plan(least, "hint")


def failure_kind(error: ItemError) -> str:
    """passing: a temporary network or server fault; feed: no feed there; refused: not allowed; gone: a 410."""
    if error.reason == "http_410":
        return "gone"
    if error.reason in _REFUSED or error.reason.startswith("robots_"):
        return "refused"
    return "passing" if isinstance(error, FetchError) and error.retry and error.reason != "tls_error" else "feed"


def after_failure(error: ItemError, *, failures: int, since: datetime, now: datetime, spread: float) -> Plan:
    """The pause after the `failures`th failure in a row, the first of them at `since`. It is always finite."""
    kind = failure_kind(error)
    if kind == "gone" and (failures < GONE_TIMES or now - since < GONE_SPAN):
        kind = "feed"
    last = _LAST_RETRY[kind]
    if now - since > _HOPELESS_AFTER:
        last = max(last, _HOPELESS_RETRY)
    wait = min(_FIRST_RETRY[kind] * 2 ** min(failures - 1, 12), last)
    if isinstance(error, FetchError) and error.retry_after_s:
        wait = max(wait, min(timedelta(seconds=error.retry_after_s), MOST_RETRY_AFTER))
    return Plan(wait * (1 + _SPREAD * spread), kind)


def observe_move(known: PermanentRedirect, target: str | None, now: datetime) -> PermanentRedirect:
    """The state of a move after one more good answer, reached through permanent redirects to `target`."""
    if target is None:
        return PermanentRedirect()
    if target != known.target:
        return PermanentRedirect(target, 1, now)
    return PermanentRedirect(target, known.times + 1, known.since)


def arrivals(published: Sequence[datetime | None], *, last_poll: datetime | None, now: datetime) -> list[datetime]:
    """When new items came into the feed, as exactly as known.

    The first answer reveals the past by the dates of its items, unless they are mere days. Later items came after
    the last poll: at their own date if it fits, else half way.
    """
    if last_poll is None:
        stated = [moment for moment in published if moment is not None and moment <= now]
        whole_days = sum(moment.minute == 0 and moment.second == 0 for moment in stated)
        return [] if whole_days * 2 > len(stated) and len(stated) > 1 else stated
    half_way = last_poll + (now - last_poll) / 2
    return [moment if moment is not None and last_poll < moment <= now else half_way for moment in published]


def quiet_at(rhythm: Rhythm | None, expected_per_day: float | None, last_item: datetime | None) -> datetime | None:
    """When silence begins to mean that something is wrong; None if nothing is known."""
    if last_item is None:
        return None
    if rhythm is not None and len(rhythm.recent) >= _KNOWN:
        return last_item + timedelta(minutes=rhythms.usual_silence(rhythm))
    if expected_per_day:
        return last_item + max(timedelta(days=1), timedelta(days=5) / expected_per_day)
    return None


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How much longer caches may serve the answer with these headers (names in lower case)."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(?:cache|store)\b", control):
        return timedelta(0)
    age = _seconds(headers.get("age", "")) or 0
    for directive in ("s-maxage", "max-age"):
        if found := re.search(rf"(?<![\w-]){directive}\s*=\s*\"?([0-9]{{1,9}})", control):
            return timedelta(seconds=max(0, int(found[1]) - age))
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return timedelta(0)
    return max(timedelta(0), expires - (http_date(headers.get("date", "")) or now))


def _seconds(value: str) -> int | None:
    return int(value) if re.fullmatch(r"\s*[0-9]{1,9}\s*", value) else None
