"""Manage tables with one partition per week or month: a lookup reads two or three small indexes instead of all
history, and expired data is dropped a whole partition at a time.

Partitions are made ahead, and whenever one turns out to be missing: rows that came early wait in the default
partition, `…_rest`, and move over. Only writers to the rest wait for this.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from pipeline.errors import PartitionInUseError

log = structlog.get_logger(__name__)

_WEEK = timedelta(days=7)
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
_LOCK = 0x7765656B  # one maker of partitions at a time
_LOCK_NOT_AVAILABLE = "55P03"
MAKING_WAITS = "1s"  # tried again every minute
DROPPING_WAITS = "5s"  # and once a day
WORTH_GIVING_BACK = 1_000_000  # bytes
_EXISTING = text("""
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass(:parent)
""")


@dataclass(frozen=True, slots=True)
class Series:
    """A partitioned table of schema `store`. Names, here and in the queries below, are ours."""

    table: str
    moment: str  # the column that says where a row belongs
    period: Literal["week", "month"]
    ahead: int  # periods that are there before they begin
    awaited: tuple[str, str] | None = None  # rows that are still needed: stage of `work`, column with its subject
    refers_to: str | None = None  # the table its foreign key points to

    @property
    def rest(self) -> str:
        """The default partition."""
        return f"{self.table}_rest"

    def start(self, moment: datetime) -> datetime:
        """When the period of `moment` began, UTC."""
        moment = moment.astimezone(UTC)
        if self.period == "week":
            return moment - (moment - _MONDAY) % _WEEK
        return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    def after(self, start: datetime) -> datetime:
        """When the period after the one that began at `start` begins."""
        return self.start(start + (_WEEK if self.period == "week" else timedelta(days=31)))

    def name(self, start: datetime) -> str:
        """Of the partition of a period."""
        return f"{self.table}_{start:%Y%m%d}" if self.period == "week" else f"{self.table}_{start:%Y%m}"

    def between(self, first: datetime, last: datetime) -> dict[str, datetime]:
        """Names and beginnings of the periods from `first` to `last`."""
        found, start = {}, self.start(first)
        while start <= last:
            found[self.name(start)] = start
            start = self.after(start)
        return found


FINGERPRINTS = Series(
    "fingerprint", "published_at", "week", 2, awaited=("link", "version_id"), refers_to="article_version"
)
PAGE_BODIES = Series("page_body", "fetched_at", "month", 1, awaited=("process", "page_id"))
POLLS = Series("poll", "polled_at", "month", 1)
ALL = (FINGERPRINTS, PAGE_BODIES, POLLS)


def ensure(conn: Connection, series: Series, first: datetime, last: datetime) -> list[str]:
    """Make the partitions from `first` to `last` that are missing; returns their names.

    Raises PartitionInUseError, which aborts the transaction, if another session holds the table for long.
    """
    wanted = series.between(first, last)
    if not wanted.keys() - _existing(conn, series):
        return []
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    missing = sorted(wanted.keys() - _existing(conn, series))
    with _not_waiting(conn, series.table, MAKING_WAITS):
        if missing:
            _lock_out_writers(conn, series)
        for name in missing:
            _make(conn, series, name, wanted[name])
    return missing


def ensure_current(conn: Connection, series: Series, now: datetime) -> list[str]:
    """The period before this one, this one, and those ahead."""
    last = series.start(now)
    for _ in range(series.ahead):
        last = series.after(last)
    return ensure(conn, series, series.start(now) - timedelta(days=1), last)


def ensure_all(engine: Engine, now: datetime) -> None:
    """The current partitions of every table, one by one: a writer to two of them must not wait for both.

    A partition that cannot be made now is made later: until then its rows are in the rest.
    """
    for series in ALL:
        try:
            with engine.begin() as conn:
                ensure_current(conn, series, now)
        except PartitionInUseError as error:
            log.warning("partitions could not be made and have to wait", table=series.table, reason=str(error))


def ended_before(conn: Connection, series: Series, moment: datetime) -> list[str]:
    """The partitions that ended before `moment`, oldest first."""
    oldest = series.name(series.start(moment))
    pattern = re.compile(rf"{series.table}_\d+")
    return sorted(name for name in _existing(conn, series) if pattern.fullmatch(name) and name < oldest)


def drop(conn: Connection, series: Series, name: str) -> bool:
    """Drop a whole partition; returns False if it still has pending work.

    Raises PartitionInUseError, which aborts the transaction, if another session reads it for long.
    """
    with _not_waiting(conn, name, DROPPING_WAITS):
        # Before the check: no session may write to it in between.
        conn.exec_driver_sql(f"LOCK TABLE ONLY store.{series.table} IN ACCESS EXCLUSIVE MODE")
        if is_awaited(conn, series, name):
            return False
        conn.exec_driver_sql(f"DROP TABLE store.{name}")
    return True


def size_of(conn: Connection, name: str) -> tuple[int, int]:
    """How many rows a partition holds, and its bytes with all its indexes."""
    query = text(f"SELECT count(*), pg_total_relation_size('store.{name}') FROM store.{name}")  # noqa: S608 - ours
    rows, size = conn.execute(query).one()
    return rows, size


def is_awaited(conn: Connection, series: Series, name: str) -> bool:
    """True while something in the partition is still to be worked on."""
    return bool(conn.scalar(text(f"SELECT EXISTS (SELECT FROM store.{name} r WHERE {_awaited(series)})")))  # noqa: S608 - ours


def moments_in_rest(conn: Connection, series: Series, first: datetime, last: datetime) -> list[datetime]:
    """A moment in each period between the two whose rows have no partition yet."""
    query = text(f"""
        SELECT DISTINCT date_trunc('day', {series.moment}, 'UTC') FROM store.{series.rest}
         WHERE {series.moment} BETWEEN :first AND :last
    """)  # noqa: S608 - ours
    found = conn.scalars(query, {"first": first, "last": last})
    return sorted({series.start(moment): moment for moment in found}.values())


def clear_rest(conn: Connection, series: Series, before: datetime) -> tuple[int, int]:
    """Delete rows older than every kept partition; returns rows and bytes."""
    statement = text(f"""
        WITH gone AS (DELETE FROM store.{series.rest} r
                       WHERE {series.moment} < :before AND NOT ({_awaited(series)})
                   RETURNING pg_column_size(r.*) AS bytes)
        SELECT count(*), coalesce(sum(bytes), 0)::bigint FROM gone
    """)  # noqa: S608 - ours
    rows, size = conn.execute(statement, {"before": before}).one()
    return rows, size


def count_rest(conn: Connection, series: Series) -> int:
    """The number of rows in no period: every lookup has to read them."""
    return int(conn.scalars(text(f"SELECT count(*) FROM store.{series.rest}")).one())  # noqa: S608 - ours


def give_back_rest(conn: Connection, series: Series) -> int:
    """Give the room of rows that left the rest back to the disk, if none is left there; returns its bytes.

    Raises PartitionInUseError, which aborts the transaction, if another session holds it for long.
    """
    size = int(conn.scalars(text(f"SELECT pg_total_relation_size('store.{series.rest}')")).one())
    if size < WORTH_GIVING_BACK:
        return 0
    with _not_waiting(conn, series.rest, MAKING_WAITS):
        conn.exec_driver_sql(f"LOCK TABLE store.{series.rest} IN ACCESS EXCLUSIVE MODE")
    if count_rest(conn, series):
        return 0
    conn.exec_driver_sql(f"TRUNCATE store.{series.rest}")
    return size - int(conn.scalars(text(f"SELECT pg_total_relation_size('store.{series.rest}')")).one())


def _existing(conn: Connection, series: Series) -> set[str]:
    return set(conn.scalars(_EXISTING, {"parent": f"store.{series.table}"}))


def _awaited(series: Series) -> str:
    if series.awaited is None:
        return "false"
    stage, subject = series.awaited
    return f"EXISTS (SELECT FROM store.work w WHERE w.stage = '{stage}' AND w.subject_id = r.{subject})"


@contextlib.contextmanager
def _not_waiting(conn: Connection, what: str, limit: str) -> Iterator[None]:
    """Wait for no lock longer than `limit`: all who write would queue up behind us."""
    conn.execute(text("SELECT set_config('lock_timeout', :limit, true)"), {"limit": limit})
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise PartitionInUseError(f"{what} is in use") from error
    conn.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")


def _lock_out_writers(conn: Connection, series: Series) -> None:
    """Keep new rows out of the rest between moving its rows and attaching the new partition.

    A writer locks the referenced table first, and so does attaching: in any other order they would deadlock. Then
    the table itself: a writer that chose the rest and waited for it alone would find it closed to its row.
    """
    if series.refers_to:
        conn.exec_driver_sql(f"LOCK TABLE store.{series.refers_to} IN SHARE ROW EXCLUSIVE MODE")
    conn.exec_driver_sql(f"LOCK TABLE ONLY store.{series.table} IN SHARE ROW EXCLUSIVE MODE")
    conn.exec_driver_sql(f"LOCK TABLE store.{series.rest} IN ACCESS EXCLUSIVE MODE")


def _make(conn: Connection, series: Series, name: str, start: datetime) -> None:
    first, last = (f"'{moment:%Y-%m-%d} 00:00:00+00'" for moment in (start, series.after(start)))
    within = f"{series.moment} >= {first} AND {series.moment} < {last}"
    for statement in (
        f"CREATE TABLE store.{name} "
        f"(LIKE store.{series.table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)",
        # The constraint spares the look through the table when it is attached.
        f"ALTER TABLE store.{name} ADD CONSTRAINT bounds CHECK ({within})",
        f"WITH moved AS (DELETE FROM store.{series.rest} WHERE {within} RETURNING *) "  # noqa: S608 - ours
        f"INSERT INTO store.{name} SELECT * FROM moved",
        f"ALTER TABLE store.{series.table} ATTACH PARTITION store.{name} FOR VALUES FROM ({first}) TO ({last})",
        f"ALTER TABLE store.{name} DROP CONSTRAINT bounds",
    ):
        conn.exec_driver_sql(statement, execution_options={"no_parameters": True})
