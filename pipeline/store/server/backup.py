"""A backup that restores: pg_dump's custom format, whole or not there at all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sqlalchemy import URL, Engine, text

from pipeline.errors import DatabaseError
from pipeline.store.server import migrate
from pipeline.store.server.programs import binaries

_TABLES = text(
    "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('store') AND relkind IN ('r', 'p')"
)


def backup(engine: Engine, file: Path) -> int:
    """Write the database to `file`, from one snapshot, while everything goes on. Returns the size in bytes.

    The file appears under its name only when it is complete and can be read back.

    Raises:
        DatabaseError: it exists already, cannot be written, or pg_dump failed; with what pg_dump said.
    """
    if file.exists():
        raise DatabaseError(f"{file} exists already; a backup never overwrites another")
    part = file.with_name(file.name + ".part")
    try:
        _run("pg_dump", engine.url, "--format=custom", "--compress=6", "--no-owner", "--file", str(part))
        _program("pg_restore", ["--list", str(part)])
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


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
    _run("pg_restore", engine.url, "--single-transaction", "--exit-on-error", "--no-owner", str(file))
    return migrate.upgrade(engine, sql_dir)


def _run(program: str, url: URL, *arguments: str) -> None:
    address = url.set(drivername="postgresql", password=None).render_as_string()
    # an argument would show the password in the list of processes
    _program(program, ["--dbname", address, *arguments], {"PGPASSWORD": url.password} if url.password else {})


def _program(program: str, arguments: list[str], environment: dict[str, str] | None = None) -> None:
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
