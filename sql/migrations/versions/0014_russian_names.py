"""Search keeps Russian words as they are beside their stems: the stemmer takes the end of a surname for an ending.

The search column is computed again for every text, which takes about as long as importing them did.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
only_adds = False

_LEXEMES = """
CREATE OR REPLACE FUNCTION store.lexemes(language text, value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE language
           WHEN 'en' THEN to_tsvector('english'::regconfig, store.folded(value))
           WHEN 'ru' THEN to_tsvector('russian'::regconfig, store.folded(value)){unstemmed}
           WHEN 'tr' THEN to_tsvector('turkish'::regconfig, lower(translate(value, 'İI', 'iı')))
                       || to_tsvector('simple'::regconfig, store.folded(value))
           ELSE to_tsvector('simple'::regconfig, store.folded(value)) END
$$;
ALTER TABLE store.article_version DROP COLUMN search;
ALTER TABLE store.article_version
    ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (store.searchable(language, title, body)) STORED;
CREATE INDEX ix_article_version_search ON store.article_version USING gin (search) WITH (fastupdate = off);
"""
_UNSTEMMED = "\n                       || to_tsvector('simple'::regconfig, store.folded(value))"


def upgrade() -> None:
    """Index Russian words in both forms."""
    op.execute(_LEXEMES.format(unstemmed=_UNSTEMMED))


def downgrade() -> None:
    """Index stems alone."""
    op.execute(_LEXEMES.format(unstemmed=""))
