"""Pages of archives: kept under a feed of their outlet that is never polled, whose news alerts no one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from pipeline.records import Response
from pipeline.store import work
from pipeline.store.addresses import ensure_articles
from pipeline.store.pages import save_page

# The outlet's own name and zone where a feed of its domain is known.
_FEED = text(r"""
    INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, agency, enabled, created_at)
    SELECT 'archive:' || :domain, 'http://' || :domain || '/', coalesce(f.outlet, :domain), 'archive',
           coalesce(f.language, :language), coalesce(f.zone, 'UTC'), coalesce(f.country, 'INT'),
           coalesce(f.kind, 'newspaper'), f.agency, false, :now
      FROM (SELECT 1) one
      LEFT JOIN LATERAL (SELECT * FROM store.feed
                          WHERE key NOT LIKE 'archive:%' AND substring(url FROM '^[a-z]+://([^/:]+)') ~ :ends
                          ORDER BY id LIMIT 1) f ON true
        ON CONFLICT (key) DO UPDATE SET key = excluded.key
 RETURNING id
""")
_OF_ARCHIVE = text("""
    SELECT f.key LIKE 'archive:%'
      FROM store.article_version v
      JOIN store.article a ON a.id = v.article_id
      JOIN store.feed f ON f.id = a.feed_id
     WHERE v.id = :version_id
""")
_OWNER = text("SELECT feed_id FROM store.article WHERE id = :id")
_PROGRESS = text("SELECT records, is_done FROM store.archive_import WHERE file = :file AND size = :size")
_RECORD = text("""
    INSERT INTO store.archive_import (file, size, records, is_done, updated_at)
    VALUES (:file, :size, :records, :done, :now)
    ON CONFLICT (file, size) DO UPDATE
       SET records = excluded.records, is_done = excluded.is_done, updated_at = excluded.updated_at
""")


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How much of a file is in the database."""

    records: int = 0
    is_done: bool = False


def archive_feed(conn: Connection, domain: str, language: str, *, now: datetime) -> int:
    """The feed that the pages of a registrable domain are kept under."""
    ends = r"(^|\.)" + domain.replace(".", r"\.") + "$"
    values = {"domain": domain, "language": language, "ends": ends, "now": now}
    return int(conn.execute(_FEED, values).scalar_one())


def add_page(conn: Connection, feed_id: int, key: str, response: Response, *, now: datetime) -> str:
    """Keep a page and put it on the list of `process`; returns the reason it is counted by.

    An article that a live feed brought is left alone: it is fetched again by its own plan.
    """
    owned = ensure_articles(conn, feed_id, {key: response.url}, now=response.fetched_at)
    if key not in owned:
        return "ignored"
    article_id = owned[key]
    if conn.scalar(_OWNER, {"id": article_id}) != feed_id:
        return "known_article"
    work.drop(conn, "fetch", article_id)
    work.add(conn, "process", [save_page(conn, article_id, response)], due_at=now)
    return "pages"


def is_archived(conn: Connection, version_id: int) -> bool:
    """Whether a text came from an archive."""
    return bool(conn.scalar(_OF_ARCHIVE, {"version_id": version_id}))


def progress_of(conn: Connection, file: str, size: int) -> ImportProgress:
    """How far a file was read before."""
    row = conn.execute(_PROGRESS, {"file": file, "size": size}).first()
    return ImportProgress(row.records, row.is_done) if row else ImportProgress()


def record_progress(conn: Connection, file: str, size: int, progress: ImportProgress, *, now: datetime) -> None:
    """Note how far a file is read, in the transaction of its pages."""
    values = {"file": file, "size": size, "records": progress.records, "done": progress.is_done, "now": now}
    conn.execute(_RECORD, values)
