"""What each new text changed, and since when tags and mergers are known.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
only_adds = False

UP = """
CREATE TABLE store.revision (
  version_id BIGINT NOT NULL,
  previous_id BIGINT,
  kind TEXT NOT NULL,
  facts TEXT[] NOT NULL,
  marker TEXT,
  marker_text TEXT NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_revision PRIMARY KEY (version_id),
  CONSTRAINT fk_revision_version_id_article_version FOREIGN KEY (version_id) REFERENCES store.article_version (id),
  CONSTRAINT fk_revision_previous_id_article_version FOREIGN KEY (previous_id) REFERENCES store.article_version (id),
  CONSTRAINT ck_revision_kind CHECK (kind IN ('first', 'fact', 'content', 'wording', 'furniture')),
  CONSTRAINT ck_revision_first_has_no_previous CHECK ((kind = 'first') = (previous_id IS NULL))
);
CREATE INDEX ix_revision_previous_id ON store.revision (previous_id);
COMMENT ON COLUMN store.revision.kind IS 'the gravest of its changes; first: there is no text before';
COMMENT ON COLUMN store.revision.facts IS 'what differs: date, number, name, negation, status';
COMMENT ON COLUMN store.revision.marker IS 'what the outlet itself calls it: correction, withdrawal, …';
CREATE TABLE store.revision_change (
  version_id BIGINT NOT NULL,
  number INTEGER NOT NULL,
  change TEXT NOT NULL,
  field TEXT NOT NULL,
  old_text TEXT NOT NULL,
  new_text TEXT NOT NULL,
  facts TEXT[] DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_revision_change PRIMARY KEY (version_id, number),
  CONSTRAINT fk_revision_change_version_id_revision FOREIGN KEY (version_id) REFERENCES store.revision (version_id)
);
COMMENT ON COLUMN store.revision_change.number IS 'order in the text, from 1';
COMMENT ON COLUMN store.revision_change.change IS 'fact, added, removed, wording, moved, marker or furniture';
COMMENT ON COLUMN store.revision_change.field IS 'title or body';
COMMENT ON COLUMN store.revision_change.old_text IS 'a sentence; empty where there was none';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON store.revision
   FOR EACH ROW EXECUTE FUNCTION store.append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON store.revision_change
   FOR EACH ROW EXECUTE FUNCTION store.append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON store.revision EXECUTE FUNCTION store.append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON store.revision_change EXECUTE FUNCTION store.append_only();

-- Tags found so far were found with their version.
ALTER TABLE store.topic_tag ADD COLUMN recorded_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE store.topic_tag DISABLE TRIGGER append_only;
UPDATE store.topic_tag t SET recorded_at = v.first_seen_at FROM store.article_version v WHERE v.id = t.version_id;
ALTER TABLE store.topic_tag ENABLE TRIGGER append_only;
ALTER TABLE store.topic_tag ALTER COLUMN recorded_at SET NOT NULL;

-- One run moves an article more than once at the same moment.
ALTER TABLE store.wire_move ADD COLUMN number BIGINT GENERATED ALWAYS AS IDENTITY;
COMMENT ON COLUMN store.wire_move.number IS 'in the order of the moves';

-- Of mergers only those that a person decided are dated; the others are taken for as old as the last state.
ALTER TABLE store.meeting ADD COLUMN merged_at TIMESTAMP WITH TIME ZONE;
UPDATE store.meeting m
   SET merged_at = coalesce(
         (SELECT max(decided_at) FROM store.meeting_ruling WHERE verb = 'merge' AND meeting_id = m.id),
         (SELECT max(recorded_at) FROM store.meeting_version WHERE meeting_id = m.id),
         m.created_at)
 WHERE merged_into IS NOT NULL;
ALTER TABLE store.meeting ADD CONSTRAINT ck_meeting_merged CHECK ((merged_into IS NULL) = (merged_at IS NULL));
"""

DOWN = """
ALTER TABLE store.wire_move DROP COLUMN number;
ALTER TABLE store.meeting DROP COLUMN merged_at;
ALTER TABLE store.topic_tag DROP COLUMN recorded_at;
DROP TABLE store.revision_change;
DROP TABLE store.revision;
"""


def upgrade() -> None:
    """Make the tables and date what was undated."""
    op.execute(UP)


def downgrade() -> None:
    """Forget what was found out about edits; the texts stay."""
    op.execute(DOWN)
