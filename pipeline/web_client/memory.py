"""How much memory all bodies of a client may take together, from their first byte until nobody holds them."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.errors import NotNowError
from pipeline.records import Response

TOTAL = 256 << 20
SMALL = 1 << 20  # a body up to this is never in the way: a page or feed as most are
_AGAIN_S = 60.0  # the others have been saved by then


class DownloadMemory:
    """Bytes in use. One that would be too many gives up the download it belongs to: waiting for room while holding
    some is how all would wait for each other. Bodies are dropped in any thread."""

    def __init__(self, total: int = TOTAL) -> None:
        self._total = total
        self._lock = threading.Lock()
        self.used = 0

    @contextmanager
    def reading(self) -> Iterator[Callable[[int], None]]:
        """Count a body while it comes in: tell its size so far.

        Raises (what is yielded):
            NotNowError: memory_full, where it is no small one and there is no more room.
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
        """Count the body of an answer until the last one who holds it lets go."""
        self._use(len(response.body))
        weakref.finalize(response, self._use, -len(response.body)).atexit = False
        return response

    def _use(self, more: int) -> None:
        with self._lock:
            self.used += more
