"""The feeds as polled: kept in step with config/feeds.yml, with what each answered last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.store import work
from pipeline.store.tables import feed, poll
from pipeline.store.tables import work as work_table

# What the configuration decides; the rest of a feed row is what polling learned.
CONFIGURED = (
    "url", "outlet", "title", "language", "zone", "country", "kind", "agency", "enabled", "interval_s",
    "expected_items_per_day",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed about to be polled."""

    id: int
    key: str
    url: str
    etag: str | None
    last_modified: str | None
    body_hash: bytes | None
    interval_s: int | None
    error_count: int
    zone: str


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One line of the poll log."""

    reason: str
    status: int | None = None
    items: int = 0
    new_items: int = 0
    rejected: int = 0
    size: int = 0
    elapsed_s: float = 0.0
    detail: str = ""


def sync_feeds(conn: Connection, sources: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Make the feed table say what the configuration says.

    New feeds are due at once. Feeds that left the configuration, or are switched off, are not polled any more;
    their rows and articles stay.
    """
    # One order for everybody, so that two processes that start at once cannot lock each other out.
    rows = [
        {name: source[name] for name in ("key", *CONFIGURED)} | {"created_at": now}
        for source in sorted(sources, key=lambda s: s["key"])
    ]
    known = {row.key: row.url for row in conn.execute(select(feed.c.key, feed.c.url))}
    if rows:
        statement = upsert(feed)
        excluded = statement.excluded
        conn.execute(
            statement.on_conflict_do_update(
                index_elements=["key"],
                set_={name: excluded[name] for name in CONFIGURED},
                where=or_(*(feed.c[name].is_distinct_from(excluded[name]) for name in CONFIGURED)),
            ),
            rows,
        )
    _begin_anew(conn, [row["key"] for row in rows if known.get(row["key"], row["url"]) != row["url"]], now=now)
    keys = [row["key"] for row in rows]
    conn.execute(update(feed).where(feed.c.enabled, feed.c.key.not_in(keys)).values(enabled=False))
    off = select(feed.c.id).where(~feed.c.enabled)
    conn.execute(delete(work_table).where(work_table.c.stage == "poll", work_table.c.subject_id.in_(off)))
    work.add(conn, "poll", conn.scalars(select(feed.c.id).where(feed.c.enabled).order_by(feed.c.id)), due_at=now)


def _begin_anew(conn: Connection, keys: Sequence[str], *, now: datetime) -> None:
    """Feeds whose address changed: what the old one answered says nothing of the new one."""
    if not keys:
        return
    moved = feed.c.key.in_(keys)
    forgotten = {"etag": None, "last_modified": None, "body_hash": None, "error_count": 0, "last_error": None}
    conn.execute(update(feed).where(moved).values(forgotten))
    conn.execute(
        update(work_table)
        .where(work_table.c.stage == "poll", work_table.c.subject_id.in_(select(feed.c.id).where(moved)))
        .values(due_at=now, failures=0)
    )


def load_feeds(conn: Connection, ids: Sequence[int]) -> dict[int, Feed]:
    """The feeds with these ids, by id."""
    columns = [feed.c[name] for name in Feed.__dataclass_fields__]
    return {row.id: Feed(*row) for row in conn.execute(select(*columns).where(feed.c.id.in_(ids)))}


def record_poll(conn: Connection, feed_id: int, record: PollRecord, *, now: datetime) -> None:
    """Write one line of the poll log."""
    conn.execute(
        insert(poll).values(
            feed_id=feed_id,
            polled_at=now,
            reason=record.reason,
            status=record.status,
            items=record.items,
            new_items=record.new_items,
            rejected=record.rejected,
            bytes=record.size,
            elapsed_ms=round(record.elapsed_s * 1000),
            detail=record.detail[:1000],
        )
    )


def record_success(
    conn: Connection,
    feed_id: int,
    *,
    now: datetime,
    validators: Mapping[str, Any] | None = None,
    new_items: int = 0,
) -> None:
    """Note a good answer; `validators` (etag, last_modified, body_hash) where the body was read and parsed."""
    values: dict[str, Any] = {
        "error_count": 0,
        "last_error": None,
        "last_polled_at": now,
        "last_success_at": now,
        **(validators or {}),
    }
    if new_items:
        values["last_new_item_at"] = now
    conn.execute(update(feed).where(feed.c.id == feed_id).values(values))


def record_failure(conn: Connection, feed_id: int, error: str, *, now: datetime) -> None:
    """Note a failed poll on the feed's row."""
    conn.execute(
        update(feed)
        .where(feed.c.id == feed_id)
        .values(error_count=feed.c.error_count + 1, last_error=error[:1000], last_polled_at=now)
    )
