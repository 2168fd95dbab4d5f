"""One story under faults: a database, the lines that work on it, and what can be done to them.

The clock of the lines is a file: it stands at the story's moment while faults come, and goes on in steps afterwards,
so that what was put off is tried again.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pipeline.errors import DatabaseError
from pipeline.settings import CHECKOUT
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url

sys.path.insert(0, str(CHECKOUT / "tests"))  # as pytest has it

from local_web import LocalWeb
from newsdesk import NOW

WORKER = Path(__file__).with_name("resident_worker.py")
STOPPED_S = 1.4  # past a lease of one second
STORM_S = 0.8
FULL_S = 0.6
CLOCK_STEP = timedelta(minutes=30)
_PATIENCE_S = 240.0
_BACKENDS = text("SELECT pid FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()")
_LEFT = text("SELECT count(*) FROM store.work WHERE stage NOT IN ('poll', 'refetch', 'lapse')")
_POLLED = text("SELECT count(*) >= 4 FROM store.feed WHERE last_success_at IS NOT NULL")


class Weather(dict[str, Any]):
    """Pages of the local web; in a storm, answers break off or say 503."""

    storm_until = 0.0

    def get(self, path: str, default: Any = None) -> Any:
        """The page, or what the storm makes of it."""
        return broken_answer if time.monotonic() < self.storm_until else super().get(path, default)


def broken_answer(request: BaseHTTPRequestHandler) -> None:
    """Half an answer, or none at all, by the path's length."""
    if len(request.path) % 2:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<html>half an answ")


@dataclass(frozen=True)
class SmallDisk:
    """A file system of our own in memory, whose size can be cut down to what is used."""

    folder: Path

    def fill(self) -> None:
        """Leave no room."""
        used = os.statvfs(self.folder)
        self._resize(((used.f_blocks - used.f_bfree) * used.f_frsize + 4096) >> 10)

    def empty(self) -> None:
        """Give all room back."""
        self._resize(2 << 20)

    def _resize(self, kib: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={kib}k", str(self.folder)], check=True)


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | None]:
    """Put a small disk in the place of `folder`; None where this user may not mount one."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2g,mode=755", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        yield None
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@dataclass
class Ground:
    """What all stories share."""

    config: Path
    web: LocalWeb
    server: EmbeddedServer
    disk: SmallDisk | None


@dataclass
class Story:
    """One database, its two lines, and what is done to them."""

    name: str
    folder: Path
    ground: Ground
    lines: list[subprocess.Popen[str]] = field(default_factory=list)
    now: datetime = NOW

    def __post_init__(self) -> None:
        server = self.ground.server
        self.folder.mkdir()
        create_database(parse_url(server.url("postgres")), self.name, template="template_line")
        self.engine = open_engine(parse_url(server.url(self.name)))
        self.set_clock(NOW)

    def set_clock(self, now: datetime) -> None:
        """Move the clock that all lines read."""
        self.now = now
        draft = self.folder / "clock.new"
        draft.write_text(now.isoformat())
        draft.replace(self.folder / "clock")

    def start(self, seconds: float = 1200.0) -> None:
        """Start one more line, and wait until it is about to work."""
        ground = self.ground
        arguments = [ground.server.url(self.name), ground.config, self.folder, ground.web.host, seconds]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, str(WORKER), *map(str, arguments)], stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert child.stdout is not None
        child.stdout.readline()
        self.lines.append(child)

    def is_done(self) -> bool:
        """Whether every feed was read and nothing is left to be done."""
        try:
            with self.engine.connect() as conn:
                return bool(conn.scalar(_POLLED)) and not conn.scalar(_LEFT)
        except DBAPIError:
            return False

    def wait(self) -> None:
        """Let time go by until nothing is left, and was not a second later."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            if self.is_done():
                time.sleep(1.2)
                if self.is_done():
                    return
            time.sleep(1.0)
            self.set_clock(self.now + CLOCK_STEP)

    def end(self) -> None:
        """Kill all lines."""
        for child in self.lines:
            end(child)
        self.lines.clear()
        self.engine.dispose()

    # Faults ---------------------------------------------------------------------------------------------------

    def cut(self, chance: random.Random) -> None:
        """Cut a connection to the database."""
        with contextlib.suppress(DBAPIError), self.engine.connect() as conn:
            pids = list(conn.scalars(_BACKENDS, {"name": self.name}))
            if pids:
                conn.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": chance.choice(pids)})

    def stop(self, chance: random.Random) -> None:
        """Stop a line for longer than its leases."""
        child = chance.choice(self.lines)
        child.send_signal(signal.SIGSTOP)
        time.sleep(STOPPED_S)
        child.send_signal(signal.SIGCONT)

    def jump(self, chance: random.Random) -> None:
        """Put the clock of one line two days ahead, for a second."""
        chance.choice(self.lines).send_signal(signal.SIGUSR1)

    def kill_child(self, chance: random.Random) -> None:
        """Kill a worker process of a line."""
        with contextlib.suppress(psutil.NoSuchProcess):
            below = psutil.Process(chance.choice(self.lines).pid).children(recursive=True)
            if below:
                chance.choice(below).kill()

    def kill(self, chance: random.Random) -> None:
        """Kill a line; another is started in its place."""
        child = chance.choice(self.lines)
        self.lines.remove(child)
        end(child)
        self.start()

    def crash(self, _chance: random.Random) -> None:
        """Kill the database server; its keeper starts it again."""
        if pid := self.ground.server.pid():
            os.kill(pid, signal.SIGKILL)
        self.ground.server.start()

    def storm(self, _chance: random.Random) -> None:
        """Break the answers of all sites off for a while."""
        assert isinstance(self.ground.web.pages, Weather)
        self.ground.web.pages.storm_until = time.monotonic() + STORM_S

    def fill_disk(self, _chance: random.Random) -> None:
        """No room for the database, the alert file and the logs; its keeper starts a server that gave up."""
        disk = self.ground.disk
        if disk is None:
            return
        disk.fill()
        try:
            time.sleep(FULL_S)
        finally:
            disk.empty()
        for _ in range(20):
            with contextlib.suppress(DatabaseError):
                self.ground.server.start()
                return
            time.sleep(0.5)


# Name, how often of 108, deed.
FAULTS: tuple[tuple[str, int, Callable[[Story, random.Random], None]], ...] = (
    ("connection cut", 66, Story.cut),
    ("clock two days ahead", 10, Story.jump),
    ("stopped past its lease", 8, Story.stop),
    ("child killed", 8, Story.kill_child),
    ("sites break off", 8, Story.storm),
    ("line killed", 4, Story.kill),
    ("disk full", 2, Story.fill_disk),
    ("server crashed", 2, Story.crash),
)


def end(child: subprocess.Popen[str]) -> None:
    """Kill a line; its children notice and end."""
    child.kill()
    child.wait()
    if child.stdout:
        child.stdout.close()
