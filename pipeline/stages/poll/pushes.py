"""push: read what hubs brought. A push is a poll that the other side began, and goes the same way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from pipeline.errors import ItemError
from pipeline.records import Response, Tally
from pipeline.stages.poll.poll import MAX_FEED_BYTES
from pipeline.stages.poll.save_feed_items import save_feed_items
from pipeline.stages.running.context import Context, drain, saving
from pipeline.store import work
from pipeline.store.feeds import Feed, PollRecord, load_feeds, record_poll, record_success
from pipeline.store.outcomes import record_outcome
from pipeline.store.pages import decompress
from pipeline.store.subscriptions import Push, drop_push, load_pushes, note
from pipeline.store.work import LeasedRow

# Only what the document itself shows: the rest is about requests, and there was none.
_LEARNED = ("last_new_item_at", "rhythm", "quiet_at")


def take_pushes(ctx: Context, now: datetime) -> Tally:
    """Parse pushes as if they had been polled; counts them by result."""
    tally = Tally("push")

    def handle(claims: list[LeasedRow]) -> None:
        with ctx.engine.connect() as conn:
            pushes = load_pushes(conn, [c.subject_id for c in claims])
            feeds = load_feeds(conn, [push.feed_id for push in pushes.values()])
        for claimed in claims:
            push = pushes.get(claimed.subject_id)
            with saving(ctx, claimed, now, tally) as conn:
                if push is None:
                    tally.count(_note_gone(conn, claimed, now))
                else:
                    tally.count(_take_push(conn, ctx, push, feeds[push.feed_id], now, tally))
                    drop_push(conn, push.id)
                work.finish(conn, claimed)

    drain(ctx, "push", now, tally, handle)
    return tally


def _note_gone(conn: Connection, claimed: LeasedRow, now: datetime) -> str:
    """Nothing here deletes a push that is not parsed yet, so a missing one is an error."""
    record_outcome(conn, "push", "push_gone", now=now, subject=f"push {claimed.subject_id}")
    return "push_gone"


def _take_push(conn: Connection, ctx: Context, push: Push, feed: Feed, now: datetime, tally: Tally) -> str:
    body = decompress(push.compressed, MAX_FEED_BYTES)
    response = Response(feed.url, feed.url, 200, push.headers, body, now, 0.0)
    try:
        parsed = asyncio.run(ctx.feed_workers.read(response, now=now, zone=feed.zone))
    except ItemError as error:
        record_outcome(conn, "push", error.reason, now=now, feed_id=feed.id, detail=error.detail)
        record_poll(
            conn, feed.id, PollRecord(f"push_{error.reason}", size=len(body), detail=error.detail), now=now
        )
        return error.reason
    # A hub may bring no more than what is new: that says nothing of the feed's length.
    taken = save_feed_items(ctx, conn, replace(feed, parsed_at=None), response, parsed, now, tally)
    note(conn, feed.id, misses=0)
    record_success(
        conn, feed.id, {name: taken.learned[name] for name in _LEARNED if name in taken.learned}, now=now
    )
    record = PollRecord("pushed", None, taken.items, taken.new, taken.rejected, len(body))
    record_poll(conn, feed.id, record, now=now)
    return "pushed"
