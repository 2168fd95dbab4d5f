"""poll: ask each due feed, politely, and keep what it lists; when it is asked next, its own rhythm decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import xxhash
from sqlalchemy import Connection

from pipeline.errors import FetchError, ItemError
from pipeline.feeds import rhythm as rhythms
from pipeline.feeds import schedule
from pipeline.feeds.hub import while_pushed
from pipeline.feeds.schedule import Hints, PermanentRedirect, Plan, PollLimits
from pipeline.records import ParsedFeed, Response, Tally
from pipeline.settings import Settings
from pipeline.stages.poll.hubs import watch_hub
from pipeline.stages.poll.save_feed_items import Taken, note_for, nothing_new, save_feed_items
from pipeline.stages.running.concurrent_requests import Job, stream
from pipeline.stages.running.context import Context
from pipeline.store import work
from pipeline.store.feeds import (
    Feed,
    PollRecord,
    bring_back_from_the_future,
    feeds_near_a_meeting,
    load_feeds,
    record_failure,
    record_poll,
    record_polls,
    record_success,
    record_unchanged,
    sync_feeds,
)
from pipeline.store.outcomes import record_outcome
from pipeline.store.subscriptions import Subscription, load_subscriptions
from pipeline.store.work import LeasedRow

if TYPE_CHECKING:
    from pipeline.stages.running.feed_workers import FeedWorkers
    from pipeline.web_client.client import WebClient

MAX_FEED_BYTES = 15 * 1024 * 1024
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_ROOM_FOR_OTHERS = 1.25  # turns of a host from one poll to the next, at least
_PAGES_FIRST = 5  # new pages that a poll at a fixed interval waits for
_LIARS_TRIED_AGAIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Polled:
    """The result of one poll; `parsed` is None if the feed is unchanged."""

    feed: Feed
    response: Response | None = None
    parsed: ParsedFeed | None = None
    error: ItemError | None = None


def poll(ctx: Context, now: datetime) -> Tally:
    """Poll every due feed; counts polls by result, and new, changed and rejected items."""
    tally = Tally("poll")
    with ctx.engine.begin() as conn:
        sync_feeds(conn, [source.model_dump() for source in ctx.configuration.feeds], now=now)
        for feed_id, key in bring_back_from_the_future(conn, now=now):
            tally.count("polled_in_the_future")
            record_outcome(conn, "poll", "polled_in_the_future", now=now, feed_id=feed_id, subject=key)
        near = feeds_near_a_meeting(conn, now=now)
        hubs = load_subscriptions(conn)

    job = Job(
        "poll",
        load=load_feeds,
        ask=lambda client, feed: _ask(client, ctx.feed_workers, feed, now),
        save=lambda conn, claimed, feed, answer, counted: _save(
            conn, ctx, claimed, answer, hubs.get(feed.id), _at(claimed, now), counted, urgent=feed.id in near
        ),
        alone=lambda answer: answer.parsed is not None,  # other feeds may bring the same articles
        save_many=lambda conn, rows, counted: _save_many(conn, ctx, rows, hubs, now, counted, near),
        with_the_clock=True,  # a feed that hangs delays no other
    )
    stream(ctx, job, now, tally)
    return tally


def _at(claimed: LeasedRow, now: datetime) -> datetime:
    """The moment of a poll: the feed may have become due since the run began at `now`."""
    return max(now, claimed.due_at)


async def _ask(client: WebClient, readers: FeedWorkers, feed: Feed, now: datetime) -> _Polled:
    response = None
    # Some servers wrongly say "not modified": now and then, and always for known ones, request everything.
    lied = feed.validators_lied_at is not None and now - feed.validators_lied_at < _LIARS_TRIED_AGAIN
    whole = lied or feed.not_modified >= schedule.FULL_EVERY
    try:
        response = await client.get(
            feed.asked_at,
            max_bytes=MAX_FEED_BYTES,
            accept=ACCEPT,
            etag=None if whole else feed.etag,
            last_modified=None if whole else feed.last_modified,
            robots=False,  # a feed is published to be polled
        )
        if response.status == 304 or xxhash.xxh3_128_digest(response.body) == feed.body_hash:
            return _Polled(feed, response)
        parsed = await readers.read(response, now=now, zone=feed.zone)
    except ItemError as error:
        return _Polled(feed, response, error=error)
    return _Polled(feed, response, parsed)


def _save_many(
    conn: Connection,
    ctx: Context,
    rows: Sequence[tuple[LeasedRow, Feed, _Polled]],
    hubs: Mapping[int, Subscription],
    now: datetime,
    tally: Tally,
    near: frozenset[int],
) -> None:
    """Polls without news: those that say nothing of the feed's address, health or hub are written all at once."""
    noted: list[tuple[int, int, str]] = []
    records: list[tuple[int, PollRecord]] = []
    due: list[tuple[LeasedRow, datetime]] = []
    for claimed, feed, answer in rows:
        response, hub, at = answer.response, hubs.get(feed.id), _at(claimed, now)
        if answer.error or response is None or response.moved_to or feed.moved_to or hub:
            _save(conn, ctx, claimed, answer, hub, at, tally, urgent=feed.id in near)
            continue
        taken = nothing_new(feed, response)
        plan = _next(ctx.settings, feed, taken, response, at, urgent=feed.id in near)
        _notice_silence(conn, feed, taken, at)
        tally.count(taken.reason)
        noted.append((feed.id, taken.learned["not_modified"], plan.why))
        records.append((feed.id, PollRecord(taken.reason, response.status, elapsed_s=response.elapsed_s)))
        due.append((claimed, at + plan.wait))
    last = max((_at(claimed, now) for claimed, *_ in rows), default=now)
    record_unchanged(conn, noted, now=last)
    record_polls(conn, records, now=last)
    work.postpone_all(conn, due)


def _save(
    conn: Connection,
    ctx: Context,
    claimed: LeasedRow,
    answer: _Polled,
    hub: Subscription | None,
    now: datetime,
    tally: Tally,
    *,
    urgent: bool,
) -> None:
    if answer.error:
        _save_failure(conn, claimed, answer.feed, answer.error, now)
        tally.count(answer.error.reason)
        return
    feed, response = answer.feed, answer.response
    assert response is not None
    if answer.parsed is None:
        taken = nothing_new(feed, response)
        pushed = hub is not None and hub.is_pushed(now)
    else:
        taken = save_feed_items(ctx, conn, feed, response, answer.parsed, now, tally)
        pushed = watch_hub(conn, feed, response, taken.new, hub, now, tally)
    tally.count(taken.reason)
    learned = taken.learned | _where_it_lives(conn, feed, response, now)
    plan = _next(ctx.settings, feed, taken, response, now, urgent=urgent)
    if pushed and not taken.overflow:
        plan = Plan(while_pushed(plan.wait), "pushed")
    _notice_silence(conn, feed, taken, now)
    record_success(conn, feed.id, learned | {"interval_why": plan.why}, now=now)
    record = PollRecord(
        taken.reason,
        response.status,
        taken.items,
        taken.new,
        taken.rejected,
        len(response.body) if answer.parsed else 0,
        response.elapsed_s,
    )
    record_poll(conn, feed.id, record, now=now)
    work.postpone(conn, claimed, due_at=now + plan.wait)


def _save_failure(conn: Connection, claimed: LeasedRow, feed: Feed, error: ItemError, now: datetime) -> None:
    failures = feed.error_count + 1
    plan = schedule.after_failure(
        error, failures=failures, since=feed.failing_since or now, now=now, spread=_chance(feed, now)
    )
    learned: dict[str, Any] = {"interval_why": plan.why}
    if feed.address and plan.why != "passing" and failures >= schedule.RETURN_AFTER:
        learned |= {"address": None}
        note_for(conn, feed, "feed_moved_back", f"{feed.address} fails, {feed.url} is asked again", now)
    status = error.status if isinstance(error, FetchError) else None
    record_failure(conn, feed.id, str(error), plan.why, learned, now=now)
    record_poll(conn, feed.id, PollRecord(error.reason, status=status, detail=error.detail), now=now)
    note_for(conn, feed, error.reason, error.detail, now)
    work.postpone(conn, claimed, due_at=now + plan.wait, failed=True)


def _where_it_lives(conn: Connection, feed: Feed, response: Response, now: datetime) -> dict[str, Any]:
    """A permanent redirect is believed once it was seen often and long enough; the configured address is kept."""
    known = PermanentRedirect(feed.moved_to, feed.moved_times, feed.moved_since)
    move = schedule.observe_move(known, response.moved_to, now)
    if move.target is not None and move.is_settled(now):
        note_for(conn, feed, "feed_moved", f"{feed.asked_at} -> {move.target}; put it into feeds.yml", now)
        settled = None if move.target == feed.url else move.target
        return {"address": settled, "moved_to": None, "moved_times": 0, "moved_since": None}
    if move == known:
        return {}
    return {"moved_to": move.target, "moved_times": move.times, "moved_since": move.since}


def _next(
    settings: Settings, feed: Feed, taken: Taken, response: Response, now: datetime, *, urgent: bool
) -> Plan:
    document = taken.learned.get("rhythm", feed.rhythm)
    period_s = taken.learned.get("period_s", feed.period_s)
    return schedule.after_answer(
        rhythms.from_json(document) if document else None,
        Hints(schedule.fresh_for(response.headers, now), timedelta(seconds=period_s or 0)),
        PollLimits(
            floor=timedelta(seconds=settings.poll_floor_s),
            ceiling=timedelta(seconds=settings.poll_ceiling_s),
            patience=settings.poll_patience,
            unknown=timedelta(seconds=settings.poll_interval_s),
        ),
        now=now,
        spread=_chance(feed, now),
        fixed=_fixed(settings, feed, taken) if feed.interval_s else None,
        urgent=urgent,
        overflow=taken.overflow,
    )


def _fixed(settings: Settings, feed: Feed, taken: Taken) -> timedelta:
    """The operator's interval, longer where it would take every turn of its host and leave none for new pages."""
    turns = 1 + min(taken.new, _PAGES_FIRST) if taken.new else _ROOM_FOR_OTHERS
    return timedelta(seconds=max(feed.interval_s or 0, turns * settings.host_delay_s))


def _notice_silence(conn: Connection, feed: Feed, taken: Taken, now: datetime) -> None:
    """Once per silence, at the first poll after it became unusual."""
    if feed.quiet_at and not taken.new and (feed.last_polled_at or now) < feed.quiet_at <= now:
        note_for(conn, feed, "feed_quiet", f"nothing new since {feed.last_new_item_at}, against its rhythm", now)


def _chance(feed: Feed, now: datetime) -> float:
    """0..1, the same for the same feed and moment, so that a replay is one."""
    return xxhash.xxh32_intdigest(f"{feed.key} {now.isoformat()}".encode()) / 2**32
