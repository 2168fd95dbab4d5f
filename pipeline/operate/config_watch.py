"""Notices a change of the configuration folder while the line runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.configuration.alert_rules import FILE

_EVERY_S = 10.0
_TICK_S = 0.5
FolderStamp = frozenset[tuple[str, int, int]]


def stamp(folder: Path) -> FolderStamp:
    """Name, size in bytes and time of change in nanoseconds of each file that a run reads when it begins.

    Not of alerts.yml, which is read again while stages run.
    """
    found = set()
    for path in folder.rglob("*"):
        if path.suffix in (".yml", ".csv") and path.name != FILE:
            try:
                state = path.stat()
            except FileNotFoundError:  # an editor's file that went meanwhile
                continue
            found.add((str(path.relative_to(folder)), state.st_size, state.st_mtime_ns))
    return frozenset(found)


@contextmanager
def watched(
    folder: Path, before: FolderStamp, ended: threading.Event, *, every_s: float = _EVERY_S
) -> Iterator[threading.Event]:
    """An event that is set when the folder no longer has the stamp `before`, or when `ended` is set.

    The folder is looked at every `every_s` seconds.
    """
    changed, done = threading.Event(), threading.Event()

    def watch() -> None:
        next_look = time.monotonic() + every_s
        while not done.wait(min(_TICK_S, every_s)):
            if ended.is_set():
                changed.set()
                return
            if time.monotonic() >= next_look:
                next_look += every_s
                if stamp(folder) != before:
                    changed.set()
                    return

    watcher = threading.Thread(target=watch, name="config")
    watcher.start()
    try:
        yield changed
    finally:
        done.set()
        watcher.join()
