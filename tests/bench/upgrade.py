"""`python -m tests.bench upgrade`: an older schema full of made-up news is migrated while it is read and written.

The database is filled, taken down to the older revision, and brought up step by step. Meanwhile one session reads
texts by number and another changes the newest of them, as stages do; what counts is the longest either waited.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from pipeline.store.server import migrate
from tests.bench.bulk import TUNING
from tests.bench.store import filled
from tests.evaluation.report import Figures, Goal, Report, facts_of_run
from tests.evaluation.scratch import scratch_server

_READ = text("SELECT length(title) FROM store.article_version WHERE id = :id")
_WRITE = text("UPDATE store.article_version SET last_seen_at = last_seen_at WHERE id = :id")
_PAUSE_S = 0.01
_LONGEST_WAIT_S = 10.0  # LOCK_TIMEOUT: a migration gives up rather than stop the line for longer


@dataclass
class _Probe:
    """A session that asks the same again and again; `longest` is the most seconds one answer took since `take`."""

    engine: Engine
    statement: object
    last: int
    longest: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        for number in itertools.cycle(range(1, self.last, 97)):
            begun = time.monotonic()
            with (
                contextlib.suppress(ProgrammingError),
                self.engine.begin() as conn,
            ):  # a column of another revision
                conn.execute(self.statement, {"id": number})  # type: ignore[call-overload]
            self.longest = max(self.longest, time.monotonic() - begun)
            if self.stopped.wait(_PAUSE_S):
                return

    def take(self) -> float:
        taken, self.longest = self.longest, 0.0
        return taken


def bench(articles: int, since: str, *, folder: Path | None = None) -> Report:
    """Fill, go down to `since`, and time each step up. Raises DatabaseError as migrations do."""
    began = time.monotonic()
    with scratch_server(TUNING, folder, keep=False) as server, filled(server, articles, datetime.now(UTC)) as full:
        engine = full[0]
        steps = migrate.revisions()[migrate.revisions().index(since) + 1 :]
        begun = time.monotonic()
        migrate.downgrade(engine, since)
        down_s = time.monotonic() - begun
        with _probed(engine, articles) as probes:
            rows = [(step, *_step(engine, step, probes)) for step in steps]
            begun = time.monotonic()
            migrate.upgrade(engine)
            read, write = (probe.take() for probe in probes)
            rows.append(("views, roles", time.monotonic() - begun, read, write))
    return Report(
        what="Upgrade: an older schema, full of news, under readers and writers",
        figures=(
            Figures(
                f"{articles:,} articles, from {since} up",
                ("step", "seconds", "longest read, s", "longest write, s"),
                tuple(rows),
            ),
            Figures("Down again", ("to", "seconds"), ((since, down_s),)),
        ),
        goals=(Goal("longest wait, seconds", max(row[3] for row in rows), _LONGEST_WAIT_S, at_least=False),),
        facts=facts_of_run(
            datetime.now(UTC), time.monotonic() - began, articles=articles, load=round(os.getloadavg()[1], 1)
        ),
    )


@contextlib.contextmanager
def _probed(engine: Engine, last: int) -> Iterator[tuple[_Probe, _Probe]]:
    probes = _Probe(engine, _READ, last), _Probe(engine, _WRITE, last)
    threads = [threading.Thread(target=probe.run) for probe in probes]
    for thread in threads:
        thread.start()
    try:
        yield probes
    finally:
        for probe in probes:
            probe.stopped.set()
        for thread in threads:
            thread.join()


def _step(engine: Engine, revision: str, probes: tuple[_Probe, _Probe]) -> tuple[float, float, float]:
    """Seconds of one migration, and the longest read and write meanwhile."""
    for probe in probes:
        probe.take()
    begun = time.monotonic()
    with migrate.migrator(engine) as connection:
        command.upgrade(migrate.alembic_config(migrate.SQL_DIR, connection), revision)
        connection.commit()
    took = time.monotonic() - begun
    time.sleep(2 * _PAUSE_S)
    read, write = (probe.take() for probe in probes)
    return took, read, write
