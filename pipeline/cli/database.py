"""Open the database for verbs that need nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from pipeline.errors import DatabaseError
from pipeline.settings import Settings, load_settings
from pipeline.store.server.engine import connect
from pipeline.store.server.revision import require_current

DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", help="Another database on the server; demo: what `make demo` left behind."),
]


def asked_settings(database: str | None) -> Settings:
    """The settings of a verb that may be asked about another database."""
    settings = load_settings()
    return settings if database is None else settings.model_copy(update={"database": database})


@contextmanager
def open_database(settings: Settings) -> Iterator[Engine]:
    """A migrated database. Losing the connection later is an expected error, like failing to connect."""
    engine = connect(settings)
    try:
        require_current(engine, settings.sql_dir)
        yield engine
    except OperationalError as error:
        raise DatabaseError(f"the database went away: {str(error.orig).strip()}") from error
    finally:
        engine.dispose()
