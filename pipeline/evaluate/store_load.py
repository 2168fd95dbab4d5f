"""A database filled as years of news would fill it, by COPY."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from pipeline.evaluate.bulk import copy
from pipeline.evaluate.store_news import OUTLETS, PER_DAY, MadeNews
from pipeline.stages.own_processes import OwnProcesses
from pipeline.store.partitions import ALL, ensure

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
    """Fills one database up to any size, again and again. News is made in so many `processes`; 0: in this one."""

    def __init__(self, engine: Engine, now: datetime, most: int, *, processes: int = 0) -> None:
        begin = now - timedelta(days=most / PER_DAY)
        self.stored = 0
        self._engine = engine
        self._processes = processes
        self._made_of = (begin, SEED)
        self._news = MadeNews(*self._made_of)
        with engine.begin() as conn:
            conn.execute(_FEEDS, {"outlets": OUTLETS})
            for series in ALL:
                ensure(conn, series, begin, now + timedelta(days=14))

    def fill(self, size: int) -> float:
        """Store articles up to `size`, index them, and let the planner know.

        Returns the seconds the server took for it; making the news is no part of them.
        """
        spent = 0.0
        defer = size - self.stored > DEFER_INDEX
        if defer:
            self._execute(*(f"DROP INDEX store.{name}" for name in _DEFERRED))
        for streams in self._made(size):
            begun = time.perf_counter()
            with self._engine.begin() as conn:
                copy(conn, streams)
            spent += time.perf_counter() - begun
        begun = time.perf_counter()
        if defer:
            self._execute(*(f"CREATE INDEX {name} {what}" for name, what in _DEFERRED.items()))
        with self._engine.begin() as conn:
            conn.execute(_SEQUENCES, {"tables": _NUMBERED, "last": 10 * size + 10})
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM ANALYZE"))
        self.stored = size
        return spent + time.perf_counter() - begun

    def _made(self, size: int) -> Iterator[dict[str, str]]:
        chunks = [(first, min(CHUNK, size + 1 - first)) for first in range(self.stored + 1, size + 1, CHUNK)]
        if not self._processes:
            yield from (self._news.rows(*chunk).streams() for chunk in chunks)
            return
        with ProcessPoolExecutor(
            self._processes, mp_context=OwnProcesses(), initializer=_prepare, initargs=self._made_of
        ) as pool:
            coming: deque[Future[dict[str, str]]] = deque()
            for chunk in chunks:
                coming.append(pool.submit(_make, *chunk))
                if len(coming) > 2 * self._processes:  # memory is not for all of them
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()

    def _execute(self, *statements: str) -> None:
        with self._engine.begin() as conn:
            for statement in statements:
                conn.exec_driver_sql(statement)


_news: list[MadeNews] = []  # of a worker process


def _prepare(begin: datetime, seed: int) -> None:
    _news.append(MadeNews(begin, seed))


def _make(first: int, count: int) -> dict[str, str]:
    return _news[0].rows(first, count).streams()
