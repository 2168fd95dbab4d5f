"""`python -m tests.bench latency --airflow`: the same story under `wirewatch airflow`, its whole stack in one folder."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import yaml

from pipeline.errors import WirewatchError
from pipeline.settings import CHECKOUT, Settings
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import open_engine, parse_url
from tests.bench.latency import INTERVAL_S, Newsroom, distribution, paragraphs, play, share_below, timed_rows
from tests.evaluation.report import Figures, Goal, Report, facts_of_run
from tests.local_web import LocalWeb, serve

_HEALTHY_WITHIN_S = 600.0
_SETTLED_S = 45.0  # after the start: the first run of every DAG is over
_SITE = CHECKOUT / "tests" / "airflow_site"  # its sitecustomize.py paces the bench's host like any other


def bench(settings: Settings, changes: int, *, seed: int = 7) -> Report:
    """Call `changes` meetings off and time each alert, with Airflow running the line.

    Raises:
        WirewatchError: Airflow did not become healthy.
    """
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="ww-latency-"))
    try:
        with serve() as web:
            newsroom = Newsroom(web)
            newsroom.publish("/welcome", "The market opens on Monday", paragraphs("The market opens on Monday."))
            with airflow_on(config_of(settings, folder, [_feed(web)]), folder, web) as supervisor:
                engine = open_engine(parse_url(EmbeddedServer(folder / "postgres").url()))
                try:
                    time.sleep(_SETTLED_S)
                    story = (changes, folder, random.Random(seed))
                    called_off, idle_cpu = play(engine, newsroom, *story, psutil.Process(supervisor.pid))
                    rows = timed_rows(engine, newsroom, called_off)
                finally:
                    engine.dispose()
    finally:
        shutil.rmtree(folder)
    whole = [row[-1] for row in rows]
    return Report(
        what="Latency under Airflow: publication to delivered alert",
        figures=(
            Figures("Seconds, stage by stage", ("until", "p50", "p95", "most"), tuple(distribution(rows))),
            Figures("CPU seconds a minute", ("state", "of the whole stack"), (("idle", idle_cpu),)),
        ),
        goals=(
            Goal("publication to alert, p95, seconds", share_below(whole, 0.95), 30.0, at_least=False),
            Goal("alerts lost", changes - len(rows), 0, at_least=False),
        ),
        facts=facts_of_run(
            datetime.now(UTC), time.monotonic() - began, changes=changes, interval_s=INTERVAL_S, seed=seed,
            host_delay_s=settings.host_delay_s, load=round(os.getloadavg()[1], 1),
        ),
    )  # fmt: skip


@contextmanager
def airflow_on(config: Path, folder: Path, web: LocalWeb, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """`wirewatch airflow` with its data in `folder`, healthy; all of it ends with the block."""
    output = folder / "output"
    environment = os.environ | {
        "WIREWATCH_DATA_DIR": str(folder),
        "WIREWATCH_CONFIG_DIR": str(config),
        "WIREWATCH_ALLOW_PRIVATE": web.host,
        "WIREWATCH_WORKERS": "1",
        **variables,
        "PYTHONPATH": f"{_SITE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
    }
    command = [sys.executable, "-c", "from pipeline.cli.app import main; main()", "airflow", "--port", "0"]
    with output.open("wb") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    below: list[psutil.Process] = []
    try:
        deadline = time.monotonic() + _HEALTHY_WITHIN_S
        while "Ctrl-C" not in output.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise WirewatchError(f"Airflow did not start:\n{output.read_text(errors='replace')[-2000:]}")
            time.sleep(0.5)
        yield process
    finally:
        if process.poll() is None:
            below = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=120)
            except subprocess.TimeoutExpired:
                process.kill()
        for one in psutil.wait_procs(below, timeout=5)[1]:
            one.kill()
        EmbeddedServer(folder / "postgres").stop()


def _feed(web: LocalWeb) -> dict[str, object]:
    return {
        "key": "bench", "url": web.url("/feed"), "outlet": "Bench Agency", "language": "en", "zone": "UTC",
        "country": "INT", "kind": "agency", "interval_s": INTERVAL_S,
    }  # fmt: skip


def config_of(settings: Settings, folder: Path, feeds: Sequence[dict[str, object]]) -> Path:
    """The configuration in use with these feeds, and every alert into one file."""
    target = folder / "config"
    shutil.copytree(settings.config_dir, target)
    (target / "feeds.yml").write_text(yaml.safe_dump({"feeds": list(feeds)}), encoding="utf-8")
    rules = {
        "channels": [{"name": "file", "kind": "file", "path": "alerts.jsonl"}],
        "rules": [{"name": "all", "channels": ["file"]}],
    }
    (target / "alerts.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    return target
