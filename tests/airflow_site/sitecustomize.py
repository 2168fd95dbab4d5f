"""On PYTHONPATH of an Airflow under test: hosts of this machine are paced like any other.

Where TEST_NOW is set (ISO 8601), the line's clock showed it at TEST_BEGAN (seconds since 1970) and goes on from there,
so that a story is worked on at its end.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime, timedelta
from functools import partialmethod
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

PACED = "pipeline.stages.running.context"
CLOCKS = ("pipeline.operate.one_stage", "pipeline.operate.resident")


class StoryClock(datetime):
    """`now` is in the time of the story."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        """The moment in the story."""
        since = timedelta(seconds=time.time() - float(os.environ["TEST_BEGAN"]))
        return (datetime.fromisoformat(os.environ["TEST_NOW"]) + since).astimezone(tz)


def change(module: ModuleType) -> None:
    """Pace, or set the clock of, a module that was just loaded."""
    changed: Any = module
    if module.__name__ == PACED:
        changed.Context.make_client = partialmethod(changed.Context.make_client, pace_private=True)
    elif "TEST_NOW" in os.environ:
        changed.datetime = StoryClock


class Changed:
    """A finder that lets `change` see these modules once they are loaded."""

    def __init__(self) -> None:
        self.left = {PACED, *CLOCKS}

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        """The module's own spec, with `change` behind its loading."""
        if name not in self.left:
            return None
        self.left.remove(name)
        spec = find_spec(name)
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            change(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, Changed())
