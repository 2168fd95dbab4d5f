"""Copies of dispatches: fingerprints by the week, edges, origins, membership over time, stories.

Fingerprints, clusters and members are derived. What version 0001 made of them cannot be compared with what is made
now, so clusters are kept, and fingerprints are left out: every text published from now on is compared anew.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
only_adds = False

UP = """
DROP TABLE store.fingerprint;
CREATE TABLE store.fingerprint (
    version_id BIGINT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    article_id BIGINT NOT NULL,
    feed_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    scheme SMALLINT NOT NULL,
    tokens INTEGER NOT NULL,
    exact BYTEA NOT NULL,
    keys BIGINT[] NOT NULL,
    words BYTEA NOT NULL,
    blocks INTEGER[] NOT NULL,
    agency TEXT,
    CONSTRAINT pk_fingerprint PRIMARY KEY (version_id, published_at),
    CONSTRAINT fk_fingerprint_version_id_article_version FOREIGN KEY(version_id) REFERENCES store.article_version (id)
) PARTITION BY RANGE (published_at);
CREATE INDEX ix_fingerprint_exact ON store.fingerprint (exact);
CREATE INDEX ix_fingerprint_keys ON store.fingerprint USING gin (keys) WITH (fastupdate = off);
CREATE INDEX ix_fingerprint_feed_id_published_at ON store.fingerprint (feed_id, published_at)
    WHERE cardinality(blocks) > 0;
COMMENT ON COLUMN store.fingerprint.number IS 'of the version; only first ones are looked up';
COMMENT ON COLUMN store.fingerprint.words IS '24 bits a word';
COMMENT ON COLUMN store.fingerprint.blocks IS 'paragraphs at both ends';
CREATE TABLE store.fingerprint_rest PARTITION OF store.fingerprint DEFAULT;

CREATE TABLE store.stop_key (
    key BIGINT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_stop_key PRIMARY KEY (key)
);
CREATE INDEX ix_stop_key_added_at ON store.stop_key (added_at);

ALTER TABLE store.wire_cluster ADD COLUMN update_of BIGINT;
ALTER TABLE store.wire_cluster ADD COLUMN founder BIGINT;
ALTER TABLE store.wire_cluster ALTER COLUMN id DROP IDENTITY;
ALTER TABLE store.wire_cluster DROP CONSTRAINT fk_wire_cluster_merged_into_wire_cluster;
ALTER TABLE store.wire_member DROP CONSTRAINT fk_wire_member_cluster_id_wire_cluster;
-- A cluster takes the id of an article in it; one that was merged away and has none any more is forgotten.
UPDATE store.wire_cluster c SET founder = m.article_id
  FROM (SELECT cluster_id, min(article_id) AS article_id FROM store.wire_member GROUP BY cluster_id) m
 WHERE m.cluster_id = c.id;
UPDATE store.wire_member m SET cluster_id = c.founder FROM store.wire_cluster c WHERE c.id = m.cluster_id;
DELETE FROM store.wire_cluster WHERE founder IS NULL;
ALTER TABLE store.wire_cluster DROP CONSTRAINT pk_wire_cluster;
UPDATE store.wire_cluster SET id = founder, merged_into = NULL;
ALTER TABLE store.wire_cluster DROP COLUMN founder;
ALTER TABLE store.wire_cluster ADD CONSTRAINT pk_wire_cluster PRIMARY KEY (id);
ALTER TABLE store.wire_cluster
    ADD CONSTRAINT fk_wire_cluster_id_article FOREIGN KEY(id) REFERENCES store.article (id),
    ADD CONSTRAINT fk_wire_cluster_merged_into_wire_cluster FOREIGN KEY(merged_into) REFERENCES store.wire_cluster (id),
    ADD CONSTRAINT fk_wire_cluster_update_of_wire_cluster FOREIGN KEY(update_of) REFERENCES store.wire_cluster (id);
ALTER TABLE store.wire_member
    ADD CONSTRAINT fk_wire_member_cluster_id_wire_cluster FOREIGN KEY(cluster_id) REFERENCES store.wire_cluster (id);
DROP INDEX store.ix_wire_cluster_lead_article_id;
DROP INDEX store.ix_wire_cluster_merged_into;
CREATE INDEX ix_wire_cluster_merged_into ON store.wire_cluster (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX ix_wire_cluster_update_of ON store.wire_cluster (update_of) WHERE update_of IS NOT NULL;

ALTER TABLE store.wire_member DROP COLUMN containment, DROP COLUMN jaccard;
ALTER TABLE store.wire_member DROP CONSTRAINT fk_wire_member_matched_version_id_article_version;
DROP INDEX store.ix_wire_member_matched_version_id;
DROP INDEX store.ix_wire_member_version_id;
COMMENT ON COLUMN store.wire_member.matched_version_id IS 'what it is a copy of: see wire_edge';

CREATE TABLE store.wire_move (
    article_id BIGINT NOT NULL,
    cluster_id BIGINT NOT NULL,
    moved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_wire_move PRIMARY KEY (article_id, cluster_id),
    CONSTRAINT fk_wire_move_article_id_article FOREIGN KEY(article_id) REFERENCES store.article (id),
    CONSTRAINT fk_wire_move_cluster_id_wire_cluster FOREIGN KEY(cluster_id) REFERENCES store.wire_cluster (id)
);

CREATE TABLE store.wire_edge (
    version_id BIGINT NOT NULL,
    other_version_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    of_version FLOAT NOT NULL,
    of_other FLOAT NOT NULL,
    jaccard FLOAT NOT NULL,
    differing TEXT[] DEFAULT '{}' NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_wire_edge PRIMARY KEY (version_id, other_version_id),
    CONSTRAINT fk_wire_edge_version_id_article_version FOREIGN KEY(version_id) REFERENCES store.article_version (id)
);
COMMENT ON COLUMN store.wire_edge.of_version IS 'share of this text found in the other, 0..1';

CREATE TABLE store.wire_origin (
    version_id BIGINT NOT NULL,
    number SMALLINT NOT NULL,
    agency TEXT NOT NULL,
    role TEXT NOT NULL,
    rule TEXT NOT NULL,
    confidence FLOAT NOT NULL,
    field TEXT NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    CONSTRAINT pk_wire_origin PRIMARY KEY (version_id, number),
    CONSTRAINT fk_wire_origin_version_id_article_version FOREIGN KEY(version_id) REFERENCES store.article_version (id)
);
COMMENT ON COLUMN store.wire_origin.evidence_start IS 'code points';

CREATE TABLE store.story (
    id BIGINT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    size INTEGER NOT NULL,
    terms INTEGER[] NOT NULL,
    weights REAL[] NOT NULL,
    CONSTRAINT pk_story PRIMARY KEY (id),
    CONSTRAINT fk_story_id_wire_cluster FOREIGN KEY(id) REFERENCES store.wire_cluster (id)
);
CREATE INDEX ix_story_last_at ON store.story (last_at);
CREATE INDEX ix_story_terms ON store.story USING gin (terms) WITH (fastupdate = off);

CREATE TABLE store.story_member (
    cluster_id BIGINT NOT NULL,
    story_id BIGINT NOT NULL,
    likeness FLOAT,
    joined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_story_member PRIMARY KEY (cluster_id),
    CONSTRAINT fk_story_member_cluster_id_wire_cluster FOREIGN KEY(cluster_id) REFERENCES store.wire_cluster (id),
    CONSTRAINT fk_story_member_story_id_story FOREIGN KEY(story_id) REFERENCES store.story (id)
);
CREATE INDEX ix_story_member_story_id ON store.story_member (story_id);
COMMENT ON COLUMN store.story_member.likeness IS 'to the middle of the story; null for the report that began it';

CREATE TABLE store.story_memory (
    id SMALLINT NOT NULL,
    documents INTEGER NOT NULL,
    counts BYTEA NOT NULL,
    CONSTRAINT pk_story_memory PRIMARY KEY (id)
);
"""

DOWN = """
DROP TABLE store.story_memory;
DROP TABLE store.story_member;
DROP TABLE store.story;
DELETE FROM store.work WHERE stage = 'story';
DROP TABLE store.wire_origin;
DROP TABLE store.wire_edge;
DROP TABLE store.wire_move;
DROP TABLE store.stop_key;
DROP TABLE store.fingerprint;
CREATE TABLE store.fingerprint (
    version_id BIGINT NOT NULL,
    scheme SMALLINT NOT NULL,
    exact BYTEA NOT NULL,
    keys BIGINT[] NOT NULL,
    shingles BYTEA NOT NULL,
    tokens INTEGER NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fingerprint PRIMARY KEY (version_id),
    CONSTRAINT fk_fingerprint_version_id_article_version FOREIGN KEY(version_id) REFERENCES store.article_version (id)
);
CREATE INDEX ix_fingerprint_exact ON store.fingerprint (exact);
CREATE INDEX ix_fingerprint_keys ON store.fingerprint USING gin (keys) WITH (fastupdate = off);
COMMENT ON COLUMN store.fingerprint.shingles IS 'sorted little-endian uint32';

ALTER TABLE store.wire_member ADD COLUMN containment FLOAT, ADD COLUMN jaccard FLOAT;
COMMENT ON COLUMN store.wire_member.containment IS 'of the smaller text in the larger, 0..1';
COMMENT ON COLUMN store.wire_member.matched_version_id IS NULL;
ALTER TABLE store.wire_member ADD CONSTRAINT fk_wire_member_matched_version_id_article_version
    FOREIGN KEY(matched_version_id) REFERENCES store.article_version (id);
CREATE INDEX ix_wire_member_matched_version_id ON store.wire_member (matched_version_id);
CREATE INDEX ix_wire_member_version_id ON store.wire_member (version_id);
ALTER TABLE store.wire_cluster DROP COLUMN update_of;
ALTER TABLE store.wire_cluster DROP CONSTRAINT fk_wire_cluster_id_article;
DROP INDEX store.ix_wire_cluster_merged_into;
CREATE INDEX ix_wire_cluster_merged_into ON store.wire_cluster (merged_into);
CREATE INDEX ix_wire_cluster_lead_article_id ON store.wire_cluster (lead_article_id);
ALTER TABLE store.wire_cluster ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('store.wire_cluster', 'id'), coalesce(max(id), 0) + 1, false) FROM store.wire_cluster;
"""


def upgrade() -> None:
    """Partition fingerprints by the week; edges, origins, moves and stop keys; clusters named by an article."""
    op.execute(UP)


def downgrade() -> None:
    """Back to one table of fingerprints, which is left empty."""
    op.execute(DOWN)
