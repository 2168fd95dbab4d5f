"""The first schema: from feeds to alerts.

Revision ID: 0001
Revises:
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
only_adds = False

UP = """
CREATE TABLE store.feed (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    outlet TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    zone TEXT NOT NULL,
    country TEXT NOT NULL,
    kind TEXT NOT NULL,
    agency TEXT,
    enabled BOOLEAN NOT NULL,
    interval_s INTEGER,
    expected_items_per_day FLOAT,
    etag TEXT,
    last_modified TEXT,
    body_hash BYTEA,
    error_count INTEGER DEFAULT 0 NOT NULL,
    last_error TEXT,
    last_polled_at TIMESTAMP WITH TIME ZONE,
    last_success_at TIMESTAMP WITH TIME ZONE,
    last_new_item_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_feed PRIMARY KEY (id),
    CONSTRAINT uq_feed_key UNIQUE (key)
);
COMMENT ON COLUMN store.feed.interval_s IS 'seconds; null: the default interval';
COMMENT ON COLUMN store.feed.expected_items_per_day IS 'usual number, to notice silence';
COMMENT ON COLUMN store.feed.body_hash IS 'of the last body that parsed';
COMMENT ON COLUMN store.feed.error_count IS 'failed polls in a row';

CREATE TABLE store.meeting (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    uid TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_meeting PRIMARY KEY (id),
    CONSTRAINT uq_meeting_uid UNIQUE (uid)
);

CREATE TABLE store.robots (
    origin TEXT NOT NULL,
    body TEXT NOT NULL,
    fetched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_robots PRIMARY KEY (origin)
);
COMMENT ON COLUMN store.robots.origin IS 'https://host:port';
COMMENT ON COLUMN store.robots.body IS 'robots.txt; empty where there is none';

CREATE TABLE store.work (
    stage TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE,
    lease TEXT,
    claims INTEGER DEFAULT 0 NOT NULL,
    failures INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_work PRIMARY KEY (stage, subject_id)
);
CREATE INDEX ix_work_stage_due_at ON store.work (stage, due_at);
COMMENT ON COLUMN store.work.claims IS 'since the last success';
COMMENT ON COLUMN store.work.failures IS 'in a row';

CREATE TABLE store.article (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    url TEXT NOT NULL,
    feed_id BIGINT NOT NULL,
    first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_article PRIMARY KEY (id),
    CONSTRAINT uq_article_url UNIQUE (url),
    CONSTRAINT fk_article_feed_id_feed FOREIGN KEY(feed_id) REFERENCES store.feed (id)
);
CREATE INDEX ix_article_feed_id ON store.article (feed_id);

CREATE TABLE store.poll (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    feed_id BIGINT NOT NULL,
    polled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    status SMALLINT,
    items INTEGER NOT NULL,
    new_items INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    elapsed_ms INTEGER NOT NULL,
    detail TEXT NOT NULL,
    CONSTRAINT pk_poll PRIMARY KEY (id),
    CONSTRAINT fk_poll_feed_id_feed FOREIGN KEY(feed_id) REFERENCES store.feed (id)
);
CREATE INDEX ix_poll_feed_id_polled_at ON store.poll (feed_id, polled_at);
COMMENT ON COLUMN store.poll.status IS 'HTTP status, where there was an answer';

CREATE TABLE store.feed_item (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    feed_id BIGINT NOT NULL,
    identity TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    content_html TEXT NOT NULL,
    authors TEXT[] DEFAULT '{}' NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    updated_at TIMESTAMP WITH TIME ZONE,
    first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_feed_item PRIMARY KEY (id),
    CONSTRAINT uq_feed_item_feed_id_identity UNIQUE (feed_id, identity),
    CONSTRAINT fk_feed_item_feed_id_feed FOREIGN KEY(feed_id) REFERENCES store.feed (id),
    CONSTRAINT fk_feed_item_article_id_article FOREIGN KEY(article_id) REFERENCES store.article (id)
);
CREATE INDEX ix_feed_item_article_id ON store.feed_item (article_id);

CREATE TABLE store.outcome (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    stage TEXT NOT NULL,
    reason TEXT NOT NULL,
    feed_id BIGINT,
    article_id BIGINT,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_outcome PRIMARY KEY (id),
    CONSTRAINT uq_outcome_what UNIQUE NULLS NOT DISTINCT (stage, reason, feed_id, article_id, subject),
    CONSTRAINT fk_outcome_feed_id_feed FOREIGN KEY(feed_id) REFERENCES store.feed (id),
    CONSTRAINT fk_outcome_article_id_article FOREIGN KEY(article_id) REFERENCES store.article (id)
);
CREATE INDEX ix_outcome_article_id ON store.outcome (article_id);
CREATE INDEX ix_outcome_feed_id ON store.outcome (feed_id);

CREATE TABLE store.page (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    article_id BIGINT NOT NULL,
    final_url TEXT NOT NULL,
    status SMALLINT NOT NULL,
    headers JSONB NOT NULL,
    body BYTEA NOT NULL,
    body_hash BYTEA NOT NULL,
    size INTEGER NOT NULL,
    fetched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_page PRIMARY KEY (id),
    CONSTRAINT fk_page_article_id_article FOREIGN KEY(article_id) REFERENCES store.article (id)
);
CREATE INDEX ix_page_article_id_fetched_at ON store.page (article_id, fetched_at);
COMMENT ON COLUMN store.page.body IS 'raw bytes as served, zstd';
COMMENT ON COLUMN store.page.body_hash IS 'xxh3-128 of the raw bytes';
COMMENT ON COLUMN store.page.size IS 'raw bytes before compression';

CREATE TABLE store.wire_cluster (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    lead_article_id BIGINT NOT NULL,
    merged_into BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_wire_cluster PRIMARY KEY (id),
    CONSTRAINT fk_wire_cluster_lead_article_id_article FOREIGN KEY(lead_article_id) REFERENCES store.article (id),
    CONSTRAINT fk_wire_cluster_merged_into_wire_cluster FOREIGN KEY(merged_into) REFERENCES store.wire_cluster (id)
);
CREATE INDEX ix_wire_cluster_lead_article_id ON store.wire_cluster (lead_article_id);
CREATE INDEX ix_wire_cluster_merged_into ON store.wire_cluster (merged_into);

CREATE TABLE store.article_version (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    article_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    page_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    byline TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_source TEXT NOT NULL,
    zone TEXT NOT NULL,
    language TEXT NOT NULL,
    language_confidence FLOAT NOT NULL,
    extractor TEXT NOT NULL,
    text_hash BYTEA NOT NULL,
    first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_article_version PRIMARY KEY (id),
    CONSTRAINT uq_article_version_article_id_number UNIQUE (article_id, number),
    CONSTRAINT fk_article_version_article_id_article FOREIGN KEY(article_id) REFERENCES store.article (id),
    CONSTRAINT fk_article_version_page_id_page FOREIGN KEY(page_id) REFERENCES store.page (id)
);
CREATE INDEX ix_article_version_page_id ON store.article_version (page_id);
CREATE INDEX ix_article_version_published_at ON store.article_version (published_at);
COMMENT ON COLUMN store.article_version.number IS '1 for the first text of the article';
COMMENT ON COLUMN store.article_version.text_hash IS 'xxh3-128 of normalised title and body';

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

CREATE TABLE store.meeting_mention (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    version_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    status TEXT NOT NULL,
    participants JSONB NOT NULL,
    participant_ids TEXT[] DEFAULT '{}' NOT NULL,
    countries TEXT[] DEFAULT '{}' NOT NULL,
    place_name TEXT,
    place_country TEXT,
    place_is_city BOOLEAN,
    format TEXT NOT NULL,
    edtf TEXT,
    earliest DATE,
    latest DATE,
    clock TEXT,
    previous_edtf TEXT,
    previous_earliest DATE,
    previous_latest DATE,
    previous_clock TEXT,
    quote TEXT NOT NULL,
    quote_field TEXT NOT NULL,
    quote_start INTEGER NOT NULL,
    quote_end INTEGER NOT NULL,
    rules TEXT[] DEFAULT '{}' NOT NULL,
    confidence FLOAT NOT NULL,
    attribution TEXT NOT NULL,
    rules_version TEXT NOT NULL,
    CONSTRAINT pk_meeting_mention PRIMARY KEY (id),
    CONSTRAINT uq_meeting_mention_version_id_number_rules_version UNIQUE (version_id, number, rules_version),
    CONSTRAINT ck_meeting_mention_quote_not_empty CHECK (quote_end > quote_start),
    CONSTRAINT fk_meeting_mention_version_id_article_version FOREIGN KEY(version_id) REFERENCES store.article_version (id)
);
CREATE INDEX ix_meeting_mention_countries ON store.meeting_mention USING gin (countries) WITH (fastupdate = off);
COMMENT ON COLUMN store.meeting_mention.number IS 'order in the article, from 1';
COMMENT ON COLUMN store.meeting_mention.participants IS '[{id, name, country, office, role}, …]';
COMMENT ON COLUMN store.meeting_mention.quote_start IS 'code points';

CREATE TABLE store.topic_tag (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    version_id BIGINT NOT NULL,
    topic TEXT NOT NULL,
    score FLOAT NOT NULL,
    spans JSONB NOT NULL,
    rules_version TEXT NOT NULL,
    CONSTRAINT pk_topic_tag PRIMARY KEY (id),
    CONSTRAINT uq_topic_tag_version_id_topic_rules_version UNIQUE (version_id, topic, rules_version),
    CONSTRAINT fk_topic_tag_version_id_article_version FOREIGN KEY(version_id) REFERENCES store.article_version (id)
);
CREATE INDEX ix_topic_tag_topic ON store.topic_tag (topic);
COMMENT ON COLUMN store.topic_tag.spans IS '[[field, start, end], …] in code points';

CREATE TABLE store.wire_member (
    article_id BIGINT NOT NULL,
    cluster_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    matched_version_id BIGINT,
    containment FLOAT,
    jaccard FLOAT,
    joined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_wire_member PRIMARY KEY (article_id),
    CONSTRAINT fk_wire_member_article_id_article FOREIGN KEY(article_id) REFERENCES store.article (id),
    CONSTRAINT fk_wire_member_cluster_id_wire_cluster FOREIGN KEY(cluster_id) REFERENCES store.wire_cluster (id),
    CONSTRAINT fk_wire_member_version_id_article_version FOREIGN KEY(version_id) REFERENCES store.article_version (id),
    CONSTRAINT fk_wire_member_matched_version_id_article_version FOREIGN KEY(matched_version_id) REFERENCES store.article_version (id)
);
CREATE INDEX ix_wire_member_cluster_id ON store.wire_member (cluster_id);
CREATE INDEX ix_wire_member_matched_version_id ON store.wire_member (matched_version_id);
CREATE INDEX ix_wire_member_version_id ON store.wire_member (version_id);
COMMENT ON COLUMN store.wire_member.containment IS 'of the smaller text in the larger, 0..1';

CREATE TABLE store.meeting_evidence (
    mention_id BIGINT NOT NULL,
    meeting_id BIGINT NOT NULL,
    score FLOAT,
    linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_meeting_evidence PRIMARY KEY (mention_id),
    CONSTRAINT fk_meeting_evidence_mention_id_meeting_mention FOREIGN KEY(mention_id) REFERENCES store.meeting_mention (id),
    CONSTRAINT fk_meeting_evidence_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES store.meeting (id)
);
CREATE INDEX ix_meeting_evidence_meeting_id ON store.meeting_evidence (meeting_id);
COMMENT ON COLUMN store.meeting_evidence.score IS 'of the link; null for the mention that made the meeting';

CREATE TABLE store.meeting_version (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    meeting_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    status TEXT NOT NULL,
    participants JSONB NOT NULL,
    participant_ids TEXT[] DEFAULT '{}' NOT NULL,
    countries TEXT[] DEFAULT '{}' NOT NULL,
    place_name TEXT,
    place_country TEXT,
    place_is_city BOOLEAN,
    format TEXT NOT NULL,
    edtf TEXT,
    earliest DATE,
    latest DATE,
    clock TEXT,
    previous JSONB NOT NULL,
    change TEXT,
    proof_mention_id BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_meeting_version PRIMARY KEY (id),
    CONSTRAINT uq_meeting_version_meeting_id_number UNIQUE (meeting_id, number),
    CONSTRAINT fk_meeting_version_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES store.meeting (id),
    CONSTRAINT fk_meeting_version_proof_mention_id_meeting_mention FOREIGN KEY(proof_mention_id) REFERENCES store.meeting_mention (id)
);
CREATE INDEX ix_meeting_version_proof_mention_id ON store.meeting_version (proof_mention_id);
COMMENT ON COLUMN store.meeting_version.number IS '1 for the first state';
COMMENT ON COLUMN store.meeting_version.sequence IS 'iCalendar SEQUENCE: raised by each alerted change';
COMMENT ON COLUMN store.meeting_version.participants IS '[{id, name, country, office, role}, …]';
COMMENT ON COLUMN store.meeting_version.previous IS 'moved from: [{edtf, earliest, latest, clock}]';

CREATE TABLE store.alert (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    meeting_id BIGINT NOT NULL,
    sequence INTEGER NOT NULL,
    change TEXT NOT NULL,
    meeting_version_id BIGINT NOT NULL,
    mention_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    payload JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_alert PRIMARY KEY (id),
    CONSTRAINT uq_alert_meeting_id_sequence_change UNIQUE (meeting_id, sequence, change),
    CONSTRAINT fk_alert_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES store.meeting (id),
    CONSTRAINT fk_alert_meeting_version_id_meeting_version FOREIGN KEY(meeting_version_id) REFERENCES store.meeting_version (id),
    CONSTRAINT fk_alert_mention_id_meeting_mention FOREIGN KEY(mention_id) REFERENCES store.meeting_mention (id),
    CONSTRAINT uq_alert_key UNIQUE (key)
);
CREATE INDEX ix_alert_meeting_version_id ON store.alert (meeting_version_id);
CREATE INDEX ix_alert_mention_id ON store.alert (mention_id);
COMMENT ON COLUMN store.alert.payload IS 'the facts as they were when the change was seen';

CREATE TABLE store.alert_delivery (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    alert_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    last_error TEXT,
    delivered_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_alert_delivery PRIMARY KEY (id),
    CONSTRAINT uq_alert_delivery_alert_id_channel UNIQUE (alert_id, channel),
    CONSTRAINT ck_alert_delivery_state CHECK (state IN ('pending', 'delivered', 'dead')),
    CONSTRAINT fk_alert_delivery_alert_id_alert FOREIGN KEY(alert_id) REFERENCES store.alert (id)
);
"""

DOWN = """
DROP TABLE store.alert_delivery;
DROP TABLE store.alert;
DROP TABLE store.meeting_version;
DROP TABLE store.meeting_evidence;
DROP TABLE store.wire_member;
DROP TABLE store.topic_tag;
DROP TABLE store.meeting_mention;
DROP TABLE store.fingerprint;
DROP TABLE store.article_version;
DROP TABLE store.wire_cluster;
DROP TABLE store.page;
DROP TABLE store.outcome;
DROP TABLE store.feed_item;
DROP TABLE store.poll;
DROP TABLE store.article;
DROP TABLE store.work;
DROP TABLE store.robots;
DROP TABLE store.meeting;
DROP TABLE store.feed;
"""


def upgrade() -> None:
    """Create every table of schema `store`."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them again, with all that is in them."""
    op.execute(DOWN)
