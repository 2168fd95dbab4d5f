"""link: copies of one dispatch into one cluster, then what was read into meetings, states and alerts."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from pipeline.errors import LeaseLostError
from pipeline.records import Tally
from pipeline.stages.link.copies import Habits, place_texts, publish
from pipeline.stages.link.follow import follow
from pipeline.stages.link.stories import group_stories
from pipeline.stages.running.context import Context, drain, later, saving
from pipeline.store import work
from pipeline.store.meetings import timeline_writer
from pipeline.store.mentions import versions_to_follow
from pipeline.store.server import partitions
from pipeline.store.work import LeasedRow

BATCHES = 10  # texts are placed by the batch, and a big one costs less for each

log = structlog.get_logger(__name__)


def link(ctx: Context, now: datetime) -> Tally:
    """Link every text that is due; counts copies by kind, and what became of the meetings.

    Clusters are formed by any number of processes; meeting states by the one that holds the timeline's lock.
    """
    tally, began = Tally("link"), time.monotonic()

    def urgent(stage: str) -> bool:
        """Whether a change of plan waits: of a backlog it goes through both parts before the rest of either."""
        return work.has_urgent(ctx.engine, stage, now=later(now, began))

    while True:
        group_copies(ctx, now, tally, until=partial(urgent, "follow"))
        with timeline_writer(ctx.engine) as mine:
            if mine:
                follow(ctx, now, tally, until=partial(urgent, "link"))
            else:
                tally.count(
                    "timeline_busy"
                )  # the process that holds the lock, or our next run, does our texts too
        spent = time.monotonic() - began > ctx.settings.stage_budget_s
        waits = work.is_due(ctx.engine, ("link", "follow"), now=later(now, began))
        if not (mine and waits) or spent or ctx.stopping.is_set():
            break
    group_stories(ctx, now, tally)  # last: stories raise no alerts
    return tally


def group_copies(ctx: Context, now: datetime, tally: Tally, *, until: Callable[[], bool] = lambda: False) -> None:
    """Put every text that is due into the cluster of its dispatch, or stop after a batch when `until` says so."""
    partitions.ensure_all(ctx.engine, now)
    with ctx.engine.begin() as conn:
        habits = Habits.load(conn)
    window = timedelta(hours=ctx.settings.copy_window_h)

    def place(conn: Connection, claims: list[LeasedRow]) -> dict[int, str]:
        texts = [c.subject_id for c in claims]
        became = place_texts(conn, texts, habits, window=window, now=now)
        work.hand_on(conn, claims, {"follow": versions_to_follow(conn, texts), "story": texts})
        return became

    def handle(claims: list[LeasedRow]) -> None:
        nonlocal habits
        publish(ctx.engine, [c.subject_id for c in claims], now=now)
        try:
            with ctx.engine.begin() as conn:
                results = [place(conn, claims)]
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - logged below; one row must not stop the others: each is tried on its own
            level = log.warning if isinstance(error, LeaseLostError) else log.exception
            level("a batch of texts is linked one by one", error=str(error))
            with ctx.engine.connect() as conn:
                habits = Habits.load(conn)  # what the failed transaction learnt is gone
            results = []
            for claimed in claims:
                with saving(ctx, claimed, now, tally) as conn:
                    results.append(place(conn, [claimed]))
        for result in results:
            for outcome in result.values():
                tally.count(outcome)

    drain(ctx, "link", now, tally, handle, times=BATCHES, with_the_clock=True, until=until)
