"""poll: ask each due feed, politely, and keep what it lists."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import xxhash
from sqlalchemy import Connection

from pipeline.errors import FetchError, ItemError
from pipeline.feeds.parse import parse_feed
from pipeline.feeds.urls import canonical_url
from pipeline.records import FeedItem, ParsedFeed, Response, Tally
from pipeline.stages.context import Context, drain, saving
from pipeline.store import work
from pipeline.store.feeds import (
    Feed,
    PollRecord,
    load_feeds,
    record_failure,
    record_poll,
    record_success,
    sync_feeds,
)
from pipeline.store.items import save_items
from pipeline.store.outcomes import record_outcome
from pipeline.store.work import Claim
from pipeline.web_client.client import WebClient

MAX_FEED_BYTES = 15 * 1024 * 1024
MAX_DELAY = timedelta(hours=24)  # a failing feed is asked ever more rarely, and never given up
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of one poll; `parsed` is None where the feed said nothing new."""

    feed: Feed
    response: Response | None = None
    parsed: ParsedFeed | None = None
    error: ItemError | None = None


def poll(ctx: Context, now: datetime) -> Tally:
    """Poll every feed that is due; counts polls by what came of them, and new, changed and rejected items."""
    tally = Tally("poll")
    with ctx.engine.begin() as conn:
        sync_feeds(conn, [source.model_dump() for source in ctx.configuration.feeds], now=now)

    def handle(claims: list[Claim]) -> None:
        with ctx.engine.connect() as conn:
            feeds = load_feeds(conn, [c.subject_id for c in claims])
        answers = web.gather(_ask(web.client, feeds[c.subject_id], now) for c in claims)
        for claimed, answer in zip(claims, answers, strict=True):
            with saving(ctx, claimed, now, tally) as conn:
                if isinstance(answer, BaseException):
                    raise answer
                _save(conn, ctx, claimed, answer, now, tally)

    with ctx.online() as web:
        drain(ctx, "poll", now, tally, handle)
    return tally


async def _ask(client: WebClient, feed: Feed, now: datetime) -> _Answer:
    response = None
    try:
        response = await client.get(
            feed.url,
            max_bytes=MAX_FEED_BYTES,
            accept=ACCEPT,
            etag=feed.etag,
            last_modified=feed.last_modified,
            robots=False,  # a feed is published to be polled
        )
        if response.status == 304 or xxhash.xxh3_128_digest(response.body) == feed.body_hash:
            return _Answer(feed, response)
        parsed = await asyncio.to_thread(  # a big feed must not stop the clock of the other requests
            parse_feed,
            response.body,
            url=response.final_url,
            content_type=response.headers.get("content-type"),
            now=now,
            zone=feed.zone,
        )
    except ItemError as error:
        return _Answer(feed, response, error=error)
    return _Answer(feed, response, parsed)


def _save(conn: Connection, ctx: Context, claimed: Claim, answer: _Answer, now: datetime, tally: Tally) -> None:
    feed = answer.feed
    interval = timedelta(seconds=feed.interval_s or ctx.settings.poll_interval_s)
    if answer.error:
        _save_failure(conn, claimed, answer, answer.error, interval, now)
        reason = answer.error.reason
    else:
        reason = _save_success(conn, answer, now, tally)
        work.postpone(conn, claimed, due_at=now + interval)
    tally.count(reason)


def _save_failure(
    conn: Connection, claimed: Claim, answer: _Answer, error: ItemError, interval: timedelta, now: datetime
) -> None:
    feed = answer.feed
    delay = min(interval * 2 ** min(feed.error_count, 10), MAX_DELAY)
    if isinstance(error, FetchError) and error.retry_after_s:
        delay = max(delay, min(timedelta(seconds=error.retry_after_s), MAX_DELAY))
    status = error.status if isinstance(error, FetchError) else None
    record_failure(conn, feed.id, str(error), now=now)
    record_poll(conn, feed.id, PollRecord(error.reason, status=status, detail=error.detail), now=now)
    record_outcome(conn, "poll", error.reason, now=now, feed_id=feed.id, detail=error.detail)
    work.postpone(conn, claimed, due_at=now + delay, failed=True)


def _save_success(conn: Connection, answer: _Answer, now: datetime, tally: Tally) -> str:
    feed, response, parsed = answer.feed, answer.response, answer.parsed
    assert response is not None
    base = PollRecord("unchanged", response.status, size=len(response.body), elapsed_s=response.elapsed_s)
    if parsed is None:
        reason = "not_modified" if response.status == 304 else "unchanged"
        record_success(conn, feed.id, now=now)
        record_poll(conn, feed.id, PollRecord(reason, response.status, elapsed_s=base.elapsed_s), now=now)
        return reason
    items, broken = _with_canonical_urls(parsed)
    saved = save_items(conn, feed.id, items, now=now)
    for rejected_reason, detail in [*((r.reason, r.detail) for r in parsed.rejected), *broken]:
        tally.count(rejected_reason)
        record_outcome(conn, "poll", rejected_reason, now=now, feed_id=feed.id, subject=detail, detail=detail)
    reason = "new_items" if saved.new else "no_new_items"
    if not parsed.items:
        reason = "feed_without_items"  # never normal for a feed we chose: it must show
        record_outcome(conn, "poll", reason, now=now, feed_id=feed.id, detail=parsed.format)
    tally.count("items_new", saved.new)
    tally.count("items_changed", saved.changed)
    validators = {
        "etag": response.headers.get("etag"),
        "last_modified": response.headers.get("last-modified"),
        "body_hash": xxhash.xxh3_128_digest(response.body),
    }
    if not parsed.items:
        validators = dict.fromkeys(validators)  # or its emptiness would pass for "unchanged" next time
    record_success(conn, feed.id, now=now, validators=validators, new_items=saved.new)
    rejected = len(parsed.rejected) + len(broken)
    record_poll(
        conn,
        feed.id,
        PollRecord(reason, base.status, len(parsed.items), saved.new, rejected, base.size, base.elapsed_s),
        now=now,
    )
    return reason


def _with_canonical_urls(parsed: ParsedFeed) -> tuple[list[tuple[FeedItem, str]], list[tuple[str, str]]]:
    """Items with the address they are known by; of entries with one identity the last one counts."""
    items: dict[str, tuple[FeedItem, str]] = {}
    broken = []
    for item in parsed.items:
        try:
            items[item.identity] = (item, canonical_url(item.url))
        except ValueError as error:
            broken.append(("item_with_bad_url", f"{item.url}: {error}"))
    return list(items.values()), broken
