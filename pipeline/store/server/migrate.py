"""Migrate the schema: Alembic without an ini file, under a lock, with time limits.

One migrator works at a time (advisory lock). Each migration is a transaction of its own and gives up rather than
queue behind a long query, because everything else would queue behind it. The views are derived from the tables
and recreated after the last migration, so they always fit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from pipeline.errors import DatabaseBehindError, DatabaseError
from pipeline.settings import shipped
from pipeline.store.server.roles import apply_roles
from pipeline.store.server.views import apply_views, drop_views

log = structlog.get_logger(__name__)

SQL_DIR = shipped("sql")
SCHEMA = "store"
MIGRATION_LOCK = 0x6D696772  # "migr"; any number that is not TIMELINE_LOCK will do
WAIT_FOR_OTHER_MIGRATOR = "120s"
LOCK_TIMEOUT = "10s"
STATEMENT_TIMEOUT = "15min"


def upgrade(engine: Engine, sql_dir: Path = SQL_DIR, revision: str = "head") -> list[str]:
    """Apply missing migrations and recreate the views. Returns the applied revisions, oldest first.

    Raises:
        DatabaseBehindError: the database was migrated by a newer wirewatch.
        DatabaseError: a migration failed (it was rolled back, the earlier ones stay), or a lock was not free.
    """
    with _migrator(engine) as connection:
        todo = _missing(connection, sql_dir)
        command.upgrade(_config(sql_dir, connection), revision)
        connection.commit()  # Alembic's last look at the version table
        apply_views(connection, sql_dir / "views")
        refused = apply_roles(connection, sql_dir / "roles.sql")
        if refused:
            log.warning("no analyst role", reason=refused)
        left = _missing(connection, sql_dir)
    return [name for name in todo if name not in left]


def downgrade(engine: Engine, revision: str, sql_dir: Path = SQL_DIR) -> None:
    """Go back to `revision` ("base" for an empty schema). The views go too; the older code makes its own."""
    with _migrator(engine) as connection:
        drop_views(connection)
        command.downgrade(_config(sql_dir, connection), revision)


def current(engine: Engine) -> str | None:
    """The revision the database is at; None before the first migration."""
    with engine.connect() as connection:
        return _revision(connection)


def revisions(sql_dir: Path = SQL_DIR) -> list[str]:
    """Every revision this code knows, oldest first."""
    return _steps(ScriptDirectory.from_config(_config(sql_dir)), "base")


def pending(engine: Engine, sql_dir: Path = SQL_DIR) -> list[str]:
    """Revisions the database lacks, oldest first. Raises DatabaseBehindError if it is ahead of this code."""
    with engine.connect() as connection:
        return _missing(connection, sql_dir)


def require_current(engine: Engine, sql_dir: Path = SQL_DIR) -> None:
    """Raise DatabaseBehindError unless the schema is exactly what this code was written for."""
    missing = pending(engine, sql_dir)
    if missing:
        raise DatabaseBehindError(
            f"the database lacks {len(missing)} migration(s): {', '.join(missing)}. Run: wirewatch db migrate"
        )


def _missing(connection: Connection, sql_dir: Path) -> list[str]:
    at = _revision(connection)
    try:
        return _steps(ScriptDirectory.from_config(_config(sql_dir)), at or "base")
    except RevisionError as error:
        raise DatabaseBehindError(
            f"the database is at revision {at}, which this wirewatch does not know: "
            "it was migrated by a newer version. Update wirewatch."
        ) from error


def _steps(script: ScriptDirectory, after: str) -> list[str]:
    return [step.revision for step in script.iterate_revisions("head", after)][::-1]


def _revision(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    revision = context.get_current_revision()
    connection.rollback()
    return revision


def _config(sql_dir: Path, connection: Connection | None = None) -> Config:
    """What alembic.ini would say; sql/migrations/env.py takes the connection from here."""
    config = Config()
    config.set_main_option("script_location", str(sql_dir / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextlib.contextmanager
def _migrator(engine: Engine) -> Iterator[Connection]:
    """A connection of its own that holds the migration lock and has the time limits set."""
    with engine.connect() as connection:
        try:
            _set(connection, lock_timeout=WAIT_FOR_OTHER_MIGRATOR)
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            _set(connection, lock_timeout=LOCK_TIMEOUT, statement_timeout=STATEMENT_TIMEOUT)
            connection.commit()
            yield connection
        except DBAPIError as error:
            raise DatabaseError(
                f"migrating failed and the step was rolled back: {str(error.orig).strip()}"
            ) from error
        finally:
            connection.invalidate()  # closes the session, and with it goes the lock and the limits


def _set(connection: Connection, **limits: str) -> None:
    for name, value in limits.items():
        connection.execute(text("SELECT set_config(:name, :value, false)"), {"name": name, "value": value})
    connection.commit()
