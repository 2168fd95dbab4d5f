"""The newest text of an article and the newest state of a meeting are found in an index, whatever is asked for.

The index of the texts carries what counts over all articles ask for, so that they do not read the texts. The indexes
of the states let a page of the coming weeks, of a person or of the meetings in doubt read those states alone.

Revision ID: 0024
Revises: 0023
"""

from alembic import op

from pipeline.store.server.indexes import build_index

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
only_adds = False

NUMBERS = "ON store.article_version (article_id, number) INCLUDE (id, published_at, published_source, language)"
UP = """
ALTER TABLE store.article_version DROP CONSTRAINT uq_article_version_article_id_number;
ALTER INDEX store.uq_article_version_wider RENAME TO uq_article_version_article_id_number;
CREATE INDEX ix_meeting_version_latest ON store.meeting_version (latest, earliest);
CREATE INDEX ix_meeting_version_last_day
    ON store.meeting_version (coalesce(latest, DATE '9999-01-01'), meeting_id);
CREATE INDEX ix_meeting_version_participant_ids ON store.meeting_version USING gin (participant_ids);
CREATE INDEX ix_meeting_version_in_doubt ON store.meeting_version (meeting_id)
    WHERE flags && ARRAY['at_risk', 'contested'] OR status = 'uncertain';
"""

DOWN = """
DROP INDEX store.ix_meeting_version_in_doubt;
DROP INDEX store.ix_meeting_version_participant_ids;
DROP INDEX store.ix_meeting_version_last_day;
DROP INDEX store.ix_meeting_version_latest;
DROP INDEX store.uq_article_version_article_id_number;
ALTER TABLE store.article_version
    ADD CONSTRAINT uq_article_version_article_id_number UNIQUE (article_id, number);
"""


def upgrade() -> None:
    """Add the indexes; the one on all texts beside their writers."""
    build_index("uq_article_version_wider", NUMBERS, unique=True)
    op.execute(UP)


def downgrade() -> None:
    """Take them away."""
    op.execute(DOWN)
