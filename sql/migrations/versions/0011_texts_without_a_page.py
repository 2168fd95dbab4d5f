"""Texts that are only a headline or a feed's words, and articles without a stated date, are described.

Revision ID: 0011
Revises: 0014
"""

from alembic import op

revision = "0011"
down_revision = "0014"
branch_labels = None
depends_on = None
only_adds = False

UP = """
COMMENT ON COLUMN store.article_version.text_source IS
    'page, json_ld, state, readability, title; from the feed: feed, summary, feed_title';
COMMENT ON COLUMN store.article_version.published_precision IS 'second, minute, day; seen: not stated';
"""

DOWN = """
COMMENT ON COLUMN store.article_version.text_source IS 'page, json_ld, state, feed, readability, summary';
COMMENT ON COLUMN store.article_version.published_precision IS 'second, minute or day';
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
