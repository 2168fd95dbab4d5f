"""One stage, or one day's upkeep, with everything it needs from the environment: what a task of the DAGs does."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

import structlog

from pipeline.errors import LineEndedError, ReprocessError
from pipeline.operate.config_watch import stamp, watched
from pipeline.operate.resident import Line, revive
from pipeline.operate.stop_signal import stop_signal
from pipeline.operate.traces import traced
from pipeline.records import Tally
from pipeline.settings import load_settings
from pipeline.stages.line import STAGES, Context
from pipeline.stages.maintain.reprocess import ReprocessStage, reprocess
from pipeline.stages.maintain.upkeep import upkeep
from pipeline.stages.running.last_good import configuration_in_force
from pipeline.store.server.engine import connect
from pipeline.store.server.revision import require_current

_SHOWN = 100  # of each list, in what a task returns

log = structlog.get_logger(__name__)


def run_stage(name: str, **overrides: object) -> dict[str, int]:
    """Run one stage now and return its counts by reason."""
    with _context(overrides) as ctx, traced(STAGES) as stages:
        return stages[name](ctx, datetime.now(UTC)).counts


def run_line(*, seconds: float) -> dict[str, dict[str, int]]:
    """Run the resident line for `seconds`, finish what is under way, and return the counts by stage and reason.

    A change in config/ begins it again with what is there now, within the same time.

    Raises:
        LineEndedError: SIGTERM came; so Airflow begins it again where it was not Airflow that ended it for good.
    """
    counts: dict[str, Counter[str]] = {}
    left = seconds
    folder = load_settings().config_dir

    def report(tally: Tally) -> None:
        counts.setdefault(tally.stage, Counter()).update(tally.counts)
        log.info("stage", name=tally.stage, **tally.counts)

    with stop_signal() as ended:
        while left > 0 and not ended.is_set():
            before = stamp(folder)  # first, so that no change falls between the reading and the watching
            with (
                _context(resident=True) as ctx,
                traced(STAGES) as stages,
                watched(folder, before, ended) as changed,
            ):
                line = Line(ctx, report=report, revive=partial(revive, ctx.settings), stages=stages)
                begun = time.monotonic()
                line.run(changed, seconds=left)
                left -= time.monotonic() - begun
            if changed.is_set() and not ended.is_set():
                log.info("config/ changed: the line begins again")
    if ended.is_set():
        raise LineEndedError(
            "SIGTERM ended the line before its time; what it had in hand was finished or given back"
        )
    return {stage: dict(found) for stage, found in counts.items()}


def run_upkeep() -> dict[str, int]:
    """Do the day's upkeep and return what went, counted."""
    with _context() as ctx:
        return upkeep(ctx, datetime.now(UTC)).counts


def run_reprocess(
    *, since: str | None, until: str | None, stage: ReprocessStage, feed: str | None, dry_run: bool
) -> dict[str, Any]:
    """Process kept pages again and return the differences; times as ISO 8601, UTC if they have no zone.

    Raises:
        ReprocessError: `since` is missing, or what `reprocess` raises.
    """
    if since is None:
        raise ReprocessError("expected since: the start of the pages to reprocess")
    with _context() as ctx:
        found = reprocess(
            ctx,
            datetime.now(UTC),
            since=_moment(since),
            until=_moment(until) if until else None,
            stage=stage,
            feed=feed,
            dry_run=dry_run,
        )
    log.info("reprocessed", dry_run=dry_run, **found.tally.counts)
    return {
        "counts": found.tally.counts,
        "texts": found.texts[:_SHOWN],
        "meetings": list(found.meetings.values())[:_SHOWN],
        "alerts": found.alerts[:_SHOWN],
    }


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def _context(
    overrides: Mapping[str, object] = MappingProxyType({}), *, resident: bool = False
) -> Iterator[Context]:
    settings = load_settings(**overrides)
    engine = connect(settings)
    try:
        require_current(engine, settings.sql_dir)
        configuration = configuration_in_force(engine, settings.config_dir, datetime.now(UTC))
        with Context(settings, engine, configuration.settled() if resident else configuration) as ctx:
            yield ctx
    finally:
        engine.dispose()
