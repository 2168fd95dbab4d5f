"""A state keeps the series of its meeting and its number in it: linking compares them with new reports.

Revision ID: 0030
Revises: 0029
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    """Add the columns; states recorded before have neither until they change."""
    op.execute("""
        ALTER TABLE store.meeting_version
            ADD COLUMN series text NOT NULL DEFAULT '',
            ADD COLUMN series_number integer;
        COMMENT ON COLUMN store.meeting_version.series IS 'it belongs to: g20, astana (series.csv)';
        COMMENT ON COLUMN store.meeting_version.series_number IS
            'its own number: the fourth round, the 14th session';
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("ALTER TABLE store.meeting_version DROP COLUMN series, DROP COLUMN series_number;")
