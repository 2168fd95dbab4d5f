"""Raw pages and the log of polls lie in one partition a month, and go by the month.

The bytes of a page leave its row for a table of their own: what is known of a page stays for ever, its bytes have
their time. Neither table has a foreign key: making a partition would lock the table it points to.

The space the bytes took in `page` comes back with `VACUUM FULL store.page`.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
only_adds = False

_MONTHS = """
DO $$
DECLARE
    month timestamp;
BEGIN
    FOR month IN
        SELECT generate_series(date_trunc('month', min({column}) AT TIME ZONE 'UTC'),
                               date_trunc('month', max({column}) AT TIME ZONE 'UTC'), interval '1 month')
          FROM {source}
    LOOP
        EXECUTE format('CREATE TABLE store.{table}_%s PARTITION OF store.{table} FOR VALUES FROM (%L) TO (%L)',
                       to_char(month, 'YYYYMM'), month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
    END LOOP;
END
$$;
"""

UP = f"""
-- It reads the table that is made anew below; the views are made after every migration.
DROP VIEW IF EXISTS wirewatch.feed_health;

CREATE TABLE store.page_body (
    page_id BIGINT NOT NULL,
    fetched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    body BYTEA NOT NULL,
    CONSTRAINT pk_page_body PRIMARY KEY (page_id, fetched_at)
) PARTITION BY RANGE (fetched_at);
COMMENT ON COLUMN store.page_body.body IS 'raw bytes as served, zstd';
{_MONTHS.format(table="page_body", column="fetched_at", source="store.page WHERE body IS NOT NULL")}
CREATE TABLE store.page_body_rest PARTITION OF store.page_body DEFAULT;
INSERT INTO store.page_body SELECT id, fetched_at, body FROM store.page WHERE body IS NOT NULL;
ALTER TABLE store.page DROP COLUMN body;

CREATE TEMPORARY TABLE poll_before ON COMMIT DROP AS SELECT * FROM store.poll ORDER BY polled_at;
DROP TABLE store.poll;
CREATE TABLE store.poll (
    feed_id BIGINT NOT NULL,
    polled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    status SMALLINT,
    items INTEGER NOT NULL,
    new_items INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    elapsed_ms INTEGER NOT NULL,
    detail TEXT NOT NULL
) PARTITION BY RANGE (polled_at);
CREATE INDEX ix_poll_feed_id_polled_at ON store.poll (feed_id, polled_at);
COMMENT ON COLUMN store.poll.status IS 'HTTP status, where there was an answer';
{_MONTHS.format(table="poll", column="polled_at", source="poll_before")}
CREATE TABLE store.poll_rest PARTITION OF store.poll DEFAULT;
INSERT INTO store.poll SELECT feed_id, polled_at, reason, status, items, new_items, rejected, bytes, elapsed_ms, detail
  FROM poll_before;

-- Before an update it would have the server make the search column anew, which is most of the cost of an article, each
-- time a page is found unchanged.
DROP TRIGGER append_only ON store.article_version;
CREATE TRIGGER append_only BEFORE DELETE ON store.article_version
   FOR EACH ROW EXECUTE FUNCTION store.append_only();
CREATE TRIGGER append_only_update AFTER UPDATE ON store.article_version
   FOR EACH ROW EXECUTE FUNCTION store.append_only('last_seen_at');
"""  # noqa: S608 - the names above

DOWN = """
DROP TRIGGER append_only_update ON store.article_version;
DROP TRIGGER append_only ON store.article_version;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON store.article_version
   FOR EACH ROW EXECUTE FUNCTION store.append_only('last_seen_at', 'search');

ALTER TABLE store.page ADD COLUMN body BYTEA;
COMMENT ON COLUMN store.page.body IS 'raw bytes as served, zstd; null: let go after their time';
UPDATE store.page p SET body = b.body FROM store.page_body b WHERE b.page_id = p.id AND b.fetched_at = p.fetched_at;
DROP TABLE store.page_body;

CREATE TEMPORARY TABLE poll_before ON COMMIT DROP AS SELECT * FROM store.poll ORDER BY polled_at;
DROP TABLE store.poll;
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
COMMENT ON COLUMN store.poll.status IS 'HTTP status, where there was an answer';
INSERT INTO store.poll (feed_id, polled_at, reason, status, items, new_items, rejected, bytes, elapsed_ms, detail)
SELECT feed_id, polled_at, reason, status, items, new_items, rejected, bytes, elapsed_ms, detail
  FROM poll_before;
CREATE INDEX ix_poll_feed_id_polled_at ON store.poll (feed_id, polled_at);
CREATE INDEX ix_poll_polled_at ON store.poll USING brin (polled_at);
"""


def upgrade() -> None:
    """Put both into months."""
    op.execute(UP)


def downgrade() -> None:
    """Put them back into one table each."""
    op.execute(DOWN)
