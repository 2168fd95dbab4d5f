"""Large archives index which frequent words stand side by side; this table names the index that searches ask.

Revision ID: 0033
Revises: 0030
"""

from alembic import op

revision = "0033"
down_revision = "0030"
branch_labels = None
depends_on = None
only_adds = True

# What was built since goes too.
DOWN = """
DO $$
DECLARE
    made integer;
BEGIN
    FOR made IN SELECT id FROM store.phrase_index LOOP
        EXECUTE format('DROP INDEX IF EXISTS store.ix_phrase_pairs_%s', made);
        EXECUTE format('DROP FUNCTION IF EXISTS store.phrase_pairs_%s(tsvector)', made);
    END LOOP;
END
$$;
DROP TABLE store.phrase_index;
"""


def upgrade() -> None:
    """Add the table; upkeep builds an index once there are many texts."""
    op.execute("""
        CREATE TABLE store.phrase_index (
            id integer NOT NULL CONSTRAINT pk_phrase_index PRIMARY KEY,
            words text[] NOT NULL DEFAULT '{}',
            texts bigint NOT NULL,
            built_at timestamptz NOT NULL
        );
        COMMENT ON COLUMN store.phrase_index.id IS 'ends the names of its index and function';
        COMMENT ON COLUMN store.phrase_index.texts IS 'about how many there were';
    """)


def downgrade() -> None:
    """Drop the table and the indexes it names."""
    op.execute(DOWN)
