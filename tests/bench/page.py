"""`python -m tests.bench page`: how long a reader waits for each page of the site, and how much arrives."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, event, text

from pipeline.configuration import load_configuration
from pipeline.errors import WirewatchError
from pipeline.settings import Settings
from pipeline.stages.running.context import Context
from tests.bench.bulk import TUNING
from tests.bench.store import filled
from tests.bench.store_load import SEED
from tests.bench.store_texts import Writer
from tests.evaluation.report import Cell, Figures, Goal, Report, facts_of_run
from tests.evaluation.scratch import scratch_server
from tests.site_client import Answer, Browser, served

ROUNDS = 20
P95_MS, KB, QUERIES = 100.0, 150.0, 5
SLOW_MS = 10_000.0  # a page is asked for less often when it takes longer
_PAGES = {
    "today": "/",
    "a week of changes": "/?days=7",
    "meetings": "/meetings",
    "meetings of a country": "/meetings?country=TR",
    "a month": "/meetings?show=calendar",
    "a meeting": "/meetings/{meeting}",
    "an article": "/articles/{article}",
    "why an article is here": "/articles/{article}?show=why",
    "stories": "/stories",
    "a dispatch": "/dispatches/{dispatch}",
    "the empty search": "/search",
    "a frequent word": "/search?q={frequent}",
    "a rare word": "/search?q={rare}",
    "a phrase": "/search?q=%22minister+grigory+sokolov%22",
    "people": "/people",
    "a person": "/people/per:ru.sokolov",
    "places": "/places",
    "a place": "/places/TR/Istanbul",
    "feeds": "/feeds",
    "alerts": "/alerts",
    "waiting": "/waiting",
    "SQL": "/sql",
}
# Not the same row each time: one in the middle of the history and its neighbours.
_MIDDLE = text("""
    SELECT (SELECT max(id) / 2 FROM store.meeting) AS meeting, (SELECT max(id) / 2 FROM store.article) AS article
""")


def bench(
    size: int, settings: Settings, now: datetime, *, folder: Path | None = None, keep: bool = False
) -> Report:
    """Ask a site on `size` articles for each of its pages, over a real socket, one request after the other."""
    began = time.monotonic()
    configuration = load_configuration(settings.config_dir)
    with scratch_server(TUNING, folder, keep=keep) as server, filled(server, size, now) as (engine, _):
        _freeze_clock(engine, now)
        chosen = settings.model_copy(update={"site_port": 0, "database_url": engine.url})
        with Context(chosen, engine, configuration) as ctx, served(ctx) as browser:
            _warm(browser)
            rows = [
                _row(name, list(_addresses(engine, path)), browser, _Meter(engine))
                for name, path in _PAGES.items()
            ]
    goals = tuple(
        Goal(f"{what} at {size:,} articles", float(max(row[at] for row in rows)), wanted, at_least=False)  # type: ignore[type-var, arg-type]
        for what, at, wanted in (
            ("slowest page, p95 ms", 2, P95_MS), ("dearest page, CPU ms", 3, P95_MS), ("heaviest page, kB", 4, KB),
            ("most queries a page", 6, QUERIES),
        )
    )  # fmt: skip
    columns = ("page", "p50 ms", "p95 ms", "CPU ms", "kB sent", "kB unpacked", "queries")
    return Report(
        "Pages of the site",
        (Figures(f"One reader, {size:,} articles", columns, tuple(rows)),),
        goals,
        (),
        facts_of_run(
            now, time.monotonic() - began, articles=size, rounds=ROUNDS, load=round(os.getloadavg()[1], 1)
        ),
    )


class _Meter:
    """CPU seconds of this process and of the database server, which no other work on the machine lengthens."""

    def __init__(self, engine: Engine) -> None:
        with engine.connect() as conn:
            backend = conn.scalar(text("SELECT pg_backend_pid()"))
        self._postmaster = _stat(Path(f"/proc/{backend}/stat"))[1]

    def seconds(self) -> float:
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            number, parent, own, of_children = _stat(path)
            ticks += of_children if number == self._postmaster else own if parent == self._postmaster else 0
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _stat(path: Path) -> tuple[int, int, int, int]:
    """Pid, parent, clock ticks of the process itself and of its children that have ended; zeros for one that is gone."""
    try:
        told = path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0, 0, 0
    fields = told.rpartition(")")[2].split()
    own, ended = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return int(told.split(" ", 1)[0]), int(fields[1]), own, ended


def _freeze_clock(engine: Engine, now: datetime) -> None:
    """The made-up news ends when it was made; a kept database is looked at as of then."""
    with engine.begin() as conn:
        last = conn.scalar(text("SELECT max(first_seen_at) FROM store.article"))
        name = conn.scalar(text("SELECT current_database()"))
        conn.exec_driver_sql(f"ALTER DATABASE {name} SET wirewatch.now = '{last or now}'")
    engine.dispose()


def _warm(browser: Browser) -> None:
    """A site that has been up for a while: `wirewatch site` reads its words of names and dates as it starts."""
    _page(browser, "/articles/1")
    _page(browser, "/")


def _addresses(engine: Engine, path: str) -> Iterator[str]:
    """The addresses of one kind of page, one for each round."""
    words = Writer(SEED).words["en"]
    with engine.connect() as conn:
        middle = conn.execute(_MIDDLE).one()
    for step in range(ROUNDS):
        yield path.format(
            meeting=middle.meeting + step,
            article=middle.article + 20 * step + 1 - middle.article % 20,  # each twentieth has a meeting
            dispatch=middle.article + 3 * step + 1 - middle.article % 3,
            frequent=words[60 + step],
            rare=words[20_000 + step],
        )


def _row(name: str, addresses: Sequence[str], browser: Browser, meter: _Meter) -> tuple[Cell, ...]:
    times: list[float] = []
    sent: list[int] = []
    before = meter.seconds()
    with _queries() as counted:
        for path in addresses:
            begun = time.perf_counter()
            answer = _page(browser, path, Accept_Encoding="gzip")
            times.append(1000 * (time.perf_counter() - begun))
            sent.append(len(answer.body))
            if sum(times) > SLOW_MS:
                break
        queries = next(counted) / len(times)
    spent = 1000 * (meter.seconds() - before) / len(times)
    unpacked = len(_page(browser, addresses[0]).body)
    p50, p95 = np.percentile(times, [50, 95])
    return name, float(p50), float(p95), spent, max(sent) / 1000, unpacked / 1000, round(queries, 1)


def _page(browser: Browser, path: str, **headers: str) -> Answer:
    answer = browser.get(path, **headers)
    if answer.status != 200:
        raise WirewatchError(f"GET {path} answered {answer.status}")
    return answer


@contextmanager
def _queries() -> Iterator[Iterator[int]]:
    """Counts the statements of all engines; the next number is how many there were."""
    counter = itertools.count()

    def count(*_: object) -> None:
        next(counter)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield counter
    finally:
        event.remove(Engine, "before_cursor_execute", count)
