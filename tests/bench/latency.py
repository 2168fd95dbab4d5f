"""`python -m tests.bench latency`: from publication to the delivered alert, stage by stage, with the resident line.

A local site with one agency publishes announcements of meetings, then calls each off at a random moment. The line
runs as `wirewatch run --every` does, and the site's host is paced like any other. What is measured is the time from
the moment the feed and the page are up until the alert is in the file of its channel.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import random
import tempfile
import threading
import time
from collections.abc import MutableMapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from sqlalchemy import Engine, text

from pipeline.alerts.receivers import FileChannel
from pipeline.alerts.rules import AlertRules
from pipeline.alerts.watches import AlertRule
from pipeline.configuration import load_configuration
from pipeline.configuration.alert_rules import AlertFile
from pipeline.feeds.catalogue import FeedSource
from pipeline.operate.resident import Line
from pipeline.records import Response, RobotsNote
from pipeline.settings import Settings
from pipeline.stages.running.context import Context
from pipeline.store import work
from pipeline.store.addresses import ensure_articles
from pipeline.store.pages import save_page
from pipeline.store.server.scratch import fresh_database
from pipeline.web_client.client import WebClient
from tests.bench.store_texts import Writer
from tests.evaluation.report import Cell, Figures, Goal, Report, facts_of_run
from tests.local_web import Entry, LocalWeb, Reply, rss, serve

DATABASE = "wirewatch_bench_latency"
INTERVAL_S = 2
CEILING_S = 30.0
_PATIENCE_S = 60.0  # until an alert counts as lost
_BETWEEN_S = (6.0, 11.0)  # from one call-off to the next: a paced host serves one poll and page in four seconds
_IDLE_S = 30.0
VISITORS = (
    ("Greek", "Athens"), ("Polish", "Warsaw"), ("Serbian", "Belgrade"), ("Egyptian", "Cairo"), ("Finnish", "Helsinki"),
    ("Hungarian", "Budapest"), ("Bulgarian", "Sofia"), ("Romanian", "Bucharest"), ("Austrian", "Vienna"),
    ("Swedish", "Stockholm"), ("Georgian", "Tbilisi"), ("Pakistani", "Islamabad"),
)  # fmt: skip
_WAITING = text("SELECT count(*) FROM store.work WHERE stage = 'process'")
_STEPS = text("""
    SELECT a.url, min(i.first_seen_at) AS listed, min(p.fetched_at) AS fetched, min(v.first_seen_at) AS read,
           min(l.created_at) AS alerted
      FROM store.article a
      JOIN store.feed_item i ON i.article_id = a.id
      JOIN store.page p ON p.article_id = a.id
      JOIN store.article_version v ON v.article_id = a.id
      LEFT JOIN store.alert l ON l.payload ->> 'url' = a.url
     GROUP BY a.url
""")


class _PacedContext(Context):
    """A context whose client paces the local site as it would any other host."""

    def web_client(self, now: datetime, robots_notes: MutableMapping[str, RobotsNote]) -> WebClient:
        return self.make_client(now, robots_notes, pace_private=True)


@dataclasses.dataclass
class Newsroom:
    """What the site shows: the newest entries of its feed, and the page of each."""

    web: LocalWeb
    entries: list[Entry] = dataclasses.field(default_factory=list)
    published: dict[str, float] = dataclasses.field(default_factory=dict)

    def publish(self, path: str, title: str, body: str) -> str:
        """Put a page and its entry up; returns its address."""
        url, moment = self.web.url(path), datetime.now(UTC)
        page = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
        self.web.pages[path] = Reply(page.encode())
        self.entries.insert(0, Entry(url, format_datetime(moment), title))
        self.web.pages["/feed"] = rss(self.entries[:30])
        self.published[url] = time.time()
        return url


@dataclasses.dataclass
class Backlog:
    """Fetched pages of made-up news that wait for `process` when the first meeting is called off."""

    engine: Engine
    web: LocalWeb
    pages: int
    waiting: list[int] = dataclasses.field(default_factory=list)  # at each call-off

    def put_up(self) -> None:
        """Store them, due now."""
        now, made = datetime.now(UTC), Writer(7).write(self.pages, np.random.default_rng(7)) if self.pages else ()
        with self.engine.begin() as conn:
            feed_id = int(conn.scalar(text("SELECT id FROM store.feed")) or 0)
            for number, article in enumerate(made):
                url = self.web.url(f"/old/{number}")
                body = "".join(f"<p>{line}</p>" for line in article.body.split("\n"))
                page = f"<html><body><article><h1>{article.title}</h1>{body}</article></body></html>"
                (article_id,) = ensure_articles(conn, feed_id, {url: url}, now=now).values()
                work.drop(conn, "fetch", article_id)
                response = Response(url, url, 200, {"content-type": "text/html"}, page.encode(), now, 0.1)
                work.add(conn, "process", [save_page(conn, article_id, response)], due_at=now)

    def note(self) -> None:
        """Remember how many wait now."""
        with self.engine.connect() as conn:
            self.waiting.append(int(conn.scalar(_WAITING) or 0))

    def figures(self, seconds: Sequence[float]) -> tuple[Figures, ...]:
        """How many pages waited before each call-off, and how long its alert took."""
        rows = tuple(zip(self.waiting, seconds, strict=False))
        return (Figures("With a backlog", ("pages waiting at publication", "seconds to the alert"), rows),) * bool(
            self.pages
        )


def bench(settings: Settings, changes: int = len(VISITORS), *, backlog: int = 0, seed: int = 7) -> Report:
    """Call `changes` meetings off and time each alert, after `backlog` fetched pages were put before them.

    Raises ConfigurationError and DatabaseError as the stages do.
    """
    began = time.monotonic()
    engine = fresh_database(settings, DATABASE)
    try:
        with tempfile.TemporaryDirectory(prefix="ww-latency-") as folder, serve() as web:
            newsroom = Newsroom(web)
            newsroom.publish("/welcome", "The market opens on Monday", paragraphs("The market opens on Monday."))
            chosen = settings.model_copy(
                update={"data_dir": Path(folder), "allow_private": web.host, "workers": 1}
            )
            with _PacedContext(chosen, engine, _configuration(settings, web)) as ctx:
                pile = Backlog(engine, web, backlog)
                called_off, idle_cpu = _play(ctx, newsroom, changes, Path(folder), random.Random(seed), pile)
            rows = timed_rows(engine, newsroom, called_off)
    finally:
        engine.dispose()
    whole = [row[-1] for row in rows]
    return Report(
        what="Latency: publication to delivered alert",
        figures=(
            Figures("Seconds, stage by stage", ("until", "p50", "p95", "most"), tuple(distribution(rows))),
            Figures("CPU seconds a minute", ("state", "of the line"), (("idle", idle_cpu),)),
            *pile.figures(whole),
        ),
        goals=(
            Goal("publication to alert, p95, seconds", share_below(whole, 0.95), 30.0 if backlog else 5.0,
                 at_least=False),
            Goal("alerts lost", changes - len(rows), 0, at_least=False),
            Goal("idle CPU seconds a minute", idle_cpu, 5.0, at_least=False),
        ),
        facts=facts_of_run(
            datetime.now(UTC), time.monotonic() - began, changes=changes, interval_s=INTERVAL_S, seed=seed,
            host_delay_s=settings.host_delay_s,
        ),
    )  # fmt: skip


def _configuration(settings: Settings, web: LocalWeb) -> Any:
    source = FeedSource(
        key="bench", url=web.url("/feed"), outlet="Bench Agency", language="en", zone="UTC", country="INT",
        kind="agency", interval_s=INTERVAL_S,
    )  # fmt: skip
    rules = AlertRules(
        channels=[FileChannel(name="file", kind="file", path="alerts.jsonl")],
        rules=[AlertRule(name="all", channels=["file"])],
    )
    return load_configuration(settings.config_dir).with_parts(feeds=(source,), alert_file=AlertFile(rules))


def _play(
    ctx: Context, newsroom: Newsroom, changes: int, folder: Path, chance: random.Random, pile: Backlog
) -> tuple[dict[str, float], float]:
    """Run the line in threads of this process and play the story on it."""
    stopped = threading.Event()
    line = threading.Thread(target=Line(ctx, CEILING_S).run, args=[stopped])
    line.start()
    try:
        return play(ctx.engine, newsroom, changes, folder, chance, psutil.Process(), pile)
    finally:
        stopped.set()
        line.join()


def play(
    engine: Engine,
    newsroom: Newsroom,
    changes: int,
    folder: Path,
    chance: random.Random,
    line: psutil.Process,
    pile: Backlog | None = None,
) -> tuple[dict[str, float], float]:
    """Announce, call off, and note when each alert came. Returns {address: moment of the alert} and idle CPU.

    Whatever runs the stages runs already: `line` and its descendants.
    """
    stopped = threading.Event()
    received: dict[str, float] = {}
    watcher = threading.Thread(target=watch, args=[folder / "alerts.jsonl", received, stopped])
    watcher.start()
    try:
        for n, (visitor, _) in enumerate(VISITORS[:changes]):
            newsroom.publish(f"/plan/{n}", *plan_text(visitor, n))
        _until(lambda: _linked(engine) >= changes, _PATIENCE_S * 2)
        idle_cpu = _idle_cpu(line)
        urls = []
        if pile:
            pile.put_up()
        for n, (visitor, _) in enumerate(VISITORS[:changes]):
            time.sleep(chance.uniform(*_BETWEEN_S))
            if pile:
                pile.note()
            urls.append(newsroom.publish(f"/off/{n}", *call_off_text(visitor, n)))
        _until(lambda: all(url in received for url in urls), _PATIENCE_S)
    finally:
        stopped.set()
        watcher.join()
    return {url: received[url] for url in urls if url in received}, idle_cpu


def watch(file: Path, received: dict[str, float], stopped: threading.Event) -> None:
    """Note the moment each alert is in the file."""
    seen = 0
    while not stopped.wait(0.01):
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        for document in map(json.loads, lines[seen:]):
            received.setdefault(document["data"]["proof"]["url"], time.time())
        seen = len(lines)


def _until(happened: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.1)


def _linked(engine: Engine) -> int:
    with engine.connect() as conn:
        return int(conn.scalar(text("SELECT count(*) FROM store.meeting")) or 0)


def _idle_cpu(line: psutil.Process) -> float:
    """CPU seconds a minute of a process and its descendants while nothing is published."""
    before = cpu_of(line)
    time.sleep(_IDLE_S)
    return (cpu_of(line) - before) * 60 / _IDLE_S


def cpu_of(line: psutil.Process) -> float:
    total = 0.0
    for process in (line, *line.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            spent = process.cpu_times()
            total += spent.user + spent.system
            # What its ended children took: Airflow starts one for each check.
            total += spent.children_user + spent.children_system if process.pid != line.pid else 0.0
    return total


def timed_rows(engine: Engine, newsroom: Newsroom, called_off: dict[str, float]) -> list[tuple[float, ...]]:
    """For each alert, seconds from publication until listed, fetched, read, alerted and delivered."""
    with engine.connect() as conn:
        found = {row.url: row for row in conn.execute(_STEPS)}
    rows = []
    for url, delivered in called_off.items():
        begun, row = newsroom.published[url], found[url]
        steps = [moment.timestamp() - begun for moment in (row.listed, row.fetched, row.read, row.alerted)]
        rows.append((*steps, delivered - begun))
    return rows


def distribution(rows: Sequence[Sequence[float]]) -> list[tuple[Cell, ...]]:
    names = ("poll begins", "fetch begins", "process begins", "link begins", "alert is delivered")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return [
        (name, share_below(column, 0.5), share_below(column, 0.95), max(column, default=None))
        for name, column in zip(names, columns, strict=True)
    ]


def share_below(values: Sequence[float], share: float) -> float:
    """The value below which `share` of all lie; infinite where there are none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else float("inf")


def _day(n: int) -> str:
    when = datetime.now(UTC) + timedelta(days=20 + n)
    return f"{when:%B} {when.day}"


def plan_text(visitor: str, n: int) -> tuple[str, str]:
    title = f"{visitor} foreign minister to visit Ankara on {_day(n)}"
    return title, paragraphs(
        f"The {visitor} foreign minister will visit Ankara on {_day(n)} for talks with his Turkish counterpart, the "
        "ministry said on Monday."
    )


def call_off_text(visitor: str, n: int) -> tuple[str, str]:
    title = f"{visitor} foreign minister cancels visit to Ankara"
    return title, paragraphs(
        f"The visit of the {visitor} foreign minister to Ankara, planned for {_day(n)}, has been cancelled, the "
        "Turkish foreign ministry said."
    )


def paragraphs(lead: str) -> str:
    filler = (
        "Officials in the capital declined to go into the details of the agenda, which had been prepared for weeks.",
        "Trade between the two countries has grown slowly over the past years, and both sides speak of more.",
        "A spokesman said that the working groups would keep in touch and report to their governments.",
    )
    return "".join(f"<p>{paragraph}</p>" for paragraph in (lead, *filler))
