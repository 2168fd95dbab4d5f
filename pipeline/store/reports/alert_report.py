"""Alerts and their deliveries for a person to read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

AlertRow = dict[str, Any]

_LIST = text("""
    SELECT d.* FROM wirewatch.alert_deliveries d
     WHERE (NOT :dead OR d.delivery_id IN (SELECT delivery_id FROM wirewatch.alerts_dead))
       AND (NOT :waiting OR d.state IN ('pending', 'held', 'sending'))
     ORDER BY d.delivery_id DESC LIMIT :limit
""")
_OF = text("SELECT * FROM wirewatch.alert_deliveries WHERE alert_id = :id ORDER BY delivery_id")
_ALERT = text(
    "SELECT id FROM store.alert WHERE key = :key OR CAST(id AS text) = :key ORDER BY key <> :key LIMIT 1"
)
_NOTICES = text("""
    SELECT * FROM wirewatch.operator_notices
     WHERE cleared_at IS NULL AND acked_at IS NULL AND cause <> 'heartbeat' ORDER BY first_at
""")
_RECENT = text("""
    SELECT a.id FROM store.alert a
     WHERE a.created_at > :since AND NOT coalesce((a.payload ->> 'recorded_only')::boolean, false)
     ORDER BY a.id DESC LIMIT :limit
""")
_PAGE = text("""
    SELECT a.id FROM store.alert a
     WHERE a.id > :after
       -- one raised ahead of our clock comes from a replay
       AND (a.created_at <= CAST(:now AS timestamptz) - interval '2 seconds' OR a.created_at > :now)
     ORDER BY a.id LIMIT :limit
""")


def list_deliveries(conn: Connection, *, dead: bool, waiting: bool, limit: int) -> list[AlertRow]:
    """Deliveries, the newest first: all, the dead ones, or those still on their way."""
    rows = conn.execute(_LIST, {"dead": dead, "waiting": waiting, "limit": limit})
    return [dict(row._mapping) for row in rows]


def deliveries_of(conn: Connection, alert_id: int) -> list[AlertRow]:
    """Every delivery of one alert."""
    return [dict(row._mapping) for row in conn.execute(_OF, {"id": alert_id})]


def alert_of(conn: Connection, key: str) -> int | None:
    """The number of the alert of a key or number; None if there is no such alert."""
    found: int | None = conn.scalar(_ALERT, {"key": key})
    return found


def open_notices(conn: Connection) -> list[AlertRow]:
    """Open, unacknowledged problems of wirewatch itself."""
    return [dict(row._mapping) for row in conn.execute(_NOTICES)]


def recent_alerts(conn: Connection, *, since: datetime, limit: int) -> list[int]:
    """Ids of the newest alerts, newest first; those that were only recorded are left out."""
    return list(conn.scalars(_RECENT, {"since": since, "limit": limit}))


def alerts_after(conn: Connection, *, after: int, limit: int, now: datetime) -> list[int]:
    """Ids of the alerts after one, oldest first. The newest two seconds wait: a lower id may still commit."""
    return list(conn.scalars(_PAGE, {"after": after, "limit": limit, "now": now}))
