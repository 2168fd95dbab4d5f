"""Checks that the schema is the one this code was written for.

Without Alembic, whose import takes longer than most verbs: it is asked only where the answer is not a plain yes.
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

_AT = text("SELECT version_num FROM store.alembic_version")
_LINE = re.compile(r"^(revision|down_revision)\b[^=]*= *[\"'](\w+)[\"']", re.M)


def require_current(engine: Engine, sql_dir: Path) -> None:
    """Check the database against the migrations of `sql_dir`.

    Raises:
        DatabaseBehindError: migrations are missing, or the database was migrated by a newer wirewatch.
    """
    if _revisions(engine) != _heads(sql_dir):
        from pipeline.store.server import migrate  # says what is missing, or raises what is wrong

        migrate.require_current(engine, sql_dir)


def _revisions(engine: Engine) -> set[str] | None:
    with engine.connect() as connection:
        try:
            return set(connection.scalars(_AT))
        except ProgrammingError:
            return None  # never migrated, or not readable: the thorough check says which


def _heads(sql_dir: Path) -> set[str]:
    found: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in (sql_dir / "migrations" / "versions").glob("*.py"):
        for name, revision in _LINE.findall(path.read_text(encoding="utf-8")):
            found[name].add(revision)
    return found["revision"] - found["down_revision"]
