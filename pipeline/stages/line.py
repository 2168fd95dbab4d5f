"""The straight line: poll, fetch, refetch, process, link, notify. Any of them may run twice or be killed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module

import structlog

from pipeline.records import Tally
from pipeline.stages.running.context import Context
from pipeline.store import work

log = structlog.get_logger(__name__)
Stage = Callable[[Context, datetime], Tally]


def _stage(module: str, name: str) -> Stage:
    """A stage that is imported when it runs first: each needs a fifth of the modules.

    One with lists of work in QUEUES is left out where none has a row that is due.
    """

    def run(ctx: Context, now: datetime) -> Tally:
        if name not in _ALWAYS and not work.is_due(ctx.engine, QUEUES[name], now=now):
            return Tally(name)
        stage: Stage = getattr(import_module(f"pipeline.stages.{module}"), name)
        return stage(ctx, now)

    return run


# Which lists of work wake a stage. `link` does four: copies, meetings, plans whose day is over, stories.
QUEUES: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("poll", "fetch", "refetch", "process", "notify")},
    "link": ("link", "follow", "lapse", "story"),
}
_ALWAYS = frozenset({"poll", "notify"})  # they also compare feeds.yml, and look after the whole
STAGES: dict[str, Stage] = {
    "poll": _stage("poll.poll", "poll"),
    "fetch": _stage("fetch.fetch", "fetch"),
    "refetch": _stage("fetch.fetch", "refetch"),
    "process": _stage("process.process", "process"),
    "link": _stage("link.link", "link"),
    "notify": _stage("notify.notify", "notify"),
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
