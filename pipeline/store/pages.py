"""Raw pages: the bytes as served, compressed, so that every later step can be repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xxhash
import zstandard
from sqlalchemy import Connection, insert, text, update

from pipeline.records import PageHints, Response
from pipeline.store.tables import article_version, page, page_body

# Bigger than any article page; a bomb must not unfold when it is read back.
MAX_PAGE_BYTES = 10 * 1024 * 1024
_KEPT_HEADERS = ("content-type", "etag", "last-modified", "content-language", "date")

_TARGETS = text(r"""
    SELECT a.id, a.url, a.feed_id, a.first_seen_at, p.body_hash,
           p.headers ->> 'etag' AS etag, p.headers ->> 'last-modified' AS last_modified,
           l.outcome AS last_outcome,
           (SELECT max(fetched_at) FROM store.page_fetch WHERE article_id = a.id AND status = 200) AS last_in_full,
           EXISTS (SELECT FROM store.feed_item i
                    WHERE i.article_id = a.id AND (i.content_html <> '' OR i.summary <> ''
                           OR i.title ~ '\S+\s+\S+\s+\S'))
               AS has_feed_text, f.url AS feed_url
      FROM store.article a
      JOIN store.feed f ON f.id = a.feed_id
      LEFT JOIN LATERAL (SELECT body_hash, headers FROM store.page
                          WHERE article_id = a.id ORDER BY fetched_at DESC, id DESC LIMIT 1) p ON true
      LEFT JOIN LATERAL (SELECT outcome FROM store.page_fetch
                          WHERE article_id = a.id ORDER BY fetched_at DESC, id DESC LIMIT 1) l ON true
     WHERE a.id = ANY(:ids)
""")
_RAW = text("""
    SELECT p.id, p.article_id, a.url, p.final_url, p.status, p.headers ->> 'content-type' AS content_type, b.body,
           p.fetched_at, a.first_seen_at, f.key AS feed_key, f.url AS feed_url, f.language, f.zone,
           i.title, i.summary, i.content_html, i.published_at
      FROM store.page p
      LEFT JOIN store.page_body b ON b.page_id = p.id AND b.fetched_at = p.fetched_at
      JOIN store.article a ON a.id = p.article_id
      JOIN store.feed f ON f.id = a.feed_id
      LEFT JOIN LATERAL (SELECT title, summary, content_html, published_at FROM store.feed_item
                          WHERE article_id = a.id ORDER BY first_seen_at, id LIMIT 1) i ON true
     WHERE p.id = ANY(:ids)
""")

_NEWEST_KEPT = text("""
    SELECT p.id FROM store.page p JOIN store.page_body b ON b.page_id = p.id AND b.fetched_at = p.fetched_at
     WHERE p.article_id = :article_id AND p.status = 200
     ORDER BY p.fetched_at DESC, p.id DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class FetchTarget:
    """An article whose page is to be asked for, with what its last page said of itself."""

    id: int
    url: str
    feed_id: int
    first_seen_at: datetime
    body_hash: bytes | None  # of the last page; None if it was never fetched
    etag: str | None
    last_modified: str | None
    last_outcome: str | None  # of the last fetch
    last_in_full: datetime | None  # when the page was last had as a whole, not as a 304
    has_feed_text: bool
    feed_url: str = ""  # whose words the feed's are

    @property
    def was_had(self) -> bool:
        """True if a page is kept, not only a placeholder."""
        return self.body_hash is not None and self.body_hash != NO_PAGE


@dataclass(frozen=True, slots=True)
class RawPage:
    """A kept page with everything needed to read it."""

    id: int
    article_id: int
    final_url: str  # after redirects
    feed_key: str
    status: int
    content_type: str | None
    compressed: bytes | None  # None: deleted after its retention period
    hints: PageHints
    feed_content_html: str
    feed_summary: str
    feed_url: str = ""  # whose words the feed's are


def body_hash(body: bytes) -> bytes:
    """16 bytes over the raw page."""
    return xxhash.xxh3_128_digest(body)


NO_PAGE = body_hash(b"")  # the placeholder for a page that could not be fetched


def decompress(compressed: bytes, max_bytes: int = MAX_PAGE_BYTES) -> bytes:
    """The raw bytes of a kept page."""
    return zstandard.ZstdDecompressor().decompress(compressed, max_output_size=max_bytes)


def load_targets(conn: Connection, article_ids: Sequence[int]) -> dict[int, FetchTarget]:
    """What to ask for, by article id."""
    rows = (row._asdict() for row in conn.execute(_TARGETS, {"ids": list(article_ids)}))
    # The driver's memoryview of a column never equals the bytes it holds.
    return {
        row["id"]: FetchTarget(**row | {"body_hash": row["body_hash"] and bytes(row["body_hash"])}) for row in rows
    }


def save_page(conn: Connection, article_id: int, response: Response) -> int:
    """Store a page; returns its id. An empty body is the placeholder for a page that could not be fetched."""
    page_id: int = conn.scalars(
        insert(page)
        .values(
            article_id=article_id,
            final_url=response.final_url,
            status=response.status,
            headers={name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers},
            body_hash=body_hash(response.body),
            size=len(response.body),
            fetched_at=response.fetched_at,
        )
        .returning(page.c.id)
    ).one()
    body = zstandard.ZstdCompressor(level=6).compress(response.body)
    conn.execute(insert(page_body).values(page_id=page_id, fetched_at=response.fetched_at, body=body))
    return page_id


def touch_latest_version(conn: Connection, article_id: int, *, now: datetime) -> None:
    """The page still says the same: only last_seen_at moves."""
    conn.execute(
        update(article_version)
        .where(article_version.c.article_id == article_id)
        .where(
            article_version.c.number
            == text("(SELECT max(number) FROM store.article_version WHERE article_id = :a)").bindparams(
                a=article_id
            )
        )
        .values(last_seen_at=now)
    )


def newest_kept_page(conn: Connection, article_id: int) -> RawPage | None:
    """The last page of an article whose bytes are still kept; None if there is none."""
    page_id = conn.scalar(_NEWEST_KEPT, {"article_id": article_id})
    return None if page_id is None else load_pages(conn, [page_id])[page_id]


def load_pages(conn: Connection, page_ids: Sequence[int]) -> dict[int, RawPage]:
    """Kept pages by id, with what feed and outlet say of them."""
    pages = {}
    for row in conn.execute(_RAW, {"ids": list(page_ids)}):
        hints = PageHints(
            url=row.url,
            title=row.title or "",
            summary=row.summary or "",
            published=row.published_at,
            language=row.language,
            zone=row.zone,
            fetched_at=row.fetched_at,
            first_seen_at=row.first_seen_at,
        )
        pages[row.id] = RawPage(
            id=row.id,
            article_id=row.article_id,
            final_url=row.final_url,
            feed_key=row.feed_key,
            status=row.status,
            content_type=row.content_type,
            compressed=None if row.body is None else bytes(row.body),
            hints=hints,
            feed_content_html=row.content_html or "",
            feed_summary=row.summary or "",
            feed_url=row.feed_url,
        )
    return pages
