"""Endpoints: a channel, or one receiver of it, as it can be reached now: paused, broken, off; and its pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

_GET = text("SELECT state, until, failures FROM store.alert_channel WHERE name = :name")
_OK = text("""
    UPDATE store.alert_channel AS c
       SET state = 'ok', until = NULL, since = NULL, reason = NULL, failures = 0
      FROM (SELECT name, state FROM store.alert_channel WHERE name = :name FOR UPDATE) AS before
     WHERE c.name = before.name
 RETURNING before.state
""")
_SET = text("""
    INSERT INTO store.alert_channel (name, state, until, since, reason, failures)
    VALUES (:name, :state, :until, :now, :reason, 1)
    ON CONFLICT (name) DO UPDATE
       SET state = excluded.state, until = excluded.until, reason = excluded.reason,
           failures = alert_channel.failures + 1,
           since = CASE WHEN alert_channel.state = 'ok' THEN excluded.since ELSE alert_channel.since END
""")
_WAKE = text("""
    UPDATE store.work w SET due_at = :now
      FROM store.alert_delivery d
     WHERE w.stage = 'notify' AND w.subject_id = d.id AND d.state = 'pending' AND w.due_at > :now
       AND w.lease IS NULL AND d.channel = :channel AND d.receiver = :receiver
""")
# A bucket of tokens as one moment: the time at which it would be full again.
_PACE = text("""
    INSERT INTO store.alert_channel AS c (name, next_send_at)
    VALUES (:name, CAST(:now AS timestamptz) + CAST(:pause AS interval))
    ON CONFLICT (name) DO UPDATE
       SET next_send_at = greatest(coalesce(c.next_send_at, :now), :now) + CAST(:pause AS interval)
     WHERE coalesce(c.next_send_at, :now) <= CAST(:now AS timestamptz) + CAST(:burst AS interval)
 RETURNING name
""")
_NEXT = text("SELECT next_send_at FROM store.alert_channel WHERE name = :name")
_RESET = text("""
    UPDATE store.alert_channel SET state = 'ok', until = NULL, since = NULL, reason = NULL, failures = 0
     WHERE state IN ('broken', 'off')
 RETURNING name
""")
_WAKE_ALL = text("""
    UPDATE store.work SET due_at = :now
     WHERE stage = 'notify' AND due_at > :now AND lease IS NULL AND subject_id IN
           (SELECT id FROM store.alert_delivery WHERE state = 'pending' AND error_class = 'misconfigured')
""")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How an endpoint is. `until`: when it is asked again; None: at once."""

    state: str = "ok"
    until: datetime | None = None
    failures: int = 0

    def waits(self, now: datetime) -> bool:
        """Whether nothing is sent to it yet."""
        return self.state != "ok" and self.until is not None and self.until > now


def get(conn: Connection, name: str) -> Endpoint:
    """How an endpoint is; well where nothing was ever noted."""
    row = conn.execute(_GET, {"name": name}).first()
    return Endpoint(row.state, row.until, row.failures) if row else Endpoint()


def answered(conn: Connection, name: str, channel: str, receiver: str, *, now: datetime) -> None:
    """It took a message: whatever waits for it is due now, oldest first, at its pace."""
    before = conn.scalars(_OK, {"name": name}).first()
    if before is not None and before != "ok":
        conn.execute(_WAKE, {"channel": channel, "receiver": receiver, "now": now})


def leave_alone(
    conn: Connection, name: str, state: str, *, until: datetime | None, reason: str, now: datetime
) -> None:
    """Send nothing to it until then: paused, broken (asked again at `until`), or off (until the file changes)."""
    conn.execute(_SET, {"name": name, "state": state, "until": until, "reason": reason[:500], "now": now})


def may_send(conn: Connection, name: str, *, per_minute: int, now: datetime) -> datetime | None:
    """Take a token: None where one was left, else when there is one."""
    pause = timedelta(minutes=1) / per_minute
    burst = pause * max(1, per_minute // 3 - 1)
    if conn.scalars(_PACE, {"name": name, "now": now, "pause": pause, "burst": burst}).first() is not None:
        return None
    full: datetime = conn.scalars(_NEXT, {"name": name}).one()
    return full - burst


def try_all_again(conn: Connection, *, now: datetime) -> None:
    """After a new configuration: what was broken or off may be right now."""
    conn.execute(_RESET)
    conn.execute(_WAKE_ALL, {"now": now})
