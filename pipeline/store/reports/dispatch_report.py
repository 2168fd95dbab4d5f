"""One dispatch to read: its copies in order of time, what each is, where it comes from, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

_FIND = text("""
    SELECT m.cluster_id FROM store.wire_member m JOIN store.article a ON a.id = m.article_id
     WHERE a.url = :what OR (CAST(:number AS bigint) IS NOT NULL AND a.id = CAST(:number AS bigint))
     ORDER BY a.url = :what DESC LIMIT 1
""")
_STANDING = text("""
    WITH RECURSIVE up AS (
        SELECT id, merged_into FROM store.wire_cluster WHERE id = CAST(:number AS bigint)
         UNION ALL
        SELECT c.id, c.merged_into FROM store.wire_cluster c JOIN up ON c.id = up.merged_into)
    SELECT id FROM up WHERE merged_into IS NULL
""")
_HEAD = text("SELECT * FROM wirewatch.dispatches WHERE dispatch_id = :id")
_COPIES = text("""
    SELECT c.*, v.body, other.body AS other_body
      FROM wirewatch.copies c
      JOIN store.article_version v ON v.id = c.version_id
      LEFT JOIN store.wire_member m ON m.article_id = c.article_id
      LEFT JOIN store.article_version other ON other.id = m.matched_version_id
     WHERE c.dispatch_id = :id
     ORDER BY c.published_at, c.url
""")
_ORIGINS = text("""
    SELECT o.agency, o.role, o.rule, o.confidence, o.evidence, o.url
      FROM wirewatch.origins o JOIN store.wire_member m ON m.version_id = o.version_id
     WHERE m.cluster_id = :id
     ORDER BY o.role = 'origin' DESC, o.confidence DESC, o.published_at, o.url
""")
_UPDATES = text("""
    SELECT dispatch_id, lead_title, lead_outlet, lead_published_at, update_of FROM wirewatch.dispatches
     WHERE update_of = :id OR dispatch_id = (SELECT update_of FROM wirewatch.dispatches WHERE dispatch_id = :id)
     ORDER BY lead_published_at
""")


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy; shares are of its words in what it was compared with, and the other way."""

    outlet: str
    url: str
    title: str
    published_at: datetime
    kind: str
    jaccard: float | None
    found_in_other: float | None
    other_found_in: float | None
    other_url: str | None
    body: str
    other_body: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """An agency that one of the copies names."""

    agency: str
    role: str
    rule: str
    confidence: float
    evidence: str
    url: str


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A dispatch with all that is known of it."""

    id: int
    lead_url: str
    origin: str | None
    outlets: int
    copies: tuple[Copy, ...]
    agencies: tuple[Named, ...]
    related: tuple[tuple[int, str, str], ...]  # (dispatch, "earlier" or "update", title)


def find_dispatch(conn: Connection, what: str) -> int | None:
    """The dispatch of an article's address, of an article's number, or of its own, merged away or not."""
    number = int(what) if what.isdecimal() and len(what) < 19 else None
    values = {"what": what, "number": number}
    found = conn.scalars(_STANDING, values).first() or conn.scalars(_FIND, values).first()
    return int(found) if found is not None else None


def load_dispatch(conn: Connection, dispatch_id: int) -> Dispatch:
    """Everything about a dispatch that `find_dispatch` has found."""
    values = {"id": dispatch_id}
    head = conn.execute(_HEAD, values).one()
    copies = tuple(
        Copy(**{name: getattr(row, name) for name in Copy.__dataclass_fields__})
        for row in conn.execute(_COPIES, values)
    )
    agencies = dict.fromkeys(Named(*row) for row in conn.execute(_ORIGINS, values))
    related = tuple(
        (row.dispatch_id, "update" if row.update_of == dispatch_id else "earlier", row.lead_title)
        for row in conn.execute(_UPDATES, values)
    )
    return Dispatch(dispatch_id, head.lead_url, head.origin, head.outlets, copies, tuple(agencies), related)
