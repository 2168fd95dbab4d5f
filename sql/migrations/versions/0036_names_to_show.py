"""How texts spell people's names, and the one name each person is shown under in every language.

Revision ID: 0036
Revises: 0035
"""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    """Add both tables and fill them from the reports that are linked; the next report of a person chooses again."""
    op.execute(r"""
        CREATE TABLE store.person_spelling (
            person_id text NOT NULL,
            language text NOT NULL,
            name text NOT NULL,
            alike text NOT NULL,
            texts integer NOT NULL,
            CONSTRAINT pk_person_spelling PRIMARY KEY (person_id, language, name));
        COMMENT ON COLUMN store.person_spelling.person_id IS 'per: and the country and surname';
        COMMENT ON COLUMN store.person_spelling.language IS 'of the texts';
        COMMENT ON COLUMN store.person_spelling.name IS 'as they write it';
        COMMENT ON COLUMN store.person_spelling.alike IS
            'the same for all ids that are spellings of one name';
        CREATE INDEX ix_person_spelling_alike ON store.person_spelling (alike);
        COMMENT ON COLUMN store.person_spelling.texts IS 'reports that do';
        CREATE TABLE store.person_name (
            person_id text NOT NULL CONSTRAINT pk_person_name PRIMARY KEY,
            en text NOT NULL,
            ru text NOT NULL,
            tr text NOT NULL);
        COMMENT ON COLUMN store.person_name.person_id IS 'per: and the country and surname';
        COMMENT ON COLUMN store.person_name.en IS 'name to show in English, and in SQL';
        COMMENT ON COLUMN store.person_name.ru IS 'name to show in Russian';
        COMMENT ON COLUMN store.person_name.tr IS 'name to show in Turkish';

        INSERT INTO store.person_spelling
        SELECT p ->> 'id', v.language, p ->> 'name', p ->> 'id', count(*)
          FROM store.meeting_evidence e
          JOIN store.meeting_mention n ON n.id = e.mention_id
          JOIN store.article_version v ON v.id = n.version_id
         CROSS JOIN LATERAL jsonb_array_elements(n.participants) p
         WHERE p ->> 'id' LIKE 'per:%'
         GROUP BY 1, 2, 3, 4;
        INSERT INTO store.person_name
        SELECT person_id,
               (array_agg(name ORDER BY name ~* '[а-яё]', name !~ ' ', language <> 'en', texts DESC, name))[1],
               (array_agg(name ORDER BY name !~* '[а-яё]', name !~ ' ', language <> 'ru', texts DESC, name))[1],
               (array_agg(name ORDER BY name ~* '[а-яё]', name !~ ' ', language <> 'tr', texts DESC, name))[1]
          FROM store.person_spelling
         GROUP BY person_id
        -- a name that is only known in Cyrillic goes into Latin letters at the next report of that person
        HAVING bool_or(name !~* '[а-яё]');
    """)


def downgrade() -> None:
    """Show each meeting's own spelling again."""
    op.execute("DROP TABLE store.person_name, store.person_spelling;")
