"""When each text was published, in an index: what counts over all dispatches need not read the texts.

Revision ID: 0025
Revises: 0021
"""

from alembic import op

from pipeline.store.server.indexes import build_index

revision = "0025"
down_revision = "0021"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    """Add the index."""
    build_index(
        "ix_article_version_moment", "ON store.article_version (id) INCLUDE (article_id, published_at, language)"
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP INDEX store.ix_article_version_moment")
