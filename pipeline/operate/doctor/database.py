"""Checks that ask the database: schema, clock, queues, feeds, deliveries, Airflow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from pipeline.alerts.receivers import FileChannel
from pipeline.alerts.rules import AlertRules
from pipeline.errors import DatabaseBehindError, DatabaseError
from pipeline.operate.doctor.finding import Finding, ill, risk, well
from pipeline.settings import LOOPBACK
from pipeline.store.reports.operation_report import OperationReport
from pipeline.store.server import migrate
from pipeline.store.server.engine import open_engine
from pipeline.store.server.roles import ANALYST, analyst_state
from pipeline.store.server.tls_relay import is_encrypted
from pipeline.web_client.manners import UNREACHABLE

_CLOCK_SLACK = timedelta(seconds=5)
_LATE = timedelta(minutes=10)  # a work list whose oldest row waited this long
_STALLED = timedelta(hours=6)  # without a new text although feeds are polled
_NOT_POLLED = frozenset({"off", "never polled"})  # values of feed_health.health
_AIRFLOW = "airflow"
_DAGS = ("ingest", "upkeep")
_PAUSED = text("SELECT dag_id FROM dag WHERE is_paused AND dag_id = ANY(:dags) ORDER BY dag_id")
_HEARTBEATS = text("""
    SELECT job_type, max(latest_heartbeat) AS at FROM job
     WHERE job_type IN ('SchedulerJob', 'TriggererJob', 'DagProcessorJob') GROUP BY job_type
""")
_DATABASES = text("SELECT 1 FROM pg_database WHERE datname = :name")


def tls(engine: Engine) -> Iterator[Finding]:
    """Whether others on the way to the server can read along, or pass for it."""
    host = engine.url.host or ""
    if host in ("", *LOOPBACK):  # none: a unix socket
        return
    mend = "put sslmode=verify-full and sslrootcert=FILE into WIREWATCH_DATABASE_URL"
    if not is_encrypted(engine):
        yield risk("tls", f"the password and all texts go to {host} without TLS", mend)
    elif engine.url.normalized_query.get("sslmode") != ("verify-full",):
        yield risk("tls", f"the connection to {host} is encrypted, but another server could pass for it", mend)
    else:
        yield well("tls", f"encrypted, and {host} proved who it is")


def schema(engine: Engine, sql_dir: Path) -> Iterator[Finding]:
    """Whether the schema is the one this version was written for."""
    try:
        missing = migrate.pending(engine, sql_dir)
    except DatabaseBehindError as error:
        yield ill("migrations", str(error), "update wirewatch on this machine")
        return
    if missing:
        yield ill("migrations", f"the database lacks {', '.join(missing)}", "wirewatch db migrate")
    else:
        yield well("migrations", f"at {migrate.current(engine)}")


def clock(report: OperationReport, now: datetime) -> Iterator[Finding]:
    """Whether this machine, the server and what was written agree on the time."""
    off = now - report.now
    if abs(off) > _CLOCK_SLACK:
        side = "ahead of" if off > timedelta(0) else "behind"
        yield ill(
            "clock",
            f"this machine is {_span(abs(off))} {side} the database server",
            "set the clocks by NTP (timedatectl set-ntp true)",
        )
    elif (newest := report.newest_poll_of_a_feed) is not None and newest > report.now + _CLOCK_SLACK:
        yield ill(
            "clock",
            f"a feed was polled {_span(newest - report.now)} in the future: a clock was wrong",
            "the next poll brings them back; set the clocks by NTP (timedatectl set-ntp true)",
        )
    else:
        yield well("clock", "this machine and the database server agree")


def queues(report: OperationReport) -> Iterator[Finding]:
    """Work that waits although it is due."""
    late = [(backlog, backlog.age(report.now)) for backlog in report.backlog]
    late = [(backlog, age) for backlog, age in late if age > _LATE]
    for backlog, age in late:
        yield ill(
            "queues",
            f"{backlog.stage}: {backlog.due:,} due, the oldest for {_span(age)}",
            "is anything running? wirewatch run --every 30s, or make run; its log says why if it is",
        )
    failing = [backlog for backlog in report.backlog if backlog.failing]
    for backlog in failing:
        yield risk(
            "retries",
            f"{backlog.stage}: {backlog.failing:,} failed and are tried again",
            "SELECT * FROM wirewatch.outcome_details ORDER BY last_at DESC LIMIT 20",
        )
    if not late:
        yield well("queues", "nothing that is due waits for long")


def network(report: OperationReport) -> Iterator[Finding]:
    """Whether the fault is on this side: every polled feed fails, and each because nothing can be reached."""
    polled = sum(count for health, count in report.feeds.items() if health not in _NOT_POLLED)
    if polled > 1 and polled == report.feeds.get("failing") and UNREACHABLE.issuperset(report.feed_errors):
        yield ill(
            "network",
            f"none of {polled} feeds can be reached ({', '.join(report.feed_errors)})",
            "is this machine online? Behind a proxy, set HTTPS_PROXY",
        )


def feeds(report: OperationReport) -> Iterator[Finding]:
    """Feeds that need a person, and an ingest that brings nothing."""
    if report.feeds_in_need:
        shown = ", ".join(f"{count} {health}" for health, count in report.feeds.items())
        yield risk("feeds", shown, "wirewatch feeds health")
    else:
        yield well("feeds", f"{sum(report.feeds.values())} feeds, none needs a person")
    last = report.last_text_at
    if report.last_poll_at and (last is None or report.now - last > _STALLED):
        since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "yet"
        yield ill(
            "ingest",
            f"feeds are polled, but no text has come {since}",
            "wirewatch feeds health; wirewatch why URL",
        )


def deliveries(report: OperationReport) -> Iterator[Finding]:
    """Alerts that did not arrive."""
    for dead in report.dead:
        yield ill(
            "deliveries",
            f"{dead.deliveries:,} alerts never reached {dead.channel}: {dead.example or 'no reason kept'}",
            "mend the channel in config/alerts.yml, then: wirewatch alerts resend --dead",
        )
    if not report.dead:
        yield well("deliveries", f"{report.deliveries.get('delivered', 0):,} delivered, none given up")


def file_channels(report: OperationReport, rules: AlertRules) -> Iterator[Finding]:
    """File channels whose machine does not run, and where the files of the others lie."""
    kept = [c for c in report.file_channels if isinstance(rules.channel(c.channel), FileChannel)]
    for channel in kept:
        if channel.is_away(report.now):
            bad = ill if channel.waiting else risk
            yield bad(
                "channels",
                f"{channel.channel}: {channel.trouble}",
                f"start wirewatch there, or here: wirewatch alerts move {channel.channel}",
            )
        else:
            yield well("channels", f"{channel.channel}: its file lies on {channel.machine_name}")


def analyst(connection: Connection) -> Iterator[Finding]:
    """The role analysts use."""
    state = analyst_state(connection)
    if state == "missing":
        yield risk("analyst", f"the role {ANALYST} is missing", "have the server's owner run sql/roles.sql")
    elif state != "ready":
        yield risk("analyst", state, "have the server's owner run sql/roles.sql")
    else:
        yield well("analyst", f"{ANALYST} reads and can change nothing")


def airflow(engine: Engine, now: datetime | None = None) -> Iterator[Finding]:
    """Airflow's own word on its parts and DAGs, where it keeps its tables beside ours."""
    with engine.connect() as connection:
        if not connection.scalar(_DATABASES, {"name": _AIRFLOW}):
            return
    try:
        beside = open_engine(engine.url.set(database=_AIRFLOW))
    except DatabaseError as error:
        yield risk("airflow", f"its database cannot be opened: {str(error).splitlines()[0]}", "airflow db check")
        return
    try:
        with beside.connect() as connection:
            yield from _dags(connection)
            yield from _heartbeats(connection, now or datetime.now(UTC))
    except DBAPIError as error:
        yield risk("airflow", f"its tables cannot be read: {str(error.orig).strip()}", "airflow db check")
    finally:
        beside.dispose()


def _dags(connection: Connection) -> Iterator[Finding]:
    paused = list(connection.scalars(_PAUSED, {"dags": list(_DAGS)}))
    if paused:
        yield ill("dags", f"paused: {', '.join(paused)}", f"airflow dags unpause {paused[0]}")
    else:
        yield well("dags", f"{', '.join(_DAGS)} are switched on")


def _heartbeats(connection: Connection, now: datetime) -> Iterator[Finding]:
    beats: dict[str, Any] = {row.job_type: row.at for row in connection.execute(_HEARTBEATS)}
    silent = [name for name, at in beats.items() if at is None or now - at > timedelta(minutes=2)]
    if silent:
        yield ill("airflow", f"no heartbeat of {', '.join(sorted(silent))} for two minutes", "make run")
    elif beats:
        yield well("airflow", f"{len(beats)} parts report their heartbeat")


def _span(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"
