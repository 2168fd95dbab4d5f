"""A database with so many linked articles in it, and more that wait to be linked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice

from sqlalchemy import Engine, text

from pipeline.stages.link.copies import STOP_CLUSTERS
from pipeline.store.server.partitions import FINGERPRINTS, ensure
from tests.bench.bulk import Rows, copy
from tests.bench.link_stream import OUTLETS, PER_DAY, START, Streamed

CHUNK = 5_000
DEFER_INDEX = 20_000  # articles: more are stored first and indexed then
_COLUMNS = {
    "article": ("id", "url", "feed_id", "first_seen_at"),
    "page": ("id", "article_id", "final_url", "status", "headers", "body_hash", "size", "fetched_at"),
    "article_version": (
        "id", "article_id", "number", "page_id", "title", "body", "byline", "published_at", "published_source",
        "zone", "language", "language_confidence", "extractor", "text_hash", "first_seen_at", "last_seen_at",
    ),
    "fingerprint": (
        "version_id", "published_at", "article_id", "feed_id", "number", "scheme", "tokens", "exact", "keys",
        "words", "blocks",
    ),
    "wire_cluster": ("id", "lead_article_id", "merged_into", "created_at"),
    "wire_member": ("article_id", "cluster_id", "version_id", "kind", "matched_version_id", "joined_at"),
    "work": ("stage", "subject_id", "due_at"),
}  # fmt: skip
_INDEX = text("CREATE INDEX ix_fingerprint_keys ON store.fingerprint USING gin (keys) WITH (fastupdate = off)")
# What is everybody's has been learnt while all that was linked; of it the last three days still matter.
_LEARNT = text("""
    INSERT INTO store.stop_key
    SELECT key, max(last) FROM (
        SELECT m.cluster_id, unnest(f.keys) AS key, max(f.published_at) OVER () AS last
          FROM store.fingerprint f JOIN store.wire_member m USING (article_id)
         WHERE f.published_at > (SELECT max(published_at) FROM store.fingerprint) - :window
    ) k GROUP BY key HAVING count(DISTINCT cluster_id) >= :clusters ON CONFLICT DO NOTHING
""")
_FEEDS = text("""
    INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
    SELECT 'f' || n, 'f' || n, 'f' || n, '', 'en', 'UTC', 'INT', 'newspaper', true, now()
      FROM generate_series(1, :outlets) n
""")


def prepare(engine: Engine, articles: int) -> None:
    """The outlets, and partitions for so many articles."""
    with engine.begin() as conn:
        conn.execute(_FEEDS, {"outlets": OUTLETS})
        ensure(conn, FINGERPRINTS, START, START + timedelta(days=articles / PER_DAY + 15))


def fill(engine: Engine, articles: Iterable[Streamed], count: int, window: timedelta) -> int:
    """Store articles that were linked before, as quickly as the server takes them; returns how many."""
    if count > DEFER_INDEX:
        with engine.begin() as conn:
            conn.execute(text("DROP INDEX store.ix_fingerprint_keys"))
    left = count
    while left > 0:
        chunk = list(islice(articles, min(CHUNK, left)))
        _store(engine, chunk, linked=True)
        left -= len(chunk)
    with engine.begin() as conn:
        if count > DEFER_INDEX:
            conn.execute(_INDEX)
        conn.execute(_LEARNT, {"window": window, "clusters": STOP_CLUSTERS})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("VACUUM ANALYZE"))
    return count


def publish(engine: Engine, chunk: Sequence[Streamed]) -> int:
    """Store articles that are still to be linked; returns how many."""
    _store(engine, chunk, linked=False)
    return len(chunk)


def _store(engine: Engine, chunk: Sequence[Streamed], *, linked: bool) -> None:
    rows = Rows(_COLUMNS)
    for a in chunk:
        rows.put("article", a.number, f"http://outlet{a.outlet}.example/{a.number}", a.outlet, a.published)
        rows.put("page", a.number, a.number, "", 200, "{}", "", 0, a.published)
        _put_text(rows, a)
        if not linked:
            rows.put("work", "link", a.number, a.published)
            continue
        alone = a.original == a.number
        if alone:
            rows.put("wire_cluster", a.number, a.number, None, a.published)
        kind = "lead" if alone else "near"
        rows.put("wire_member", a.number, a.original, a.number, kind, a.original, a.published)
    with engine.begin() as conn:
        copy(conn, rows.streams(), checked=not linked)


def _put_text(rows: Rows, a: Streamed) -> None:
    f = a.fingerprint
    rows.put(
        "article_version", a.number, a.number, 1, a.number, "", "", "", a.published, "page", "UTC", "en", 1.0,
        "bench", f.exact, a.published, a.published,
    )  # fmt: skip
    rows.put(
        "fingerprint", a.number, a.published, a.number, a.outlet, 1, f.scheme, f.tokens, f.exact, f.keys, f.words,
        f.blocks,
    )  # fmt: skip
