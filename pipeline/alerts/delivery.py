"""The result of a delivery try and the time of the next: error classes, and thirteen tries over three days."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

ErrorClass = Literal["busy", "down", "unsure", "misconfigured", "gone", "bad_receiver", "bad_message", "bug"]

_SECONDS = (0, 5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200, 72_000, 86_400)
LADDER = tuple(timedelta(seconds=s) for s in _SECONDS)  # before try 1, 2, …: 71.7 hours in all
MOST_TRIES = len(LADDER)
PROBE = timedelta(hours=1)  # a misconfigured channel is asked again so often
PATIENCE = timedelta(days=3)  # after which what waits for such a channel is dead
LONGEST_PAUSE = timedelta(days=1)
_JITTER = (0.8, 1.2)

# What is dead at once: trying the same again cannot help.
FINAL = frozenset({"gone", "bad_receiver"})

_HTTP: Mapping[int, ErrorClass] = {
    **dict.fromkeys((408, 425, 500, 503), "down"),
    # A gateway that got no good answer may have handed the message on before.
    **dict.fromkeys((502, 504, 520, 524), "unsure"),
    **dict.fromkeys((401, 403, 404, 405, 407), "misconfigured"),
    **dict.fromkeys((400, 406, 411, 413, 414, 415, 422), "bad_message"),
    429: "busy",
    410: "gone",
}


def of_status(status: int, retry_after_s: float | None = None) -> ErrorClass:
    """The class of an HTTP answer that is not a success."""
    if status == 503 and retry_after_s is not None:
        return "busy"
    if 300 <= status < 400:
        return "misconfigured"
    return _HTTP.get(status, "down" if status >= 500 else "bad_message")


def of_smtp(code: int, text: str = "") -> ErrorClass:
    """The class of an SMTP answer, by its code and its enhanced code (5.1.1) where there is one."""
    if 400 <= code < 500:
        return "busy" if code == 421 or text.startswith("4.7") else "down"
    if code in (530, 534, 535, 538):
        return "misconfigured"
    if code == 521:
        return "gone"
    if code in (552, 554) or text.startswith(("5.6", "5.7", "5.3.4")):
        return "bad_message"
    return "bad_receiver"


def next_try(failures: int, *, chance: float | None = None) -> timedelta:
    """How long to wait after so many failed tries, with jitter; `chance` (0..1) instead of a random one."""
    low, high = _JITTER
    share = random.random() if chance is None else chance  # noqa: S311 - spreads load, guards nothing
    return LADDER[min(failures, MOST_TRIES - 1)] * (low + (high - low) * share)


def pause(retry_after_s: float | None, failures: int) -> timedelta:
    """How long a busy channel is left alone: what it asked for, up to a day, and no less than the ladder says."""
    asked = timedelta(seconds=retry_after_s or 0)
    return min(max(asked, next_try(max(failures, 2))), LONGEST_PAUSE)
