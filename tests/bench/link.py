"""`python -m tests.bench link`: what it costs to link one article when ten thousand, or a million, are stored."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, text

from pipeline.configuration import load_configuration
from pipeline.records import Tally
from pipeline.settings import Settings
from pipeline.stages.link.link import group_copies
from pipeline.stages.running.context import Context
from pipeline.store.fingerprints import load_texts, look_up_plan
from tests.bench.bulk import TUNING
from tests.bench.cpu import ServerClock
from tests.bench.link_load import fill, prepare, publish
from tests.bench.link_stream import PER_DAY, START, Streamed, stream
from tests.evaluation.report import Cell, Figures, Goal, Report, facts_of_run
from tests.evaluation.scratch import scratch_server

SEED = 20300107
WARM_UP = 2_000  # articles linked before the clock starts, and
MEASURED = 5_000  # after
WANTED_PER_SECOND = 800.0
WANTED_GROWTH = 2.0
WANTED_BYTES = 4_096.0

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
        prepare(engine, articles)

    def measure(self, size: int) -> None:
        """Fill up to `size`, learn what is everybody's as it would have been learnt, then link under the clock."""
        engine = self.engine
        self.stored += fill(engine, self.articles, size - self.stored, self.window)
        self.stored += publish(engine, list(islice(self.articles, WARM_UP)))
        self._link(None)
        measured = list(islice(self.articles, MEASURED))
        publishing = time.perf_counter()
        self.stored += publish(engine, measured)
        publishing = time.perf_counter() - publishing
        timing = _Timing()
        with engine.connect() as conn:
            clock = ServerClock(conn)
        ours, servers = time.process_time(), clock.seconds()
        since = time.perf_counter()
        tally = self._link(timing)
        took = time.perf_counter() - since
        ours, servers = time.process_time() - ours, clock.seconds() - servers
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
