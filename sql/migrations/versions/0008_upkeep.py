"""Retention, pages read anew, and what a million articles ask of the tables.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
only_adds = False

UP = r"""
-- The same result as before, several times as fast: nothing has to be indexed anew.
CREATE OR REPLACE FUNCTION store.folded(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    folded text := lower(replace(replace(value, 'İ', 'i'), 'I', 'i'));
    letter text;
BEGIN
    -- translate() goes through its whole list for every character: replace() takes the letters that are frequent,
    -- and translate() the others, where any occurs.
    FOREACH letter IN ARRAY ARRAY['ё', '''', '’', 'ʼ', '`', 'ı', 'ş', 'ğ', 'ç', 'ö', 'ü'] LOOP
        folded := replace(folded, letter, translate(letter, 'ё''’ʼ`ışğçöü', 'е    isgcou'));
    END LOOP;
    IF folded ~ '[âàáäãåćčêèéëîìíïñńôòóõøûùúůśšýÿźżž]' THEN
        RETURN translate(folded, 'âàáäãåćčêèéëîìíïñńôòóõøûùúůśšýÿźżž',
                                 'aaaaaacceeeeiiiinnooooouuuussyyzzz');
    END IF;
    RETURN folded;
END
$$;

ALTER TABLE store.page ALTER COLUMN body DROP NOT NULL;
COMMENT ON COLUMN store.page.body IS 'raw bytes as served, zstd; null: let go after their time';

-- Rows come in the order of their time: a page of index says which ones are old.
CREATE INDEX ix_page_fetched_at ON store.page USING brin (fetched_at);
CREATE INDEX ix_poll_polled_at ON store.poll USING brin (polled_at);
CREATE INDEX ix_look_looked_at ON store.look USING brin (looked_at);

ALTER TABLE store.article_version ADD COLUMN reread_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN store.article_version.reread_at IS
    'when a kept page was read anew (wirewatch reprocess); null: its text was new';

-- Few rows that change all the time: a fifth of dead ones is too many for those who look for the next one that is due.
ALTER TABLE store.work SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE store.host_pace SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE store.feed SET (autovacuum_vacuum_scale_factor = 0.02);
"""

# A page that was let go cannot be had back: an empty one stands for it, as for a page that was never had.
DOWN = r"""
CREATE OR REPLACE FUNCTION store.folded(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(lower(translate(value, 'İI', 'ii')),
                     'ıâàáäãåçćčêèéëğîìíïñńôòóöõøûùúüůśşšýÿźżžё''’ʼ`',
                     'iaaaaaaccceeeegiiiinnoooooouuuuusssyyzzzе    ')
$$;

ALTER TABLE store.feed RESET (autovacuum_vacuum_scale_factor);
ALTER TABLE store.host_pace RESET (autovacuum_vacuum_scale_factor);
ALTER TABLE store.work RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
ALTER TABLE store.article_version DROP COLUMN reread_at;
DROP INDEX store.ix_look_looked_at;
DROP INDEX store.ix_poll_polled_at;
DROP INDEX store.ix_page_fetched_at;
COMMENT ON COLUMN store.page.body IS 'raw bytes as served, zstd';
UPDATE store.page SET body = '' WHERE body IS NULL;
ALTER TABLE store.page ALTER COLUMN body SET NOT NULL;
"""


def upgrade() -> None:
    """Let pages be emptied, mark texts that were read anew, and find old rows quickly."""
    op.execute(UP)


def downgrade() -> None:
    """Take it back."""
    op.execute(DOWN)
