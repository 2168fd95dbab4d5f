"""Feeds that a hub pushes: the subscription, and the pushes received. Secrets are only here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.store import work
from pipeline.store.tables import push, subscription

_KEPT_HEADERS = ("content-type", "link")
_MISS = text("""
    UPDATE store.subscription
       SET misses = misses + 1,
           state = CASE WHEN misses + 1 >= :limit THEN 'broken' ELSE state END,
           detail = CASE WHEN misses + 1 >= :limit THEN :detail ELSE detail END
     WHERE feed_id = :feed_id AND state = 'active'
 RETURNING state
""")


@dataclass(frozen=True, slots=True)
class Subscription:
    """The subscription to the hub of one feed."""

    feed_id: int
    hub: str
    topic: str
    state: str  # offered, pending, active, denied, broken
    token: str
    secret: str
    requested_at: datetime | None
    verified_at: datetime | None
    expires_at: datetime | None
    failures: int

    def is_pushed(self, now: datetime) -> bool:
        """True while the hub delivers as agreed."""
        return self.state == "active" and self.expires_at is not None and self.expires_at > now

    def awaits_hub(self) -> bool:
        """True if the hub was asked and has not verified it since."""
        return self.requested_at is not None and (self.verified_at is None or self.verified_at < self.requested_at)


@dataclass(frozen=True, slots=True)
class Push:
    """One push from a hub."""

    id: int
    feed_id: int
    headers: Mapping[str, str]
    compressed: bytes


def remember_offer(conn: Connection, feed_id: int, hub: str, topic: str, *, now: datetime) -> None:
    """Note that a feed names a hub; a new one is asked soon, with a callback address that cannot be guessed."""
    fresh = {
        "hub": hub,
        "topic": topic,
        "state": "offered",
        "token": secrets.token_urlsafe(32),
        "secret": secrets.token_urlsafe(32),
        "offered_at": now,
        "requested_at": None,
        "verified_at": None,
        "expires_at": None,
        "misses": 0,
        "failures": 0,
        "detail": "",
    }
    statement = upsert(subscription).values(feed_id=feed_id, **fresh)
    changed = (subscription.c.hub != hub) | (subscription.c.topic != topic)
    done = conn.execute(statement.on_conflict_do_update(index_elements=["feed_id"], set_=fresh, where=changed))
    if done.rowcount:
        work.bring_forward(conn, "subscribe", feed_id, due_at=now)


def forget_offer(conn: Connection, feed_id: int) -> None:
    """The feed names no hub any more: later pushes from the old one are refused."""
    conn.execute(delete(subscription).where(subscription.c.feed_id == feed_id))


def load_subscriptions(conn: Connection, feed_ids: Sequence[int] | None = None) -> dict[int, Subscription]:
    """Of these feeds, or of all, by feed id; feeds without a hub are not in it."""
    rows = conn.execute(_select() if feed_ids is None else _select().where(subscription.c.feed_id.in_(feed_ids)))
    return {row.feed_id: Subscription(*row) for row in rows}


def by_token(conn: Connection, token: str) -> Subscription | None:
    """The subscription of a callback address, locked until the transaction ends."""
    row = conn.execute(_select().where(subscription.c.token == token).with_for_update()).first()
    return Subscription(*row) if row else None


def note(conn: Connection, feed_id: int, **changes: Any) -> None:
    """Change what is known of a subscription."""
    conn.execute(update(subscription).where(subscription.c.feed_id == feed_id).values(changes))


def note_miss(conn: Connection, feed_id: int, *, limit: int, detail: str) -> bool:
    """A poll found more than the hub had pushed; True if that makes the subscription broken."""
    state = conn.scalars(_MISS, {"feed_id": feed_id, "limit": limit, "detail": detail}).first()
    return state == "broken"


def save_push(conn: Connection, feed_id: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Store a push, to be parsed like the answer to a poll."""
    values = {
        "feed_id": feed_id,
        "headers": {name: headers[name] for name in _KEPT_HEADERS if name in headers},
        "body": zstandard.ZstdCompressor(level=3).compress(body),
        "received_at": now,
    }
    push_id = conn.scalars(insert(push).values(values).returning(push.c.id)).one()
    work.add(conn, "push", [push_id], due_at=now)
    note(conn, feed_id, last_push_at=now)


def load_pushes(conn: Connection, ids: Sequence[int]) -> dict[int, Push]:
    """Pushes by id, even if the feed has left its hub since: they were signed when they were accepted."""
    query = select(push.c.id, push.c.feed_id, push.c.headers, push.c.body).where(push.c.id.in_(ids))
    return {row.id: Push(row.id, row.feed_id, row.headers, bytes(row.body)) for row in conn.execute(query)}


def drop_push(conn: Connection, push_id: int) -> None:
    """Delete a push that was parsed: the poll log and the items record it."""
    conn.execute(delete(push).where(push.c.id == push_id))


def _select() -> Any:
    return select(*(subscription.c[name] for name in Subscription.__dataclass_fields__))
