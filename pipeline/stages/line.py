"""The straight line: poll, fetch, refetch, process, link, notify. Any of them may run twice or be killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from pipeline.records import Tally
from pipeline.stages.fetch.fetch import fetch, refetch
from pipeline.stages.link.link import link
from pipeline.stages.notify.notify import notify
from pipeline.stages.poll.poll import poll
from pipeline.stages.process.process import process
from pipeline.stages.running.context import Context

log = structlog.get_logger(__name__)

STAGES: dict[str, Callable[[Context, datetime], Tally]] = {
    "poll": poll,
    "fetch": fetch,
    "refetch": refetch,
    "process": process,
    "link": link,
    "notify": notify,
}


def run_once(ctx: Context, now: datetime) -> list[Tally]:
    """Run all six stages once, in order, on what is due at `now`.

    A failed stage does not keep the later ones from their work: the outbox is delivered even if a page fails. The
    first failure is raised at the end.
    """
    tallies: list[Tally] = []
    failure: Exception | None = None
    for name, stage in STAGES.items():
        try:
            tallies.append(stage(ctx, now))
        except Exception as error:
            log.exception("stage failed", stage=name)
            failure = failure or error
    if failure is not None:
        raise failure
    return tallies


__all__ = ["STAGES", "Context", "run_once"]
