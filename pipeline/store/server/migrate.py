"""Migrate the schema: Alembic without an ini file, under a lock, with time limits.

One migrator works at a time (advisory lock). Each migration is a transaction of its own and gives up rather than
queue behind a long query, because everything else would queue behind it. The views are derived from the tables
and recreated after the last migration, so they always fit.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from pipeline.errors import DatabaseBehindError, DatabaseError
from pipeline.settings import shipped
from pipeline.store.server.roles import analyst_state, apply_roles
from pipeline.store.server.views import apply_views, drop_views

log = structlog.get_logger(__name__)

SQL_DIR = shipped("sql")
SCHEMA = "store"
MIGRATION_LOCK = 0x6D696772  # "migr"; any number that is not TIMELINE_LOCK will do
WAIT_FOR_OTHER_MIGRATOR_S = 120.0
LOCK_TIMEOUT = "10s"
STATEMENT_TIMEOUT = "15min"
_OLDEST = text("SELECT obj_description(to_regclass('store.alembic_version'))")


@dataclass(frozen=True, slots=True)
class MigrationStep:
    """One migration. `only_adds`: the code of the release before it works beside the schema it makes."""

    revision: str
    only_adds: bool | None  # None: its file does not say


def upgrade(engine: Engine, sql_dir: Path = SQL_DIR, revision: str = "head") -> list[str]:
    """Apply missing migrations and recreate the views. Returns the applied revisions, oldest first.

    Raises:
        DatabaseBehindError: the database was migrated by a newer wirewatch.
        DatabaseError: a migration failed (it was rolled back, the earlier ones stay), or a lock was not free.
    """
    with migrator(engine) as connection:
        todo = _missing(connection, sql_dir)
        command.upgrade(alembic_config(sql_dir, connection), revision)
        connection.commit()  # Alembic's last look at the version table
        _note_oldest(connection, sql_dir)
        apply_views(connection, sql_dir / "views")
        refused = apply_roles(connection, sql_dir / "roles.sql")
        if refused and analyst_state(connection) != "ready":  # ready: a superuser ran the file before
            log.warning("no analyst role", reason=refused)
        left = _missing(connection, sql_dir)
    return [name for name in todo if name not in left]


def downgrade(engine: Engine, revision: str, sql_dir: Path = SQL_DIR) -> None:
    """Go back to `revision` ("base" for an empty schema). The views go too; the older code makes its own."""
    with migrator(engine) as connection:
        drop_views(connection)
        command.downgrade(alembic_config(sql_dir, connection), revision)


def current(engine: Engine) -> str | None:
    """The revision the database is at; None before the first migration."""
    with engine.connect() as connection:
        return _revision(connection)


def revisions(sql_dir: Path = SQL_DIR) -> list[str]:
    """Every revision this code knows, oldest first."""
    return _steps(ScriptDirectory.from_config(alembic_config(sql_dir)), "base")


def steps(sql_dir: Path = SQL_DIR) -> list[MigrationStep]:
    """Every migration this code knows, oldest first."""
    script = ScriptDirectory.from_config(alembic_config(sql_dir))
    found = [MigrationStep(step.revision, _only_adds(step)) for step in script.iterate_revisions("head", "base")]
    return found[::-1]


def makes_older_code_stop(applied: Collection[str], sql_dir: Path = SQL_DIR) -> list[str]:
    """Those of `applied` after which workers of older releases no longer work."""
    return [step.revision for step in steps(sql_dir) if step.revision in applied and not step.only_adds]


def pending(engine: Engine, sql_dir: Path = SQL_DIR) -> list[str]:
    """Revisions the database lacks, oldest first. Raises DatabaseBehindError if it is ahead of this code."""
    with engine.connect() as connection:
        return _missing(connection, sql_dir)


def require_current(engine: Engine, sql_dir: Path = SQL_DIR) -> None:
    """Raise DatabaseBehindError unless this code works with the schema.

    It does where the schema is its own, or a newer one that says so: workers of the last release go on beside a
    schema that was only added to, until they are replaced.
    """
    with engine.connect() as connection:
        oldest = connection.scalar(_OLDEST)
        if oldest in revisions(sql_dir) and not _knows(connection, sql_dir):
            log.info("the schema is newer than this wirewatch and works with it", since=oldest)
            return
    missing = pending(engine, sql_dir)
    if missing:
        raise DatabaseBehindError(
            f"the database lacks {len(missing)} migration(s): {', '.join(missing)}. Run: wirewatch db migrate"
        )


def _knows(connection: Connection, sql_dir: Path) -> bool:
    at = _revision(connection)
    return at is None or at in revisions(sql_dir)


def _note_oldest(connection: Connection, sql_dir: Path) -> None:
    """Write down, as a comment, the oldest revision whose code works with this schema."""
    oldest = _revision(connection)
    script = ScriptDirectory.from_config(alembic_config(sql_dir))
    for step in script.iterate_revisions(oldest or "base", "base"):
        if not _only_adds(step):
            break
        oldest = str(step.down_revision)
    connection.exec_driver_sql(f"COMMENT ON TABLE {SCHEMA}.alembic_version IS '{oldest}'")
    connection.commit()


def _only_adds(step: Script) -> bool | None:
    said: bool | None = getattr(step.module, "only_adds", None)
    return said


def _missing(connection: Connection, sql_dir: Path) -> list[str]:
    at = _revision(connection)
    try:
        return _steps(ScriptDirectory.from_config(alembic_config(sql_dir)), at or "base")
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


def alembic_config(sql_dir: Path, connection: Connection | None = None) -> Config:
    """What alembic.ini would say; sql/migrations/env.py takes the connection from here."""
    config = Config()
    config.set_main_option("script_location", str(sql_dir / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextlib.contextmanager
def migrator(engine: Engine) -> Iterator[Connection]:
    """A connection of its own that holds the migration lock and has the time limits set."""
    with engine.connect() as connection:
        try:
            _take_turn(connection)
            _set(connection, lock_timeout=LOCK_TIMEOUT, statement_timeout=STATEMENT_TIMEOUT)
            connection.commit()
            yield connection
        except DBAPIError as error:
            raise DatabaseError(
                f"migrating failed and the step was rolled back: {str(error.orig).strip()}"
            ) from error
        finally:
            connection.invalidate()  # closes the session, and with it goes the lock and the limits


def _take_turn(connection: Connection) -> None:
    """Wait for the other migrator, between transactions: one that waited inside would hold up an index build."""
    deadline = time.monotonic() + WAIT_FOR_OTHER_MIGRATOR_S
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": MIGRATION_LOCK}):
        connection.commit()
        if time.monotonic() > deadline:
            raise DatabaseError(f"another migration has been running for {WAIT_FOR_OTHER_MIGRATOR_S:.0f} s")
        time.sleep(0.2)
    connection.commit()


def _set(connection: Connection, **limits: str) -> None:
    for name, value in limits.items():
        connection.execute(text("SELECT set_config(:name, :value, false)"), {"name": name, "value": value})
    connection.commit()
