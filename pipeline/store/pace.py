"""The pace of every host, shared by all processes; changed under row locks, many hosts in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text

from pipeline.records import HostPace

T = TypeVar("T")

_FIELDS = tuple(field.name for field in fields(HostPace))

# One order for everybody, so that two processes cannot lock each other out. What a power cut takes is a pause.
_LOCK = text("""
    SET LOCAL synchronous_commit TO off;
    SELECT name, clock_timestamp() AS clock,
           next_start, places, delay_s, closed_until, closed_by, penalties, failures
      FROM store.host_pace WHERE name = ANY(:names) ORDER BY name FOR UPDATE
""")
_CREATE = text("""
    INSERT INTO store.host_pace (name, next_start) SELECT unnest(CAST(:names AS text[])), 'epoch'
    ON CONFLICT DO NOTHING
""")
_KEEP = text("""
    UPDATE store.host_pace AS p
       SET (next_start, places, delay_s, closed_until, closed_by, penalties, failures)
         = (n.next_start, n.places, n.delay_s, n.closed_until, n.closed_by, n.penalties, n.failures)
      FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS n (name text, next_start timestamptz, places timestamptz[], delay_s float, closed_until timestamptz,
              closed_by text, penalties integer, failures integer)
     WHERE p.name = n.name
""")
# Does not wait: a locked row is not idle.
_FORGET = text("""
    DELETE FROM store.host_pace WHERE name IN (
        SELECT name FROM store.host_pace
         WHERE greatest(next_start, closed_until) < clock_timestamp() - CAST(:idle AS interval)
           FOR UPDATE SKIP LOCKED)
""")
IDLE = timedelta(days=40)  # longer than the longest pause between two fetches of a page


class PaceLedger:
    """The table host_pace as a book of appointments. Its clock is the server's, one for all machines."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def exchange(self, names: Sequence[str], change: Callable[[Mapping[str, HostPace], datetime], T]) -> T:
        """Lock the hosts and domains `names`, let `change` alter what is known of them, keep that, commit."""
        wanted = sorted(set(names))
        while True:
            with self._engine.begin() as conn:
                rows = conn.execute(_LOCK, {"names": wanted}).all()
                if len(rows) == len(wanted):
                    return _change(conn, rows, change)
            missing = sorted(set(wanted) - {row.name for row in rows})
            with self._engine.begin() as conn:
                conn.execute(_CREATE, {"names": missing})


def _change(conn: Connection, rows: Sequence[Any], change: Callable[[Mapping[str, HostPace], datetime], T]) -> T:
    paces = {row.name: HostPace(*row[2:]) for row in rows}
    before = {name: replace(pace, places=list(pace.places)) for name, pace in paces.items()}
    result = change(paces, rows[-1].clock)
    changed = [
        {"name": name, **{field: getattr(pace, field) for field in _FIELDS}}
        for name, pace in paces.items()
        if pace != before[name]
    ]
    if changed:
        conn.execute(_KEEP, {"rows": json.dumps(changed, default=datetime.isoformat)})
    return result


def forget_idle_hosts(conn: Connection) -> int:
    """Delete what is known of hosts that were not asked and wanted no pause for a long time; returns how many."""
    return conn.execute(_FORGET, {"idle": IDLE}).rowcount
