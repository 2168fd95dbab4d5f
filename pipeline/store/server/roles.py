"""The analysts' role: sql/roles.sql applied, whether it holds, and its password."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import encrypt_password
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

ANALYST = "wirewatch_analyst"
_NO_PRIVILEGE = "42501"

_LOOPHOLES = text("""
    SELECT p.oid::regprocedure::text FROM pg_proc p
     WHERE p.pronamespace = 'pg_catalog'::regnamespace
       AND (p.proname LIKE 'pg\\_advisory%' OR p.proname LIKE 'pg\\_try\\_advisory%' OR p.proname LIKE 'lo\\_%'
            OR p.proname IN ('lowrite', 'loread', 'pg_notify', 'pg_export_snapshot', 'pg_logical_emit_message'))
       AND has_function_privilege(:role, p.oid, 'EXECUTE')
     ORDER BY 1
""")


def apply_roles(connection: Connection, file: Path) -> str | None:
    """Create or refresh the analysts' role. Returns None, or why the server would not have it.

    A server that we do not own may refuse; wirewatch itself works without the role, so that is no error here.
    """
    try:
        with connection.begin():
            connection.exec_driver_sql(file.read_text(encoding="utf-8"), execution_options={"no_parameters": True})
    except ProgrammingError as error:
        if getattr(error.orig, "pgcode", None) != _NO_PRIVILEGE:
            raise
        return f"{str(error.orig).strip()}; have its owner run {file.name}"
    return None


def analyst_state(connection: Connection) -> str:
    """`ready`, `missing`, or what the role could do that it should not."""
    if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": ANALYST}):
        return "missing"
    loopholes = list(connection.scalars(_LOOPHOLES, {"role": ANALYST}))
    return f"ready, but may call {len(loopholes)} functions with side effects" if loopholes else "ready"


def set_password(engine: Engine, role: str, secret: str) -> None:
    """Let a role log in with a password. Only its verifier is sent, so that no log can hold the password."""
    with engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        verifier = encrypt_password(secret, role, scope=raw, algorithm="scram-sha-256")
        command = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier))
        connection.exec_driver_sql(command.as_string(raw))
