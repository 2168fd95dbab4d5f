"""Kept pages that can be reprocessed, their previous results, and the effects of reprocessing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

# The page of the newest text; where there is no text yet, the newest page.
_TARGETS = text("""
    WITH candidates AS (
        SELECT DISTINCT article_id FROM store.page WHERE fetched_at >= :since AND fetched_at < :until)
    SELECT a.id AS article_id, p.id AS page_id, v.id AS version_id,
           NOT EXISTS (SELECT FROM store.page_body b
                        WHERE b.page_id = p.id AND b.fetched_at = p.fetched_at) AS let_go
      FROM candidates c
      JOIN store.article a ON a.id = c.article_id AND a.same_as IS NULL
      JOIN store.feed f ON f.id = a.feed_id AND (CAST(:feed AS text) IS NULL OR f.key = :feed)
      LEFT JOIN LATERAL (SELECT id, page_id, published_at FROM store.article_version
                          WHERE article_id = a.id ORDER BY number DESC LIMIT 1) v ON true
      JOIN store.page p ON p.id = coalesce(v.page_id, (SELECT id FROM store.page WHERE article_id = a.id
                                                        ORDER BY fetched_at DESC, id DESC LIMIT 1))
     WHERE p.fetched_at >= :since AND p.fetched_at < :until
       AND NOT EXISTS (SELECT FROM store.work w WHERE w.stage = 'process' AND w.subject_id = p.id)
       AND NOT EXISTS (SELECT FROM store.article_address d JOIN store.tombstone USING (address)
                        WHERE d.article_id = a.id)
     ORDER BY coalesce(v.published_at, p.fetched_at), a.id
""")
_FEED = text("SELECT EXISTS (SELECT FROM store.feed WHERE key = :key)")
_THEN = text("""
    SELECT v.id, v.text_hash, v.published_at, v.byline, v.kind, v.language, v.agency,
           ARRAY(SELECT DISTINCT topic FROM store.topic_tag WHERE version_id = v.id) AS topics
      FROM store.article_version v WHERE v.id = ANY(:ids)
""")
_MENTIONS = text("""
    SELECT version_id, status, participant_ids, countries, place_name, edtf, previous_edtf, format, quote
      FROM store.meeting_mention WHERE version_id = ANY(:ids)
""")
_NEWEST = text("SELECT max(id) FROM store.article_version WHERE article_id = :id")
# In the order in which they were said.
_REPORTS = text("""
    SELECT m.id FROM store.meeting_mention m
      JOIN store.article_version v ON v.id = m.version_id
      JOIN store.article a ON a.id = v.article_id
      JOIN store.feed f ON f.id = a.feed_id AND (CAST(:feed AS text) IS NULL OR f.key = :feed)
     WHERE v.first_seen_at >= :since AND v.first_seen_at < :until
       AND (EXISTS (SELECT FROM store.meeting_evidence e WHERE e.mention_id = m.id)
            OR EXISTS (SELECT FROM store.meeting_possible e WHERE e.mention_id = m.id))
     ORDER BY v.published_at, m.id
""")
_MARK = text("""
    SELECT (SELECT coalesce(max(id), 0) FROM store.meeting_version),
           (SELECT coalesce(max(id), 0) FROM store.alert)
""")
_MEETINGS = text("""
    SELECT s.meeting_id, ARRAY(SELECT coalesce(d.en, p.who ->> 'name')
                    FROM jsonb_array_elements(s.participants) WITH ORDINALITY p (who, number)
             LEFT JOIN store.person_name d ON d.person_id = p.who ->> 'id' ORDER BY p.number) AS participants,
           b.status AS old_status, s.status, b.edtf AS old_date, s.edtf AS date,
           b.place_name AS old_place, s.place_name AS place, m.quote
      FROM (SELECT DISTINCT ON (meeting_id) * FROM store.meeting_version
             WHERE id > :mark ORDER BY meeting_id, number DESC) s
      JOIN store.meeting_mention m ON m.id = s.proof_mention_id
      LEFT JOIN LATERAL (SELECT * FROM store.meeting_version
                          WHERE meeting_id = s.meeting_id AND id <= :mark ORDER BY number DESC LIMIT 1) b ON true
     ORDER BY s.meeting_id
""")
_ALERTS = text("SELECT id, change, key, payload FROM store.alert WHERE id > :mark ORDER BY id")


@dataclass(frozen=True, slots=True)
class ReprocessTarget:
    """A kept page to reprocess; `version_id` None if it never gave a text."""

    article_id: int
    page_id: int
    version_id: int | None
    let_go: bool


@dataclass(frozen=True, slots=True)
class RecordsMark:
    """Where the meetings' records ended at a moment."""

    meeting_version: int
    alert: int


def pages_to_read(conn: Connection, since: datetime, until: datetime, feed: str | None) -> list[ReprocessTarget]:
    """One page for each article, fetched in [since, until), in the order of publication."""
    rows = conn.execute(_TARGETS, {"since": since, "until": until, "feed": feed})
    return [ReprocessTarget(*row) for row in rows]


def reports_to_link(conn: Connection, since: datetime, until: datetime, feed: str | None) -> Sequence[int]:
    """The mentions first seen in [since, until) that were linked, or kept apart."""
    return conn.scalars(_REPORTS, {"since": since, "until": until, "feed": feed}).all()


def feed_exists(conn: Connection, key: str) -> bool:
    """Whether any feed was ever read under that key."""
    return bool(conn.scalar(_FEED, {"key": key}))


def earlier_findings(conn: Connection, version_ids: Collection[int]) -> dict[int, tuple[Any, list[Any]]]:
    """The row of each version, with its topics, and the rows of its mentions."""
    ids = list(version_ids)
    found: dict[int, tuple[Any, list[Any]]] = {row.id: (row, []) for row in conn.execute(_THEN, {"ids": ids})}
    for row in conn.execute(_MENTIONS, {"ids": ids}):
        found[row.version_id][1].append(row)
    return found


def newest_version(conn: Connection, article_id: int) -> int | None:
    """The current version of an article."""
    newest: int | None = conn.scalars(_NEWEST, {"id": article_id}).one()
    return newest


def mark(conn: Connection) -> RecordsMark:
    """Remember where the records end; only the one writer of the timeline may rely on it."""
    return RecordsMark(*conn.execute(_MARK).one())


def meetings_since(conn: Connection, mark: RecordsMark) -> list[dict[str, Any]]:
    """Meetings with a newly recorded state since then: before and after."""
    return [dict(row._mapping) for row in conn.execute(_MEETINGS, {"mark": mark.meeting_version})]


def alerts_since(conn: Connection, mark: RecordsMark) -> list[dict[str, Any]]:
    """Alerts written since."""
    return [dict(row._mapping) for row in conn.execute(_ALERTS, {"mark": mark.alert})]
