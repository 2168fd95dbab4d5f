"""An index on a table in use: built beside its writers, not before them. For migrations of large tables."""

from __future__ import annotations

from alembic import op

_WAIT = "15min"  # for transactions that are older than the build; no one waits behind it meanwhile


def build_index(name: str, definition: str, *, unique: bool = False) -> None:
    """CREATE INDEX CONCURRENTLY store.`name` with `definition` ("ON store.t (column)").

    What the migration did before is committed. An index that a cut-off build left invalid is built again.
    """
    with op.get_context().autocommit_block():
        op.execute(f"SET lock_timeout = '{_WAIT}'")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS store.{name}")
        op.execute(f"CREATE {'UNIQUE ' if unique else ''}INDEX CONCURRENTLY {name} {definition}")
        op.execute("SET lock_timeout = '10s'")
