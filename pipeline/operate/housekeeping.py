"""Keeps Airflow on one machine from growing without limit: its own tables, task logs and component logs.

A DAG may not clean Airflow's tables, so the supervisor does. Nothing here waits: the cleaning is a program of its
own, looked after at the next call.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

KEEP = timedelta(days=14)  # runs, task instances and their logs
EVERY = timedelta(days=1)
LOG_LIMIT_BYTES = 20_000_000  # of one component; one older log of that size is kept


@dataclass
class Housekeeping:
    """Once a day, clean below `logs` and run `command`; `tell` gets one line of each."""

    command: list[str]  # airflow db clean
    environment: Mapping[str, str]
    logs: Path
    tell: Callable[[str], None]
    _next: datetime | None = None
    _cleaning: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def tick(self, now: datetime) -> None:
        """Do what is due. The first cleaning comes a day after the start: a start has enough to do."""
        rotate(self.logs)
        self._notice_end()
        if self._next is None:
            self._next = now + EVERY
        elif now >= self._next:
            self._next = now + EVERY
            removed = remove_old(self.logs, before=now - KEEP)
            self.tell(f"removed {removed} logs older than {KEEP.days} days; cleaning Airflow's tables")
            self._clean(now - KEEP)

    def _clean(self, before: datetime) -> None:
        with (self.logs / "db-clean.log").open("wb") as log:
            self._cleaning = subprocess.Popen(  # noqa: S603
                [*self.command, "--clean-before-timestamp", before.isoformat(), "--skip-archive", "--yes"],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _notice_end(self) -> None:
        if self._cleaning is not None and (code := self._cleaning.poll()) is not None:
            if code:
                self.tell(f"cleaning Airflow's tables ended with code {code}; see {self.logs / 'db-clean.log'}")
            self._cleaning = None

    def close(self) -> None:
        """End a cleaning that is under way: it is one transaction a table and goes on tomorrow."""
        if self._cleaning is not None and self._cleaning.poll() is None:
            self._cleaning.terminate()
            self._cleaning.wait()


def rotate(logs: Path, limit: int = LOG_LIMIT_BYTES) -> None:
    """Set aside each component's log above `limit` bytes; its program goes on writing to the emptied file."""
    for log in logs.glob("*.log"):
        if log.stat().st_size > limit:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            with log.open("r+b") as file:
                file.truncate()  # opened for appending by its program: the next line is written at the new end


def remove_old(logs: Path, *, before: datetime) -> int:
    """Delete task logs last written before a moment, and folders that are empty then. Returns how many files."""
    removed = 0
    for path in sorted(logs.rglob("*"), reverse=True):  # what is in a folder comes before it
        if path.parent == logs:
            continue  # the components' own logs are rotated
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            path.unlink()
            removed += 1
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return removed
