"""All checks in one pass. What cannot be asked because something else is wrong is left out, and that is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from pipeline.configuration import Configuration, load_configuration
from pipeline.errors import ConfigurationError, WirewatchError
from pipeline.operate.doctor import database, machine
from pipeline.operate.doctor.channels import channels, spread_files
from pipeline.operate.doctor.finding import Finding, Severity, ill, well
from pipeline.settings import Settings
from pipeline.store.reports.operation_report import operation_report
from pipeline.store.server.engine import connect, embedded_server


def examine(
    settings: Settings, clock: Callable[[], datetime], environment: Mapping[str, str] | None = None
) -> list[Finding]:
    """Every finding, in the order of the checks. Starts nothing and changes nothing."""
    variables = machine.environment() if environment is None else environment
    findings = [
        *_configuration(settings, variables),
        *machine.disk(settings),
        *machine.memory(settings),
        *machine.proxy(variables),
        *machine.files(settings),
        *machine.manners(settings),
    ]
    return [*findings, *_database(settings, clock)]


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is ill; risks are allowed."""
    return all(finding.severity is not Severity.ILL for finding in findings)


def _configuration(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    try:
        configuration: Configuration = load_configuration(settings.config_dir)
    except ConfigurationError as error:
        yield _refused(error.problems)
        return
    if configuration.alert_file.refused:  # stops no stage: the last good alerts.yml stays in force
        yield _refused(configuration.alert_file.refused)
        return
    yield well("config", f"{len(configuration.feeds)} feeds, {len(configuration.alerts.channels)} channels")
    yield from channels(configuration.alerts)
    yield from spread_files(configuration.alerts, environment)


def _refused(problems: Sequence[str]) -> Finding:
    more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
    return ill("config", f"{problems[0]}{more}", "wirewatch config check lists every mistake")


def _database(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Finding]:
    try:
        if settings.database_url is None and not embedded_server(settings).is_running():
            yield ill("database", "the embedded PostgreSQL is not running", "wirewatch db start, or make run")
            return
        engine = connect(settings)
    except WirewatchError as error:
        yield ill("database", str(error).splitlines()[0], "wirewatch db status; is WIREWATCH_DATABASE_URL right?")
        return
    try:
        yield well("database", "answers")
        yield from _of_database(engine, settings, clock)
    except DBAPIError as error:
        yield ill("database", f"it went away: {str(error.orig).strip()}", "wirewatch doctor again; see its log")
    finally:
        engine.dispose()


def _of_database(engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> Iterator[Finding]:
    schema = list(database.schema(engine, settings.sql_dir))
    yield from schema
    if not is_well(schema):
        return  # nothing else can be asked of a schema we do not know
    with engine.connect() as connection:
        report = operation_report(connection)
        now = clock()  # next to the server's own, so that only a wrong clock shows
        yield from database.analyst(connection)
    yield from database.clock(report, now)
    yield from database.queues(report)
    yield from database.feeds(report)
    yield from database.deliveries(report)
    yield from database.airflow(engine, now)
