"""Fingerprints lie in one partition a week, so that a look-up reads two or three small indexes, not history.

Partitions are made ahead, and at any time for a week that turns out to be missing: rows that came early wait in
`fingerprint_rest` and move over. Only who writes into the rest waits for that.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

WEEK = timedelta(days=7)
AHEAD = 2  # weeks
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
_LOCK = 0x7765656B  # "week"
_EXISTING = text("""
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'store.fingerprint'::regclass
""")


def ensure_weeks(conn: Connection, first: datetime, last: datetime) -> list[str]:
    """Make the partitions from `first` to `last` that are missing; returns their names."""
    wanted = {_name(week): week for week in _weeks(first, last)}
    if not wanted.keys() - set(conn.scalars(_EXISTING)):
        return []
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    missing = sorted(wanted.keys() - set(conn.scalars(_EXISTING)))
    if missing:  # nothing may come to lie in the rest between moving it and attaching the week
        conn.exec_driver_sql("LOCK TABLE store.fingerprint_rest IN ACCESS EXCLUSIVE MODE")
    for name in missing:
        _make(conn, name, wanted[name])
    return missing


def ensure_current_weeks(conn: Connection, now: datetime) -> list[str]:
    """Last week, this one and the next two."""
    return ensure_weeks(conn, now - WEEK, now + AHEAD * WEEK)


def forget_before(conn: Connection, moment: datetime) -> list[str]:
    """Drop the weeks that ended before `moment`: their texts are no longer compared with anything.

    Clusters, edges and the texts themselves stay.
    """
    oldest = _name(_start(moment))
    names = [n for n in conn.scalars(_EXISTING) if n.startswith("fingerprint_2") or n.startswith("fingerprint_1")]
    gone = sorted(name for name in names if name < oldest)
    for name in gone:
        conn.exec_driver_sql(f"DROP TABLE store.{name}")
    return gone


def _weeks(first: datetime, last: datetime) -> list[datetime]:
    start = _start(first)
    return [start + i * WEEK for i in range((_start(last) - start) // WEEK + 1)]


def _start(moment: datetime) -> datetime:
    return moment.astimezone(UTC) - (moment - _MONDAY) % WEEK


def _name(week: datetime) -> str:
    return f"fingerprint_{week:%Y%m%d}"


def _make(conn: Connection, name: str, week: datetime) -> None:
    bounds = f"'{week:%Y-%m-%d %H:%M:%S}+00' AND published_at < '{week + WEEK:%Y-%m-%d %H:%M:%S}+00'"  # ours
    for statement in (
        f"CREATE TABLE store.{name} "
        "(LIKE store.fingerprint INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)",
        # The constraint spares the look through the table when it is attached.
        f"ALTER TABLE store.{name} ADD CONSTRAINT bounds CHECK (published_at >= {bounds})",
        f"WITH moved AS (DELETE FROM store.fingerprint_rest WHERE published_at >= {bounds} RETURNING *) "  # noqa: S608
        f"INSERT INTO store.{name} SELECT * FROM moved",
        f"ALTER TABLE store.fingerprint ATTACH PARTITION store.{name} "
        f"FOR VALUES FROM ('{week:%Y-%m-%d}+00') TO ('{week + WEEK:%Y-%m-%d}+00')",
        f"ALTER TABLE store.{name} DROP CONSTRAINT bounds",
    ):
        conn.exec_driver_sql(statement, execution_options={"no_parameters": True})
