"""Deliveries: one row for one message to one receiver, from its place in the outbox to its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from pipeline.errors import LeaseLostError
from pipeline.store import work
from pipeline.store.tables import alert_delivery
from pipeline.store.work import LeasedRow

_LOAD = text("""
    SELECT d.id, d.alert_id, d.notice_id, d.channel, d.receiver, d.watch, d.state, d.held_for, d.attempts,
           d.maybe_sent, d.first_tried_at, d.bare, d.resend, d.new_key, d.bundle_id, d.created_at,
           coalesce(a.key, 'operator/' || d.notice_id) AS key,
           ARRAY(SELECT o.alert_id FROM store.alert_delivery o
                  WHERE o.bundle_id = d.id AND o.id <> d.id AND o.alert_id IS NOT NULL ORDER BY o.id) AS bundled
      FROM store.alert_delivery d LEFT JOIN store.alert a ON a.id = d.alert_id
     WHERE d.id = ANY(:ids)
""")
_TOLD = text("""
    SELECT DISTINCT ON (channel) channel, watch FROM store.alert_delivery
     WHERE state <> 'dropped' AND alert_id IN
           (SELECT a.id FROM store.alert a, store.alert first
             WHERE first.id = :alert_id AND first.id IN (a.id, a.amends))
     ORDER BY channel, id
""")
_HOLD = text("""
    UPDATE store.work SET leased_until = clock_timestamp() + make_interval(secs => :lease_s)
     WHERE stage = :stage AND subject_id = :id AND lease = :lease
""")
_SENDING = text("""
    UPDATE store.alert_delivery
       SET state = 'sending', attempts = attempts + 1, last_tried_at = :now,
           first_tried_at = coalesce(first_tried_at, :now)
     WHERE id = :id
""")
_RECORD = text("""
    UPDATE store.alert_delivery
       SET state = :state, last_error = :error, error_class = :error_class, code = :code, bare = bare OR :bare,
           maybe_sent = maybe_sent OR :maybe_sent, receipt = coalesce(:receipt, receipt),
           delivered_at = CASE WHEN :state = 'delivered' THEN CAST(:now AS timestamptz) END
     WHERE id = :id OR (bundle_id = :id AND state NOT IN ('delivered', 'superseded', 'dropped'))
""")
_SET = text("""
    UPDATE store.alert_delivery SET state = :state, held_for = :held_for, last_error = coalesce(:why, last_error)
     WHERE id = :id
""")
_OLDER = text("""
    SELECT d.id, d.alert_id, d.maybe_sent, d.state, w.due_at
      FROM store.alert_delivery d
      JOIN store.alert a ON a.id = d.alert_id
      JOIN store.alert mine ON mine.id = :alert_id
      LEFT JOIN store.work w ON w.stage = 'notify' AND w.subject_id = d.id
     WHERE d.channel = :channel AND d.receiver = :receiver AND d.state IN ('pending', 'sending')
       AND d.bundle_id IS NULL AND a.meeting_id = mine.meeting_id AND a.id < mine.id
     ORDER BY a.id
""")
_RECEIVED = text("""
    SELECT a.key, a.id AS alert_id, d.state, d.maybe_sent, d.id, d.last_error
      FROM store.alert_delivery d JOIN store.alert a ON a.id = d.alert_id
      JOIN store.alert mine ON mine.id = :alert_id
     WHERE d.channel = :channel AND d.receiver = :receiver AND a.meeting_id = mine.meeting_id AND a.id < mine.id
     ORDER BY a.id, d.id
""")
_SPLIT = text("UPDATE store.alert_delivery SET receiver = :receiver WHERE id = :id")
_LATELY = text("""
    SELECT count(*) FILTER (WHERE d.last_tried_at > CAST(:now AS timestamptz) - interval '1 hour') AS in_last_hour,
           min(d.last_tried_at) FILTER (WHERE d.last_tried_at > CAST(:now AS timestamptz) - interval '1 hour')
               AS oldest_in_hour,
           max(d.last_tried_at) FILTER (
               WHERE a.meeting_id = (SELECT meeting_id FROM store.alert WHERE id = :alert_id)) AS of_this_meeting,
           (SELECT until FROM store.watch_mute WHERE watch = :watch) AS muted_until
      FROM store.alert_delivery d JOIN store.alert a ON a.id = d.alert_id
     WHERE d.channel = :channel AND d.receiver = :receiver AND d.watch = :watch AND d.state = 'delivered'
       AND (d.bundle_id IS NULL OR d.bundle_id = d.id)
""")
# Those that wait for the same reason, and that no other worker is busy with.
_GATHER = text("""
    WITH due AS (
        DELETE FROM store.work w USING store.alert_delivery d
         WHERE w.stage = 'notify' AND w.subject_id = d.id AND d.id <> :id AND d.state = 'held'
           AND d.channel = :channel AND d.receiver = :receiver AND d.watch = :watch AND d.held_for = :held_for
           AND w.due_at <= :now AND (w.lease IS NULL OR w.lease = :lease)
     RETURNING w.subject_id)
    UPDATE store.alert_delivery SET bundle_id = :id, state = 'pending'
     WHERE id IN (SELECT subject_id FROM due)
 RETURNING id
""")
_LEAD = text("UPDATE store.alert_delivery SET bundle_id = id, state = 'pending' WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one receiver. `key` is the same at every try: receivers can drop doubles."""

    id: int
    alert_id: int | None
    notice_id: int | None
    channel: str
    receiver: str
    watch: str
    state: str
    held_for: str | None
    attempts: int
    maybe_sent: bool
    first_tried_at: datetime | None
    bare: bool
    resend: int
    new_key: bool
    bundle_id: int | None
    created_at: datetime | None
    key: str
    bundled: tuple[int, ...]

    @property
    def endpoint(self) -> str:
        """The channel, with the receiver where it has several: what is paused, paced and probed."""
        return f"{self.channel}/{self.receiver}" if self.receiver else self.channel

    @property
    def sent_key(self) -> str:
        """The key on the message: another one where a person asked for it again by force."""
        return f"{self.key}/again-{self.resend}" if self.new_key else self.key


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one try."""

    state: str
    error: str | None = None
    error_class: str | None = None
    code: str | None = None
    maybe_sent: bool = False
    bare: bool = False
    receipt: str | None = None


def add(
    conn: Connection, channels: Iterable[tuple[str, str]], *, now: datetime, alert_id: int | None = None,
    notice_id: int | None = None,
) -> list[int]:  # fmt: skip
    """Put an alert, or a notice to the operator, on its way: `channels` are (channel, watch). The new ids."""
    rows = [
        {"alert_id": alert_id, "notice_id": notice_id, "channel": channel, "watch": watch, "state": "pending"}
        | {"created_at": now}
        for channel, watch in channels
    ]
    if not rows:
        return []
    made = conn.scalars(insert(alert_delivery).on_conflict_do_nothing().returning(alert_delivery.c.id), rows).all()
    work.add(conn, "notify", made, due_at=now)
    return list(made)


def channels_told(conn: Connection, alert_id: int) -> list[tuple[str, str]]:
    """The channels an alert and its amendments went to, with the watch: who must hear a correction."""
    return [(row.channel, row.watch) for row in conn.execute(_TOLD, {"alert_id": alert_id})]


def load(conn: Connection, ids: Sequence[int]) -> dict[int, Delivery]:
    """Deliveries by id."""
    rows = conn.execute(_LOAD, {"ids": list(ids)}).mappings()
    return {row["id"]: Delivery(**{**row, "bundled": tuple(row["bundled"])}) for row in rows}


def hold(conn: Connection, claimed: LeasedRow, *, lease_s: int) -> None:
    """Start the lease of a delivery again, just before it is tried.

    Raises:
        LeaseLostError: another worker owns it now; it must not be tried here.
    """
    values = {"stage": claimed.stage, "id": claimed.subject_id, "lease": claimed.lease, "lease_s": lease_s}
    if conn.execute(_HOLD, values).rowcount != 1:
        raise LeaseLostError(f"{claimed.stage} {claimed.subject_id}: the lease ran out and was taken over")


def mark_sending(conn: Connection, delivery_id: int, *, now: datetime) -> None:
    """Say that a try begins. Committed before the first byte: found so later, the try may have arrived."""
    conn.execute(_SENDING, {"id": delivery_id, "now": now})


def record(conn: Connection, delivery_id: int, result: Result, *, now: datetime) -> None:
    """What became of a try, for the delivery and for those its message told of too."""
    values: dict[str, Any] = {
        "id": delivery_id,
        "state": result.state,
        "error": result.error[:1000] if result.error else None,
        "error_class": result.error_class,
        "code": result.code,
        "maybe_sent": result.maybe_sent,
        "bare": result.bare,
        "receipt": result.receipt,
        "now": now,
    }
    conn.execute(_RECORD, values)


def set_state(
    conn: Connection, delivery_id: int, state: str, *, held_for: str | None = None, why: str | None = None
) -> None:
    """Hold a delivery, supersede it or drop it, with the reason."""
    conn.execute(_SET, {"id": delivery_id, "state": state, "held_for": held_for, "why": why})


def older_unsent(conn: Connection, delivery: Delivery) -> list[Any]:
    """Earlier alerts of the same meeting that this receiver is still to get: id, alert_id, maybe_sent, due_at."""
    values = {"alert_id": delivery.alert_id, "channel": delivery.channel, "receiver": delivery.receiver}
    return list(conn.execute(_OLDER, values))


def received(conn: Connection, delivery: Delivery) -> list[Any]:
    """What this receiver was to get of the meeting before: key, alert_id, state, maybe_sent, id, last_error."""
    values = {"alert_id": delivery.alert_id, "channel": delivery.channel, "receiver": delivery.receiver}
    return list(conn.execute(_RECEIVED, values))


def lately(conn: Connection, delivery: Delivery, *, now: datetime) -> dict[str, Any]:
    """What decides about holding: in_last_hour, oldest_in_hour, of_this_meeting, muted_until."""
    values = {
        "alert_id": delivery.alert_id,
        "channel": delivery.channel,
        "receiver": delivery.receiver,
        "watch": delivery.watch,
        "now": now,
    }
    return dict(conn.execute(_LATELY, values).mappings().one())


def split(conn: Connection, delivery: Delivery, receivers: Sequence[str], *, now: datetime) -> None:
    """One delivery for each receiver: this one becomes the first, the others are added."""
    conn.execute(_SPLIT, {"id": delivery.id, "receiver": receivers[0]})
    rows = [
        {
            "alert_id": delivery.alert_id,
            "notice_id": delivery.notice_id,
            "channel": delivery.channel,
            "watch": delivery.watch,
            "receiver": receiver,
            "state": "pending",
            "resend": delivery.resend,
            "new_key": delivery.new_key,
            "created_at": delivery.created_at or now,
        }
        for receiver in receivers[1:]
    ]
    if rows:
        added = insert(alert_delivery).on_conflict_do_nothing().returning(alert_delivery.c.id)
        work.add(conn, "notify", conn.scalars(added, rows).all(), due_at=now)


def gather(conn: Connection, delivery: Delivery, claimed: LeasedRow, *, now: datetime) -> int:
    """Take all that waited for the same reason into this delivery's message; returns how many others."""
    values = {
        "id": delivery.id,
        "channel": delivery.channel,
        "receiver": delivery.receiver,
        "watch": delivery.watch,
        "held_for": delivery.held_for,
        "lease": claimed.lease,
        "now": now,
    }
    found = len(conn.execute(_GATHER, values).all())
    conn.execute(_LEAD, {"id": delivery.id})
    return found
