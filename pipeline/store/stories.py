"""Stories: dispatches about one event. One writer at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, text

from pipeline.records import StoryState

STORY_LOCK = 0x73746F72  # "stor"
MAX_STORIES = 60  # looked at for one text

_LEADS = text("""
    SELECT v.id AS version_id, c.id AS cluster_id, v.title, left(v.body, 4000) AS body, v.published_at
      FROM store.article_version v
      JOIN store.wire_member m ON m.article_id = v.article_id AND m.version_id = v.id
      JOIN store.wire_cluster c ON c.id = m.cluster_id AND c.lead_article_id = m.article_id
     WHERE v.id = ANY(:ids)
       AND NOT EXISTS (SELECT FROM store.story_member s JOIN store.wire_member n ON n.article_id = s.cluster_id
                        WHERE n.cluster_id = c.id)
     ORDER BY v.published_at, v.id
""")
_NEARBY = text("""
    SELECT s.id, s.last_at, s.size, s.terms, s.weights
      FROM store.story s
     WHERE s.terms && CAST(:terms AS integer[])
       AND s.last_at BETWEEN :since AND :until
     ORDER BY cardinality(ARRAY(SELECT unnest(s.terms) INTERSECT SELECT unnest(CAST(:terms AS integer[])))) DESC,
              s.id
     LIMIT :most
""")
_SAVE = text("""
    INSERT INTO store.story (id, started_at, last_at, size, terms, weights)
    VALUES (:id, :published, :last_at, :size, CAST(:terms AS integer[]), CAST(:weights AS real[]))
    ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at, size = excluded.size, terms = excluded.terms,
                                   weights = excluded.weights,
                                   started_at = least(story.started_at, excluded.started_at)
""")
_JOIN = text("""
    INSERT INTO store.story_member (cluster_id, story_id, likeness, joined_at)
    VALUES (:cluster, :story, :likeness, :now) ON CONFLICT DO NOTHING
""")
_KEEP = text("""
    INSERT INTO store.story_memory (id, documents, counts) VALUES (1, :documents, :counts)
    ON CONFLICT (id) DO UPDATE SET documents = excluded.documents, counts = excluded.counts
""")


@dataclass(frozen=True, slots=True)
class LeadCopy:
    """A lead copy that is in no story yet."""

    version_id: int
    cluster_id: int
    title: str
    body: str
    published_at: datetime


@contextmanager
def story_writer(engine: Engine) -> Iterator[bool]:
    """Hold the advisory lock of the one writer of stories; yields False where another process keeps it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        mine = bool(conn.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": STORY_LOCK}))
        try:
            yield mine
        finally:
            if mine:
                conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": STORY_LOCK})


def new_leads(conn: Connection, version_ids: Sequence[int]) -> list[LeadCopy]:
    """Texts that lead their dispatch, if it is in no story yet, in order of time."""
    rows = conn.execute(_LEADS, {"ids": sorted(version_ids)})
    return [LeadCopy(row.version_id, row.cluster_id, row.title, row.body, row.published_at) for row in rows]


def stories_nearby(
    conn: Connection, terms: Sequence[int], published: datetime, window: timedelta
) -> list[StoryState]:
    """Stories with a report within `window` of a moment that share words with a text."""
    values = {"terms": list(terms), "since": published - window, "until": published + window, "most": MAX_STORIES}
    return [
        StoryState(row.id, row.last_at, row.size, dict(zip(row.terms, row.weights, strict=True)))
        for row in conn.execute(_NEARBY, values)
    ]


def save_story(conn: Connection, story: StoryState, *, published: datetime) -> None:
    """Write a story's middle, its size and the time of its last report."""
    values = {"id": story.id, "published": published, "last_at": story.last_at, "size": story.size}
    terms = sorted(story.centroid)
    conn.execute(_SAVE, values | {"terms": terms, "weights": [round(story.centroid[t], 4) for t in terms]})


def join_story(conn: Connection, cluster_id: int, story_id: int, likeness: float | None, *, now: datetime) -> None:
    """Put a dispatch into a story."""
    conn.execute(_JOIN, {"cluster": cluster_id, "story": story_id, "likeness": likeness, "now": now})


def load_memory(conn: Connection) -> tuple[int, bytes]:
    """The number of documents read, and the counts of their words; zero at first."""
    row = conn.execute(text("SELECT documents, counts FROM store.story_memory WHERE id = 1")).first()
    return (row.documents, bytes(row.counts)) if row else (0, b"")


def keep_memory(conn: Connection, documents: int, counts: bytes) -> None:
    """Save what was learnt. Counts of a killed run are lost, which is acceptable: they are estimates."""
    conn.execute(_KEEP, {"documents": documents, "counts": counts})
