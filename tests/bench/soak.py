"""`python -m tests.bench soak`: made-up news at a steady rate for minutes, with Airflow running the line.

Ten feeds publish articles of which one in twenty plans one of 360 meetings; an eleventh calls a meeting off now and
then. What must not grow: memory, handles, processes, the lists of work, and the time from publication to alert.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from statistics import median

import numpy as np
import psutil
from sqlalchemy import Engine, text

from pipeline.settings import Settings
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import open_engine, parse_url
from tests.bench.latency import (
    VISITORS,
    Newsroom,
    call_off_text,
    cpu_of,
    paragraphs,
    plan_text,
    share_below,
    watch,
)
from tests.bench.latency_airflow import airflow_on, config_of
from tests.bench.store_texts import Writer
from tests.evaluation.report import Figures, Goal, Report, facts_of_run
from tests.local_web import Entry, LocalWeb, Reply, rss, serve

FEEDS = 10
_INTERVAL_S = 10
_LISTED = 400  # entries a feed shows: what a stalled poll can catch up with
_ROWS = 10  # of the table
_EVERY_S = 10.0  # between two samples
_SETTLED_S = 30.0
_MEETING_EVERY = 20
_STATE = text("""
    SELECT (SELECT count(*) FROM store.article_version) AS stored,
           (SELECT count(*) FROM store.work WHERE due_at <= now() AND stage IN ('fetch', 'process', 'link', 'follow')) AS due,
           pg_database_size(current_database()) / 1048576 AS mib
""")


@dataclass(frozen=True)
class Sample:
    """The whole stack at one moment; counts since the start."""

    minute: float
    published: int
    stored: int
    due: int  # rows of fetch, process, link and follow that wait
    memory_mib: int  # proportional set size of the stack and its PostgreSQL
    handles: int
    processes: int
    cpu_s: float
    database_mib: int
    logs_mib: float


@dataclass
class _Press:
    """Publishes made-up articles on ten feeds, `rate` a second, from a thread of its own."""

    web: LocalWeb
    desk: LocalWeb  # whose feed calls meetings off: its alerts are not braked by what others report
    rate: float
    count: int = 0
    entries: list[list[Entry]] = field(default_factory=lambda: [[] for _ in range(FEEDS)])
    stopped: threading.Event = field(default_factory=threading.Event)

    def sources(self) -> list[dict[str, object]]:
        names = [f"soak-{n}" for n in range(FEEDS)] + ["feed"]
        return [
            {
                "key": name, "url": (self.desk if name == "feed" else self.web).url(f"/{name}"),
                "outlet": name.title(), "language": "en", "zone": "UTC", "country": "INT", "kind": "agency", "interval_s": 2 if name == "feed" else _INTERVAL_S,
            }
            for name in names
        ]  # fmt: skip

    def show(self) -> None:
        """Serve the feeds as they are now."""
        for n, entries in enumerate(self.entries):
            self.web.pages[f"/soak-{n}"] = rss(entries[:_LISTED])

    def run(self) -> None:
        """Publish until `stopped`; a second's articles at once."""
        writer, begun = Writer(7), time.monotonic()
        for second in itertools.count():
            wanted = int((second + 1) * self.rate) - self.count
            chance = np.random.default_rng([7, second])
            for made in itertools.islice(writer.write(wanted + 1, chance), 1, None):  # the first plans a meeting
                self._put(made.title, made.body.split("\n"))
            self.show()
            if self.stopped.wait(max(0.0, begun + second + 1 - time.monotonic())):
                return

    def _put(self, title: str, lines: Sequence[str]) -> None:
        number, path = self.count, f"/article/{self.count}"
        body = "".join(f"<p>{line}</p>" for line in lines)
        if number % _MEETING_EVERY == 0:
            title, body = _planned(number // _MEETING_EVERY)
        page = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
        self.web.pages[path] = Reply(page.encode())
        feed = self.entries[number % FEEDS]
        feed.insert(0, Entry(self.web.url(path), format_datetime(datetime.now(UTC)), title))
        del feed[_LISTED:]
        self.web.pages.pop(f"/article/{number - 40_000}", None)
        self.count += 1


def _planned(number: int) -> tuple[str, str]:
    visitor, capital = VISITORS[number % len(VISITORS)]
    when = datetime.now(UTC) + timedelta(days=40 + number // len(VISITORS) % 30)
    title = f"Turkish foreign minister to visit {capital} on {when:%B} {when.day}"
    lead = f"The Turkish foreign minister will visit {capital} on {when:%B} {when.day} for talks with his {visitor} counterpart."
    return title, paragraphs(f"{lead} Report {number}.")


def bench(settings: Settings, minutes: float, rate: float) -> Report:
    """Publish at `rate` articles a second for `minutes`. Raises WirewatchError where Airflow does not start."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="ww-soak-"))
    try:
        with serve() as web, serve() as desk:
            press, newsroom = _Press(web, desk, rate), Newsroom(desk)
            newsroom.publish("/welcome", "The market opens on Monday", paragraphs("The market opens on Monday."))
            press.show()
            config = config_of(settings, folder, press.sources())
            variables = {
                "WIREWATCH_HOST_DELAY_S": "0",
                "WIREWATCH_DOMAIN_DELAY_S": "0",
                "WIREWATCH_WORKERS": "2",
                "WIREWATCH_ALLOW_PRIVATE": f"{web.host},{desk.host}",
            }
            with airflow_on(config, folder, web, **variables) as stack:
                engine = open_engine(parse_url(EmbeddedServer(folder / "postgres").url()))
                try:
                    time.sleep(_SETTLED_S)
                    samples, waits, lost = _soak(
                        press, newsroom, engine, folder, psutil.Process(stack.pid), minutes
                    )
                finally:
                    press.stopped.set()
                    engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _report(samples, waits, lost, time.monotonic() - began, rate)


def _soak(
    press: _Press, newsroom: Newsroom, engine: Engine, folder: Path, stack: psutil.Process, minutes: float
) -> tuple[list[Sample], list[tuple[float, float]], int]:
    """Samples, (minute, seconds from publication) of each alert, and how many alerts never came."""
    begun, stopped = time.monotonic(), threading.Event()
    received: dict[str, float] = {}
    off: dict[str, float] = {}
    threads = [
        threading.Thread(target=press.run),
        threading.Thread(target=watch, args=[folder / "alerts.jsonl", received, stopped]),
        threading.Thread(target=_call_off, args=[newsroom, off, minutes, stopped]),
    ]
    for thread in threads:
        thread.start()
    samples = []
    try:
        while (minute := (time.monotonic() - begun) / 60) < minutes:
            samples.append(_sample(press, engine, folder, stack, minute))
            time.sleep(_EVERY_S)
        press.stopped.set()
        time.sleep(_SETTLED_S)
    finally:
        press.stopped.set()
        stopped.set()
        for thread in threads:
            thread.join()
    start = newsroom.published[min(off, key=lambda url: off[url])] if off else 0.0
    waits = [((at - start) / 60, received[url] - at) for url, at in off.items() if url in received]
    return samples, waits, len(off) - len(waits)


def _call_off(newsroom: Newsroom, off: dict[str, float], minutes: float, stopped: threading.Event) -> None:
    """Announce all meetings at once, then call one after the other off, evenly."""
    for n, (visitor, _) in enumerate(VISITORS):
        newsroom.publish(f"/plan/{n}", *plan_text(visitor, n))
    pause = minutes * 60 / (len(VISITORS) + 1)
    for n, (visitor, _) in enumerate(VISITORS):
        if stopped.wait(pause):
            return
        url = newsroom.publish(f"/off/{n}", *call_off_text(visitor, n))
        off[url] = newsroom.published[url]


def _sample(press: _Press, engine: Engine, folder: Path, stack: psutil.Process, minute: float) -> Sample:
    with engine.connect() as conn:
        state = conn.execute(_STATE).one()
    server = EmbeddedServer(folder / "postgres").pid()
    alive = list(_alive(stack, server))
    return Sample(
        minute=minute,
        published=press.count,
        stored=state.stored,
        due=state.due,
        memory_mib=sum(_memory(one) for one in alive) >> 20,
        handles=sum(_handles(one) for one in alive),
        processes=len(alive),
        cpu_s=cpu_of(stack) + (cpu_of(psutil.Process(server)) if server else 0.0),
        database_mib=state.mib,
        logs_mib=sum(file.stat().st_size for file in (folder / "airflow").rglob("*.log")) / (1 << 20),
    )


def _alive(stack: psutil.Process, server: int | None) -> Iterator[psutil.Process]:
    for top in filter(None, (stack, psutil.Process(server) if server else None)):
        yield top
        with contextlib.suppress(psutil.NoSuchProcess):
            yield from top.children(recursive=True)


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):  # it ended meanwhile
        return 0


def _handles(process: psutil.Process) -> int:
    try:
        return int(process.num_fds())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def _report(
    samples: Sequence[Sample], waits: Sequence[tuple[float, float]], lost: int, seconds: float, rate: float
) -> Report:
    third = len(samples) // 3
    early, late = samples[third : 2 * third], samples[2 * third :]
    seconds_of_wait = [wait for _, wait in waits]

    def growth(name: str) -> float:
        before, after = (median(getattr(one, name) for one in part) for part in (early, late))
        return float(after / before - 1) if before else 0.0

    span = samples[-1].minute - samples[third].minute
    return Report(
        what="Soak: made-up news at a steady rate under Airflow",
        figures=(
            Figures(
                "By minute",
                ("minute", "published", "stored", "due", "MiB", "handles", "processes", "CPU s a minute",
                 "database MiB", "logs MiB"),
                tuple(_rows(samples)),
            ),
            Figures(
                "Publication to alert, seconds",
                ("alerts", "p50", "p95", "most"),
                ((len(waits), share_below(seconds_of_wait, 0.5), share_below(seconds_of_wait, 0.95),
                  max(seconds_of_wait, default=None)),),
            ),
        ),
        goals=(
            Goal("articles stored a second", (samples[-1].stored - samples[third].stored) / span / 60, rate * 0.98),
            Goal("growth of memory, last third against the one before", growth("memory_mib"), 0.05, at_least=False),
            Goal("growth of handles", growth("handles"), 0.05, at_least=False),
            Goal("rows due at the end", samples[-1].due, 30 * rate, at_least=False),
            Goal("publication to alert, p95, seconds", share_below(seconds_of_wait, 0.95), 30.0, at_least=False),
            Goal("alerts lost", lost, 0, at_least=False),
        ),
        facts=facts_of_run(
            datetime.now(UTC), seconds, rate=rate, load=round(os.getloadavg()[2], 1), feeds=FEEDS, workers=2,
        ),
    )  # fmt: skip


def _rows(samples: Sequence[Sample]) -> Iterator[tuple[float | int, ...]]:
    """Ten moments, evenly; CPU since the one before."""
    chosen = [samples[round(n * (len(samples) - 1) / _ROWS)] for n in range(_ROWS + 1)]
    for before, one in itertools.pairwise(chosen):
        row = list(astuple(one))
        row[7] = round((one.cpu_s - before.cpu_s) / max(one.minute - before.minute, 1e-9), 1)
        yield tuple(round(value, 1) for value in row)
