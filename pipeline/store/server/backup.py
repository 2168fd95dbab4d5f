"""A backup that restores: pg_dump's custom format, whole or not there at all."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from pipeline.errors import DatabaseError
from pipeline.store.server import migrate
from pipeline.store.server.programs import binaries
from pipeline.store.server.tls_relay import client_address

_TABLES = text(
    "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('store') AND relkind IN ('r', 'p')"
)
_TABLE_DATA = re.compile(r"^\d+; \d+ \d+ TABLE DATA store ", re.MULTILINE)
_DATA_TABLES = text(
    "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('store') AND relkind = 'r'"
)
_PRIVATE = 0o600  # a backup holds secrets of hubs and everything the database holds


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written: bytes, and the tables whose rows are in it."""

    size: int
    tables: int


def backup(engine: Engine, file: Path) -> Backup:
    """Write the database to `file` (mode 0600), from one snapshot, while everything goes on.

    The file appears under its name only when it is complete, can be read back and holds every table.

    Raises:
        DatabaseError: the file exists or cannot be written, the database holds no wirewatch schema, pg_dump failed
            (with what it said), or a table is missing in the file.
    """
    if file.exists():
        raise DatabaseError(f"{file} exists already; a backup never overwrites another")
    with engine.connect() as connection:
        tables = int(connection.scalar(_DATA_TABLES) or 0)
    if not tables or migrate.current(engine) is None:
        raise DatabaseError(
            f"the database {engine.url.database} holds nothing of wirewatch, so there is nothing to back up; "
            "is WIREWATCH_DATABASE_URL right? A new database is set up by: wirewatch db migrate"
        )
    part = file.with_name(file.name + ".part")
    try:
        _make_private(part)
        _run("pg_dump", engine, "--format=custom", "--compress=6", "--no-owner", "--file", str(part))
        found = len(_TABLE_DATA.findall(_program("pg_restore", ["--list", str(part)])))
        if found < tables:
            raise DatabaseError(f"the backup holds {found} of {tables} tables; it was thrown away")
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return Backup(file.stat().st_size, found)


def restore(engine: Engine, file: Path, sql_dir: Path = migrate.SQL_DIR) -> list[str]:
    """Fill an empty database from `file`, in one transaction, then bring it up to date.

    Returns the migrations that were applied on top. Raises DatabaseError if the database is not empty, or with
    what pg_restore said: then nothing was restored.
    """
    if not file.is_file():
        raise DatabaseError(f"{file}: there is no such backup")
    with engine.connect() as connection:
        if connection.scalar(_TABLES):
            raise DatabaseError(
                f"the database {engine.url.database} is not empty; restore into a new one: "
                "wirewatch db create NAME, then point WIREWATCH_DATABASE_URL at it"
            )
    engine.dispose()
    _run("pg_restore", engine, "--single-transaction", "--exit-on-error", "--no-owner", str(file))
    return migrate.upgrade(engine, sql_dir)


def _make_private(file: Path) -> None:
    """Create the file for its owner alone, before anything is in it."""
    try:
        file.unlink(missing_ok=True)  # left by a backup that was killed
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE))
    except OSError as error:
        raise DatabaseError(f"cannot write {file}: {error.strerror}") from error


def _run(program: str, engine: Engine, *arguments: str) -> str:
    with client_address(engine) as (address, secret):
        return _program(program, ["--dbname", address, *arguments], secret)


def _program(program: str, arguments: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(  # noqa: S603
        [str(binaries() / program), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C", **(environment or {})},
    )
    if done.returncode:
        raise DatabaseError(f"{program} failed: {done.stderr.strip()[-2000:]}")
    return done.stdout
