"""How far each imported archive file was read.

Revision ID: 0021
Revises: 0020
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
only_adds = True

UP = """
CREATE TABLE store.archive_import (
    file TEXT NOT NULL,
    size BIGINT NOT NULL,
    records BIGINT NOT NULL,
    is_done BOOLEAN NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_archive_import PRIMARY KEY (file, size)
);
COMMENT ON COLUMN store.archive_import.records IS 'read so far, of every kind';
"""


def upgrade() -> None:
    """Add the table."""
    op.execute(UP)


def downgrade() -> None:
    """Drop it: an import that was cut off begins at the front again, and finds its pages."""
    op.execute("DROP TABLE store.archive_import")
