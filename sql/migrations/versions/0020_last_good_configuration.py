"""The folder config/ as it was last accepted, so that a mistake in it stops nothing.

Revision ID: 0020
Revises: 0018
"""

from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None
only_adds = True

UP = """
CREATE TABLE store.configuration_snapshot (
    digest TEXT NOT NULL,
    archive BYTEA NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_configuration_snapshot PRIMARY KEY (digest)
);
COMMENT ON COLUMN store.configuration_snapshot.archive IS 'the folder as tar.gz';
"""


def upgrade() -> None:
    """Add the table."""
    op.execute(UP)


def downgrade() -> None:
    """Drop it; the next start keeps the folder again."""
    op.execute("DROP TABLE store.configuration_snapshot")
