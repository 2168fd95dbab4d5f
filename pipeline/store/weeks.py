"""Fingerprints lie in one partition a week, so that a look-up reads two or three small indexes, not history.

Partitions are made ahead, and at any time for a week that turns out to be missing: rows that came early wait in
`fingerprint_rest` and move over. Only who writes into the rest waits for that.
"""

from __future__ import annotations

import re
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

_IN_REST = text("""
    SELECT DISTINCT date_trunc('day', published_at, 'UTC') FROM store.fingerprint_rest
     WHERE published_at BETWEEN :first AND :last
""")
_WEEK_NAME = re.compile(r"fingerprint_\d{8}")


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


def weeks_before(conn: Connection, moment: datetime) -> list[str]:
    """The weeks that ended before `moment`, oldest first."""
    oldest = _name(_start(moment))
    return sorted(name for name in conn.scalars(_EXISTING) if _WEEK_NAME.fullmatch(name) and name < oldest)


def forget_week(conn: Connection, name: str) -> None:
    """Drop a week: its texts are no longer compared with anything. Clusters, edges and the texts stay."""
    conn.exec_driver_sql(f"DROP TABLE store.{name}")


def week_size(conn: Connection, name: str) -> tuple[int, int]:
    """How many fingerprints a week holds, and its bytes with all its indexes."""
    query = text(f"SELECT count(*), pg_total_relation_size('store.{name}') FROM store.{name}")  # noqa: S608 - ours
    rows, size = conn.execute(query).one()
    return rows, size


def week_is_awaited(conn: Connection, name: str) -> bool:
    """True while a text of this week is still to be linked."""
    query = f"""
        SELECT EXISTS (SELECT FROM store.work w JOIN store.{name} f ON f.version_id = w.subject_id
                        WHERE w.stage = 'link')
    """  # noqa: S608 - ours
    return bool(conn.scalar(text(query)))


def weeks_in_rest(conn: Connection, first: datetime, last: datetime) -> list[datetime]:
    """Moments in each week between the two of which texts lie in no partition of their own."""
    found = conn.scalars(_IN_REST, {"first": first, "last": last})
    return sorted({_start(moment): moment for moment in found}.values())


def count_rest(conn: Connection) -> int:
    """How many fingerprints lie in no week: every look-up has to read them."""
    return int(conn.scalars(text("SELECT count(*) FROM store.fingerprint_rest")).one())


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
