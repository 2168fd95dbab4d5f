"""The mark of this machine: a token in its data folder. Machines that share the folder share the mark."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import tempfile
from pathlib import Path

FILE = "machine"


def mark_of(data_dir: Path) -> str | None:
    """The mark in a data folder; None before the first delivery to a file in it."""
    try:
        return (data_dir / FILE).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def make_mark(data_dir: Path) -> str:
    """The mark of a data folder, made where there is none. Raises OSError where the folder cannot be written."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=data_dir, encoding="ascii") as draft:  # mode 0600
        draft.write(secrets.token_hex(16) + "\n")
        draft.flush()
        os.fsync(draft.fileno())
        with contextlib.suppress(FileExistsError):  # whole or not there, and never twice
            os.link(draft.name, data_dir / FILE)
    mark = mark_of(data_dir)
    assert mark is not None, "just made"
    return mark


def name_of(data_dir: Path) -> str:
    """How people call this machine: host and folder. Without a colon: messages hide what looks like an address."""
    return f"{socket.gethostname()} ({data_dir.absolute()})"
