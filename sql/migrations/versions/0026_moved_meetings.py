"""States of meetings that were on another day before: a month shows where they were moved from.

Revision ID: 0026
Revises: 0025
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    """Add the index."""
    op.execute(
        "CREATE INDEX ix_meeting_version_moved ON store.meeting_version (meeting_id) WHERE previous <> '[]'"
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP INDEX store.ix_meeting_version_moved")
