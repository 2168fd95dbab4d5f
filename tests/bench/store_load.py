"""A database filled as years of news would fill it, by COPY."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from pipeline.stages.running.worker_pool import ForkServer
from pipeline.store.server.engine import open_engine, parse_url
from pipeline.store.server.partitions import ALL, ensure
from tests.bench.bulk import copy
from tests.bench.store_news import OUTLETS, PER_DAY, MadeNews

CHUNK = 2_000
DEFER_INDEX = 50_000  # articles: more are stored first and indexed then
SEED = 20260101
_DEFERRED = {
    "ix_article_version_search": "ON store.article_version USING gin (search) WITH (fastupdate = off)",
    "ix_fingerprint_keys": "ON store.fingerprint USING gin (keys) WITH (fastupdate = off)",
}
_NUMBERED = [
    "article", "page", "article_version", "feed_item", "meeting", "meeting_version", "meeting_mention", "alert",
]  # fmt: skip
_FEEDS = text("""
    INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
    SELECT 'f' || n, 'http://outlet' || n || '.example/rss', 'Outlet ' || n, '', 'en', 'UTC',
           (ARRAY['GB', 'RU', 'TR', 'US'])[1 + n % 4], CASE WHEN n % 20 = 0 THEN 'agency' ELSE 'newspaper' END,
           true, now()
      FROM generate_series(1, :outlets) n
""")
# Identity columns that were filled by hand must not give the same numbers again.
_SEQUENCES = text("""
    SELECT setval(pg_get_serial_sequence('store.' || t, 'id'), :last)
      FROM unnest(CAST(:tables AS text[])) t
""")


class Filler:
    """Fills one database up to any size, again and again, with so many processes at once; 0: with this one."""

    def __init__(self, engine: Engine, now: datetime, most: int, *, processes: int = 0) -> None:
        begin = now - timedelta(days=most / PER_DAY)
        self.stored = 0
        self._engine = engine
        self._processes = processes
        self._begin = begin
        with engine.begin() as conn:
            conn.execute(_FEEDS, {"outlets": OUTLETS})
            for series in ALL:
                ensure(conn, series, begin, now + timedelta(days=14))

    def fill(self, size: int) -> float:
        """Store articles up to `size`, index them, and let the planner know; returns the seconds it took.

        Making the news is in them, about half of the work.
        """
        begun = time.perf_counter()
        defer = size - self.stored > DEFER_INDEX
        if defer:
            self._execute(*(f"DROP INDEX store.{name}" for name in _DEFERRED))
        chunks = [(first, min(CHUNK, size + 1 - first)) for first in range(self.stored + 1, size + 1, CHUNK)]
        if self._processes:
            self._share(chunks)
        else:
            news = MadeNews(self._begin, SEED)
            for chunk in chunks:
                _store(self._engine, news, *chunk)
        if defer:
            self._execute(*(f"CREATE INDEX {name} {what}" for name, what in _DEFERRED.items()))
        with self._engine.begin() as conn:
            conn.execute(_SEQUENCES, {"tables": _NUMBERED, "last": 10 * size + 10})
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM ANALYZE"))
        self.stored = size
        return time.perf_counter() - begun

    def _share(self, chunks: list[tuple[int, int]]) -> None:
        url = self._engine.url.render_as_string(hide_password=False)
        with ProcessPoolExecutor(
            self._processes, mp_context=ForkServer(), initializer=_prepare, initargs=(url, self._begin)
        ) as pool:
            for done in [pool.submit(_work, *chunk) for chunk in chunks]:
                done.result()

    def _execute(self, *statements: str) -> None:
        with self._engine.begin() as conn:
            for statement in statements:
                conn.exec_driver_sql(statement)


def _store(engine: Engine, news: MadeNews, first: int, count: int) -> None:
    streams = news.rows(first, count).streams()
    with engine.begin() as conn:
        copy(conn, streams)


_own: list[tuple[Engine, MadeNews]] = []  # of a worker process


def _prepare(url: str, begin: datetime) -> None:
    _own.append((open_engine(parse_url(url)), MadeNews(begin, SEED)))


def _work(first: int, count: int) -> None:
    _store(*_own[0], first, count)
