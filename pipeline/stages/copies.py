"""The copy part of link: a text into the wire cluster of its dispatch."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.dedupe.compare import MIN_SHARED_KEYS
from pipeline.dedupe.group import best_copy, kind_of_copy, may_unite
from pipeline.store import clusters
from pipeline.store.clusters import Membership, Text

LOOK_BACK = timedelta(hours=72)  # worth more than any finer measure: old news looks like new news


def place_text(conn: Connection, version_id: int, now: datetime) -> str:
    """Put a text into its wire cluster; returns what it is there."""
    new, number = clusters.load_text(conn, version_id)
    if number > 1:
        return "edited"  # an edited page is a new version of its article, not a copy of it
    found = clusters.find_candidates(conn, new, window=LOOK_BACK, min_shared=MIN_SHARED_KEYS)
    best = best_copy(new.fingerprint, [text.fingerprint for text in found])
    pair = [new] if best is None else sorted([new, found[best]], key=lambda t: t.article_id)
    # Members are made in one order by everybody, so that two copies linked at once cannot lock each other out.
    cluster_of = {text.article_id: clusters.ensure_member(conn, text, now=now) for text in pair}
    if best is None:
        return "own_text"
    return _unite(conn, new, cluster_of[new.article_id], cluster_of[found[best].article_id])


def _unite(conn: Connection, new: Text, mine: int, theirs: int) -> str:
    mine, theirs = clusters.lock_roots(conn, mine, theirs)
    ours = clusters.cluster_texts(conn, mine)
    if mine != theirs:
        others = clusters.cluster_texts(conn, theirs)
        sizes = len(ours), len(others)
        if not may_unite(ours[0].fingerprint, others[0].fingerprint, sizes=sizes):
            return "own_text"
        kept, folded = sorted((mine, theirs))
        clusters.merge(conn, kept, folded)
        mine, ours = kept, sorted([*ours, *others], key=lambda t: t.age)
    members = [_membership(text, ours[0]) for text in ours]
    clusters.save_memberships(conn, mine, members)
    kind = next(m.kind for m in members if m.article_id == new.article_id)
    return f"copy_{kind}"


def _membership(text: Text, lead: Text) -> Membership:
    if text.article_id == lead.article_id:
        return Membership(text.article_id, "lead")
    kind, found = kind_of_copy(text.fingerprint, lead.fingerprint)
    return Membership(text.article_id, kind, lead.version_id, round(found.containment, 3), round(found.jaccard, 3))
