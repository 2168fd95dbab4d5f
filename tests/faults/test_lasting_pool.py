"""Workers that end when nobody asked them to: the pool is there again for the next task."""

from __future__ import annotations

import os
import signal
from concurrent.futures.process import BrokenProcessPool

from pebble import ProcessExpired

from pipeline.stages.running.worker_pool import WorkerPool


def test_a_pool_outlives_its_workers() -> None:
    pool = WorkerPool("json", max_workers=1)
    seen = set()
    try:
        for _ in range(6):
            try:
                pid = pool.schedule(os.getpid).result(timeout=60)
            except (BrokenProcessPool, ProcessExpired):
                continue  # it was under way when its worker was killed
            else:
                seen.add(pid)
                os.kill(pid, signal.SIGKILL)  # while it is idle
        assert len(seen) > 1
    finally:
        pool.close()
