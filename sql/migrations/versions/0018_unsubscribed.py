"""Receivers of mail who want no more of a watch.

Revision ID: 0018
Revises: 0024
"""

from alembic import op

revision = "0018"
down_revision = "0024"
branch_labels = None
depends_on = None
only_adds = True

UP = """
CREATE TABLE store.unsubscription (
    token TEXT NOT NULL,
    channel TEXT NOT NULL,
    receiver TEXT NOT NULL,
    watch TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_unsubscription PRIMARY KEY (token),
    CONSTRAINT uq_unsubscription_channel_receiver_watch UNIQUE (channel, receiver, watch)
);
"""


def upgrade() -> None:
    """Add the table."""
    op.execute(UP)


def downgrade() -> None:
    """Drop it: who had left is written to again."""
    op.execute("DROP TABLE store.unsubscription")
