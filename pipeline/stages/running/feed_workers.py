"""Worker processes that read big or odd feeds: one that hangs its reader or eats memory costs only itself."""

from __future__ import annotations

import asyncio
import resource
import sys
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from typing import Any

import psutil
from pebble import ProcessExpired

from pipeline.errors import FeedError
from pipeline.feeds.parse import parse_feed
from pipeline.language.words import WordTables, put_in_force, words_in_force
from pipeline.records import ParsedFeed, Response
from pipeline.settings import Settings
from pipeline.stages.running.worker_pool import WorkerPool

SMALL = 256 << 10  # bytes: parsing this much is quick, whatever the content
_GZIP = b"\x1f\x8b"  # a body in a body may become anything
_MEMORY = 60 << 20  # bytes a worker may use beyond its size at the start
_RECYCLE_AFTER = 200  # feeds per process


def _adopt(words: WordTables) -> None:
    """Take over the parent's words, and limit memory: exceeding it is one feed's error, not the machine's."""
    put_in_force(words)
    if sys.platform == "linux":  # elsewhere the limit is not kept
        size = psutil.Process().memory_info().data + _MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


class FeedWorkers:
    """A pool that reads feeds, with limits on time and memory for each. Started when first needed."""

    def __init__(self, settings: Settings) -> None:
        self._timeout_s = settings.page_timeout_s
        self._pool = WorkerPool(
            __name__,
            max_workers=min(2, settings.workers),
            max_tasks=_RECYCLE_AFTER,
            initializer=_adopt,
            initargs=[words_in_force()],
        )

    async def read(self, response: Response, *, now: datetime, zone: str) -> ParsedFeed:
        """The feed in a response.

        Raises:
            FeedError: what parse_feed raises, or feed_parse_timeout, feed_parse_memory, feed_parse_crash.
        """
        body = response.body
        said: dict[str, Any] = {
            "url": response.final_url,
            "content_type": response.headers.get("content-type"),
            "now": now,
            "zone": zone,
        }
        if len(body) <= SMALL and not body.startswith(_GZIP):
            return await asyncio.to_thread(parse_feed, body, **said)
        future: Future[ParsedFeed] = self._pool.schedule(
            parse_feed, args=[body], kwargs=said, timeout=self._timeout_s
        )
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError:
            raise FeedError("feed_parse_timeout", f"more than {self._timeout_s:g} s") from None
        except MemoryError:
            raise FeedError("feed_parse_memory", f"more than {_MEMORY >> 20} MiB") from None
        except ProcessExpired as error:
            raise FeedError("feed_parse_crash", f"the reader ended with code {error.exitcode}") from error
        except BrokenProcessPool as error:
            raise FeedError("feed_parse_crash", "the readers had to be started again") from error

    def close(self) -> None:
        """Stop the readers."""
        self._pool.close()
