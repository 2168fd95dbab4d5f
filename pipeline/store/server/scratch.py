"""Databases of our own that may be thrown away: the demo's, an evaluation's. The user's is never touched."""

from __future__ import annotations

from sqlalchemy import Engine, text

from pipeline.settings import Settings
from pipeline.store.server.engine import connect, create_database, open_engine
from pipeline.store.server.migrate import upgrade


def fresh_database(settings: Settings, name: str) -> Engine:
    """Recreate and migrate the database `name` beside the user's own.

    The caller disposes of the engine. Raises DatabaseError as `connect` does.
    """
    home = connect(settings)
    try:
        drop_database(home, name)
        create_database(home, name)
        engine = open_engine(home.url.set(database=name))
    finally:
        home.dispose()
    upgrade(engine, settings.sql_dir)
    return engine


def drop_database(home: Engine, name: str) -> None:
    """Drop a database on the server `home` is connected to, if it exists, even with open sessions."""
    quoted = home.dialect.identifier_preparer.quote_identifier(name)
    with home.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)"))
