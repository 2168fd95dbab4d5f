"""Hubs that push feeds (WebSub): asking them to, and noticing when they fail to.

Polling goes on while a hub pushes, more rarely, and watches it: what a poll finds first, the hub has missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.errors import FetchError, NotNowError
from pipeline.feeds.hub import offered_hub
from pipeline.records import Response, Tally
from pipeline.stages.running.context import Context, drain, saving
from pipeline.store import work
from pipeline.store.feeds import Feed
from pipeline.store.outcomes import record_outcome
from pipeline.store.subscriptions import (
    Subscription,
    forget_offer,
    load_subscriptions,
    note,
    note_miss,
    remember_offer,
)
from pipeline.store.work import LeasedRow

LEASE = timedelta(days=7)  # asked for; the hub decides
_ANSWER_WITHIN = timedelta(minutes=10)  # for the hub to verify
_LONGEST = timedelta(days=7)
_MISSES = 2  # in a row: the first may have been a race
_AFTER_BREAKING = timedelta(days=1)
_MAX_ANSWER = 64 << 10

Reply = Response | FetchError | NotNowError | None  # None: the hub need not be asked


def subscribe(ctx: Context, now: datetime) -> Tally:
    """Ask hubs to push, and ask again before their promise runs out; counts what they answered."""
    tally = Tally("subscribe")

    def handle(claims: list[LeasedRow]) -> None:
        with ctx.engine.begin() as conn:
            known = load_subscriptions(conn, [c.subject_id for c in claims])
            due = {feed_id: s for feed_id, s in known.items() if _must_ask(s, now)}
            for feed_id, agreed in due.items():
                # Before the hub is asked: it may verify before it answers.
                state = agreed.state if agreed.is_pushed(now) else "pending"
                note(conn, feed_id, state=state, requested_at=now)
        replies = asyncio.run(_ask_all(ctx, [due.get(c.subject_id) for c in claims], now))
        for claimed, reply in zip(claims, replies, strict=True):
            with saving(ctx, claimed, now, tally) as conn:
                tally.count(_save_reply(conn, claimed, reply, now))

    drain(ctx, "subscribe", now, tally, handle)
    return tally


def _must_ask(agreed: Subscription, now: datetime) -> bool:
    return not agreed.is_pushed(now) or _renewal(agreed) <= now


def _renewal(agreed: Subscription) -> datetime:
    """With a fifth of the time left: enough for some more tries."""
    assert agreed.verified_at is not None
    assert agreed.expires_at is not None
    return agreed.verified_at + (agreed.expires_at - agreed.verified_at) * 0.8


async def _ask_all(ctx: Context, due: Sequence[Subscription | None], now: datetime) -> list[Reply]:
    async with ctx.web_client(now, {}) as client:

        async def ask(agreed: Subscription | None) -> Reply:
            if agreed is None:
                return None
            form = {
                "hub.mode": "subscribe",
                "hub.topic": agreed.topic,
                "hub.callback": f"{ctx.settings.site_url.rstrip('/')}/websub/{agreed.token}",
                "hub.secret": agreed.secret,
                "hub.lease_seconds": str(int(LEASE.total_seconds())),
            }
            try:
                return await client.post_form(agreed.hub, form, max_bytes=_MAX_ANSWER)
            except (FetchError, NotNowError) as error:
                return error

        return list(await asyncio.gather(*map(ask, due)))


def _save_reply(conn: Connection, claimed: LeasedRow, reply: Reply, now: datetime) -> str:
    """Plan the next step with this hub; what it verified meanwhile is in the database."""
    agreed = load_subscriptions(conn, [claimed.subject_id]).get(claimed.subject_id)
    if agreed is None:
        work.finish(conn, claimed)
        return "offer_withdrawn"
    if isinstance(reply, NotNowError):
        work.wait(conn, claimed, due_at=now + timedelta(seconds=reply.retry_after_s))
        return reply.reason
    if isinstance(reply, FetchError):
        record_outcome(conn, "subscribe", reply.reason, now=now, feed_id=agreed.feed_id, detail=reply.detail)
        note(conn, agreed.feed_id, failures=agreed.failures + 1, detail=str(reply)[:1000])
        work.postpone(conn, claimed, due_at=now + _pause(agreed.failures), failed=True)
        return reply.reason
    if agreed.is_pushed(now) and not agreed.awaits_hub():
        work.postpone(conn, claimed, due_at=_renewal(agreed))
        return "agreed"
    # Asked, and not verified yet. Should that never happen, the pauses grow as after failures.
    note(conn, agreed.feed_id, failures=agreed.failures + 1)
    pause = _ANSWER_WITHIN if agreed.failures == 0 else _pause(agreed.failures)
    work.postpone(conn, claimed, due_at=now + pause)
    return "asked"


def _pause(failures: int) -> timedelta:
    return min(timedelta(minutes=30 * 2 ** min(failures, 10)), _LONGEST)


def watch_hub(
    conn: Connection,
    feed: Feed,
    response: Response,
    new_items: int,
    agreed: Subscription | None,
    now: datetime,
    tally: Tally,
) -> bool:
    """After a parsed poll: does the feed name a hub, and did the hub miss what the poll found?

    `agreed` is the subscription before the poll. Returns True if the hub can be relied on.
    """
    offer = offered_hub(response.headers, response.body, url=response.final_url)
    if offer is None:
        if agreed is not None:
            forget_offer(conn, feed.id)
        return False
    if agreed is None or (agreed.hub, agreed.topic) != (offer.hub, offer.topic):
        remember_offer(conn, feed.id, offer.hub, offer.topic, now=now)
        return False
    if not agreed.is_pushed(now):
        return False
    assert agreed.verified_at is not None
    # What was new since the last poll should have been pushed, if the hub had promised that by then.
    promised = feed.last_polled_at is not None and agreed.verified_at <= feed.last_polled_at
    if new_items and promised:
        tally.count("push_missed")
        detail = f"a poll found {new_items} items that {agreed.hub} had not pushed"
        record_outcome(conn, "push", "push_missed", now=now, feed_id=feed.id, detail=detail)
        if note_miss(conn, feed.id, limit=_MISSES, detail=detail):
            work.bring_forward(conn, "subscribe", feed.id, due_at=now + _AFTER_BREAKING)
            return False
    return True
