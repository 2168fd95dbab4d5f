"""Workers that end when nobody asked them to: the pool is there again for the next task."""

from __future__ import annotations

import os
import signal
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection

import pytest
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


def daemonic_parent(results: Connection) -> None:
    """What Celery's prefork worker is: a daemonic process, whose tasks need workers of their own."""
    pool = WorkerPool("json", max_workers=1)
    try:
        results.send(pool.schedule(os.getpid).result(timeout=60))
    finally:
        pool.close()


@pytest.mark.parametrize("library", ["multiprocessing", "billiard"])
def test_a_daemonic_process_may_have_a_pool(library: str) -> None:
    context = pytest.importorskip(library).get_context("spawn")  # Celery's workers are billiard's
    ours, theirs = context.Pipe()
    parent = context.Process(target=daemonic_parent, args=[theirs], daemon=True)
    parent.start()
    try:
        assert ours.poll(60), "the daemonic process ended without a result"
        assert ours.recv() not in (parent.pid, os.getpid())
    finally:
        parent.join(30)
    assert parent.exitcode == 0


def test_a_pool_found_broken_when_a_task_comes_is_made_again() -> None:
    pool = WorkerPool("json", max_workers=1)
    try:
        first = pool._pool
        first.stop()
        first.join()
        assert pool.schedule(os.getpid).result(timeout=60) != os.getpid()
    finally:
        pool.close()
