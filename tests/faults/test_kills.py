"""kill -9 at any time, then run again: the same rows as if nothing had happened."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import newsdesk
import pytest
from local_web import LocalWeb, serve
from sqlalchemy import Engine, make_url, text
from staging import config_with

from pipeline.store.server.engine import create_database, open_engine, parse_url

ROUND = Path(__file__).with_name("one_round.py")
KILLS = 15  # `make faults` has a thousand
SEED = 20310508
LEASE_S = 1


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with serve() as web:
        yield web


class Desk:
    """Databases and data folders to run rounds in, and the processes that run them."""

    def __init__(self, folder: Path, web: LocalWeb, database_url: str) -> None:
        self.folder, self.web, self.base = folder, web, make_url(database_url)
        self.config = config_with(folder, newsdesk.put_up(web))

    @contextmanager
    def database(self, name: str) -> Iterator[Engine]:
        """A migrated database of its own."""
        url = self.base.set(database=f"{self.base.database}_{name}")
        create_database(
            parse_url(self.base.render_as_string(False)), str(url.database), template="wirewatch_template"
        )
        engine = open_engine(parse_url(url.render_as_string(False)))
        yield engine
        engine.dispose()

    def start(self, engine: Engine) -> subprocess.Popen[str]:
        """Start a round and wait until it is about to work."""
        url = engine.url.set(drivername="postgresql").render_as_string(False)
        data = self.folder / str(engine.url.database)
        arguments = [url, str(self.config), str(data), self.web.host, newsdesk.NOW.isoformat()]
        child = subprocess.Popen([sys.executable, str(ROUND), *arguments], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        return child

    def finish(self, engine: Engine) -> float:
        """Run a round to its end; returns the seconds it worked."""
        with self.start(engine) as child:
            began = time.monotonic()
            assert child.wait(timeout=120) == 0
        return time.monotonic() - began

    def alert_lines(self, engine: Engine) -> list[str]:
        return (self.folder / str(engine.url.database) / "alerts.jsonl").read_text().splitlines()


def unfinished(engine: Engine) -> bool:
    """True until every stage has done what was due."""
    with engine.connect() as conn:
        return not conn.scalar(text("SELECT count(*) > 0 FROM store.poll")) or bool(
            conn.scalar(text("SELECT count(*) FROM store.work WHERE due_at <= :now"), {"now": newsdesk.NOW})
        )


def processes_of(folder: Path) -> list[int]:
    """Processes whose command line names the test's folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if str(folder).encode() in command:
                found.append(int(entry.name))
    return found


def kill_until_done(desk: Desk, engine: Engine, chance: random.Random, round_s: float, left: int) -> int:
    """Kill round after round at random points until the work is done anyhow; returns how many were cut short."""
    killed = 0
    while killed < left and unfinished(engine):
        with desk.start(engine) as child:
            time.sleep(chance.uniform(0, round_s * 0.8))
            killed += child.poll() is None
            child.send_signal(signal.SIGKILL)
    time.sleep(LEASE_S * 1.1)  # the last dead worker's lease; between two rounds starting up takes as long
    return killed


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_runs_end_in_the_same_rows(database_url: str, tmp_path: Path, web: LocalWeb) -> None:
    desk = Desk(tmp_path, web, database_url)
    with desk.database("calm") as engine:
        round_s = desk.finish(engine)
        expected = newsdesk.snapshot(engine)
    assert [row[0] for row in expected["alerts"]] == ["postponed"], expected["meetings"]
    assert expected["work"] == []
    assert len(expected["fetches"]) == len(expected["articles"])

    chance = random.Random(SEED)
    kills = story = 0
    while kills < KILLS:
        story += 1
        with desk.database(f"killed_{story}") as engine:
            kills += kill_until_done(desk, engine, chance, round_s, KILLS - kills)
            desk.finish(engine)
            assert newsdesk.snapshot(engine) == expected, f"story {story} after {kills} kills, seed {SEED}"
            with engine.connect() as conn:
                key = conn.scalar(text("SELECT key FROM store.alert"))
            # At least once in the channel, under one key; exactly once in the database.
            assert {json.loads(line)["key"] for line in desk.alert_lines(engine)} == {key}
    deadline = time.monotonic() + 60
    while processes_of(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert processes_of(tmp_path) == [], "a killed run left processes behind"
