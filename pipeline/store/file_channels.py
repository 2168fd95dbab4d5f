"""File channels: each belongs to the one machine whose data folder holds its file.

Two machines that deliver to a channel of the same name would each write a file with a part of the alerts. So the
first to deliver takes the channel, and the others leave its deliveries to that one (`work.machine`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from pipeline.store import work

AWAY_AFTER = timedelta(minutes=10)

_PUT = """
    INSERT INTO store.alert_channel AS c (name, machine, machine_name, machine_seen_at)
    VALUES (:channel, :mark, :name, :now)
    ON CONFLICT (name) DO UPDATE
       SET machine = excluded.machine, machine_name = excluded.machine_name,
           machine_seen_at = excluded.machine_seen_at
"""
_MOVE = text(_PUT)
_TAKE = text(f"{_PUT} WHERE c.machine IS NULL OR c.machine = excluded.machine RETURNING name")
_OWNED = text("SELECT machine FROM store.alert_channel WHERE name = :channel AND machine = :mark")
_BRING_ALONG = text("""
    UPDATE store.work SET machine = :mark
     WHERE stage = 'notify' AND machine <> :mark
       AND subject_id IN (SELECT id FROM store.alert_delivery WHERE channel = :channel)
""")
_SHOW = text("""
    UPDATE store.alert_channel SET machine_seen_at = :now
     WHERE machine = :mark
       AND coalesce(machine_seen_at, '-infinity') < CAST(:now AS timestamptz) - interval '1 minute'
""")
_ALL = text("""
    SELECT c.name AS channel, c.machine, c.machine_name, c.machine_seen_at AS seen_at,
           (SELECT count(*) FROM store.work w JOIN store.alert_delivery d ON d.id = w.subject_id
             WHERE w.stage = 'notify' AND w.machine = c.machine AND d.channel = c.name) AS waiting
      FROM store.alert_channel c WHERE c.machine IS NOT NULL ORDER BY c.name
""")
_FREE = text("""
    UPDATE store.work SET machine = NULL WHERE stage = 'notify' AND machine IS NOT NULL AND lease IS NULL
""")


@dataclass(frozen=True, slots=True)
class ChannelMachine:
    """Which machine a file channel belongs to, when it last looked for work, and what was left to it."""

    channel: str
    machine: str
    machine_name: str
    seen_at: datetime | None
    waiting: int

    def is_away(self, now: datetime) -> bool:
        """Whether its machine has not looked for work for ten minutes."""
        return self.seen_at is None or now - self.seen_at > AWAY_AFTER

    @property
    def trouble(self) -> str:
        """What is wrong while its machine is away, in words."""
        since = f"since {self.seen_at:%Y-%m-%d %H:%M} UTC" if self.seen_at else "yet"
        return f"its file lies on {self.machine_name}, not seen {since}; {self.waiting:,} messages wait for it"


def owner_of(conn: Connection, channel: str) -> ChannelMachine | None:
    """Which machine a channel belongs to; None before the first delivery."""
    return next((owner for owner in channel_machines(conn) if owner.channel == channel), None)


def belongs_here(conn: Connection, channel: str, mark: str, name: str, *, now: datetime) -> bool:
    """Whether a channel is this machine's; one without a machine is taken."""
    if conn.scalar(_OWNED, {"channel": channel, "mark": mark}):
        return True
    values = {"channel": channel, "mark": mark, "name": name, "now": now}
    return conn.execute(_TAKE, values).first() is not None


def move(conn: Connection, channel: str, mark: str, name: str, *, now: datetime) -> int:
    """Give a channel to this machine, with the deliveries that were left to another; returns how many."""
    conn.execute(_MOVE, {"channel": channel, "mark": mark, "name": name, "now": now})
    brought = conn.execute(_BRING_ALONG, {"channel": channel, "mark": mark}).rowcount
    work.announce(conn, "notify")
    return brought


def show_presence(conn: Connection, mark: str, *, now: datetime) -> None:
    """Say that a machine is there; written once a minute."""
    conn.execute(_SHOW, {"mark": mark, "now": now})


def channel_machines(conn: Connection) -> Sequence[ChannelMachine]:
    """Every file channel with its machine, by name."""
    return [ChannelMachine(**row) for row in conn.execute(_ALL).mappings()]


def machines_away(conn: Connection, *, now: datetime) -> list[ChannelMachine]:
    """Those whose machine has not looked for work for ten minutes."""
    return [owner for owner in channel_machines(conn) if owner.is_away(now)]


def free_all(conn: Connection) -> None:
    """After a new configuration: a channel may be of another kind now, which every machine can deliver to."""
    conn.execute(_FREE)
