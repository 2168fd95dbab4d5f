"""How much memory and time something took, at its worst."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MIB = 1 << 20


@dataclass
class Cost:
    """Filled in at the end of the block."""

    seconds: float = 0.0
    mib: float = 0.0


@contextmanager
def cost_of(pid: int | str = "self", *, above: int | None = None) -> Iterator[Cost]:
    """The most memory this process (or another) had above what it had before, and the time on the clock.

    `above` is what it had when it was fresh, for a process that may have kept something of what it did before.
    """
    if sys.platform != "linux":
        pytest.skip("the peak of memory is read from /proc")
    gc.collect()
    if pid == "self":
        ctypes.CDLL(None).malloc_trim(0)  # what was used before and is kept for later would hide new use
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew
    cost, started = Cost(), time.monotonic()
    before = resident(pid) if above is None else above
    try:
        yield cost
    finally:
        cost.seconds = time.monotonic() - started
        with contextlib.suppress(FileNotFoundError):  # killed, as it should be: its own limit held until then
            cost.mib = (_status(pid, "VmHWM") - before) / MIB


def resident(pid: int | str) -> int:
    """Bytes of memory a process has."""
    return _status(pid, "VmRSS")


def _status(pid: int | str, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
