"""`wirewatch airflow`: scheduled ingestion on this machine, the command behind `make run`."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import typer

from pipeline.cli.console import err, out
from pipeline.configuration import load_configuration
from pipeline.operate.airflow_stack import DATABASE, USER, AirflowStack, free_port, require_installed
from pipeline.operate.housekeeping import Housekeeping
from pipeline.operate.supervisor import StopRequested, Supervisor
from pipeline.settings import Settings, load_settings
from pipeline.store.server import migrate
from pipeline.store.server.engine import connect, create_database, embedded_server, parse_url


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("airflow")(airflow)


def airflow(
    port: int = typer.Option(8080, help="Port of the web interface on 127.0.0.1; 0 takes a free one."),
) -> None:
    """Run the scheduled ingestion: PostgreSQL and Airflow with the DAGs switched on, until Ctrl-C."""
    settings = load_settings()
    load_configuration(settings.config_dir)  # a mistake in config/ is reported now, not by a red task
    require_installed()
    port = free_port(port)
    ours = settings.database_url is None and not embedded_server(settings).is_running()
    try:
        stack = _stack(settings, port)
        with stack.alone(), Supervisor(_tell) as supervisor:
            _tell("preparing both databases")
            _prepare(settings, stack)
            _tell("starting api-server, then dag-processor, scheduler and triggerer")
            stack.start(supervisor)
            _announce(stack, settings)
            with contextlib.closing(stack.housekeeping(_tell)) as housekeeping:
                supervisor.watch(lambda: _look_after(settings, housekeeping))
    except StopRequested:
        _tell("everything ended")
    finally:
        if ours:
            embedded_server(settings).stop()


def _look_after(settings: Settings, housekeeping: Housekeeping) -> None:
    if settings.database_url is None:
        embedded_server(settings).start()
    housekeeping.tick(datetime.now(UTC))


def _stack(settings: Settings, port: int) -> AirflowStack:
    data_dir = settings.data_dir.expanduser().absolute()
    server = parse_url(settings.database_url or embedded_server(settings).url())
    return AirflowStack(
        home=data_dir / "airflow",
        database=server.set(database=DATABASE),
        port=port,
        variables={  # tasks run in other folders
            "WIREWATCH_DATA_DIR": str(data_dir),
            "WIREWATCH_CONFIG_DIR": str(settings.config_dir.expanduser().absolute()),
            "WIREWATCH_SQL_DIR": str(settings.sql_dir.expanduser().absolute()),
        },
        parallelism=max(4, settings.workers + 1),
    )


def _prepare(settings: Settings, stack: AirflowStack) -> None:
    """Make both databases present and current."""
    engine = connect(settings)
    try:
        migrate.upgrade(engine, settings.sql_dir)
        create_database(engine, DATABASE)
    finally:
        engine.dispose()
    stack.migrate()


def _announce(stack: AirflowStack, settings: Settings) -> None:
    lines = {
        "Airflow": f"{stack.url}   user {USER}   password {stack.password()}",
        "Page": f"{stack.url}/wirewatch/   (same login; also in Airflow's menu)",
        "Ingest": f"{stack.url}/dags/ingest   resident, on {settings.config_dir / 'feeds.yml'}",
        "Logs": str(stack.home / "logs"),
        "Database": "wirewatch db psql",
        "Stop": "Ctrl-C",
    }
    for name, value in lines.items():
        out.print(f"{name:<9} {value}", markup=False, soft_wrap=True)
    out.file.flush()


def _tell(line: str) -> None:
    err.print(f"{datetime.now().astimezone():%H:%M:%S} {line}", markup=False, soft_wrap=True)
