"""Edits: the changes of each new version of an article, stored with the version, append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from pipeline.records import Revision
from pipeline.store.articles import clean
from pipeline.store.tables import revision, revision_change

_NO_NOTICE = "repeat"  # the one mark that owns up to no change
_OF_THE_TEXT = ("fact", "content", "wording")


def silently_replaced(conn: Connection, version_id: int) -> int | None:
    """The version whose text this one changed without any notice of it; None where no text was replaced."""
    found = (
        select(revision.c.previous_id)
        .where(revision.c.version_id == version_id, revision.c.kind.in_(_OF_THE_TEXT))
        .where(revision.c.marker.is_(None) | (revision.c.marker == _NO_NOTICE))
    )
    return conn.scalars(found).one_or_none()


def save_revision(
    conn: Connection, version_id: int, previous_id: int | None, made: Revision, *, now: datetime
) -> None:
    """Save the difference between a version and the one before it (`previous_id`; None: it is the first)."""
    conn.execute(
        insert(revision).values(
            version_id=version_id,
            previous_id=previous_id,
            kind=made.kind,
            facts=list(made.facts),
            marker=made.marker,
            marker_text=clean(made.marker_text),
            recorded_at=now,
        )
    )
    rows = [
        {
            "version_id": version_id,
            "number": number,
            "change": change.change,
            "field": change.field,
            "old_text": clean(change.old),
            "new_text": clean(change.new),
            "facts": list(change.facts),
        }
        for number, change in enumerate(made.changes, start=1)
    ]
    if rows:
        conn.execute(insert(revision_change), rows)
