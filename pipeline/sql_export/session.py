"""A session of the analysts' role: read-only, with its time limits, on one snapshot."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection, text

from pipeline.settings import Settings
from pipeline.store.server.engine import connect, open_engine
from pipeline.store.server.roles import ANALYST

LIMITS = ("search_path = wirewatch", "statement_timeout = '60s'", "lock_timeout = '5s'", "timezone = 'UTC'")


@contextlib.contextmanager
def reading(settings: Settings, *, timeout_s: int | None = None) -> Iterator[Connection]:
    """A read-only connection that finds the views by their bare names.

    On the embedded server it uses the analysts' role; elsewhere the user in WIREWATCH_DATABASE_URL, also
    read-only. `timeout_s` replaces the role's limit per statement, in seconds (0: none).

    Raises:
        DatabaseError: the server cannot be reached, or the role is missing (`wirewatch db migrate` makes it).
    """
    engine = connect(settings)
    if settings.database_url is None:
        url = engine.url.set(username=ANALYST)
        engine.dispose()
        engine = open_engine(url)
    try:
        with engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as session:
            for setting in LIMITS:  # whatever is set for the role itself
                session.execute(text(f"SET LOCAL {setting}"))
            if timeout_s is not None:
                session.execute(text(f"SET LOCAL statement_timeout = {timeout_s * 1000:d}"))
            yield session
    finally:
        engine.dispose()
