"""Reports tell the series of a meeting and its number in it: the G20 summit, the fourth round.

Revision ID: 0029
Revises: 0015
"""

from alembic import op

revision = "0029"
down_revision = "0015"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    """Add the columns; texts read before have neither until they are read again."""
    op.execute("""
        ALTER TABLE store.meeting_mention
            ADD COLUMN series text NOT NULL DEFAULT '',
            ADD COLUMN series_number integer;
        COMMENT ON COLUMN store.meeting_mention.series IS 'it belongs to: g20, astana (series.csv)';
        COMMENT ON COLUMN store.meeting_mention.series_number IS
            'its own number: the fourth round, the 14th session';
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("ALTER TABLE store.meeting_mention DROP COLUMN series, DROP COLUMN series_number;")
