"""Stories: dispatches about one event. One writer at a time."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
    SELECT q.place, ARRAY(
               SELECT s.id FROM store.story s
                WHERE s.terms && q.terms AND s.last_at BETWEEN q.since AND q.until
                ORDER BY cardinality(ARRAY(SELECT unnest(s.terms) INTERSECT SELECT unnest(q.terms))) DESC, s.id
                LIMIT :most) AS ids
      FROM jsonb_to_recordset(CAST(:asked AS jsonb))
        AS q (place integer, terms integer[], since timestamptz, until timestamptz)
     ORDER BY q.place
""")
_STORIES = text("SELECT id, last_at, size, terms, weights FROM store.story WHERE id = ANY(:ids)")
_SAVE = text("""
    INSERT INTO store.story (id, started_at, last_at, size, terms, weights)
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS n (id bigint, started_at timestamptz, last_at timestamptz, size integer,
              terms integer[], weights real[])
    ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at, size = excluded.size, terms = excluded.terms,
                                   weights = excluded.weights,
                                   started_at = least(story.started_at, excluded.started_at)
""")
_JOIN = text("""
    INSERT INTO store.story_member (cluster_id, story_id, likeness, joined_at)
    SELECT cluster_id, story_id, likeness, :now FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS n (cluster_id bigint, story_id bigint, likeness float)
    ON CONFLICT DO NOTHING
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


@dataclass(frozen=True, slots=True)
class Joined:
    """A dispatch and the story it is put into; no `likeness` where it begins the story."""

    cluster_id: int
    story_id: int
    likeness: float | None
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
    conn: Connection, asked: Sequence[tuple[Sequence[int], datetime]], window: timedelta
) -> list[list[StoryState]]:
    """Stories with a report within `window` that share words: for each text, by its words and moment."""
    values = [
        {"place": n, "terms": list(terms), "since": str(at - window), "until": str(at + window)}
        for n, (terms, at) in enumerate(asked)
    ]
    found = [row.ids for row in conn.execute(_NEARBY, {"asked": json.dumps(values), "most": MAX_STORIES})]
    wanted = {story_id for ids in found for story_id in ids}
    known = {
        row.id: StoryState(row.id, row.last_at, row.size, dict(zip(row.terms, row.weights, strict=True)))
        for row in conn.execute(_STORIES, {"ids": sorted(wanted)})
    }
    return [[known[story_id] for story_id in ids] for ids in found]


def as_stored(story: StoryState) -> StoryState:
    """The story with the digits that are kept: it must not matter whether it was read back meanwhile."""
    return replace(story, centroid={term: round(weight, 4) for term, weight in story.centroid.items()})


def save_stories(
    conn: Connection, changed: Collection[StoryState], members: Sequence[Joined], *, now: datetime
) -> None:
    """Write the middle, size and times of stories (see `as_stored`), and put the dispatches into them."""
    first: dict[int, datetime] = {}
    for member in members:
        first[member.story_id] = min(member.published_at, first.get(member.story_id, member.published_at))
    rows = []
    for story in changed:
        terms = sorted(story.centroid)
        weights = [story.centroid[term] for term in terms]
        times = {"started_at": first[story.id].isoformat(), "last_at": story.last_at.isoformat()}
        rows.append({"id": story.id, "size": story.size, "terms": terms, "weights": weights} | times)
    joining = [{"cluster_id": m.cluster_id, "story_id": m.story_id, "likeness": m.likeness} for m in members]
    conn.execute(_SAVE, {"rows": json.dumps(rows)})
    conn.execute(_JOIN, {"rows": json.dumps(joining), "now": now})


def load_memory(conn: Connection) -> tuple[int, bytes]:
    """The number of documents read, and the counts of their words; zero at first."""
    row = conn.execute(text("SELECT documents, counts FROM store.story_memory WHERE id = 1")).first()
    return (row.documents, bytes(row.counts)) if row else (0, b"")


def keep_memory(conn: Connection, documents: int, counts: bytes) -> None:
    """Save what was learnt. Counts of a killed run are lost, which is acceptable: they are estimates."""
    conn.execute(_KEEP, {"documents": documents, "counts": counts})
