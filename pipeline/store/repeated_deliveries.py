"""Messages sent again: by hand to the same receivers, and as reminders of an open notice to the operator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from pipeline.store import work

_RESEND = text("""
    INSERT INTO store.alert_delivery
           (alert_id, notice_id, channel, receiver, watch, state, resend, new_key, created_at)
    SELECT d.alert_id, d.notice_id, d.channel, d.receiver, d.watch, 'pending',
           (SELECT max(resend) + 1 FROM store.alert_delivery o
             WHERE o.channel = d.channel AND o.receiver = d.receiver
               AND (o.alert_id, o.notice_id) IS NOT DISTINCT FROM (d.alert_id, d.notice_id)),
           :new_key, :now
      FROM (SELECT DISTINCT ON (alert_id, notice_id, channel, receiver) * FROM store.alert_delivery
             WHERE id = ANY(:ids) ORDER BY alert_id, notice_id, channel, receiver, resend DESC) d
 RETURNING id
""")
_REMIND = text("""
    INSERT INTO store.alert_delivery (notice_id, channel, watch, state, resend, new_key, created_at)
    SELECT :notice_id, :channel, :watch, 'pending', count(*), true, :now
      FROM store.alert_delivery WHERE notice_id = :notice_id AND channel = :channel
 RETURNING id
""")


def resend(conn: Connection, ids: Sequence[int], *, new_key: bool, now: datetime) -> list[int]:
    """New deliveries of the same messages to the same receivers; returns their ids."""
    made = list(conn.scalars(_RESEND, {"ids": list(ids), "new_key": new_key, "now": now}))
    work.add(conn, "notify", made, due_at=now)
    return made


def remind(conn: Connection, notice_id: int, channels: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Say an open notice to the operator once more."""
    for channel, watch in channels:
        values = {"notice_id": notice_id, "channel": channel, "watch": watch, "now": now}
        work.add(conn, "notify", conn.scalars(_REMIND, values).all(), due_at=now)
