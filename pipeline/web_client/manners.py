"""The rules of politeness: who may ask which host when, and what an answer changes. Pure: no clock, chance or
network.

A host and its registrable domain are kept in the same way, under their names (`news.example.org` and
`*.example.org`); a request needs a start that is right for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pipeline.errors import FetchError, NotNowError
from pipeline.records import HostPace

Scope = Literal["url", "host", "domain"]

MAX_PAUSE_S = 86_400.0  # servers were seen to ask for 88 hours
PENALTY_S = 30.0  # the first 429 or 503 without a Retry-After; doubled each time
MAX_PENALTY_S = 3600.0
DEAD_S = 600.0  # after the first connection that failed; doubled each time
MAX_DEAD_S = 3600.0  # a host that came back must not wait longer to be noticed
DOUBTFUL_S = 60.0  # while no other host answers either: our own line may be down
UNREACHABLE = frozenset({"dns_failure", "connect_failed", "connect_timeout"})
_DOUBLINGS = 16  # enough for every limit above, few enough for a float


@dataclass(frozen=True, slots=True)
class PaceLimits:
    """How gently hosts are treated: seconds between two starts, and requests at once."""

    delay_s: float = 2.0
    at_once: int = 2
    domain_delay_s: float = 0.5
    domain_at_once: int = 4
    max_wait_s: float = 30.0  # a turn further away is released instead of awaited
    hold_s: float = 150.0  # after this time, the place of a killed holder is free again


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A caller wants to ask `host`; `delay_s` is the pause its robots.txt wants between requests, if known."""

    host: str
    domain: str | None
    delay_s: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A booked start in seconds from now, and the mark of the place held until `leave`."""

    wait_s: float
    place: datetime


@dataclass(frozen=True, slots=True)
class Full:
    """All places are taken, for an unknown time."""


@dataclass(frozen=True, slots=True)
class Departure:
    """A request is over. `reason` is empty if the host answered properly."""

    host: str
    domain: str | None
    place: datetime
    sent: bool = True  # False: the turn was given back unused
    reason: str = ""
    pause_s: float = 0.0  # Retry-After
    overloaded: bool = False  # it answered 429 or 503
    doubtful: bool = False  # no other host answers either
    scope: Scope = "host"
    jitter: float = 0.0  # 0..1, drawn by the caller


def names_of(visitor: PendingRequest | Departure) -> list[str]:
    """The names in the ledger that a request concerns."""
    return [visitor.host, f"*.{visitor.domain}"] if visitor.domain else [visitor.host]


def arrive(
    paces: Mapping[str, HostPace], wish: PendingRequest, now: datetime, limits: PaceLimits
) -> Turn | Full | FetchError | NotNowError:
    """Book a turn in `paces`, or say why there is no turn now."""
    host, *domain = (paces[name] for name in names_of(wish))
    if wish.delay_s is not None:
        host.delay_s = wish.delay_s or None
    for pace in (host, *domain):
        if pace.closed_until and pace.closed_until > now:
            return _closed(wish.host, pace, (pace.closed_until - now).total_seconds())
    gaps = [max(limits.delay_s, host.delay_s or 0.0), *(limits.domain_delay_s for _ in domain)]
    for pace, places in zip((host, *domain), (limits.at_once, limits.domain_at_once), strict=False):
        pace.places = [end for end in pace.places if end > now]
        if len(pace.places) >= places:
            return Full()
    start = max(now, host.next_start, *(pace.next_start for pace in domain))
    wait_s = (start - now).total_seconds()
    if wait_s > limits.max_wait_s:
        return NotNowError("host_busy", f"{wish.host} has its next turn in {wait_s:.0f} s", retry_after_s=wait_s)
    place = start + timedelta(seconds=limits.hold_s)
    for pace, gap in zip((host, *domain), gaps, strict=True):
        pace.next_start = start + timedelta(seconds=gap)
        pace.places.append(place)
    return Turn(wait_s, place)


def leave(paces: Mapping[str, HostPace], gone: Departure, now: datetime) -> None:
    """Release the place and adjust the pace to the answer."""
    host, *domain = (paces[name] for name in names_of(gone))
    for pace in (host, *domain):
        if gone.place in pace.places:
            pace.places.remove(gone.place)
    if not gone.sent:
        return
    if gone.reason in UNREACHABLE:
        _close(host, gone.reason, _dead_s(host, gone.doubtful), now)
        return
    host.failures = 0
    if host.closed_by in UNREACHABLE:
        host.closed_until = None
    closed = domain[0] if domain and gone.scope == "domain" else host
    if not gone.overloaded and not gone.pause_s:
        closed.penalties = 0
    elif gone.scope != "url":
        closed.penalties += gone.overloaded
        _close(closed, gone.reason, pause_s(closed.penalties, gone), now)


def pause_s(penalties: int, gone: Departure) -> float:
    """How long to leave a host alone: what it asked for, at least the penalty, with jitter on top."""
    penalty = min(PENALTY_S * 2.0 ** min(penalties - 1, _DOUBLINGS), MAX_PENALTY_S) if gone.overloaded else 0.0
    wanted = max(min(gone.pause_s, MAX_PAUSE_S), penalty)
    return wanted + gone.jitter * min(wanted / 4, 60.0)


def _dead_s(host: HostPace, doubtful: bool) -> float:
    if doubtful:
        return DOUBTFUL_S
    host.failures += 1
    return min(DEAD_S * 2.0 ** min(host.failures - 1, _DOUBLINGS), MAX_DEAD_S)


def _close(pace: HostPace, reason: str, seconds: float, now: datetime) -> None:
    until = now + timedelta(seconds=seconds)
    if pace.closed_until is None or until > pace.closed_until:
        pace.closed_until, pace.closed_by = until, reason


def _closed(host: str, pace: HostPace, left_s: float) -> FetchError | NotNowError:
    if pace.closed_by in UNREACHABLE:
        often = f" {pace.failures} times in a row" if pace.failures > 1 else ""
        detail = f"{host} could not be reached{often}; it is left alone for {left_s:.0f} s more"
        return FetchError(pace.closed_by, detail, retry=True, retry_after_s=left_s)
    return NotNowError("host_paused", f"{host} wants a pause ({pace.closed_by})", retry_after_s=left_s)
