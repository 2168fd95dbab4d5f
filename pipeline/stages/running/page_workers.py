"""Worker processes that turn pages into findings. A page that hangs or crashes its worker costs only itself."""

from __future__ import annotations

import math
import pickle
import resource
import signal
from collections.abc import Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool

import psutil
import structlog
from pebble import ProcessExpired

from pipeline.configuration import Configuration
from pipeline.errors import ExtractError
from pipeline.records import Findings
from pipeline.settings import Settings
from pipeline.stages.running.inherited import inherited
from pipeline.stages.running.worker_pool import WorkerPool
from pipeline.store.pages import RawPage

WORKER_FAILURES = frozenset({"extract_timeout", "extract_crash", "extract_memory"})
_WALL_PER_CPU = 4  # a loaded machine gives a page less than a core: it is killed for its work, not for waiting
_RECYCLE_AFTER = 500  # pages per worker process: lxml and regex caches grow

log = structlog.get_logger(__name__)
_configuration: Configuration | None = None  # one per worker process, set before its first page


_cpu_s = 0.0  # what one page may use


def _adopt(configuration: bytes, cpu_s: float, memory_mb: int) -> None:
    """Take over the parent's rules: read from the files again they might be others, or broken by now."""
    global _configuration, _cpu_s
    _configuration, _cpu_s = inherited(configuration), cpu_s
    own = psutil.Process().memory_info().vms
    _limit(resource.RLIMIT_AS, own + memory_mb * 1024 * 1024)


def _limit(kind: int, soft: int) -> None:
    """Lower a limit of this process, and never above what the machine sets."""
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def read_page(page: RawPage) -> Findings:
    """Everything the pure middle finds in one page; runs in a worker process.

    Raises:
        ExtractError: the page has no article, or needs more memory than a page may.
    """
    from pipeline.stages.running.page_reading import findings_of  # preloaded by the fork server

    assert _configuration is not None, "the worker was not initialised"
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + _cpu_s))
    try:
        return findings_of(page, _configuration)
    except MemoryError as error:
        raise ExtractError("extract_memory", f"{len(page.compressed or b'')} bytes as kept") from error


class PageWorkers:
    """A pool of worker processes; a page has so much CPU time and memory, and costs no more than its worker."""

    def __init__(self, settings: Settings, configuration: Configuration) -> None:
        self._cpu_s = settings.page_timeout_s
        rules = pickle.dumps(configuration)
        self._pool = WorkerPool(
            "pipeline.stages.running.page_reading",
            rules,
            max_workers=settings.workers,
            max_tasks=_RECYCLE_AFTER,
            initializer=_adopt,
            initargs=[rules, settings.page_timeout_s, settings.page_memory_mb],
        )

    def read(self, pages: Sequence[RawPage]) -> list[Findings | ExtractError]:
        """The findings of each page, or why it has no findings, in the given order."""
        futures = [
            self._pool.schedule(read_page, args=[page], timeout=self._cpu_s * _WALL_PER_CPU) for page in pages
        ]
        results: list[Findings | ExtractError] = []
        for page, future in zip(pages, futures, strict=True):
            try:
                results.append(future.result())
            except ExtractError as error:
                results.append(error)
            except FutureTimeoutError:
                results.append(
                    ExtractError("extract_timeout", f"more than {_WALL_PER_CPU * self._cpu_s:g} s in all")
                )
            except ProcessExpired as error:
                results.append(self._expired(error.exitcode))
            except BrokenProcessPool:
                results.append(ExtractError("extract_crash", "the workers had to be started again"))
            except Exception as error:  # a page must not stop the stage, even if it breaks a parser
                log.exception("page failed", url=page.hints.url)
                results.append(ExtractError("analysis_failed", f"{type(error).__name__}: {error}"))
        return results

    def _expired(self, exit_code: int) -> ExtractError:
        if exit_code == -signal.SIGXCPU:
            return ExtractError("extract_timeout", f"more than {self._cpu_s:g} s of CPU")
        return ExtractError("extract_crash", f"worker ended with code {exit_code}")

    def close(self) -> None:
        """Stop the workers."""
        self._pool.close()
