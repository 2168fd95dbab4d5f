"""Workers that end when nobody asked them to: the pool is there again for the next task."""

from __future__ import annotations

import os
import pickle
import signal
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from pebble import ProcessExpired

from pipeline.stages.running.inherited import NAMED_BY, _take_over, inherited
from pipeline.stages.running.worker_pool import WorkerPool
from tests.faults.prepared_rules import Rules, workers_rules


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


def parent_with_rules(results: Connection) -> None:
    """A process that has had no fork server yet, and changes its rules once."""
    old, new = pickle.dumps(Rules()), pickle.dumps([Rules()])
    pool = WorkerPool("json", old, max_workers=1)
    try:
        for rules in (old, old):
            results.send(pool.schedule(workers_rules, args=[rules]).result(timeout=60))
        with pytest.raises(AttributeError):  # what another pickle holds is not taken for what was prepared
            pool.schedule(workers_rules, args=[new]).result(timeout=60)
        results.send(pool._file is not None and not pool._file.exists())
    finally:
        pool.close()


def test_a_fork_server_prepares_once_what_its_workers_use() -> None:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    parent = context.Process(target=parent_with_rules, args=[theirs])
    parent.start()
    try:
        for _ in range(2):
            assert ours.poll(60), "the process ended without a result"
            prepared_by, server = ours.recv()
            assert prepared_by == server
        assert ours.poll(60)
        assert ours.recv(), "the file with the rules was left behind"
    finally:
        parent.join(30)
    assert parent.exitcode == 0


def test_what_cannot_be_prepared_is_left_to_the_workers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "rules"
    broken.write_bytes(b"no pickle")
    monkeypatch.setenv(NAMED_BY, str(broken))
    assert _take_over() is None
    assert not broken.exists()
    assert inherited(pickle.dumps("read here")) == "read here"


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
        pool.schedule(os.getpid).result(timeout=60)
        first = pool._pool
        assert first is not None
        first.stop()
        first.join()
        assert pool.schedule(os.getpid).result(timeout=60) != os.getpid()
    finally:
        pool.close()
