"""The outbox: an alert is written in the transaction that changes the meeting, and delivered from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.store import work
from pipeline.store.tables import alert, alert_delivery

_FACTS = text("""
    SELECT mt.uid AS meeting, m.quote, m.quote_field, m.quote_start, m.quote_end, m.rules, m.confidence,
           f.outlet, v.title, a.url, v.language, v.published_at
      FROM store.meeting mt, store.meeting_mention m
      JOIN store.article_version v ON v.id = m.version_id
      JOIN store.article a ON a.id = v.article_id
      JOIN store.feed f ON f.id = a.feed_id
     WHERE mt.id = :meeting_id AND m.id = :mention_id
""")
_DELIVERIES = text("""
    SELECT d.id, d.channel, d.attempts, a.key, a.payload
      FROM store.alert_delivery d JOIN store.alert a ON a.id = d.alert_id
     WHERE d.id = ANY(:ids)
""")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on its way to one channel. `key` is the same at every try: receivers can drop doubles."""

    id: int
    channel: str
    attempts: int
    key: str
    payload: dict[str, Any]


def proof_facts(conn: Connection, meeting_id: int, mention_id: int) -> dict[str, Any]:
    """Where the proof stands: meeting uid, article, outlet, sentence with offsets, rules."""
    return dict(conn.execute(_FACTS, {"meeting_id": meeting_id, "mention_id": mention_id}).one()._mapping)


def raise_alert(
    conn: Connection,
    *,
    meeting_id: int,
    meeting_version_id: int,
    sequence: int,
    change: str,
    mention_id: int,
    key: str,
    payload: Mapping[str, Any],
    now: datetime,
) -> int | None:
    """Write an alert; returns its id, or None where this change of this meeting was alerted before."""
    found = conn.scalars(
        upsert(alert)
        .values(
            meeting_id=meeting_id,
            sequence=sequence,
            change=change,
            meeting_version_id=meeting_version_id,
            mention_id=mention_id,
            key=key,
            payload=dict(payload),
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(alert.c.id)
    ).first()
    return None if found is None else int(found)


def add_deliveries(conn: Connection, alert_id: int, channels: Sequence[str], *, now: datetime) -> None:
    """Put an alert on its way to each channel."""
    ids = [
        int(
            conn.scalars(
                insert(alert_delivery)
                .values(alert_id=alert_id, channel=channel, state="pending")
                .returning(alert_delivery.c.id)
            ).one()
        )
        for channel in channels
    ]
    work.add(conn, "notify", ids, due_at=now)


def load_deliveries(conn: Connection, ids: Sequence[int]) -> dict[int, Delivery]:
    """Deliveries by id, with what they say."""
    return {row.id: Delivery(*row) for row in conn.execute(_DELIVERIES, {"ids": list(ids)})}


def record_delivery(
    conn: Connection, delivery_id: int, state: str, *, now: datetime, error: str | None = None
) -> None:
    """Note one try: delivered, pending (to be tried again) or dead (for a person to look at)."""
    conn.execute(
        update(alert_delivery)
        .where(alert_delivery.c.id == delivery_id)
        .values(
            state=state,
            attempts=alert_delivery.c.attempts + 1,
            last_error=error[:1000] if error else None,
            delivered_at=now if state == "delivered" else None,
        )
    )
