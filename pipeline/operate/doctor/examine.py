"""All checks in one pass. What cannot be asked because something else is wrong is left out, and that is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from pipeline.alerts.rules import AlertRules
from pipeline.configuration import Configuration, load_configuration
from pipeline.errors import ConfigurationError, WirewatchError
from pipeline.operate.doctor import database, machine
from pipeline.operate.doctor.channels import channels
from pipeline.operate.doctor.finding import Finding, Severity, ill, well
from pipeline.settings import Settings
from pipeline.store.reports.operation_report import operation_report
from pipeline.store.server.engine import connect, embedded_server


def examine(
    settings: Settings, clock: Callable[[], datetime], environment: Mapping[str, str] | None = None
) -> list[Finding]:
    """Every finding, in the order of the checks. Starts nothing and changes nothing."""
    variables = machine.environment() if environment is None else environment
    configured, rules = _configuration(settings)
    findings = [
        *configured,
        *machine.disk(settings),
        *machine.memory(settings),
        *machine.proxy(variables),
        *machine.files(settings),
        *machine.manners(settings),
    ]
    return [*findings, *_database(settings, clock, rules)]


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is ill; risks are allowed."""
    return all(finding.severity is not Severity.ILL for finding in findings)


def _configuration(settings: Settings) -> tuple[list[Finding], AlertRules | None]:
    """What was found, and the alert rules where they can be used."""
    try:
        configuration: Configuration = load_configuration(settings.config_dir)
    except ConfigurationError as error:
        return [_refused(error.problems)], None
    if configuration.alert_file.refused:  # stops no stage: the last good alerts.yml stays in force
        return [_refused(configuration.alert_file.refused)], None
    rules = configuration.alerts
    sound = well("config", f"{len(configuration.feeds)} feeds, {len(rules.channels)} channels")
    return [sound, *channels(rules)], rules


def _refused(problems: Sequence[str]) -> Finding:
    more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
    return ill("config", f"{problems[0]}{more}", "wirewatch config check lists every mistake")


def _database(settings: Settings, clock: Callable[[], datetime], rules: AlertRules | None) -> Iterator[Finding]:
    try:
        if settings.database_url is None and not embedded_server(settings).is_running():
            yield ill("database", "the embedded PostgreSQL is not running", "wirewatch db start, or make run")
            return
        engine = connect(settings)
    except WirewatchError as error:
        yield ill("database", str(error).splitlines()[0], _mend_of(str(error)))
        return
    try:
        yield well("database", "answers")
        yield from database.tls(engine)
        yield from _of_database(engine, settings, clock, rules)
    except DBAPIError as error:
        yield ill("database", f"it went away: {str(error.orig).strip()}", "wirewatch doctor again; see its log")
    finally:
        engine.dispose()


def _mend_of(problem: str) -> str:
    """What to try where there is no connection."""
    known = (
        ("root certificate file", "sslrootcert in WIREWATCH_DATABASE_URL names a file that is not there"),
        ("certificate verify failed", "sslrootcert must name the authority that signed the server's certificate"),
        (
            "does not match host name",
            "the host in WIREWATCH_DATABASE_URL must be a name in the server's certificate",
        ),
        ("does not support SSL", "switch TLS on at the server (ssl = on)"),
    )
    usual = "wirewatch db status; is WIREWATCH_DATABASE_URL right?"
    return next((mend for words, mend in known if words in problem), usual)


def _of_database(
    engine: Engine, settings: Settings, clock: Callable[[], datetime], rules: AlertRules | None
) -> Iterator[Finding]:
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
    yield from database.network(report)
    yield from database.feeds(report)
    yield from database.deliveries(report)
    if rules:
        yield from database.file_channels(report, rules)
    yield from database.airflow(engine, now)
