"""One word for one thing: a page is fetched again (*refetch*), kept bytes are processed again (*reprocess*).

`look` becomes `page_fetch`, `looked_at` becomes `fetched_at`, `reread_at` becomes `reprocessed_at`, and the stage `recheck`
becomes `refetch` in every row that names it. The views keep the old names beside the new ones for a release.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
only_adds = False

RENAMES = (
    # what, old, new
    ("TABLE store.{0} RENAME TO {1}", "look", "page_fetch"),
    ("TABLE store.page_fetch RENAME COLUMN {0} TO {1}", "looked_at", "fetched_at"),
    ("INDEX store.{0} RENAME TO {1}", "ix_look_article_id_looked_at", "ix_page_fetch_article_id_fetched_at"),
    ("INDEX store.{0} RENAME TO {1}", "ix_look_page_id", "ix_page_fetch_page_id"),
    ("INDEX store.{0} RENAME TO {1}", "ix_look_looked_at", "ix_page_fetch_fetched_at"),
    ("SEQUENCE store.{0} RENAME TO {1}", "look_id_seq", "page_fetch_id_seq"),
    ("TABLE store.article_version RENAME COLUMN {0} TO {1}", "reread_at", "reprocessed_at"),
)
# Those of NOT NULL have names too, from PostgreSQL 18 on: all that carry the old name of the table or column.
CONSTRAINTS = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT conname FROM pg_constraint WHERE conrelid = 'store.page_fetch'::regclass LOOP
        EXECUTE format('ALTER TABLE store.page_fetch RENAME CONSTRAINT %I TO %I', name,
                       regexp_replace(replace(name, '{old_at}', '{new_at}'), '(^|[pf]k_){old}', '\\1{new}'));
    END LOOP;
END
$$
"""
STAGE = """
COMMENT ON COLUMN store.page_fetch.stage IS 'fetch, or {new} for a page that is known';
COMMENT ON COLUMN store.article_version.{column} IS '{comment}';
UPDATE store.page_fetch SET stage = '{new}' WHERE stage = '{old}';
UPDATE store.work SET stage = '{new}' WHERE stage = '{old}';
UPDATE store.outcome SET stage = '{new}' WHERE stage = '{old}';
"""


def upgrade() -> None:
    """Rename."""
    for what, old, new in RENAMES:
        op.execute(f"ALTER {what.format(old, new)}")
    op.execute(CONSTRAINTS.format(old="look", new="page_fetch", old_at="looked_at", new_at="fetched_at"))
    comment = "when a kept page was processed again (wirewatch reprocess); null: its text was new"
    op.execute(STAGE.format(old="recheck", new="refetch", column="reprocessed_at", comment=comment))


def downgrade() -> None:
    """Take the old names back."""
    comment = "when a kept page was read anew (wirewatch reprocess); null: its text was new"
    op.execute(STAGE.format(old="refetch", new="recheck", column="reprocessed_at", comment=comment))
    op.execute(CONSTRAINTS.format(old="page_fetch", new="look", old_at="fetched_at", new_at="looked_at"))
    for what, old, new in reversed(RENAMES):
        op.execute(f"ALTER {what.format(new, old)}")
