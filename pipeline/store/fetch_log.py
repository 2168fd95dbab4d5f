"""The log of requests for pages, and the history that the plan of the next one goes by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, text

from pipeline.records import FetchHistory
from pipeline.store.tables import page_fetch

GONE = ("http_404", "http_410", "redirected_home")

# A meeting's own day where it is known by now, else the day this text states; not of meetings over or off.
_FACTS = text("""
    SELECT a.id AS article_id, a.first_seen_at,
           ARRAY(SELECT v.first_seen_at FROM store.article_version v
                  WHERE v.article_id = a.id AND v.reprocessed_at IS NULL ORDER BY v.number) AS texts_at,
           coalesce(newest.developing, false) AS developing,
           EXISTS (SELECT FROM store.withdrawal w
                    WHERE w.article_id = a.id AND w.restored_at IS NULL) AS withdrawn,
           ARRAY(SELECT DISTINCT ARRAY[coalesce(s.earliest, m.earliest), coalesce(s.latest, m.latest)]
                   FROM store.meeting_mention m
                   LEFT JOIN store.meeting_evidence e ON e.mention_id = m.id
                   LEFT JOIN LATERAL (SELECT * FROM store.meeting_version
                                       WHERE meeting_id = e.meeting_id ORDER BY number DESC LIMIT 1) s ON true
                  WHERE m.version_id = newest.id
                    AND coalesce(s.status, m.status) NOT IN ('cancelled', 'denied', 'held')
                    AND coalesce(s.earliest, m.earliest) IS NOT NULL) AS meeting_days,
           EXISTS (SELECT FROM store.article_address d JOIN store.tombstone USING (address)
                    WHERE d.article_id = a.id) AS ignored
      FROM store.article a
      LEFT JOIN LATERAL (SELECT id, developing FROM store.article_version
                          WHERE article_id = a.id ORDER BY number DESC LIMIT 1) newest ON true
     WHERE a.id = :id
""")
_WAITING_HOSTS = text("""
    SELECT DISTINCT lower(substring(a.url FROM '^https?://([^/?#]+)')) AS host
      FROM store.work w JOIN store.article a ON a.id = w.subject_id
     WHERE w.stage = 'fetch' AND w.due_at BETWEEN :since AND :now
""")


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """One line of the log of fetches."""

    stage: str
    outcome: str
    status: int | None = None
    size: int = 0
    elapsed_s: float = 0.0
    page_id: int | None = None
    detail: str = ""


def fetch_history(conn: Connection, article_id: int) -> FetchHistory:
    """What we know of one article."""
    row = conn.execute(_FACTS, {"id": article_id}).one()
    days = tuple((first, last) for first, last in row.meeting_days)
    return FetchHistory(row.first_seen_at, tuple(row.texts_at), row.developing, row.withdrawn, days, row.ignored)


def record_fetch(conn: Connection, article_id: int, record: FetchRecord, *, now: datetime) -> None:
    """Write one line of the log."""
    conn.execute(
        insert(page_fetch).values(
            article_id=article_id,
            fetched_at=now,
            stage=record.stage,
            outcome=record.outcome,
            status=record.status,
            bytes=record.size,
            elapsed_ms=round(record.elapsed_s * 1000),
            page_id=record.page_id,
            detail=record.detail[:1000].replace("\x00", ""),
        )
    )


def hosts_with_first_fetches(conn: Connection, *, since: datetime, now: datetime) -> Sequence[str]:
    """host or host:port of every page that has waited for its first fetch since then at most."""
    return conn.scalars(_WAITING_HOSTS, {"since": since, "now": now}).all()
