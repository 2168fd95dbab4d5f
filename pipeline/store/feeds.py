"""The feeds as polled: synchronised with config/feeds.yml, with the last answer of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.store.tables import feed, poll
from pipeline.store.tables import work as work_table

# The columns set by the configuration; polling sets the rest.
CONFIGURED = (
    "url", "outlet", "title", "language", "zone", "country", "kind", "agency", "enabled", "interval_s",
    "expected_items_per_day",
)  # fmt: skip

_LEARNED = (
    "etag", "last_modified", "body_hash", "last_error", "address", "parsed_at", "rhythm", "period_s", "quiet_at",
    "validators_lied_at", "error_kind", "failing_since", "moved_to", "moved_since",
)  # fmt: skip
_COUNTED = ("error_count", "not_modified", "moved_times", "overflows")

NEEDS_A_PERSON = frozenset({"gone", "failing", "empty", "silent", "moved"})
_NEAR_A_MEETING = text("""
    WITH near AS (
        SELECT s.meeting_id, s.countries
          FROM store.meeting_version s
         WHERE s.status IN ('scheduled', 'confirmed', 'rescheduled', 'uncertain')
           AND s.earliest <= CAST(:now AS date) + 2 AND s.latest >= CAST(:now AS date) - 1
           AND s.latest - s.earliest <= 7  -- "in spring" is not near
           AND NOT EXISTS (SELECT FROM store.meeting_version later
                            WHERE later.meeting_id = s.meeting_id AND later.number > s.number))
    SELECT i.feed_id
      FROM near
      JOIN store.meeting_evidence e USING (meeting_id)
      JOIN store.meeting_mention m ON m.id = e.mention_id
      JOIN store.article_version v ON v.id = m.version_id
      JOIN store.feed_item i ON i.article_id = v.article_id
     UNION
    SELECT f.id
      FROM near
      JOIN store.feed f ON f.country = ANY (near.countries) AND f.kind IN ('agency', 'ministry', 'government')
""")


_POLL_THE_NEW = text("""
    INSERT INTO store.work (stage, subject_id, due_at)
    SELECT 'poll', id, :now FROM store.feed
     WHERE enabled AND id NOT IN (SELECT subject_id FROM store.work WHERE stage = 'poll') ORDER BY id
    ON CONFLICT DO NOTHING
""")


_UNCHANGED = text("""
    UPDATE store.feed AS f
       SET error_count = 0, last_error = NULL, error_kind = NULL, failing_since = NULL,
           last_polled_at = :now, last_success_at = :now, not_modified = n.not_modified, interval_why = n.why
      FROM unnest(CAST(:ids AS bigint[]), CAST(:not_modified AS integer[]), CAST(:why AS text[]))
        AS n (id, not_modified, why)
     WHERE f.id = n.id
""")


_FROM_THE_FUTURE = text("""
    WITH ahead AS (
        UPDATE store.feed SET last_polled_at = :now
         WHERE last_polled_at > CAST(:now AS timestamptz) + interval '5 minutes' RETURNING id, key)
    UPDATE store.work AS w SET due_at = :now FROM ahead
     WHERE w.stage = 'poll' AND w.subject_id = ahead.id AND w.due_at > :now AND w.lease IS NULL
 RETURNING ahead.id, ahead.key
""")


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
    expected_items_per_day: float | None
    address: str | None
    last_polled_at: datetime | None
    parsed_at: datetime | None
    last_new_item_at: datetime | None
    rhythm: dict[str, Any] | None
    period_s: int | None
    quiet_at: datetime | None
    not_modified: int
    overflows: int
    validators_lied_at: datetime | None
    failing_since: datetime | None
    moved_to: str | None
    moved_times: int
    moved_since: datetime | None

    @property
    def asked_at(self) -> str:
        """The address to poll: the target of a permanent move, if there was one."""
        return self.address or self.url


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
    """Synchronise the feed table with the configuration.

    New feeds are due at once. Feeds that left the configuration, or are switched off, are not polled any more;
    their rows and articles stay.
    """
    known = {row.key: row for row in conn.execute(select(feed.c.key, *(feed.c[name] for name in CONFIGURED)))}
    rows = {source["key"]: {name: source[name] for name in CONFIGURED} for source in sources}
    # Only what differs is touched, so that a poll under way is not locked out; and in one order for everybody, so
    # that two processes that start at once cannot lock each other out.
    changed = [
        {"key": key, "created_at": now, **row}
        for key, row in sorted(rows.items())
        if key not in known or any(getattr(known[key], name) != row[name] for name in CONFIGURED)
    ]
    if changed:
        statement = upsert(feed)
        excluded = statement.excluded
        conn.execute(
            statement.on_conflict_do_update(
                index_elements=["key"],
                set_={name: excluded[name] for name in CONFIGURED},
                where=or_(*(feed.c[name].is_distinct_from(excluded[name]) for name in CONFIGURED)),
            ),
            changed,
        )
    _begin_anew(conn, [key for key, row in rows.items() if key in known and known[key].url != row["url"]], now=now)
    if gone := [key for key, row in known.items() if row.enabled and key not in rows]:
        conn.execute(update(feed).where(feed.c.key.in_(gone)).values(enabled=False))
    off = select(feed.c.id).where(~feed.c.enabled)
    conn.execute(delete(work_table).where(work_table.c.stage == "poll", work_table.c.subject_id.in_(off)))
    conn.execute(_POLL_THE_NEW, {"now": now})


def _begin_anew(conn: Connection, keys: Sequence[str], *, now: datetime) -> None:
    """Feeds whose address changed: answers of the old address say nothing about the new one."""
    if not keys:
        return
    moved = feed.c.key.in_(keys)
    conn.execute(update(feed).where(moved).values(dict.fromkeys(_LEARNED) | dict.fromkeys(_COUNTED, 0)))
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
    record_polls(conn, [(feed_id, record)], now=now)


def record_polls(conn: Connection, records: Sequence[tuple[int, PollRecord]], *, now: datetime) -> None:
    """Write lines of the poll log."""
    rows = [
        {
            "feed_id": feed_id,
            "polled_at": now,
            "reason": record.reason,
            "status": record.status,
            "items": record.items,
            "new_items": record.new_items,
            "rejected": record.rejected,
            "bytes": record.size,
            "elapsed_ms": round(record.elapsed_s * 1000),
            "detail": record.detail[:1000],
        }
        for feed_id, record in records
    ]
    if rows:
        conn.execute(insert(poll), rows)


def bring_back_from_the_future(conn: Connection, *, now: datetime) -> list[tuple[int, str]]:
    """Make feeds due that were polled more than five minutes after `now`: a clock was wrong, and they rest.

    Returns (id, key) of each.
    """
    return [(row.id, row.key) for row in conn.execute(_FROM_THE_FUTURE, {"now": now})]


def record_unchanged(conn: Connection, feeds: Sequence[tuple[int, int, str]], *, now: datetime) -> None:
    """Note for many feeds that they said nothing new: id, 304s in a row, and why the next poll is when it is."""
    if feeds:
        ids, not_modified, why = zip(*feeds, strict=True)
        conn.execute(_UNCHANGED, {"ids": [*ids], "not_modified": [*not_modified], "why": [*why], "now": now})


def record_success(conn: Connection, feed_id: int, learned: Mapping[str, Any], *, now: datetime) -> None:
    """Note a good answer, with the updated columns of the feed."""
    fine = {"error_count": 0, "last_error": None, "error_kind": None, "failing_since": None}
    moments = {"last_polled_at": now, "last_success_at": now}
    conn.execute(update(feed).where(feed.c.id == feed_id).values({**fine, **moments, **learned}))


def record_failure(
    conn: Connection, feed_id: int, error: str, kind: str, learned: Mapping[str, Any], *, now: datetime
) -> None:
    """Note a failed poll on the feed's row."""
    failed = {
        "error_count": feed.c.error_count + 1,
        "failing_since": func.coalesce(feed.c.failing_since, now),
        "error_kind": kind,
        "last_error": error[:1000],
        "last_polled_at": now,
    }
    conn.execute(update(feed).where(feed.c.id == feed_id).values({**failed, **learned}))


def feed_health(conn: Connection) -> list[dict[str, Any]]:
    """The view of that name, what needs a person first."""
    rows = [dict(row) for row in conn.execute(text("SELECT * FROM wirewatch.feed_health ORDER BY key")).mappings()]
    return sorted(rows, key=lambda row: (row["health"] not in NEEDS_A_PERSON, row["health"] == "off"))


def feeds_near_a_meeting(conn: Connection, *, now: datetime) -> frozenset[int]:
    """Feeds that may soon report a meeting planned for these days: they did before, or belong to a party."""
    return frozenset(conn.scalars(_NEAR_A_MEETING, {"now": now}))
