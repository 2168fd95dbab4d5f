"""What extraction knows of a text: its kind and source, its dates in full, and who sent it from where.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
only_adds = False

UP = """
ALTER TABLE store.article_version
    ADD COLUMN kind TEXT DEFAULT 'article' NOT NULL,
    ADD COLUMN text_source TEXT DEFAULT 'page' NOT NULL,
    ADD COLUMN published_precision TEXT DEFAULT 'second' NOT NULL,
    ADD COLUMN published_offset TEXT DEFAULT '' NOT NULL,
    ADD COLUMN modified_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN kicker TEXT DEFAULT '' NOT NULL,
    ADD COLUMN section TEXT DEFAULT '' NOT NULL,
    ADD COLUMN agency TEXT DEFAULT '' NOT NULL,
    ADD COLUMN dateline_place TEXT DEFAULT '' NOT NULL,
    ADD COLUMN dateline_day DATE,
    ADD COLUMN posts JSONB DEFAULT '[]' NOT NULL;
COMMENT ON COLUMN store.article_version.kind IS 'article, flash, live_blog, paywall_stub, or what the page was instead';
COMMENT ON COLUMN store.article_version.text_source IS 'page, json_ld, state, feed, readability, summary';
COMMENT ON COLUMN store.article_version.published_precision IS 'second, minute or day';
COMMENT ON COLUMN store.article_version.published_offset IS 'as stated, +03:00; empty: the zone of the outlet was taken';
COMMENT ON COLUMN store.article_version.posts IS 'of a live blog: [[start, end, posted_at, headline], …] in code points of the body';
"""

DOWN = """
ALTER TABLE store.article_version
    DROP COLUMN kind,
    DROP COLUMN text_source,
    DROP COLUMN published_precision,
    DROP COLUMN published_offset,
    DROP COLUMN modified_at,
    DROP COLUMN kicker,
    DROP COLUMN section,
    DROP COLUMN agency,
    DROP COLUMN dateline_place,
    DROP COLUMN dateline_day,
    DROP COLUMN posts;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
