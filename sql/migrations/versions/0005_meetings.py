"""Meetings: blocks to find them by, possible links, rulings of persons, flags, corrections.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
only_adds = False

UP = """
ALTER TABLE store.meeting
    ADD COLUMN last_said_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN merged_into BIGINT,
    ADD COLUMN dismissed BOOLEAN DEFAULT false NOT NULL,
    ADD CONSTRAINT fk_meeting_merged_into_meeting FOREIGN KEY(merged_into) REFERENCES store.meeting (id);
CREATE INDEX ix_meeting_merged_into ON store.meeting (merged_into);
COMMENT ON COLUMN store.meeting.dismissed IS 'by a person: no meeting';

CREATE TABLE store.meeting_block (
    party TEXT NOT NULL,
    month INTEGER NOT NULL,
    meeting_id BIGINT NOT NULL,
    CONSTRAINT pk_meeting_block PRIMARY KEY (party, month, meeting_id),
    CONSTRAINT fk_meeting_block_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES store.meeting (id)
);
CREATE INDEX ix_meeting_block_meeting_id ON store.meeting_block (meeting_id);
COMMENT ON COLUMN store.meeting_block.party IS 'RU-TR, or the id of a person or office';
COMMENT ON COLUMN store.meeting_block.month IS 'year * 12 + month in which a report was published';

CREATE TABLE store.meeting_possible (
    mention_id BIGINT NOT NULL,
    meeting_id BIGINT NOT NULL,
    fit TEXT NOT NULL,
    score FLOAT NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_meeting_possible PRIMARY KEY (mention_id),
    CONSTRAINT fk_meeting_possible_mention_id_meeting_mention FOREIGN KEY(mention_id) REFERENCES store.meeting_mention (id),
    CONSTRAINT fk_meeting_possible_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES store.meeting (id)
);
CREATE INDEX ix_meeting_possible_meeting_id ON store.meeting_possible (meeting_id);

CREATE TABLE store.meeting_ruling (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    verb TEXT NOT NULL,
    meeting_id BIGINT NOT NULL,
    other_id BIGINT,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_meeting_ruling PRIMARY KEY (id),
    CONSTRAINT fk_meeting_ruling_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES store.meeting (id),
    CONSTRAINT fk_meeting_ruling_other_id_meeting FOREIGN KEY(other_id) REFERENCES store.meeting (id)
);
CREATE INDEX ix_meeting_ruling_meeting_id ON store.meeting_ruling (meeting_id);
CREATE INDEX ix_meeting_ruling_other_id ON store.meeting_ruling (other_id);

CREATE TABLE store.meeting_pin (
    ruling_id BIGINT NOT NULL,
    mention_id BIGINT NOT NULL,
    meeting_id BIGINT,
    CONSTRAINT pk_meeting_pin PRIMARY KEY (ruling_id, mention_id),
    CONSTRAINT fk_meeting_pin_ruling_id_meeting_ruling FOREIGN KEY(ruling_id) REFERENCES store.meeting_ruling (id),
    CONSTRAINT fk_meeting_pin_mention_id_meeting_mention FOREIGN KEY(mention_id) REFERENCES store.meeting_mention (id),
    CONSTRAINT fk_meeting_pin_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES store.meeting (id)
);
CREATE INDEX ix_meeting_pin_mention_id ON store.meeting_pin (mention_id);
COMMENT ON COLUMN store.meeting_pin.meeting_id IS 'null: of no meeting';

ALTER TABLE store.meeting_version
    ADD COLUMN flags TEXT[] DEFAULT '{}' NOT NULL,
    ADD COLUMN confidence FLOAT DEFAULT 1 NOT NULL,
    ADD COLUMN ruling_id BIGINT,
    ADD CONSTRAINT fk_meeting_version_ruling_id_meeting_ruling FOREIGN KEY(ruling_id) REFERENCES store.meeting_ruling (id);
CREATE INDEX ix_meeting_version_ruling_id ON store.meeting_version (ruling_id);
COMMENT ON COLUMN store.meeting_version.confidence IS 'of the status, 0..1';

ALTER TABLE store.alert
    ADD COLUMN amends BIGINT,
    ADD CONSTRAINT fk_alert_amends_alert FOREIGN KEY(amends) REFERENCES store.alert (id);
CREATE INDEX ix_alert_amends ON store.alert (amends);

-- Meetings known before are found in the blocks of the parties and months of their reports.
INSERT INTO store.meeting_block (party, month, meeting_id)
SELECT DISTINCT party.key, (extract(year FROM v.published_at) * 12 + extract(month FROM v.published_at))::int, e.meeting_id
  FROM store.meeting_evidence e
  JOIN store.meeting_mention m ON m.id = e.mention_id
  JOIN store.article_version v ON v.id = m.version_id
  CROSS JOIN LATERAL (
      SELECT a || '-' || b AS key FROM unnest(m.countries) a, unnest(m.countries) b WHERE a < b
       UNION ALL
      SELECT unnest(ARRAY[p ->> 'id', p ->> 'office']) FROM jsonb_array_elements(m.participants) p) party
 WHERE party.key IS NOT NULL;
UPDATE store.meeting SET last_said_at = said.at
  FROM (SELECT e.meeting_id, max(greatest(v.published_at, CASE WHEN v.number > 1 THEN v.first_seen_at END)) AS at
          FROM store.meeting_evidence e
          JOIN store.meeting_mention m ON m.id = e.mention_id
          JOIN store.article_version v ON v.id = m.version_id
         GROUP BY e.meeting_id) said
 WHERE said.meeting_id = meeting.id;
"""

DOWN = """
ALTER TABLE store.alert DROP COLUMN amends;
ALTER TABLE store.meeting_version DROP COLUMN flags, DROP COLUMN confidence, DROP COLUMN ruling_id;
DROP TABLE store.meeting_pin;
DROP TABLE store.meeting_ruling;
DROP TABLE store.meeting_possible;
DROP TABLE store.meeting_block;
ALTER TABLE store.meeting DROP COLUMN last_said_at, DROP COLUMN merged_into, DROP COLUMN dismissed;
"""


def upgrade() -> None:
    """Add the tables and columns."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them again. Retractions and amendments lose what they amend."""
    op.execute(DOWN)
