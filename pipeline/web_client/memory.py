"""Limit the memory that all bodies of a client take together, from their first byte until the last reference
goes."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.errors import NotNowError
from pipeline.records import Response

TOTAL = 256 << 20
SMALL = 1 << 20  # bytes; a body up to this size, like most pages and feeds, always fits
_AGAIN_S = 60.0  # seconds; the others have been saved by then


class DownloadMemory:
    """Bytes in use. A download that would exceed the limit fails instead of waiting: downloads that wait for room
    while they hold some would deadlock. Bodies may be dropped in any thread."""

    def __init__(self, total: int = TOTAL) -> None:
        self._total = total
        self._lock = threading.Lock()
        self.used = 0

    @contextmanager
    def reading(self) -> Iterator[Callable[[int], None]]:
        """Count a body while it arrives; call the yielded function with its size so far.

        Raises (what is yielded):
            NotNowError: memory_full, if it is not small and there is no room left.
        """
        size = 0

        def grown(to: int) -> None:
            nonlocal size
            self._use(to - size)
            size = to
            if size > SMALL and self.used > self._total:
                detail = f"bodies take {self.used >> 20} MiB already"
                raise NotNowError("memory_full", detail, retry_after_s=_AGAIN_S)

        try:
            yield grown
        finally:
            self._use(-size)

    def hold(self, response: Response) -> Response:
        """Count the body of an answer until the last reference to it is gone."""
        self._use(len(response.body))
        weakref.finalize(response, self._use, -len(response.body)).atexit = False
        return response

    def _use(self, more: int) -> None:
        with self._lock:
            self.used += more
