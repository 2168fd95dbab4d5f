"""${message}.

Views are made anew after the last migration: drop here the ones that use a column you change.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""

from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Towards this revision."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Back to the one before, rows kept where they have a place there."""
    ${downgrades if downgrades else "pass"}
