"""Polling that learns and shares its manners: pace, robots, rhythm, second looks.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
only_adds = False

UP = """
DELETE FROM store.robots; -- a day's memory, learned anew
CREATE TABLE store.host_pace (
    name TEXT NOT NULL,
    next_start TIMESTAMP WITH TIME ZONE NOT NULL,
    places TIMESTAMP WITH TIME ZONE[] DEFAULT '{}' NOT NULL,
    delay_s FLOAT,
    closed_until TIMESTAMP WITH TIME ZONE,
    closed_by TEXT DEFAULT '' NOT NULL,
    penalties INTEGER DEFAULT 0 NOT NULL,
    failures INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_host_pace PRIMARY KEY (name)
) WITH (fillfactor = 70);
COMMENT ON COLUMN store.host_pace.name IS 'a host, or *.domain for all hosts of a registrable domain';
COMMENT ON COLUMN store.host_pace.places IS 'when each running request must have ended';
COMMENT ON COLUMN store.host_pace.delay_s IS 'between two starts, asked for in robots.txt';
COMMENT ON COLUMN store.host_pace.closed_by IS 'reason of the answer that did';
COMMENT ON COLUMN store.host_pace.penalties IS '429 or 503 in a row';
COMMENT ON COLUMN store.host_pace.failures IS 'failed connections in a row';
CREATE TABLE store.tombstone (
    address TEXT NOT NULL,
    reason TEXT NOT NULL,
    buried_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_tombstone PRIMARY KEY (address)
);
COMMENT ON COLUMN store.tombstone.address IS 'as in article_address: never becomes an article again';
CREATE TABLE store.push (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    feed_id BIGINT NOT NULL,
    headers JSONB NOT NULL,
    body BYTEA NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_push PRIMARY KEY (id),
    CONSTRAINT fk_push_feed_id_feed FOREIGN KEY(feed_id) REFERENCES store.feed (id)
);
COMMENT ON COLUMN store.push.body IS 'as the hub sent it, zstd';
CREATE INDEX ix_push_feed_id ON store.push (feed_id);
CREATE TABLE store.subscription (
    feed_id BIGINT NOT NULL,
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    state TEXT NOT NULL,
    token TEXT NOT NULL,
    secret TEXT NOT NULL,
    offered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE,
    verified_at TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE,
    last_push_at TIMESTAMP WITH TIME ZONE,
    misses INTEGER DEFAULT 0 NOT NULL,
    failures INTEGER DEFAULT 0 NOT NULL,
    detail TEXT NOT NULL,
    CONSTRAINT pk_subscription PRIMARY KEY (feed_id),
    CONSTRAINT fk_subscription_feed_id_feed FOREIGN KEY(feed_id) REFERENCES store.feed (id),
    CONSTRAINT ck_subscription_state CHECK (state IN ('offered', 'pending', 'active', 'denied', 'broken')),
    CONSTRAINT uq_subscription_token UNIQUE (token)
);
COMMENT ON COLUMN store.subscription.topic IS 'the feed''s own name for itself, rel=self';
COMMENT ON COLUMN store.subscription.token IS 'of the callback address; nobody can guess it';
COMMENT ON COLUMN store.subscription.secret IS 'signs what the hub brings';
COMMENT ON COLUMN store.subscription.misses IS 'polls in a row that knew more';
COMMENT ON COLUMN store.subscription.failures IS 'requests in a row';
CREATE TABLE store.article_address (
    address TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    how TEXT NOT NULL,
    first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_article_address PRIMARY KEY (address),
    CONSTRAINT fk_article_address_article_id_article FOREIGN KEY(article_id) REFERENCES store.article (id)
);
COMMENT ON COLUMN store.article_address.address IS 'what all spellings of one address share, for comparing';
COMMENT ON COLUMN store.article_address.how IS 'where it was read: feed, redirect, canonical, og';
CREATE INDEX ix_article_address_article_id ON store.article_address (article_id);
CREATE TABLE store.withdrawal (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    article_id BIGINT NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    restored_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_withdrawal PRIMARY KEY (id),
    CONSTRAINT fk_withdrawal_article_id_article FOREIGN KEY(article_id) REFERENCES store.article (id)
);
COMMENT ON COLUMN store.withdrawal.reason IS 'http_404, http_410 or redirected_home';
CREATE INDEX ix_withdrawal_article_id ON store.withdrawal (article_id);
CREATE UNIQUE INDEX uq_withdrawal_open ON store.withdrawal (article_id) WHERE restored_at IS NULL;
CREATE TABLE store.look (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    article_id BIGINT NOT NULL,
    looked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    stage TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status SMALLINT,
    bytes INTEGER NOT NULL,
    elapsed_ms INTEGER NOT NULL,
    page_id BIGINT,
    detail TEXT NOT NULL,
    CONSTRAINT pk_look PRIMARY KEY (id),
    CONSTRAINT fk_look_article_id_article FOREIGN KEY(article_id) REFERENCES store.article (id),
    CONSTRAINT fk_look_page_id_page FOREIGN KEY(page_id) REFERENCES store.page (id)
);
COMMENT ON COLUMN store.look.stage IS 'fetch, or recheck for a page that is known';
COMMENT ON COLUMN store.look.outcome IS 'fetched, not_modified, http_404, …';
COMMENT ON COLUMN store.look.status IS 'HTTP status, where there was an answer';
CREATE INDEX ix_look_article_id_looked_at ON store.look (article_id, looked_at);
CREATE INDEX ix_look_page_id ON store.look (page_id);
CREATE TABLE store.sighting (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    feed_item_id BIGINT NOT NULL,
    what TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_sighting PRIMARY KEY (id),
    CONSTRAINT fk_sighting_feed_item_id_feed_item FOREIGN KEY(feed_item_id) REFERENCES store.feed_item (id)
);
COMMENT ON COLUMN store.sighting.what IS 'new, changed, or back after it had left the feed';
CREATE INDEX ix_sighting_feed_item_id_seen_at ON store.sighting (feed_item_id, seen_at);
ALTER TABLE store.article ADD COLUMN same_as BIGINT;
CREATE INDEX ix_article_same_as ON store.article (same_as);
ALTER TABLE store.article ADD CONSTRAINT fk_article_same_as_article FOREIGN KEY(same_as) REFERENCES store.article (id);
ALTER TABLE store.article_version ADD COLUMN sense_hash BYTEA;
COMMENT ON COLUMN store.article_version.sense_hash IS 'without lines that only tell the time; null: it has none';
ALTER TABLE store.article_version ADD COLUMN developing BOOLEAN DEFAULT false NOT NULL;
COMMENT ON COLUMN store.article_version.developing IS 'the text says that it will be updated';
ALTER TABLE store.feed ADD COLUMN rhythm JSONB;
COMMENT ON COLUMN store.feed.rhythm IS 'when its items come, as learned by pipeline.feeds.rhythm';
ALTER TABLE store.feed ADD COLUMN parsed_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE store.feed ADD COLUMN period_s INTEGER;
COMMENT ON COLUMN store.feed.period_s IS 'how long the feed says it stays the same';
ALTER TABLE store.feed ADD COLUMN quiet_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE store.feed ADD COLUMN interval_why TEXT;
ALTER TABLE store.feed ADD COLUMN last_items INTEGER;
COMMENT ON COLUMN store.feed.last_items IS 'entries in the last good answer';
ALTER TABLE store.feed ADD COLUMN overflows INTEGER DEFAULT 0 NOT NULL;
COMMENT ON COLUMN store.feed.overflows IS 'polls that found no old item';
ALTER TABLE store.feed ADD COLUMN not_modified INTEGER DEFAULT 0 NOT NULL;
COMMENT ON COLUMN store.feed.not_modified IS '304 in a row';
ALTER TABLE store.feed ADD COLUMN validators_lied_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE store.feed ADD COLUMN error_kind TEXT;
COMMENT ON COLUMN store.feed.error_kind IS 'passing, feed, refused or gone';
ALTER TABLE store.feed ADD COLUMN failing_since TIMESTAMP WITH TIME ZONE;
ALTER TABLE store.feed ADD COLUMN address TEXT;
COMMENT ON COLUMN store.feed.address IS 'where it is asked since it moved for good; null: at url';
ALTER TABLE store.feed ADD COLUMN moved_to TEXT;
COMMENT ON COLUMN store.feed.moved_to IS 'where permanent redirects lead of late';
ALTER TABLE store.feed ADD COLUMN moved_times INTEGER DEFAULT 0 NOT NULL;
COMMENT ON COLUMN store.feed.moved_times IS 'in a row, to moved_to';
ALTER TABLE store.feed ADD COLUMN moved_since TIMESTAMP WITH TIME ZONE;
ALTER TABLE store.robots ADD COLUMN asked_at TIMESTAMP WITH TIME ZONE NOT NULL;
ALTER TABLE store.robots ADD COLUMN unreachable_since TIMESTAMP WITH TIME ZONE;
ALTER TABLE store.robots ALTER COLUMN body DROP NOT NULL;
COMMENT ON COLUMN store.robots.body IS 'robots.txt; empty where there is none, null if never had';
ALTER TABLE store.robots ALTER COLUMN fetched_at DROP NOT NULL;
"""

DOWN = """
DELETE FROM store.robots; -- a day's memory, learned anew
ALTER TABLE store.robots ALTER COLUMN fetched_at SET NOT NULL;
ALTER TABLE store.robots ALTER COLUMN body SET NOT NULL;
COMMENT ON COLUMN store.robots.body IS 'robots.txt; empty where there is none';
ALTER TABLE store.robots DROP COLUMN unreachable_since;
ALTER TABLE store.robots DROP COLUMN asked_at;
ALTER TABLE store.feed DROP COLUMN moved_since;
ALTER TABLE store.feed DROP COLUMN moved_times;
ALTER TABLE store.feed DROP COLUMN moved_to;
ALTER TABLE store.feed DROP COLUMN address;
ALTER TABLE store.feed DROP COLUMN failing_since;
ALTER TABLE store.feed DROP COLUMN error_kind;
ALTER TABLE store.feed DROP COLUMN validators_lied_at;
ALTER TABLE store.feed DROP COLUMN not_modified;
ALTER TABLE store.feed DROP COLUMN overflows;
ALTER TABLE store.feed DROP COLUMN last_items;
ALTER TABLE store.feed DROP COLUMN interval_why;
ALTER TABLE store.feed DROP COLUMN quiet_at;
ALTER TABLE store.feed DROP COLUMN period_s;
ALTER TABLE store.feed DROP COLUMN parsed_at;
ALTER TABLE store.feed DROP COLUMN rhythm;
ALTER TABLE store.article_version DROP COLUMN developing;
ALTER TABLE store.article_version DROP COLUMN sense_hash;
ALTER TABLE store.article DROP CONSTRAINT fk_article_same_as_article;
DROP INDEX store.ix_article_same_as;
ALTER TABLE store.article DROP COLUMN same_as;
DROP INDEX store.ix_sighting_feed_item_id_seen_at;
DROP TABLE store.sighting;
DROP INDEX store.ix_look_page_id;
DROP INDEX store.ix_look_article_id_looked_at;
DROP TABLE store.look;
DROP INDEX store.uq_withdrawal_open;
DROP INDEX store.ix_withdrawal_article_id;
DROP TABLE store.withdrawal;
DROP INDEX store.ix_article_address_article_id;
DROP TABLE store.article_address;
DROP TABLE store.subscription;
DROP INDEX store.ix_push_feed_id;
DROP TABLE store.push;
DROP TABLE store.tombstone;
DROP TABLE store.host_pace;
"""


def upgrade() -> None:
    """Create every table of schema `store`."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them again, with all that is in them."""
    op.execute(DOWN)
