"""`python -m tests.bench idle`: CPU of an idle Airflow by component, with a feed that is polled every two seconds."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil

from pipeline.settings import Settings
from tests.bench.latency import INTERVAL_S, Newsroom, paragraphs
from tests.bench.latency_airflow import airflow_on, config_of
from tests.evaluation.report import Figures, Goal, Report, facts_of_run
from tests.local_web import serve

_SETTLED_S = 75.0  # after the start: the first run of every DAG is over
# By a word of the command line; the first that is found.
_PARTS = {
    "api-server": "API server", "api_server": "API server", "dag-processor": "DAG processor", "triggerer": "triggerer",
    "scheduler": "scheduler", "LocalExecutor": "scheduler", "airflow worker": "resident line", "forkserver": "page readers",
    "postgres": "PostgreSQL",
}  # fmt: skip


def bench(settings: Settings, minutes: float) -> Report:
    """Let the stack idle and count. Raises WirewatchError where Airflow does not become healthy."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="ww-idle-"))
    feed = {"key": "bench", "outlet": "Bench Agency", "language": "en", "zone": "UTC", "country": "INT",
            "kind": "agency", "interval_s": INTERVAL_S}  # fmt: skip
    try:
        with serve() as web:
            Newsroom(web).publish(
                "/welcome", "The market opens on Monday", paragraphs("The market opens on Monday.")
            )
            config = config_of(settings, folder, [{**feed, "url": web.url("/feed")}])
            with airflow_on(config, folder, web) as supervisor:
                time.sleep(_SETTLED_S)
                before = _spent(supervisor.pid, folder)
                time.sleep(60 * minutes)
                after = _spent(supervisor.pid, folder)
    finally:
        shutil.rmtree(folder)
    spent: defaultdict[str, float] = defaultdict(float)
    for pid, (part, seconds) in after.items():
        spent[part] += (seconds - before.get(pid, (part, 0.0))[1]) / minutes
    return Report(
        what="An idle Airflow",
        figures=(
            Figures(
                "CPU seconds a minute",
                ("component", "seconds"),
                tuple((part, spent[part]) for part in sorted(spent, key=spent.__getitem__, reverse=True)),
            ),
        ),
        goals=(Goal("CPU seconds a minute in all", sum(spent.values()), 5.0, at_least=False),),
        facts=facts_of_run(
            datetime.now(UTC), time.monotonic() - began, minutes=minutes, load=round(os.getloadavg()[1], 1)
        ),
    )


def _spent(supervisor: int, folder: Path) -> dict[int, tuple[str, float]]:
    """Component and CPU seconds of each process of the stack, with what its ended children took."""
    server = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    found = {}
    for root in (psutil.Process(supervisor), psutil.Process(server)):
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                ended = times.children_user + times.children_system
                found[process.pid] = (_part(process), times.user + times.system + ended)
    return found


def _part(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    return next((part for word, part in _PARTS.items() if word in command), "supervisor")
