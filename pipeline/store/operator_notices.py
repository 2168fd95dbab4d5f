"""Problems the operator must know: raised once per cause and subject, counted while they last, then cleared."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from pipeline.records import OperatorNotice
from pipeline.store import deliveries

REMIND = timedelta(hours=24)  # an open, unacknowledged notice is sent again

_RAISE = text("""
    INSERT INTO store.operator_notice AS n (cause, subject, detail, facts, first_at, last_at)
    VALUES (:cause, :subject, :detail, CAST(:facts AS jsonb), :now, :now)
    ON CONFLICT (cause, subject) WHERE cleared_at IS NULL DO UPDATE
       SET times = n.times + 1, last_at = excluded.last_at, detail = excluded.detail, facts = excluded.facts
 RETURNING id, times
""")
_CLEAR = text("""
    UPDATE store.operator_notice SET cleared_at = :now
     WHERE cause = :cause AND cleared_at IS NULL AND NOT (subject = ANY(:but))
""")
_CLEAR_ONE = text("""
    UPDATE store.operator_notice SET cleared_at = :now
     WHERE cause = :cause AND subject = :subject AND cleared_at IS NULL
""")
_LOAD = text("""
    SELECT id, cause, subject, detail, times, first_at, last_at, facts FROM store.operator_notice WHERE id = :id
""")
_LAST = text("SELECT max(first_at) FROM store.operator_notice WHERE cause = :cause")
_ACK = text("""
    UPDATE store.operator_notice SET acked_at = :now, acked_by = :who
     WHERE acked_at IS NULL AND id = :id
 RETURNING id
""")
_REMIND = text("""
    SELECT n.id, n.cause, n.subject FROM store.operator_notice n
     WHERE n.cleared_at IS NULL AND n.acked_at IS NULL AND n.cause <> 'heartbeat'
       AND NOT EXISTS (SELECT FROM store.alert_delivery d WHERE d.notice_id = n.id AND d.created_at > :since)
""")


def raise_notice(
    conn: Connection,
    cause: str,
    subject: str,
    detail: str,
    *,
    channels: Collection[str],
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """Note a trouble; the first time it is also put on its way to `channels`. Returns whether it is new.

    A trouble with a channel is never told through that channel.
    """
    values = {"cause": cause, "subject": subject, "detail": detail, "facts": json.dumps(facts or {}), "now": now}
    row = conn.execute(_RAISE, values).one()
    if row.times > 1:
        return False
    told = [(channel, "operator") for channel in channels if channel != subject.partition("/")[0]]
    deliveries.add(conn, told, now=now, notice_id=row.id)
    return True


def clear(conn: Connection, cause: str, *, but: Collection[str] = (), now: datetime) -> None:
    """End the notices of a cause, except those of the subjects `but`."""
    conn.execute(_CLEAR, {"cause": cause, "but": list(but), "now": now})


def load(conn: Connection, notice_id: int) -> OperatorNotice:
    """One notice."""
    return OperatorNotice(**conn.execute(_LOAD, {"id": notice_id}).mappings().one())


def last_of(conn: Connection, cause: str) -> datetime | None:
    """When a cause was last raised."""
    at: datetime | None = conn.scalar(_LAST, {"cause": cause})
    return at


def acknowledge(conn: Connection, notice_id: int, *, who: str, now: datetime) -> bool:
    """Acknowledge a notice, which ends its reminders. False if there is no such open notice."""
    return conn.scalars(_ACK, {"id": notice_id, "who": who, "now": now}).first() is not None


def unanswered(conn: Connection, *, now: datetime) -> list[tuple[int, str, str]]:
    """Open, unacknowledged notices whose last reminder is a day old: (id, cause, subject)."""
    return [tuple(row) for row in conn.execute(_REMIND, {"since": now - REMIND})]


def clear_one(conn: Connection, cause: str, subject: str, *, now: datetime) -> None:
    """End the notice of one cause about one subject, where there is one."""
    conn.execute(_CLEAR_ONE, {"cause": cause, "subject": subject, "now": now})
