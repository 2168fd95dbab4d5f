"""A pool of worker processes started with forkserver; safe inside Airflow."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import current_process
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.process import AuthenticationString  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

from pebble import ProcessPool


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
    """A pool of such processes, recreated when it breaks: pebble gives up if a worker ends between tasks."""

    def __init__(self, preload: str, **how: Any) -> None:
        self._preload, self._how = preload, how
        self._lock = threading.Lock()
        self._pool = self._start()

    def _start(self) -> ProcessPool:
        context = ForkServer()
        context.set_forkserver_preload([self._preload])
        return ProcessPool(context=context, **self._how)

    def schedule(self, function: Callable[..., Any], **task: Any) -> Future[Any]:
        """As pebble's: the task's future. What was under way when the pool broke ends in BrokenProcessPool."""
        with self._lock:
            if not self._pool.active:
                self._pool = self._start()
            try:
                return self._pool.schedule(function, **task)
            except (BrokenProcessPool, RuntimeError):  # it broke, or was found broken, just now
                self._pool = self._start()
                return self._pool.schedule(function, **task)

    def close(self) -> None:
        """Stop the workers."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
