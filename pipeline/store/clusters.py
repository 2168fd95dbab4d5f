"""Wire clusters: which articles are one dispatch. Right with any number of writers at once.

Fingerprints are committed by `process` before anybody looks them up here. So of two copies that arrive at the
same moment, the one that looks up later sees the other; clusters are united under row locks taken in one order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.records import Fingerprint
from pipeline.store.tables import wire_cluster, wire_member

MAX_CANDIDATES = 30

_TEXT = """
    SELECT v.article_id, f.version_id, f.scheme, f.exact, f.keys, f.shingles, f.tokens, f.published_at, a.url,
           v.number
      FROM store.fingerprint f
      JOIN store.article_version v ON v.id = f.version_id
      JOIN store.article a ON a.id = v.article_id
"""
_OF_VERSION = text(f"{_TEXT} WHERE f.version_id = :id")
_NEWEST = text(f"{_TEXT} WHERE v.article_id = :id ORDER BY v.number DESC LIMIT 1")
_OF_CLUSTER = text(f"""
    {_TEXT} JOIN store.wire_member m ON m.version_id = f.version_id
     WHERE m.cluster_id = :id
     ORDER BY f.published_at, a.url
""")
_CANDIDATES = text(f"""
    {_TEXT}
     WHERE (f.keys && :keys OR f.exact = :exact)
       AND f.scheme = :scheme
       AND f.published_at BETWEEN :since AND :until
       AND v.article_id <> :article_id
       AND v.number = 1
       AND (f.exact = :exact
            OR cardinality(ARRAY(SELECT unnest(f.keys)
                                 INTERSECT SELECT unnest(CAST(:keys AS bigint[])))) >= :min_shared)
     ORDER BY f.exact = :exact DESC,
              cardinality(ARRAY(SELECT unnest(f.keys)
                                INTERSECT SELECT unnest(CAST(:keys AS bigint[])))) DESC,
              f.published_at, a.url
     LIMIT :limit
""")
_ROOT = text("""
    WITH RECURSIVE up AS (
        SELECT id, merged_into FROM store.wire_cluster WHERE id = :id
         UNION ALL
        SELECT c.id, c.merged_into FROM store.wire_cluster c JOIN up ON c.id = up.merged_into)
    SELECT id FROM up WHERE merged_into IS NULL
""")


@dataclass(frozen=True, slots=True)
class Text:
    """One article's first version as it is compared."""

    article_id: int
    version_id: int
    url: str
    published_at: datetime
    fingerprint: Fingerprint

    @property
    def age(self) -> tuple[datetime, str]:
        """Sorts the earliest copy first, the same way whatever order they arrived in."""
        return self.published_at, self.url


def load_text(conn: Connection, version_id: int) -> tuple[Text, int]:
    """A version's text for comparison, and its number."""
    row = conn.execute(_OF_VERSION, {"id": version_id}).one()
    return _text(row._mapping), row.number


def newest_fingerprint(conn: Connection, article_id: int) -> Fingerprint | None:
    """Of an article's newest text; None where it has none yet."""
    row = conn.execute(_NEWEST, {"id": article_id}).first()
    return _text(row._mapping).fingerprint if row else None


def find_candidates(conn: Connection, new: Text, *, window: timedelta, min_shared: int) -> list[Text]:
    """Texts within `window` of the new one that share enough keys with it to be worth comparing."""
    rows = conn.execute(
        _CANDIDATES,
        {
            "keys": list(new.fingerprint.keys),
            "exact": new.fingerprint.exact,
            "scheme": new.fingerprint.scheme,
            "since": new.published_at - window,
            "until": new.published_at + window,
            "article_id": new.article_id,
            "min_shared": min_shared,
            "limit": MAX_CANDIDATES,
        },
    )
    return [_text(row._mapping) for row in rows]


def _text(row: RowMapping) -> Text:
    return Text(
        article_id=row["article_id"],
        version_id=row["version_id"],
        url=row["url"],
        published_at=row["published_at"],
        fingerprint=Fingerprint(
            scheme=row["scheme"],
            exact=bytes(row["exact"]),
            keys=tuple(row["keys"]),
            shingles=bytes(row["shingles"]),
            tokens=row["tokens"],
        ),
    )


def ensure_member(conn: Connection, who: Text, *, now: datetime) -> int:
    """The article's cluster, a new one of its own if it has none; always a root."""
    mine = select(wire_member.c.cluster_id).where(wire_member.c.article_id == who.article_id)
    found = conn.scalars(mine).first()
    if found is None:
        cluster_id = conn.scalars(
            insert(wire_cluster)
            .values(lead_article_id=who.article_id, created_at=now)
            .returning(wire_cluster.c.id)
        ).one()
        joined = conn.execute(
            upsert(wire_member)
            .values(
                article_id=who.article_id,
                cluster_id=cluster_id,
                version_id=who.version_id,
                kind="lead",
                joined_at=now,
            )
            .on_conflict_do_nothing()
        )
        if joined.rowcount:
            return int(cluster_id)
        # Somebody was faster; an empty cluster of ours must not be seen by anyone.
        conn.execute(wire_cluster.delete().where(wire_cluster.c.id == cluster_id))
        found = conn.scalars(mine).one()
    return root_of(conn, found)


def root_of(conn: Connection, cluster_id: int) -> int:
    """Follow merges to the cluster that stands today."""
    return int(conn.scalars(_ROOT, {"id": cluster_id}).one())


def lock_roots(conn: Connection, first: int, second: int) -> tuple[int, int]:
    """Lock two clusters for uniting, always in one order, and return their roots as they are under the lock."""
    while True:
        pair = sorted({root_of(conn, first), root_of(conn, second)})
        attempt = conn.begin_nested()
        conn.execute(
            select(wire_cluster.c.id)
            .where(wire_cluster.c.id.in_(pair))
            .order_by(wire_cluster.c.id)
            .with_for_update()
        ).all()
        roots = root_of(conn, first), root_of(conn, second)
        if sorted(set(roots)) == pair:
            attempt.commit()
            return roots
        attempt.rollback()  # a root was folded while we waited: let go of all before taking others


def cluster_texts(conn: Connection, cluster_id: int) -> list[Text]:
    """Every member's text, earliest first."""
    rows = conn.execute(_OF_CLUSTER, {"id": cluster_id})
    return [_text(row._mapping) for row in rows]


@dataclass(frozen=True, slots=True)
class Membership:
    """How one article stands to the lead of its cluster."""

    article_id: int
    kind: str  # lead, exact, near, shortened, extended, indirect
    matched_version_id: int | None = None
    containment: float | None = None
    jaccard: float | None = None


def merge(conn: Connection, kept: int, folded: int) -> None:
    """Fold one root into another; the folded one stays as a pointer for readers."""
    conn.execute(update(wire_member).where(wire_member.c.cluster_id == folded).values(cluster_id=kept))
    conn.execute(update(wire_cluster).where(wire_cluster.c.id == folded).values(merged_into=kept))


def save_memberships(conn: Connection, cluster_id: int, members: Sequence[Membership]) -> None:
    """Write each member's kind and the cluster's lead."""
    for member in members:
        conn.execute(
            update(wire_member)
            .where(wire_member.c.article_id == member.article_id)
            .values(
                kind=member.kind,
                matched_version_id=member.matched_version_id,
                containment=member.containment,
                jaccard=member.jaccard,
            )
        )
        if member.kind == "lead":
            conn.execute(
                update(wire_cluster)
                .where(wire_cluster.c.id == cluster_id)
                .values(lead_article_id=member.article_id)
            )
