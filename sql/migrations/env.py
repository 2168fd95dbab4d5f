"""Alembic's way into our database; pipeline.store.server.migrate hands it the connection that holds the lock."""

from alembic import context
from sqlalchemy import text

from pipeline.store.server.migrate import SCHEMA
from pipeline.store.tables import metadata


def only_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Look at schema `store` alone when models and database are compared."""
    return kind != "schema" or name == SCHEMA


connection = context.config.attributes["connection"]
connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
connection.commit()
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    include_name=only_ours,
    compare_type=True,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
