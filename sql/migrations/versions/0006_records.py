"""Records that cannot be rewritten, and can be searched.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
only_adds = False

UP = r"""
CREATE OR REPLACE FUNCTION store.folded(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(lower(translate(value, 'İI', 'ii')),
                     'ıâàáäãåçćčêèéëğîìíïñńôòóöõøûùúüůśşšýÿźżžё''’ʼ`',
                     'iaaaaaaccceeeegiiiinnoooooouuuuusssyyzzzе    ')
$$;
CREATE OR REPLACE FUNCTION store.lexemes(language text, value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE language
           WHEN 'en' THEN to_tsvector('english'::regconfig, store.folded(value))
           WHEN 'ru' THEN to_tsvector('russian'::regconfig, store.folded(value))
           WHEN 'tr' THEN to_tsvector('turkish'::regconfig, lower(translate(value, 'İI', 'iı')))
                       || to_tsvector('simple'::regconfig, store.folded(value))
           ELSE to_tsvector('simple'::regconfig, store.folded(value)) END
$$;
CREATE OR REPLACE FUNCTION store.searchable(language text, title text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT setweight(store.lexemes(language, title), 'A')
        || setweight(store.lexemes(language, left(body, 100000)), 'D')
$$;

ALTER TABLE store.article_version
  ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (store.searchable(language, title, body)) STORED;
CREATE INDEX ix_article_version_search ON store.article_version USING gin (search) WITH (fastupdate = off);

-- What was once known is never changed: not by processing, not by a slip in psql. The columns named as arguments may
-- move. Only retention deletes, and says so: SET LOCAL wirewatch.retention = 'on'.
CREATE FUNCTION store.append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    allowed text[] := TG_ARGV; -- numbered from 0
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        IF current_setting('wirewatch.retention', true) = 'on' THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - allowed = to_jsonb(OLD) - allowed THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '%.% is append-only: % refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
          USING ERRCODE = 'restrict_violation',
                HINT = 'A correction is a new version. Only retention deletes.';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON store.article_version
   FOR EACH ROW EXECUTE FUNCTION store.append_only('last_seen_at', 'search');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON store.topic_tag
   FOR EACH ROW EXECUTE FUNCTION store.append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON store.meeting_mention
   FOR EACH ROW EXECUTE FUNCTION store.append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON store.meeting_version
   FOR EACH ROW EXECUTE FUNCTION store.append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON store.article_version EXECUTE FUNCTION store.append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON store.topic_tag EXECUTE FUNCTION store.append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON store.meeting_mention EXECUTE FUNCTION store.append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON store.meeting_version EXECUTE FUNCTION store.append_only();
"""

DOWN = """
DROP TRIGGER no_truncate ON store.meeting_version;
DROP TRIGGER no_truncate ON store.meeting_mention;
DROP TRIGGER no_truncate ON store.topic_tag;
DROP TRIGGER no_truncate ON store.article_version;
DROP TRIGGER append_only ON store.meeting_version;
DROP TRIGGER append_only ON store.meeting_mention;
DROP TRIGGER append_only ON store.topic_tag;
DROP TRIGGER append_only ON store.article_version;
DROP FUNCTION store.append_only();
ALTER TABLE store.article_version DROP COLUMN search;
DROP FUNCTION store.searchable(text, text, text);
DROP FUNCTION store.lexemes(text, text);
DROP FUNCTION store.folded(text);
"""


def upgrade() -> None:
    """Add the search column with what it needs, and the triggers."""
    op.execute(UP)


def downgrade() -> None:
    """Take them away; no text is lost."""
    op.execute(DOWN)
