"""A pool of worker processes started with forkserver; safe inside Airflow."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import current_process, forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.process import AuthenticationString  # type: ignore[attr-defined]
from pathlib import Path
from types import ModuleType
from typing import Any

from pebble import ProcessPool

from pipeline.stages.running import inherited


class _OwnProcess(ForkServerProcess):
    """A worker process that does not run the main program again: it may be Airflow's and not fit for it."""

    def start(self) -> None:
        """Start it, also where this process is a daemonic one, as Celery's prefork workers are.

        multiprocessing forbids a daemonic process to have children because it would be killed without joining
        them. Ours end by themselves: the forkserver's children read from a pipe of ours that ends with us.
        """
        ours = vars(current_process())["_config"]
        # Celery's own kind of key (billiard's) lets itself be handed over by billiard alone.
        for configuration in (ours, vars(self)["_config"]):
            configuration["authkey"] = AuthenticationString(bytes(configuration["authkey"]))
        daemonic = ours.pop("daemon", None)
        try:
            super().start()
        finally:
            if daemonic is not None:
                ours["daemon"] = daemonic

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - multiprocessing's own name for it
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")  # without a __file__ there is nothing to run
        try:
            return ForkServerProcess._Popen(process_obj)
        finally:
            sys.modules["__main__"] = main


class ForkServer(ForkServerContext):
    """Not fork: this process has threads and database connections that a child must not inherit."""

    Process = _OwnProcess


class WorkerPool:
    """A pool of such processes, recreated when it breaks: pebble gives up if a worker ends between tasks.

    `preload` is what the fork server imports, and `inherit` the pickle of the rules that it prepares for the
    workers. A process has one fork server: where it runs already, each worker prepares them.
    """

    def __init__(self, preload: str, inherit: bytes = b"", **how: Any) -> None:
        self._preload, self._inherit, self._how = preload, inherit, how
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._file: Path | None = None

    def _start(self) -> ProcessPool:
        context = ForkServer()
        context.set_forkserver_preload([self._preload, inherited.__name__])
        if self._inherit and self._file is None:
            with inherited.handed_over(self._inherit) as self._file:
                forkserver.ensure_running()
        self._pool = ProcessPool(context=context, **self._how)
        return self._pool

    def schedule(self, function: Callable[..., Any], **task: Any) -> Future[Any]:
        """As pebble's: the task's future. What was under way when the pool broke ends in BrokenProcessPool."""
        with self._lock:
            pool = self._pool if self._pool and self._pool.active else self._start()
            try:
                return pool.schedule(function, **task)
            except (BrokenProcessPool, RuntimeError):  # it broke, or was found broken, just now
                return self._start().schedule(function, **task)

    def close(self) -> None:
        """Stop the workers."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
        if self._file is not None:
            self._file.unlink(missing_ok=True)
