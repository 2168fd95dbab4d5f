"""Feed entries and the articles they point to: one article for one address, every sighting kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from pipeline.records import FeedItem
from pipeline.store import work
from pipeline.store.tables import article, feed_item

# A changed entry is a hint that its page changed: it is due at once, unless a worker is at it right now.
_FETCH_AGAIN = text("""
    UPDATE store.work SET due_at = :now
     WHERE stage = 'fetch' AND subject_id = :id AND due_at > :now AND lease IS NULL
""")
_CONTENT = ("url", "title", "summary", "content_html", "updated_at", "published_at")


@dataclass(frozen=True, slots=True)
class SavedItems:
    """How many entries were new, changed since last seen, and the same."""

    new: int
    changed: int
    same: int


def save_items(
    conn: Connection, feed_id: int, items: Sequence[tuple[FeedItem, str]], *, now: datetime
) -> SavedItems:
    """Save a feed's entries, each with its canonical URL; new articles and changed entries become due to fetch."""
    if not items:
        return SavedItems(0, 0, 0)
    articles = _ensure_articles(conn, feed_id, [url for _, url in items], now=now)
    known = {
        row.identity: tuple(row[1:])
        for row in conn.execute(
            select(feed_item.c.identity, *(feed_item.c[name] for name in _CONTENT)).where(
                feed_item.c.feed_id == feed_id,
                feed_item.c.identity.in_([item.identity for item, _ in items]),
            )
        )
    }
    rows = [_row(item, feed_id, articles[url], now) for item, url in items]
    statement = insert(feed_item)
    refreshed = {name: statement.excluded[name] for name in ("last_seen_at", "article_id", *_CONTENT)}
    conn.execute(statement.on_conflict_do_update(index_elements=["feed_id", "identity"], set_=refreshed), rows)
    new = [row for row in rows if row["identity"] not in known]
    changed = [
        row
        for row in rows
        if row["identity"] in known and known[str(row["identity"])] != tuple(row[name] for name in _CONTENT)
    ]
    for row in changed:
        work.add(conn, "fetch", [int(str(row["article_id"]))], due_at=now)
        conn.execute(_FETCH_AGAIN, {"now": now, "id": row["article_id"]})
    return SavedItems(len(new), len(changed), len(rows) - len(new) - len(changed))


def _row(item: FeedItem, feed_id: int, article_id: int, now: datetime) -> dict[str, object]:
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


def _ensure_articles(conn: Connection, feed_id: int, urls: Sequence[str], *, now: datetime) -> dict[str, int]:
    """The id of each URL's article; new ones are put on the fetch list."""
    # One order for everybody: two feeds that bring the same dispatches at once must not deadlock.
    wanted = sorted(set(urls))
    created = conn.execute(
        insert(article)
        .values([{"url": url, "feed_id": feed_id, "first_seen_at": now} for url in wanted])
        .on_conflict_do_nothing()
        .returning(article.c.id, article.c.url)
    ).all()
    work.add(conn, "fetch", sorted(row.id for row in created), due_at=now)
    found = conn.execute(select(article.c.url, article.c.id).where(article.c.url.in_(wanted)))
    return {row.url: row.id for row in found}
