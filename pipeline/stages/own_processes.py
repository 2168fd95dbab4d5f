"""How worker processes are started, whatever program we are part of."""

from __future__ import annotations

import sys
from multiprocessing.context import ForkServerContext, ForkServerProcess
from types import ModuleType
from typing import Any


class _OwnProcess(ForkServerProcess):
    """A worker process that does not run the main program again: it may be Airflow's and not fit for it."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - multiprocessing's own name for it
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")  # without a __file__ there is nothing to run
        try:
            return ForkServerProcess._Popen(process_obj)
        finally:
            sys.modules["__main__"] = main


class OwnProcesses(ForkServerContext):
    """Not fork: this process has threads and database connections that a child must not inherit."""

    Process = _OwnProcess
