"""Wire clusters: the articles of each dispatch. Correct with any number of concurrent writers.

Every text is published first: its fingerprint by `process`, its cluster of one by `found_clusters`, both
committed. Then it is looked up, and clusters are united under row locks taken in one order. A run killed in
between leaves texts alone; they are still on the work list, and looking them up again unites them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

_FOUND = text("""
    WITH new AS (
        SELECT v.article_id, v.id AS version_id
          FROM store.article_version v
         WHERE v.id = ANY(:versions) AND v.number = 1
           AND NOT EXISTS (SELECT FROM store.wire_member m WHERE m.article_id = v.article_id)
         ORDER BY v.article_id),
    clusters AS (
        INSERT INTO store.wire_cluster (id, lead_article_id, created_at)
        SELECT article_id, article_id, :now FROM new ON CONFLICT DO NOTHING)
    INSERT INTO store.wire_member (article_id, cluster_id, version_id, kind, joined_at)
    SELECT article_id, article_id, version_id, 'lead', :now FROM new ON CONFLICT DO NOTHING
""")
_HOMES = text("SELECT article_id, cluster_id FROM store.wire_member WHERE article_id = ANY(:ids)")
_LOCK = text("SELECT id FROM store.wire_cluster WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
_CLUSTERS = text("""
    SELECT c.id, c.update_of, c.merged_into, lead.version_id AS lead_version_id,
           (SELECT count(*) FROM store.wire_member m WHERE m.cluster_id = c.id) AS size
      FROM store.wire_cluster c
      JOIN store.wire_member lead ON lead.article_id = c.lead_article_id
     WHERE c.id = ANY(:ids)
""")
_FOLD = text("""
    WITH moved AS (
        UPDATE store.wire_member m SET cluster_id = f.kept
          FROM unnest(CAST(:folded AS bigint[]), CAST(:kept AS bigint[])) AS f(folded, kept)
         WHERE m.cluster_id = f.folded
     RETURNING m.article_id, m.cluster_id),
    pointed AS (
        UPDATE store.wire_cluster c SET merged_into = f.kept
          FROM unnest(CAST(:folded AS bigint[]), CAST(:kept AS bigint[])) AS f(folded, kept)
         WHERE c.id = f.folded)
    INSERT INTO store.wire_move (article_id, cluster_id, moved_at)
    SELECT article_id, cluster_id, :now FROM moved ON CONFLICT DO NOTHING
""")
_SAVE = text("""
    UPDATE store.wire_cluster c SET lead_article_id = s.lead, update_of = s.update_of
      FROM unnest(CAST(:ids AS bigint[]), CAST(:leads AS bigint[]), CAST(:updates AS bigint[]))
           AS s(id, lead, update_of)
     WHERE c.id = s.id
""")
_KINDS = text("""
    UPDATE store.wire_member m SET kind = k.kind, matched_version_id = k.matched
      FROM unnest(CAST(:articles AS bigint[]), CAST(:kinds AS text[]), CAST(:matched AS bigint[]))
           AS k(article_id, kind, matched)
     WHERE m.article_id = k.article_id
""")
_EDGES = text("""
    INSERT INTO store.wire_edge
           (version_id, other_version_id, kind, of_version, of_other, jaccard, differing, found_at)
    SELECT version_id, other, kind, of_version, of_other, jaccard, CAST(differing AS text[]), :now
      FROM unnest(CAST(:versions AS bigint[]), CAST(:others AS bigint[]), CAST(:kinds AS text[]),
                  CAST(:of_version AS float[]), CAST(:of_other AS float[]), CAST(:jaccard AS float[]),
                  CAST(:differing AS text[]))
           AS e(version_id, other, kind, of_version, of_other, jaccard, differing)
        ON CONFLICT DO NOTHING
""")
_MEMBERS = text("SELECT article_id, version_id, cluster_id FROM store.wire_member WHERE cluster_id = ANY(:ids)")


def found_clusters(conn: Connection, version_ids: Collection[int], *, now: datetime) -> None:
    """Give each article that has none a cluster of its own; commit before looking anything up."""
    conn.execute(_FOUND, {"versions": sorted(version_ids), "now": now})


def homes(conn: Connection, article_ids: Iterable[int]) -> dict[int, int]:
    """The cluster of each article; articles that have none yet are not among them."""
    rows = conn.execute(_HOMES, {"ids": sorted(set(article_ids))})
    return {article_id: cluster_id for article_id, cluster_id in rows}


def lock_homes(conn: Connection, article_ids: Collection[int]) -> dict[int, int]:
    """Lock the clusters of these articles, always in one order, and return them as they are under the lock."""
    while True:
        before = homes(conn, article_ids)
        attempt = conn.begin_nested()
        conn.execute(_LOCK, {"ids": sorted(set(before.values()))})
        now = homes(conn, article_ids)
        if set(now.values()) <= set(before.values()):
            attempt.commit()
            return now
        attempt.rollback()  # a cluster was merged while we waited: release all locks before taking others


def load_clusters(conn: Connection, ids: Collection[int]) -> list[Mapping[str, int]]:
    """id, size, update_of and the lead's version of each cluster."""
    return [dict(row._mapping) for row in conn.execute(_CLUSTERS, {"ids": sorted(ids)})]


def members_of(conn: Connection, cluster_ids: Collection[int]) -> list[tuple[int, int, int]]:
    """(article, version, cluster) of everything in these clusters."""
    return [tuple(row) for row in conn.execute(_MEMBERS, {"ids": sorted(cluster_ids)})]


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """The relation found between two texts: shares of distinct word runs, 0..1."""

    version_id: int
    other_version_id: int
    kind: str
    of_version: float
    of_other: float
    jaccard: float
    differing: tuple[str, ...]


def fold(conn: Connection, merges: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """Move the members of each (kept, folded) over; the folded cluster stays as a pointer for readers."""
    kept_of = {folded: kept for kept, folded in merges}
    folded = sorted(kept_of)
    conn.execute(_FOLD, {"folded": folded, "kept": [_root(kept_of, f) for f in folded], "now": now})


def save_clusters(conn: Connection, rows: Sequence[tuple[int, int, int | None]]) -> None:
    """Write (cluster, article that leads it, cluster it is an update of)."""
    ids, leads, updates = (list(column) for column in zip(*rows, strict=True))
    conn.execute(_SAVE, {"ids": ids, "leads": leads, "updates": updates})


def save_kinds(conn: Connection, kinds: Sequence[tuple[int, str, int | None]]) -> None:
    """Write (article, kind, version it is a copy of)."""
    if kinds:
        articles, names, matched = (list(column) for column in zip(*kinds, strict=True))
        conn.execute(_KINDS, {"articles": articles, "kinds": names, "matched": matched})


def save_edges(conn: Connection, edges: Sequence[EdgeRow], *, now: datetime) -> None:
    """Store relations between texts; earlier ones are kept."""
    if not edges:
        return
    values = {
        "versions": [edge.version_id for edge in edges],
        "others": [edge.other_version_id for edge in edges],
        "kinds": [edge.kind for edge in edges],
        "of_version": [round(edge.of_version, 3) for edge in edges],
        "of_other": [round(edge.of_other, 3) for edge in edges],
        "jaccard": [round(edge.jaccard, 3) for edge in edges],
        "differing": ["{" + ",".join(edge.differing) + "}" for edge in edges],
    }
    conn.execute(_EDGES, values | {"now": now})


def _root(kept_of: Mapping[int, int], cluster_id: int) -> int:
    while cluster_id in kept_of:
        cluster_id = kept_of[cluster_id]
    return cluster_id
