"""`wirewatch db …`: the embedded server, the schema, psql."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from typing import Annotated, Any

import typer
from sqlalchemy import URL, Engine, text

from pipeline.cli.console import JsonOption, err, out, print_json
from pipeline.cli.database import DatabaseOption, asked_settings
from pipeline.settings import Settings, load_settings
from pipeline.sql_export.dictionary import data_dictionary
from pipeline.sql_export.session import reading
from pipeline.store.server import migrate
from pipeline.store.server.engine import connect, create_database, embedded_server, in_database, parse_url
from pipeline.store.server.programs import binaries
from pipeline.store.server.roles import ANALYST, analyst_state, set_password
from pipeline.store.server.tls_relay import client_address, is_encrypted

app = typer.Typer(no_args_is_help=True, help="Manage the database: start, stop, migrate, look inside.")

_SIZE = text("SELECT pg_database_size(current_database())")
_MAY_BE_ANALYST = text("SELECT pg_has_role(oid, 'SET') FROM pg_roles WHERE rolname = :role")
_OWNER_OPTIONS = "-c search_path=wirewatch,store,public"
_READER_OPTIONS = (
    "-c default_transaction_read_only=on -c search_path=wirewatch -c statement_timeout=60s -c lock_timeout=5s "
    "-c timezone=UTC"
)


@app.command()
def start() -> None:
    """Start the embedded server, or check the one in WIREWATCH_DATABASE_URL. It keeps running."""
    settings = load_settings()
    connect(settings).dispose()
    out.print(_url(settings).render_as_string(hide_password=True), markup=False, soft_wrap=True)


@app.command()
def stop() -> None:
    """Stop the embedded server; open transactions are rolled back."""
    settings = load_settings()
    if settings.database_url is not None:
        err.print("WIREWATCH_DATABASE_URL is set: that server is not ours to stop")
        raise typer.Exit(1)
    err.print("stopped" if embedded_server(settings).stop() else "was not running")


@app.command()
def create(name: str) -> None:
    """Create another database on the same server, such as Airflow's, unless it exists."""
    engine = connect(load_settings())
    try:
        err.print("created" if create_database(engine, name) else "was there already")
    finally:
        engine.dispose()


@app.command()
def url(
    analyst: Annotated[bool, typer.Option("--analyst", help="For the analysts' role, which only reads.")] = False,
    tcp: Annotated[
        bool,
        typer.Option("--tcp", help="Of the embedded server on WIREWATCH_DATABASE_PORT, for the analysts' role."),
    ] = False,
    database: DatabaseOption = None,
) -> None:
    """Print the connection URL, password included, for psql and other programs."""
    settings = asked_settings(database)
    plain = _url(settings).set(drivername="postgresql")
    if analyst or tcp:
        plain = plain.set(username=ANALYST, password=None)
    if tcp:
        plain = _over_tcp(settings, plain)
    out.print(plain.render_as_string(hide_password=False), markup=False, soft_wrap=True)


@app.command()
def password() -> None:
    """Give the analysts' role a new password, and print the address to log in with over TCP."""
    settings = load_settings()
    engine = connect(settings)
    address = _over_tcp(settings, engine.url.set(drivername="postgresql", username=ANALYST))
    secret = secrets.token_urlsafe(24)
    try:
        set_password(engine, ANALYST, secret)
    finally:
        engine.dispose()
    out.print(address.set(password=secret).render_as_string(hide_password=False), markup=False, soft_wrap=True)


def _over_tcp(settings: Settings, url: URL) -> URL:
    """The address of the embedded server on its port of 127.0.0.1."""
    if settings.database_url is not None or settings.database_port is None:
        err.print("there is no port: set WIREWATCH_DATABASE_PORT for the embedded server, and start it again")
        raise typer.Exit(1)
    return url.set(host="127.0.0.1", port=settings.database_port, query={})


@app.command("migrate")
def migrate_() -> None:
    """Apply missing migrations and recreate the analysts' views."""
    settings = load_settings()
    engine = connect(settings)
    try:
        applied = migrate.upgrade(engine, settings.sql_dir)
    finally:
        engine.dispose()
    if not applied:
        err.print("up to date")
        return
    err.print(f"applied {', '.join(applied)}")
    if migrate.revisions(settings.sql_dir)[0] in applied:
        return  # a new database has no workers yet
    stopping = migrate.makes_older_code_stop(applied, settings.sql_dir)
    if stopping:
        err.print(f"workers of an older release must be updated now: {', '.join(stopping)} changed what they use")
    else:
        err.print("this only added to the schema: workers of the last release go on until you update them")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(
    context: typer.Context,
    owner: bool = typer.Option(False, "--owner", help="Log in as the owner, with full rights."),
) -> None:
    """Open psql as the analysts' read-only role. Further arguments go to psql, such as -c 'SELECT 1'."""
    settings = load_settings()
    engine = connect(settings)
    try:
        options = _OWNER_OPTIONS if owner else _reader_options(engine)
        url = engine.url
        # Options of the address would replace PGOPTIONS. The last one counts: an owner's own, but not a reader's.
        given = " ".join(url.normalized_query.get("options", ())) or os.environ.get("PGOPTIONS", "")
        url = url.difference_update_query(["options"])
        if not owner and settings.database_url is None:  # elsewhere the URL names the user
            url = url.set(username=ANALYST)
        shared = os.environ | {"PGOPTIONS": f"{options} {given}" if owner else f"{given} {options}"}
        with client_address(engine, url) as (address, secret):
            program = [str(binaries() / "psql"), *context.args, "-d", address]  # options only before the database
            if not is_encrypted(engine):
                engine.dispose()
                os.execve(program[0], program, shared | secret)  # noqa: S606
            code = _run_beside_us(program, shared | secret)
    finally:
        engine.dispose()
    raise typer.Exit(code)


def _run_beside_us(program: list[str], environment: dict[str, str]) -> int:
    """Run a program that needs this process, and leave Ctrl-C to it; returns its exit code."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(program, env=environment, check=False).returncode  # noqa: S603
    finally:
        signal.signal(signal.SIGINT, before)


def _reader_options(engine: Engine) -> str:
    """Make a session read-only for any user; as the analysts' role, if the server allows it."""
    with engine.connect() as connection:
        may = connection.scalar(_MAY_BE_ANALYST, {"role": ANALYST})
    return f"{_READER_OPTIONS} -c role={ANALYST}" if may else _READER_OPTIONS


@app.command()
def dictionary() -> None:
    """Print the meaning of every view, column and function as Markdown: docs/data-dictionary.md."""
    with reading(load_settings()) as session:
        typer.echo(data_dictionary(session), nl=False)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show server, size and schema revision without starting anything."""
    facts = _status(load_settings())
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        shown = ", ".join(value) or "none" if isinstance(value, list) else value
        out.print(f"{name:<10} {shown}", markup=False, soft_wrap=True)


def _status(settings: Settings) -> dict[str, Any]:
    embedded = settings.database_url is None
    facts: dict[str, Any] = {
        "embedded": embedded,
        "running": True,
        "url": _url(settings).set(drivername="postgresql").render_as_string(hide_password=True),
    }
    if embedded and not embedded_server(settings).is_running():
        return facts | {"running": False}
    engine = connect(settings)
    try:
        with engine.connect() as connection:
            facts["server"] = str(connection.scalar(text("SHOW server_version"))).split()[0]
            facts["size_bytes"] = connection.scalar(_SIZE)
            facts["analyst"] = analyst_state(connection)
        facts["revision"] = migrate.current(engine)
        facts["pending"] = migrate.pending(engine, settings.sql_dir)
    finally:
        engine.dispose()
    return facts


def _url(settings: Settings) -> URL:
    return in_database(parse_url(settings.database_url or embedded_server(settings).url()), settings.database)
