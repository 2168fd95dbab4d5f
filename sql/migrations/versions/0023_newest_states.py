"""The states of meetings by the time they were recorded: a page of the last changes does not read the whole history.

Revision ID: 0023
Revises: 0017
"""

from alembic import op

revision = "0023"
down_revision = "0017"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    """Add the index."""
    op.execute("CREATE INDEX ix_meeting_version_recorded_at ON store.meeting_version (recorded_at)")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP INDEX store.ix_meeting_version_recorded_at")
