"""Save a feed's answer: store its items, and update etag, rhythm and health of the feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xxhash
from sqlalchemy import Connection

from pipeline.feeds import rhythm as rhythms
from pipeline.feeds import schedule
from pipeline.feeds.urls import address_key, canonical_url
from pipeline.records import FeedItem, ParsedFeed, Response, Tally
from pipeline.stages.running.context import Context
from pipeline.store import work
from pipeline.store.feeds import Feed
from pipeline.store.items import AddressedItem, SavedItems, hurry, save_items
from pipeline.store.outcomes import record_outcome

_LEAD = 150  # characters of a summary that are looked at: the news comes first
_OVERFLOW = 5  # items, all of them new: fewer may be all a feed ever lists


@dataclass(frozen=True, slots=True)
class Taken:
    """What a good answer came to: the reason it is counted by, what it taught, and whether some was missed."""

    reason: str
    learned: dict[str, Any] = field(default_factory=dict)
    items: int = 0
    new: int = 0
    rejected: int = 0
    overflow: bool = False


def save_feed_items(
    ctx: Context, conn: Connection, feed: Feed, response: Response, parsed: ParsedFeed, now: datetime, tally: Tally
) -> Taken:
    """Keep what a feed lists, whether it was asked or a hub sent it."""
    items = _addressed(conn, feed, parsed, now, tally)
    saved = save_items(conn, feed.id, items, now=now, last_parsed_at=feed.parsed_at)
    for buried in saved.buried:
        tally.count("item_ignored")
        record_outcome(conn, "poll", "item_ignored", now=now, feed_id=feed.id, subject=buried.url)
    if saved.new or saved.changed:
        _hurry(ctx, conn, feed, [one.item for one in items], now, tally)
    tally.count("items_new", len(saved.new))
    tally.count("items_changed", saved.changed)
    rejected = len(parsed.rejected) + len(parsed.items) - len(items)
    if not parsed.items:
        # Never normal for a feed we chose: it must show, and must not pass for "unchanged" next time.
        note_for(conn, feed, "feed_without_items", parsed.format, now)
        forgotten = {"etag": None, "last_modified": None, "body_hash": None, "last_items": 0}
        return Taken("feed_without_items", forgotten, rejected=rejected)
    overflow = feed.parsed_at is not None and len(saved.new) == len(items) >= _OVERFLOW
    if overflow:
        note_for(
            conn, feed, "feed_overflow", f"all {len(items)} items are new: older ones may have been missed", now
        )
    learned = _learned(feed, response, parsed, saved, now)
    if overflow:
        learned["overflows"] = feed.overflows + 1
    if saved.new and _validators_lied(feed, response):
        learned["validators_lied_at"] = now
        note_for(conn, feed, "validators_lie", "it said not modified, and had new items", now)
    reason = "new_items" if saved.new else "no_new_items"
    return Taken(reason, learned, len(parsed.items), len(saved.new), rejected, overflow)


def _hurry(
    ctx: Context, conn: Connection, feed: Feed, items: Sequence[FeedItem], now: datetime, tally: Tally
) -> None:
    """Have the pages of fresh entries that look like a change of plan fetched and read before others."""
    words = ctx.configuration.change_words
    fresh = [item for item in items if item.published is None or now - item.published < work.URGENT_FOR]
    urgent = [item.identity for item in fresh if words.are_in(f"{item.title} {item.summary[:_LEAD]}")]
    tally.count("items_urgent", hurry(conn, feed.id, urgent))


def _addressed(
    conn: Connection, feed: Feed, parsed: ParsedFeed, now: datetime, tally: Tally
) -> list[AddressedItem]:
    """Items with the address they are known by; what is wrong with the others is counted."""
    items = []
    broken = [(rejected.reason, rejected.detail) for rejected in parsed.rejected]
    for item in parsed.items:
        try:
            items.append(AddressedItem(item, canonical_url(item.url), address_key(item.url)))
        except ValueError as error:
            broken.append(("item_with_bad_url", f"{item.url}: {error}"))
    for reason, detail in broken:
        tally.count(reason)
        record_outcome(conn, "poll", reason, now=now, feed_id=feed.id, subject=detail, detail=detail)
    return items


def _learned(
    feed: Feed, response: Response, parsed: ParsedFeed, saved: SavedItems, now: datetime
) -> dict[str, Any]:
    learned: dict[str, Any] = {
        "etag": response.headers.get("etag"),
        "last_modified": response.headers.get("last-modified"),
        "body_hash": xxhash.xxh3_128_digest(response.body),
        "not_modified": 0,
        "last_items": len(parsed.items),
        "parsed_at": now,
        "period_s": parsed.period_s,
    }
    if not saved.new:
        return learned
    last_poll = feed.last_polled_at if feed.parsed_at else None
    came = schedule.arrivals([item.published for item in saved.new], last_poll=last_poll, now=now)
    known = rhythms.from_json(feed.rhythm) if feed.rhythm else None
    rhythm = rhythms.learn(known, came, now=now)
    last = max(came, default=now)
    return learned | {
        "last_new_item_at": now,
        "rhythm": rhythms.to_json(rhythm) if rhythm else None,
        "quiet_at": schedule.quiet_at(rhythm, feed.expected_items_per_day, last),
    }


def _validators_lied(feed: Feed, response: Response) -> bool:
    """New items under the very validators it had kept saying "not modified" to."""
    etag, modified = response.headers.get("etag"), response.headers.get("last-modified")
    same = etag == feed.etag if etag or feed.etag else modified is not None and modified == feed.last_modified
    return same and feed.not_modified > 0


def nothing_new(feed: Feed, response: Response) -> Taken:
    """An answer without news: "not modified", or the same bytes again."""
    said_so = response.status == 304
    in_a_row = feed.not_modified + 1 if said_so else 0
    return Taken("not_modified" if said_so else "unchanged", {"not_modified": in_a_row})


def note_for(conn: Connection, feed: Feed, reason: str, detail: str, now: datetime) -> None:
    """Count something that is to be known of a feed."""
    record_outcome(conn, "poll", reason, now=now, feed_id=feed.id, detail=detail)
