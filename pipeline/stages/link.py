"""link: copies of one dispatch into one cluster, then what was read into meetings, states and alerts."""

from __future__ import annotations

from datetime import datetime

from pipeline.records import Tally
from pipeline.stages.context import Context, drain, saving
from pipeline.stages.copies import place_text
from pipeline.stages.follow import follow
from pipeline.store import work
from pipeline.store.meetings import timeline_writer
from pipeline.store.work import Claim


def link(ctx: Context, now: datetime) -> Tally:
    """Link every text that is due; counts copies by kind, and what became of the meetings.

    Clusters are formed by any number of processes; meeting states by the one that holds the timeline's lock.
    """
    tally = Tally("link")

    def handle(claims: list[Claim]) -> None:
        for claimed in claims:
            with saving(ctx, claimed, now, tally) as conn:
                tally.count(place_text(conn, claimed.subject_id, now))
                work.add(conn, "follow", [claimed.subject_id], due_at=claimed.due_at)
                work.finish(conn, claimed)

    drain(ctx, "link", now, tally, handle)
    with timeline_writer(ctx.engine) as mine:
        if mine:
            follow(ctx, now, tally)
        else:
            tally.count("timeline_busy")  # the process that holds the lock, or our next run, does our texts too
    return tally
