"""How fast feeds are polled: many feeds on a local server, several processes at once, a real database."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from pipeline.settings import Settings
from pipeline.stages.running.worker_pool import ForkServer
from pipeline.store.server import migrate
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url
from pipeline.web_client.domains import registrable_domain
from tests.bench import poll_newsroom, poll_worker
from tests.bench.poll_worker import Effort
from tests.evaluation.report import Figures, Goal, Report, facts_of_run

PROCESSES = 4
# A start that was booked in time may be served late by a busy machine, and then seem too close to the next one.
_LATE_S = 0.25
_ROUND_COLUMNS = (
    "round", "polls", "seconds", "polls/s", "CPU ms per poll", "PostgreSQL ms", "server ms", "peak MiB",
)  # fmt: skip


def bench(feeds: int, settings: Settings) -> Report:
    """Poll `feeds` feeds twice with four processes: cold, when all is new, and warm, when 95 % is as it was."""
    started = time.monotonic()
    load = round(os.getloadavg()[0], 1)
    with (
        tempfile.TemporaryDirectory(prefix="ww-bench-") as folder,
        _database(Path(folder)) as (server, url),
        _process(poll_newsroom.serve) as newsroom,
        contextlib.ExitStack() as stack,
    ):
        port = newsroom.recv()
        pairs = ",".join(f"{host}:{port}" for host in {poll_newsroom.host_of(n) for n in range(feeds)})
        chosen = settings.model_copy(
            update={"database_url": url, "allow_private": pairs, "stage_budget_s": 3600, "workers": 1}
        )
        workers = [stack.enter_context(_process(poll_worker.work, chosen, feeds, port)) for _ in range(PROCESSES)]
        for worker in workers:
            worker.recv()
        now = datetime.now(UTC)
        rounds = [_round(workers, newsroom, server, now + timedelta(days=3 * n)) for n in range(2)]
    return _report(feeds, settings, rounds, time.monotonic() - started, load)


def _round(
    workers: Sequence[Connection], newsroom: Connection, server: EmbeddedServer, now: datetime
) -> dict[str, Any]:
    """All processes poll at once what is due."""
    newsroom.send("log")
    _, server_cpu = newsroom.recv()
    database_cpu = _cpu_of(server)
    started = time.monotonic()
    for worker in workers:
        worker.send(now)
    efforts: list[Effort] = [worker.recv() for worker in workers]
    seconds = time.monotonic() - started
    newsroom.send("log")
    log, server_cpu_after = newsroom.recv()
    counts: dict[str, int] = defaultdict(int)
    for effort in efforts:
        for reason, n in effort.counts.items():
            counts[reason] += n
    return {
        "seconds": seconds,
        "counts": counts,
        "log": log,
        "cpu_s": sum(effort.cpu_s for effort in efforts),
        "database_cpu_s": _cpu_of(server) - database_cpu,
        "server_cpu_s": server_cpu_after - server_cpu,
        "peak_mib": max(effort.peak_mib for effort in efforts),
    }


def _affordable(found: dict[str, Any]) -> float:
    """What would be left of the speed if nothing else ran here: the work of client, database and server counts."""
    spent = found["cpu_s"] + found["database_cpu_s"] + found["server_cpu_s"]
    return float((os.cpu_count() or 1) * len(found["log"]) / spent)


def _report(feeds: int, settings: Settings, rounds: list[dict[str, Any]], seconds: float, load: float) -> Report:
    rows = []
    for name, found in zip(("cold", "warm"), rounds, strict=True):
        polls = len(found["log"])
        per_poll = [1000 * found[key] / polls for key in ("cpu_s", "database_cpu_s", "server_cpu_s")]
        rows.append((name, polls, found["seconds"], polls / found["seconds"], *per_poll, found["peak_mib"]))
    spacing = [
        (name, *row)
        for name, found in zip(("cold", "warm"), rounds, strict=True)
        for row in _spacing(found["log"], settings)
    ]
    outcomes = sorted({reason for found in rounds for reason in found["counts"]})
    return Report(
        what="Polling",
        figures=(
            Figures(f"{feeds} feeds, {PROCESSES} processes at once", _ROUND_COLUMNS, tuple(rows)),
            Figures(
                "Distance between two requests, from the server's access log",
                ("round", "of one", "gaps", "wanted, s", "smallest, s", f"more than {_LATE_S} s too small"),
                tuple(spacing),
            ),
            Figures(
                "What the polls came to",
                ("outcome", "cold", "warm"),
                tuple((reason, *(found["counts"].get(reason, 0) for found in rounds)) for reason in outcomes),
            ),
        ),
        goals=(
            Goal("polls per second, warm", float(rows[1][3]), 300.0),
            Goal("polls per second that this machine's CPU time allows, warm", _affordable(rounds[1]), 300.0),
            Goal("peak memory of one process, MiB", max(float(row[-1]) for row in rows), 400.0, at_least=False),
            Goal("feeds not polled in the warm round", float(feeds - rows[1][1]), 0.0, at_least=False),
            Goal(
                "requests too soon after another", float(sum(int(row[-1]) for row in spacing)), 0.0, at_least=False
            ),
        ),
        facts=facts_of_run(datetime.now(UTC), seconds, feeds=feeds, processes=PROCESSES, load_before=load),
    )


def _spacing(log: list[tuple[float, str]], settings: Settings) -> tuple[tuple[str, int, float, float, int], ...]:
    """For hosts and domains: how many gaps, the wanted one, the smallest, and how many are too small."""
    return tuple(
        (name, len(gaps), delay, min(gaps, default=delay), sum(gap < delay - _LATE_S for gap in gaps))
        for name, gaps, delay in (
            ("host", _gaps(log, by_domain=False), settings.host_delay_s),
            ("domain", _gaps(log, by_domain=True), settings.domain_delay_s),
        )
    )


def _gaps(log: list[tuple[float, str]], *, by_domain: bool) -> list[float]:
    """Seconds between two requests to the same host or domain."""
    moments: dict[str, list[float]] = defaultdict(list)
    for moment, host in log:
        moments[(registrable_domain(host) or host) if by_domain else host].append(moment)
    return [later - earlier for times in moments.values() for earlier, later in itertools.pairwise(sorted(times))]


def _cpu_of(server: EmbeddedServer) -> float:
    """CPU seconds of the postmaster and its children, those that have ended included."""
    pid = server.pid()
    assert pid is not None
    postmaster = psutil.Process(pid)
    seconds = 0.0
    for process in postmaster.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # then it counts among those that have ended
            times = process.cpu_times()
            seconds += times.user + times.system
    own = postmaster.cpu_times()
    return seconds + own.user + own.system + own.children_user + own.children_system


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[tuple[EmbeddedServer, str]]:
    server = EmbeddedServer(folder / "pg")
    server.start()
    try:
        admin = parse_url(server.url("postgres"))
        create_database(admin, "bench")
        engine = open_engine(admin.set(database="bench"))
        migrate.upgrade(engine)
        engine.dispose()
        yield server, server.url("bench")
    finally:
        server.stop()


@contextlib.contextmanager
def _process(target: Any, *arguments: Any) -> Iterator[Connection]:
    """A process and the line to it; it ends when it is told None, or at the latest when the block does."""
    context = ForkServer()
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
        ours.send(None)
        process.join(30)
    finally:
        process.kill()
        process.join()
