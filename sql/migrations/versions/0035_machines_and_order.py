"""A file channel belongs to one machine, and work that looks like a change of plan goes before other work.

Revision ID: 0035
Revises: 0033
"""

from alembic import op

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    """Add the columns. An empty machine means any: the first to deliver takes the channel."""
    op.execute("""
        ALTER TABLE store.work
            ADD COLUMN urgent boolean NOT NULL DEFAULT false,
            ADD COLUMN machine text;
        COMMENT ON COLUMN store.work.urgent IS 'looks like a change of plan';
        COMMENT ON COLUMN store.work.machine IS 'the only one that may do it; empty: any';
        CREATE INDEX ix_work_urgent ON store.work (stage, due_at) WHERE urgent;
        CREATE INDEX ix_work_deadly ON store.work (stage, due_at) WHERE claims > 3;
        ALTER TABLE store.alert_channel
            ADD COLUMN machine text,
            ADD COLUMN machine_name text,
            ADD COLUMN machine_seen_at timestamptz;
        COMMENT ON COLUMN store.alert_channel.machine IS
            'of a file channel: mark of the data folder its file lies in';
        COMMENT ON COLUMN store.alert_channel.machine_name IS 'host (folder), for people';
    """)


def downgrade() -> None:
    """Forget them: every machine writes files of its own again."""
    op.execute("""
        DROP INDEX store.ix_work_deadly;
        ALTER TABLE store.work DROP COLUMN urgent, DROP COLUMN machine;
        ALTER TABLE store.alert_channel
            DROP COLUMN machine, DROP COLUMN machine_name, DROP COLUMN machine_seen_at;
    """)
