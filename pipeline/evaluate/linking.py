"""`wirewatch bench link`: what it costs to link one article when ten thousand, or a million, are stored."""

from __future__ import annotations

import io
import os
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from sqlalchemy import Engine, text

from pipeline.configuration import load_configuration
from pipeline.evaluate.linking_stream import OUTLETS, PER_DAY, START, Streamed, stream
from pipeline.evaluate.report import Cell, Figures, Goal, Report, facts_of_run
from pipeline.evaluate.scratch import scratch_server
from pipeline.records import Tally
from pipeline.settings import Settings
from pipeline.stages.context import Context
from pipeline.stages.copies import STOP_CLUSTERS
from pipeline.stages.link import group_copies
from pipeline.store.fingerprints import load_texts, look_up_plan
from pipeline.store.weeks import ensure_weeks

SEED = 20300107
WARM_UP = 2_000  # articles linked before the clock starts, and
MEASURED = 5_000  # after
CHUNK = 5_000
DEFER_INDEX = 20_000  # articles: more are stored first and indexed then
WANTED_PER_SECOND = 800.0
WANTED_GROWTH = 2.0
WANTED_BYTES = 4_096.0
# A server as one would set it up for this: the defaults are for a machine of 1998.
TUNING = {"shared_buffers": "2GB", "maintenance_work_mem": "1GB", "max_wal_size": "8GB"}

_COLUMNS = {
    "article": ("id", "url", "feed_id", "first_seen_at"),
    "page": ("id", "article_id", "final_url", "status", "headers", "body", "body_hash", "size", "fetched_at"),
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
_MEASURES = (
    "stored", "articles/s", "p50 ms", "p99 ms", "CPU ms here", "CPU ms server", "bytes/article", "published/s",
    "found to be copies", "pairs right", "peak MB",
)  # fmt: skip
_OURS = ("fingerprint", "wire_cluster", "wire_member", "wire_move", "wire_edge", "stop_key")
_SIZE = text("""
    SELECT sum(pg_total_relation_size(c.oid))
      FROM pg_class c
     WHERE c.relnamespace = 'store'::regnamespace AND c.relkind = 'r'
       AND (c.relname = ANY(:names) OR c.relname LIKE 'fingerprint%')
""")
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


@dataclass
class _Timing:
    """When each batch of the stage was done."""

    marks: list[tuple[float, int]] = field(default_factory=list)

    def __call__(self, _stage: str, done: int) -> None:
        self.marks.append((time.perf_counter(), done))

    def per_article_ms(self, since: float) -> list[float]:
        spent = []
        for moment, done in self.marks:
            spent.append((moment - since) * 1000 / done)
            since = moment
        return spent


def bench(sizes: Sequence[int], settings: Settings, now: datetime, *, folder: Path | None = None) -> Report:
    """Store so many articles, then link the next five thousand with one writer, for each size in turn."""
    started = time.monotonic()
    with scratch_server(TUNING, folder) as server, server.database() as engine:
        run = _Run(engine, settings, articles=max(sizes) + (WARM_UP + MEASURED) * len(sizes))
        for size in sorted(sizes):
            run.measure(size)
    most, least = max(sizes), min(sizes)
    costs, bytes_each = run.costs, run.bytes_each
    goals = (
        Goal(f"articles/s at {most:,} stored, one writer", 1 / costs[-1], WANTED_PER_SECOND),
        Goal(f"growth of cost from {least:,} to {most:,}", costs[-1] / costs[0], WANTED_GROWTH, at_least=False),
        Goal("bytes per article", bytes_each, WANTED_BYTES, at_least=False),
    )
    return Report(
        "Linking copies",
        (
            Figures("Linking with one writer", _MEASURES, tuple(run.rows)),
            Figures("How a look-up is planned", ("stored", "step"), tuple(run.plans)),
        ),
        goals,
        (),
        facts_of_run(
            now, time.monotonic() - started, seed=SEED, measured=MEASURED, per_day=PER_DAY,
            load=round(os.getloadavg()[1], 1),
        ),
    )  # fmt: skip


class _Run:
    """One database that grows from size to size."""

    def __init__(self, engine: Engine, settings: Settings, *, articles: int) -> None:
        self.engine = engine
        self.settings = settings.model_copy(update={"stage_budget_s": 86_400})
        self.window = timedelta(hours=settings.copy_window_h)
        self.configuration = load_configuration(settings.config_dir)
        self.articles = stream(SEED, articles)
        self.stored = 0
        self.rows: list[tuple[Cell, ...]] = []
        self.plans: list[tuple[Cell, ...]] = []
        self.costs: list[float] = []
        self.bytes_each = 0.0
        _prepare(engine, articles)

    def measure(self, size: int) -> None:
        """Fill up to `size`, learn what is everybody's as it would have been learnt, then link under the clock."""
        engine = self.engine
        self.stored += _fill(engine, self.articles, size - self.stored, self.window)
        self.stored += _publish(engine, list(islice(self.articles, WARM_UP)))
        self._link(None)
        measured = list(islice(self.articles, MEASURED))
        publishing = time.perf_counter()
        self.stored += _publish(engine, measured)
        publishing = time.perf_counter() - publishing
        timing = _Timing()
        ours, servers = time.process_time(), _server_cpu_s(engine)
        since = time.perf_counter()
        tally = self._link(timing)
        took = time.perf_counter() - since
        ours, servers = time.process_time() - ours, _server_cpu_s(engine) - servers
        per_article = timing.per_article_ms(since)
        copies = sum(n for reason, n in tally.counts.items() if reason.startswith("copy_"))
        self.costs.append(took / MEASURED)
        self.bytes_each = _bytes(engine) / self.stored
        speed = round(MEASURED / took), *(float(np.percentile(per_article, p)) for p in (50, 99))
        cpu = 1000 * ours / MEASURED, 1000 * servers / MEASURED
        found = copies / MEASURED, _accuracy(engine, measured)
        self.rows.append((size, *speed, *cpu, self.bytes_each, round(MEASURED / publishing), *found, _peak_mb()))
        self.plans.extend((size, line) for line in _plan(engine, self.window))

    def _link(self, timing: _Timing | None) -> Tally:
        tally = Tally("link")
        with Context(self.settings, self.engine, self.configuration, timing) as ctx:
            group_copies(ctx, START + timedelta(days=self.stored / PER_DAY + 1), tally)
        return tally


def _prepare(engine: Engine, articles: int) -> None:
    with engine.begin() as conn:
        conn.execute(_FEEDS, {"outlets": OUTLETS})
        ensure_weeks(conn, START, START + timedelta(days=articles / PER_DAY + 15))


def _fill(engine: Engine, articles: Iterable[Streamed], count: int, window: timedelta) -> int:
    """Store articles that were linked before, as quickly as the server takes them."""
    if count > DEFER_INDEX:
        with engine.begin() as conn:
            conn.execute(text("DROP INDEX store.ix_fingerprint_keys"))
    left = count
    while left > 0:
        chunk = list(islice(articles, min(CHUNK, left)))
        with engine.begin() as conn:
            # What is stored is consistent by construction; its foreign keys are not looked up one by one.
            conn.execute(text("SET LOCAL session_replication_role = replica"))
            _copy(conn, chunk, linked=True)
        left -= len(chunk)
    with engine.begin() as conn:
        if count > DEFER_INDEX:
            conn.execute(_INDEX)
        conn.execute(_LEARNT, {"window": window, "clusters": STOP_CLUSTERS})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("VACUUM ANALYZE"))
    return count


def _publish(engine: Engine, chunk: Sequence[Streamed]) -> int:
    with engine.begin() as conn:
        _copy(conn, chunk, linked=False)
    return len(chunk)


def _copy(conn: Any, chunk: Sequence[Streamed], *, linked: bool) -> None:
    tables: dict[str, list[tuple[object, ...]]] = {
        "article": [
            (a.number, f"http://outlet{a.outlet}.example/{a.number}", a.outlet, a.published) for a in chunk
        ],
        "page": [(a.number, a.number, "", 200, "{}", "", "", 0, a.published) for a in chunk],
        "article_version": [_version(a) for a in chunk],
        "fingerprint": [_fingerprint(a) for a in chunk],
    }
    if linked:
        own = [a for a in chunk if a.original == a.number]
        tables["wire_cluster"] = [(a.number, a.number, None, a.published) for a in own]
        tables["wire_member"] = [
            (a.number, a.original, a.number, "lead" if a.original == a.number else "near", a.original, a.published)
            for a in chunk
        ]
    else:
        tables["work"] = [("link", a.number, a.published) for a in chunk]
    cursor = conn.connection.cursor()
    for table, rows in tables.items():
        lines = "".join("\t".join(map(_field, row)) + "\n" for row in rows)
        names = ", ".join(_COLUMNS[table])
        cursor.copy_expert(f"COPY store.{table} ({names}) FROM STDIN", io.StringIO(lines))


def _version(a: Streamed) -> tuple[object, ...]:
    exact = a.fingerprint.exact
    return (
        a.number, a.number, 1, a.number, "", "", "", a.published, "page", "UTC", "en", 1.0, "bench", exact,
        a.published, a.published,
    )  # fmt: skip


def _fingerprint(a: Streamed) -> tuple[object, ...]:
    f = a.fingerprint
    return (
        a.number, a.published, a.number, a.outlet, 1, f.scheme, f.tokens, f.exact, f.keys, f.words, f.blocks,
    )  # fmt: skip


def _field(value: object) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bytes):
        return r"\\x" + value.hex()
    if isinstance(value, tuple):
        return "{" + ",".join(map(str, value)) + "}"
    return str(value)


def _bytes(engine: Engine) -> float:
    with engine.connect() as conn:
        return float(conn.scalars(_SIZE, {"names": list(_OURS)}).one())


def _accuracy(engine: Engine, measured: Sequence[Streamed]) -> float:
    """Share of the articles measured that ended with their original, and with nothing else."""
    ids = [a.number for a in measured] + [a.original for a in measured]
    with engine.connect() as conn:
        query = text("SELECT article_id, cluster_id FROM store.wire_member WHERE article_id = ANY(:ids)")
        home: dict[int, int] = dict(conn.execute(query, {"ids": ids}).tuples().all())
    alone = [a for a in measured if a.original == a.number]
    right = sum(home[a.number] == home[a.original] for a in measured if a.original != a.number)
    right += sum(home[a.number] == a.number for a in alone)
    return right / len(measured)


def _server_cpu_s(engine: Engine) -> float:
    """CPU seconds of the server's processes that are alive: a session stays in the pool for the whole run."""
    with engine.connect() as conn:
        backend = conn.scalars(text("SELECT pg_backend_pid()")).one()
    spent = 0.0
    server = psutil.Process(backend).parent()
    for process in server.children() if server else ():
        times = process.cpu_times()
        spent += times.user + times.system
    return spent


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _plan(engine: Engine, window: timedelta) -> Iterator[str]:
    """The steps of a look-up that say what is read."""
    with engine.begin() as conn:
        newest = conn.scalars(text("SELECT max(version_id) FROM store.fingerprint")).one()
        texts = list(load_texts(conn, [newest], keys=True).values())
        lines = look_up_plan(conn, texts, {t.version_id: t.fingerprint.keys for t in texts}, window=window)
    for line in dict.fromkeys(line.strip().removeprefix("->").strip() for line in lines):
        if " on fingerprint" in line or line.startswith("BitmapAnd"):
            yield line
