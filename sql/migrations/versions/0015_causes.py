"""Reports tell who called a meeting off, why, and which sentence states the day, the place and each person.

Revision ID: 0015
Revises: 0026
"""

from alembic import op

revision = "0015"
down_revision = "0026"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    """Add the columns; texts read before have none of it until they are read again."""
    op.execute("""
        ALTER TABLE store.meeting_mention
            ADD COLUMN reason text NOT NULL DEFAULT '',
            ADD COLUMN initiator text NOT NULL DEFAULT '',
            ADD COLUMN stated jsonb NOT NULL DEFAULT '{}';
        COMMENT ON COLUMN store.meeting_mention.reason IS 'of a change, as the text words it';
        COMMENT ON COLUMN store.meeting_mention.initiator IS 'per: or cty: id of who made a change';
        COMMENT ON COLUMN store.meeting_mention.stated IS
            'fact -> [field, start, end] of the sentence that states it, where that is not the quoted one';
    """)


def downgrade() -> None:
    """Forget them."""
    op.execute("""
        ALTER TABLE store.meeting_mention DROP COLUMN reason, DROP COLUMN initiator, DROP COLUMN stated;
    """)
