"""The straight line: poll, fetch, recheck, process, link, notify. Any of them may run twice or be killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipeline.records import Tally
from pipeline.stages.fetch.fetch import fetch, recheck
from pipeline.stages.link.link import link
from pipeline.stages.notify.notify import notify
from pipeline.stages.poll.poll import poll
from pipeline.stages.process.process import process
from pipeline.stages.running.context import Context

STAGES: dict[str, Callable[[Context, datetime], Tally]] = {
    "poll": poll,
    "fetch": fetch,
    "recheck": recheck,
    "process": process,
    "link": link,
    "notify": notify,
}


def run_once(ctx: Context, now: datetime) -> list[Tally]:
    """Run all six stages once, in order, on what is due at `now`."""
    return [stage(ctx, now) for stage in STAGES.values()]


__all__ = ["STAGES", "Context", "run_once"]
