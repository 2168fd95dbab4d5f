"""Articles put straight into the database as `process` leaves them, for tests of what comes after."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, text

from pipeline.dedupe.fingerprint import make_fingerprint
from pipeline.dedupe.origin import find_origins, sure_origin
from pipeline.records import Article, Findings, MeetingMention
from pipeline.store import work
from pipeline.store.articles import save_findings
from pipeline.text.normalise import text_hash


def store_article(
    engine: Engine,
    url: str,
    body: str,
    *,
    published: datetime,
    mentions: tuple[MeetingMention, ...] = (),
    seen: datetime | None = None,
    title: str = "t",
    language: str = "en",
) -> int:
    """An article's first version, or its next one where it is known; due to be linked. Returns the version's id."""
    article = Article(title, body, published, "page", "UTC", language, 1.0)
    origins = find_origins(title, body)
    findings = Findings(
        article,
        text_hash(title, body),
        make_fingerprint(body),
        (),
        "1",
        mentions,
        "1",
        origins=origins,
        agency=sure_origin(origins),
    )
    with engine.begin() as conn:
        article_id, page_id = store_page(conn, url, published)
        version_id = save_findings(conn, article_id, page_id, findings, now=seen or published)
        assert version_id is not None
        work.add(conn, "link", [version_id], due_at=seen or published)
    return version_id


def store_page(conn: Connection, url: str, fetched: datetime) -> tuple[int, int]:
    """The article of an address, known or not, and a new page of it; their ids."""
    feed_id = conn.scalar(
        text("""
            INSERT INTO store.feed
                   (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
            VALUES ('f', 'http://f.example/', 'F', '', 'en', 'UTC', 'INT', 'agency', true, now())
            ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING id
        """)
    )
    article_id = conn.scalar(
        text(
            "INSERT INTO store.article (url, feed_id, first_seen_at) VALUES (:url, :feed, :now) "
            "ON CONFLICT (url) DO UPDATE SET url = excluded.url RETURNING id"
        ),
        {"url": url, "feed": feed_id, "now": fetched},
    )
    page_id = conn.scalar(
        text("""
            INSERT INTO store.page (article_id, final_url, status, headers, body_hash, size, fetched_at)
            VALUES (:a, :url, 200, '{}', '', 0, :now) RETURNING id
        """),
        {"a": article_id, "url": url, "now": fetched},
    )
    assert article_id is not None
    assert page_id is not None
    return article_id, page_id
