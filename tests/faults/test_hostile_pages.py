"""Pages made to hang, crash or fill whoever reads them, all the way from a web server: each ends in bounded time and
memory with a reason an analyst can query, and the good page among them is read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import psutil
import pytest
from local_web import Entry, LocalWeb, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.stages.line import run_once

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
MEGABYTE = 1_000_000
STORY = "The delegation is due in Samsun on Saturday, the ministry said in a statement on its site."
CPU_S = 3.0
MEMORY_MB = 512
STARTED_MB = 300  # what a worker has in memory before its first page
SECONDS = 90  # two limits of CPU time, four times as long on a loaded machine, and the rest around them


def _page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>Harbour</title>{head}</head><body>{body}</body></html>".encode()


def _for_patterns() -> bytes:
    """Text on which a pattern with two ways to read the same characters would try them all."""
    bombs = (
        "A " * 300_000,
        "ANKARA, June " * 60_000,
        "Read also" + " " * MEGABYTE + "x",
        "(" * 300_000,
        "UPDATED " + "1" * 300_000,
        "subscribe " * 60_000,
        "x@" * 200_000,
        "a.a" * 200_000 + "!",
    )
    heading = f"<h1>{'- ' * 200_000}</h1>"
    described = "<script type='application/ld+json'>" + '{"a": "\\' * 50_000 + "</script>"
    return _page(heading + "".join(f"<p>{bomb}</p>" for bomb in bombs), described)


# What a page is, how it is made, and the reasons that are right: on a slow machine the limit of time comes first.
PAGES: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "ten-megabytes": (
        lambda: _page(f"<p>{STORY} " * (99 * MEGABYTE // 1000)),
        {"text_too_large", "extract_timeout"},
    ),
    "deep-nesting": (lambda: _page("<div>" * 100_000 + f"<p>{STORY}</p>"), {"no_text", "extract_timeout"}),
    "a-million-attributes": (
        lambda: _page("<p " + " ".join(f"a{n}=1" for n in range(MEGABYTE)) + f">{STORY}</p>"),
        {"extract_timeout"},
    ),
    "for-patterns": (_for_patterns, {"text_too_large", "extract_timeout"}),
    "endless-table": (
        lambda: _page("<table>" + "<tr><td>1</td><td>2</td></tr>" * 300_000 + "</table>"),
        {"page_too_large", "extract_timeout"},
    ),
}


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with serve() as web:
        yield web


@contextmanager
def watched() -> Iterator[list[float]]:
    """Megabytes that any process started from here has had at most, without the database's."""
    most, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            for process in psutil.Process().children(recursive=True):
                try:
                    if "postgres" not in process.name():
                        most[0] = max(most[0], process.memory_info().rss / MEGABYTE)
                except psutil.Error:
                    continue  # it has ended since it was listed

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_costs_one_counted_failure(
    name: str, engine: Engine, tmp_path: Path, web: LocalWeb
) -> None:
    make, reasons = PAGES[name]
    published = format_datetime(NOW - timedelta(hours=1))
    web.pages["/hostile"] = Reply(make())
    web.pages["/good"] = Reply(_page(f"<article><h1>Sokolov due</h1><p>{STORY}</p></article>"))
    web.pages["/feed"] = rss([Entry(web.url(path), published, path) for path in ("/hostile", "/good")])
    limits: dict[str, object] = {"page_timeout_s": CPU_S, "page_memory_mb": MEMORY_MB}
    started = time.monotonic()
    with (
        watched() as megabytes,
        stage_context(engine, tmp_path, [source("f", web.url("/feed"))], private=web.host, **limits) as ctx,
    ):
        run_once(ctx, NOW)
    assert time.monotonic() - started < SECONDS
    assert 0 < megabytes[0] < STARTED_MB + MEMORY_MB
    with engine.connect() as conn:
        counted = conn.execute(text("SELECT reason, things FROM wirewatch.outcomes WHERE stage = 'process'")).all()
        bodies = conn.scalars(text("SELECT body FROM wirewatch.articles")).all()
    assert [things for _, things in counted] == [1], counted
    assert counted[0][0] in reasons, counted
    assert bodies == [STORY]
