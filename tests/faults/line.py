"""`python -m tests.faults.line --count N`: the resident line under faults of processes, connections, server and clock.

Each story is a database of its own with the small newsroom of newsdesk.py, worked on by two lines at once (two
schedulers). Faults come at random moments until the work is done: a line is killed or stopped past its leases, one of
its child processes is killed, a connection is cut, the clock of a line jumps two days, the server crashes. At the end
every story must have the rows of an undisturbed one, each alert in its file, and none twice without the mark.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from pipeline.errors import DatabaseError
from pipeline.settings import CHECKOUT
from pipeline.store.server import migrate
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url

sys.path.insert(0, str(CHECKOUT / "tests"))  # as pytest has it

from local_web import LocalWeb, serve
from newsdesk import NOW, put_up, snapshot
from staging import config_with

WORKER = Path(__file__).with_name("resident_worker.py")
STOPPED_S = 1.4  # past a lease of one second
# What must be the same; when pages are fetched again depends on the clock, and outcomes count the faults themselves.
SAME = ("articles", "copies", "mentions", "meetings", "evidence", "alerts")
_BACKENDS = text("SELECT pid FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()")
_LEFT = text("SELECT count(*) FROM store.work WHERE due_at <= :now AND stage <> 'lapse'")
_PATIENCE_S = 240.0


@dataclass
class Verdict:
    """What came of all stories."""

    faults: Counter[str] = field(default_factory=Counter)
    stories: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    marked: int = 0
    stuck: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.stuck)

    def lines(self) -> list[str]:
        faults = ", ".join(f"{name} {count:,}" for name, count in sorted(self.faults.items()))
        return [
            f"{self.faults.total():,} faults in {self.stories} stories: {faults}",
            f"lost {len(self.lost)}, doubled {len(self.doubled)}, marked repeats {self.marked}, stuck {len(self.stuck)}",
            *self.lost, *self.doubled, *self.stuck,
        ]  # fmt: skip


class _Story:
    """One database, its two lines, and what is done to them."""

    def __init__(self, name: str, folder: Path, config: Path, web: LocalWeb, server: EmbeddedServer) -> None:
        self.name, self.folder, self.config, self.web, self.server = name, folder, config, web, server
        create_database(parse_url(server.url("postgres")), name, template="template_line")
        self.engine = open_engine(parse_url(server.url(name)))
        self.lines: list[subprocess.Popen[str]] = []

    def start(self, seconds: float = 600.0) -> None:
        arguments = [self.server.url(self.name), self.config, self.folder, self.web.host, NOW.isoformat(), seconds]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, str(WORKER), *map(str, arguments)], stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert child.stdout is not None
        child.stdout.readline()
        self.lines.append(child)

    def is_done(self) -> bool:
        try:
            with self.engine.connect() as conn:
                polled = bool(
                    conn.scalar(text("SELECT count(*) >= 4 FROM store.feed WHERE last_success_at IS NOT NULL"))
                )
                return polled and not conn.scalar(_LEFT, {"now": NOW})
        except DBAPIError:
            return False

    def end(self) -> None:
        for child in self.lines:
            _end(child)
        self.lines.clear()

    # Faults ---------------------------------------------------------------------------------------------------

    def cut(self, chance: random.Random) -> None:
        with contextlib.suppress(DBAPIError), self.engine.connect() as conn:
            pids = list(conn.scalars(_BACKENDS, {"name": self.name}))
            if pids:
                conn.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": chance.choice(pids)})

    def stop(self, chance: random.Random) -> None:
        child = chance.choice(self.lines)
        child.send_signal(signal.SIGSTOP)
        time.sleep(STOPPED_S)
        child.send_signal(signal.SIGCONT)

    def jump(self, chance: random.Random) -> None:
        chance.choice(self.lines).send_signal(signal.SIGUSR1)

    def kill_child(self, chance: random.Random) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            below = psutil.Process(chance.choice(self.lines).pid).children(recursive=True)
            if below:
                chance.choice(below).kill()

    def kill(self, chance: random.Random) -> None:
        child = chance.choice(self.lines)
        self.lines.remove(child)
        _end(child)
        self.start()

    def crash(self, _chance: random.Random) -> None:
        if pid := self.server.pid():
            os.kill(pid, signal.SIGKILL)
        self.server.start()


_FAULTS: tuple[tuple[str, int, Callable[[_Story, random.Random], None]], ...] = (
    ("connection cut", 70, _Story.cut),
    ("stopped past its lease", 8, _Story.stop),
    ("clock two days ahead", 10, _Story.jump),
    ("child killed", 8, _Story.kill_child),
    ("line killed", 3, _Story.kill),
    ("server crashed", 1, _Story.crash),
)


def run(folder: Path, *, count: int, seed: int, until: float = float("inf")) -> Verdict:
    """Inject `count` faults, or as many as there is time for (`until`, of time.monotonic)."""
    chance, verdict = random.Random(seed), Verdict()
    with serve() as web, _server(folder) as server:
        config = config_with(folder, put_up(web))
        began = time.monotonic()
        expected = _calm(folder, config, web, server)
        sys.stderr.write(f"{time.monotonic() - began:.0f} s: an undisturbed story\n")
        while verdict.faults.total() < count and time.monotonic() < until:
            verdict.stories += 1
            name = f"story_{verdict.stories}"
            place = folder / name
            place.mkdir()
            story = _Story(name, place, config, web, server)
            try:
                _break(story, chance, verdict, count)
                _judge(story, expected, verdict)
                took = time.monotonic() - began
                sys.stderr.write(f"{took:.0f} s: {verdict.lines()[0]}; {verdict.lines()[1]}\n")
            finally:
                story.end()
                story.engine.dispose()
    return verdict


def _calm(folder: Path, config: Path, web: LocalWeb, server: EmbeddedServer) -> dict[str, Any]:
    place = folder / "calm"
    place.mkdir()
    story = _Story("calm", place, config, web, server)
    try:
        story.start()
        _wait(story)
        return {key: snapshot(story.engine)[key] for key in SAME}
    finally:
        story.end()
        story.engine.dispose()


def _break(story: _Story, chance: random.Random, verdict: Verdict, count: int) -> None:
    story.start()
    story.start()
    names = [name for name, weight, _ in _FAULTS for _ in range(weight)]
    deeds = {name: deed for name, _, deed in _FAULTS}
    quota = min(100, count - verdict.faults.total())
    for _ in range(quota):
        time.sleep(chance.uniform(0.0, 0.15))
        name = chance.choice(names)
        deeds[name](story, chance)
        verdict.faults[name] += 1
    _wait(story)


def _wait(story: _Story) -> None:
    """Until nothing is due any more, and was not a second later."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if story.is_done():
            time.sleep(1.2)
            if story.is_done():
                return
        time.sleep(0.3)


def _judge(story: _Story, expected: dict[str, Any], verdict: Verdict) -> None:
    if not story.is_done() or any(child.poll() is not None for child in story.lines):
        verdict.stuck.append(f"{story.name}: work is left, or a line ended by itself")
        return
    found = snapshot(story.engine)
    for key in SAME:
        verdict.lost += [f"{story.name} lost of {key}: {row}" for row in expected[key] if row not in found[key]]
        verdict.doubled += [f"{story.name} more of {key}: {row}" for row in found[key] if row not in expected[key]]
        if len(found[key]) > len(set(map(repr, found[key]))):
            verdict.doubled.append(f"{story.name}: rows of {key} twice")
    lines = [json.loads(line) for line in (story.folder / "alerts.jsonl").read_text(encoding="utf-8").splitlines()]
    sent = [line["data"]["alert"] for line in lines if line["type"].startswith("meeting.")]
    with story.engine.connect() as conn:
        keys = set(conn.scalars(text("SELECT key FROM store.alert")))
    verdict.lost += [f"{story.name}: {key} is not in the file" for key in keys - {alert["key"] for alert in sent}]
    first: set[str] = set()
    for alert in sent:
        if alert["key"] in first and not alert["possibly_repeated"]:
            verdict.doubled.append(f"{story.name}: {alert['key']} twice without a mark")
        verdict.marked += alert["possibly_repeated"]
        first.add(alert["key"])


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(folder / "postgres")
    server.start()
    try:
        create_database(parse_url(server.url("postgres")), "template_line")
        engine: Engine = open_engine(parse_url(server.url("template_line")))
        migrate.upgrade(engine)
        engine.dispose()
        yield server
    finally:
        with contextlib.suppress(DatabaseError):
            server.stop()


def _end(child: subprocess.Popen[str]) -> None:
    """Kill a line; its children notice and end."""
    child.kill()
    child.wait()
    if child.stdout:
        child.stdout.close()


def main() -> None:
    """Print the verdict; exit code 1 if anything was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ww-f-") as folder:
        until = time.monotonic() + 60 * asked.minutes
        verdict = run(Path(folder), count=asked.count, seed=asked.seed, until=until)
    sys.stdout.write("\n".join(verdict.lines()) + "\n")
    raise SystemExit(0 if verdict.clean else 1)


if __name__ == "__main__":
    main()
