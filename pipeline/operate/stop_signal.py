"""SIGTERM and Ctrl-C as an event, so that work in hand is finished and the rest given back."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_signal() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set; the second one raises KeyboardInterrupt.

    Outside the main thread, where Python takes no signals, nothing sets it.
    """
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt  # asked twice: leave at once, the leases are given back
        stopped.set()

    before = {which: signal.signal(which, stop) for which in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopped
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)
