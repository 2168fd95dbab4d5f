"""Create the analysts' views and functions: exactly those in sql/views/*.sql."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

SCHEMA = "wirewatch"
_CREATES = re.compile(r"^\s*CREATE\s+(?:OR\s+REPLACE\s+)?VIEW\s+wirewatch\.(\w+)", re.I | re.M)
_EXISTING = text("SELECT viewname FROM pg_views WHERE schemaname = :schema ORDER BY viewname")

# Without those that a view calls: they cannot go before the view does, and are replaced in place.
_FUNCTIONS = text("""
    SELECT oid::regprocedure::text FROM pg_proc p
     WHERE pronamespace = to_regnamespace(:schema)
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid
                          AND d.classid = 'pg_rewrite'::regclass)
""")


def apply_views(connection: Connection, folder: Path) -> None:
    """Run every file in name order, in one transaction: readers see all old views or all new ones.

    Replacing keeps grants and what others built on a view. Where a view's columns changed PostgreSQL cannot
    replace it; then all are dropped and created.
    """
    scripts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))]
    wanted = {name for script in scripts for name in _CREATES.findall(script)}
    with connection.begin():
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        try:
            with connection.begin_nested():
                _drop_functions(connection)  # one whose parameters changed would stay beside the new one
                _drop(connection, _existing(connection) - wanted)
                _run(connection, scripts)
        except ProgrammingError:
            _drop_all(connection)
            _run(connection, scripts)


def drop_views(connection: Connection) -> None:
    """Drop every view and function of the schema, so that the tables below them can change."""
    with connection.begin():
        _drop_all(connection)


def _existing(connection: Connection) -> set[str]:
    return set(connection.scalars(_EXISTING, {"schema": SCHEMA}))


def _drop_all(connection: Connection) -> None:
    _drop_functions(connection)
    _drop(connection, _existing(connection))
    _drop_functions(connection)  # those the views called


def _drop_functions(connection: Connection) -> None:
    for function in connection.scalars(_FUNCTIONS, {"schema": SCHEMA}).all():
        connection.exec_driver_sql(f"DROP FUNCTION {function}")


def _drop(connection: Connection, names: set[str]) -> None:
    if names:
        quoted = ", ".join(f'{SCHEMA}."{name}"' for name in sorted(names))
        connection.exec_driver_sql(f"DROP VIEW {quoted}")


def _run(connection: Connection, scripts: list[str]) -> None:
    for script in scripts:
        connection.exec_driver_sql(script, execution_options={"no_parameters": True})  # % is just %
