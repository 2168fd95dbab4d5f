"""The file channel: one JSON document a line, also where the disk is full, and with several writers at once."""

from __future__ import annotations

import fcntl
import json
import os
from io import FileIO
from pathlib import Path

from pipeline.alerts.senders.outgoing import Outgoing
from pipeline.errors import DeliveryError

PRIVATE = 0o600  # on a shared machine, other users must not read alerts
_BLOCK = 65_536  # bytes looked at in one go for the end of the last line


def append(path: Path, outgoing: Outgoing) -> None:
    """Add one line. Half a line, of a full disk or a killed process, goes: its message was never counted as sent.

    Raises:
        DeliveryError: nothing was added.
    """
    line = {"key": outgoing.key, "subject": outgoing.subject, **outgoing.document}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "a+b", buffering=0, opener=_private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = _end_of_last_line(file)
            file.truncate(end)
            try:
                _write_whole(file, (json.dumps(line, ensure_ascii=False) + "\n").encode())
                os.fsync(file.fileno())
            except OSError:
                file.truncate(end)
                raise
    except OSError as error:
        raise DeliveryError(f"{path}: {error.strerror}", kind="down") from error


def _write_whole(file: FileIO, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


def _end_of_last_line(file: FileIO) -> int:
    """Where the next line begins: behind the last line feed."""
    place = file.seek(0, os.SEEK_END)
    while place:
        before = max(0, place - _BLOCK)
        file.seek(before)
        found = file.read(place - before).rfind(b"\n")
        if found >= 0:
            return before + found + 1
        place = before
    return 0


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE)
