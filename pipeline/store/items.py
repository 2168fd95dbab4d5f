"""Feed entries as last seen, and each time a feed changed one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.records import FeedItem
from pipeline.store import work
from pipeline.store.addresses import ensure_articles
from pipeline.store.tables import feed_item, sighting

# A changed entry suggests that its page changed: it is due at once, unless a worker holds it.
_FETCH_AGAIN = text("""
    UPDATE store.work SET due_at = :now
     WHERE stage = 'fetch' AND subject_id = :id AND due_at > :now AND lease IS NULL
""")
_HURRY = text("""
    UPDATE store.work SET urgent = true
     WHERE stage = 'fetch' AND NOT urgent AND subject_id IN
           (SELECT article_id FROM store.feed_item WHERE feed_id = :feed_id AND identity = ANY(:identities))
""")
_CONTENT = ("url", "title", "summary", "content_html", "updated_at", "published_at")


@dataclass(frozen=True, slots=True)
class AddressedItem:
    """An entry with the address its article is fetched from, and the key for comparing."""

    item: FeedItem
    url: str
    key: str


@dataclass(frozen=True, slots=True)
class SavedItems:
    """The result of saving a feed's entries."""

    new: tuple[FeedItem, ...] = ()
    changed: int = 0
    buried: tuple[FeedItem, ...] = ()


def save_items(
    conn: Connection,
    feed_id: int,
    items: Sequence[AddressedItem],
    *,
    now: datetime,
    last_parsed_at: datetime | None = None,
) -> SavedItems:
    """Save a feed's entries; new articles and changed entries become due to fetch.

    `last_parsed_at` is when the feed was last read: known entries not seen then were away.
    """
    if not items:
        return SavedItems()
    articles = ensure_articles(conn, feed_id, {one.key: one.url for one in items}, now=now)
    kept = [one.item for one in items if one.key in articles]
    known = _known(conn, feed_id, [item.identity for item in kept])
    rows = [_row(one.item, feed_id, articles[one.key], now) for one in items if one.key in articles]
    if not rows:
        return SavedItems(buried=tuple(one.item for one in items))
    statement = upsert(feed_item)
    refreshed = {name: statement.excluded[name] for name in ("last_seen_at", "article_id", *_CONTENT)}
    conn.execute(statement.on_conflict_do_update(index_elements=["feed_id", "identity"], set_=refreshed), rows)
    events = {row["identity"]: _what(row, known.get(row["identity"]), last_parsed_at) for row in rows}
    _record_sightings(conn, feed_id, {identity: what for identity, what in events.items() if what}, now=now)
    for row in rows:
        if events[row["identity"]] == "changed":
            work.add(conn, "fetch", [row["article_id"]], due_at=now)
            conn.execute(_FETCH_AGAIN, {"now": now, "id": row["article_id"]})
    return SavedItems(
        new=tuple(item for item in kept if events[item.identity] == "new"),
        changed=list(events.values()).count("changed"),
        buried=tuple(one.item for one in items if one.key not in articles),
    )


def hurry(conn: Connection, feed_id: int, identities: Sequence[str]) -> int:
    """Have the pages of these entries fetched before others, if they are due; returns how many."""
    if not identities:
        return 0
    return conn.execute(_HURRY, {"feed_id": feed_id, "identities": list(identities)}).rowcount


def _known(conn: Connection, feed_id: int, identities: Sequence[str]) -> dict[str, dict[str, Any]]:
    columns = (feed_item.c.identity, feed_item.c.last_seen_at, *(feed_item.c[name] for name in _CONTENT))
    found = select(*columns).where(feed_item.c.feed_id == feed_id, feed_item.c.identity.in_(identities))
    return {row.identity: row._asdict() for row in conn.execute(found)}


def _what(row: dict[str, Any], known: dict[str, Any] | None, last_parsed_at: datetime | None) -> str | None:
    """new, changed or back; None if nothing changed."""
    if known is None:
        return "new"
    if any(known[name] != row[name] for name in _CONTENT):
        return "changed"
    return "back" if last_parsed_at is not None and known["last_seen_at"] < last_parsed_at else None


def _record_sightings(conn: Connection, feed_id: int, events: dict[str, str], *, now: datetime) -> None:
    if not events:
        return
    found = select(feed_item.c.id, feed_item.c.identity, feed_item.c.url, feed_item.c.title).where(
        feed_item.c.feed_id == feed_id, feed_item.c.identity.in_(list(events))
    )
    rows = [
        {"feed_item_id": row.id, "what": events[row.identity], "url": row.url, "title": row.title, "seen_at": now}
        for row in conn.execute(found)
    ]
    conn.execute(insert(sighting), rows)


def _row(item: FeedItem, feed_id: int, article_id: int, now: datetime) -> dict[str, Any]:
    return {
        "feed_id": feed_id,
        "identity": item.identity,
        "article_id": article_id,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.content_html,
        "authors": list(item.authors),
        "published_at": item.published,
        "updated_at": item.updated,
        "first_seen_at": now,
        "last_seen_at": now,
    }
