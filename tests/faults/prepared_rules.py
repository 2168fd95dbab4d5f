"""Rules that take long to prepare, in a module that a fork server can import."""

from __future__ import annotations

import os

from pipeline.stages.running.inherited import inherited


class Rules:
    """What a pool's workers go by."""

    prepared_by: int | None = None

    def prepare(self) -> None:
        self.prepared_by = os.getpid()


def workers_rules(pickled: bytes) -> tuple[int | None, int]:
    """Who prepared the rules of a worker, and who forked it."""
    return inherited(pickled).prepared_by, os.getppid()
