"""`python -m tests.faults.pages`: many broken pages through the extraction, each under a limit of CPU time.

Pages are grown from the pieces real pages break with, or broken from whole ones: made layouts, and the pages below
`--data` (html/**/*.html and *.html.gz) where it is given. The same seed and number give the same page. A page that raises anything
but an ExtractError, ends its process or needs more CPU than the limit is printed with its number; the exit code is 1.
"""

from __future__ import annotations

import argparse
import ctypes
import gzip
import itertools
import json
import multiprocessing
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path

import psutil

from tests.evaluation.layout_pages import layout_pages
from tests.evaluation.layout_pages_second import second_layouts
from tests.evaluation.layout_pages_third import third_layouts
from tests.faults.broken_pages import check, page_of

_FORK = multiprocessing.get_context("fork")
_LOOK_S = 0.5  # how often a worker's CPU time is looked at
_EVERY = 1_000  # pages between two lines of progress


@dataclass
class Tally:
    """What came of the pages."""

    runs: int = 0
    crashes: int = 0
    hangs: int = 0
    slowest_s: float = 0.0
    slowest: int = -1

    @property
    def failed(self) -> bool:
        """Whether any page crashed or hung."""
        return bool(self.crashes or self.hangs)


class _Worker:
    """A process that takes one number after the other and answers (number, CPU seconds, traceback or "")."""

    def __init__(self, seed: int, whole: Sequence[bytes]) -> None:
        self.answers, theirs = _FORK.Pipe()
        self.process: ForkProcess = _FORK.Process(
            target=_work, args=(theirs, self.answers, seed, whole), daemon=True
        )
        self.process.start()
        theirs.close()

    def run(self, number: int, limit_s: float) -> tuple[float, str]:
        """CPU seconds the page took, and what went wrong with it: "" for nothing, "hang", "ended with ..." or a traceback."""
        before = self._cpu_s()
        self.answers.send(number)
        while not self.answers.poll(_LOOK_S):
            if not self.process.is_alive():
                return 0.0, f"ended with {self.process.exitcode}"
            if self._cpu_s() - before > limit_s:
                self.stop()
                return limit_s, "hang"
        try:
            seconds, wrong = self.answers.recv()
        except EOFError:
            self.process.join()
            return 0.0, f"ended with {self.process.exitcode}"
        return (seconds, "hang") if seconds > limit_s else (seconds, wrong)

    def stop(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.join()

    def _cpu_s(self) -> float:
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)


def _work(numbers: Connection, parents: Connection, seed: int, whole: Sequence[bytes]) -> None:
    parents.close()  # else a worker whose parent was killed would wait for ever
    libc = ctypes.CDLL(None)
    for done in itertools.count():
        try:
            number = numbers.recv()
        except EOFError:
            return
        page = page_of(number, seed, whole)
        started, wrong = time.process_time(), ""
        try:
            check(page.body, page.content_type, page.feed, page.url, page.title)
        except Exception:  # noqa: BLE001 - every kind of failure is what we look for, and it is printed
            wrong = traceback.format_exc()
        numbers.send((time.process_time() - started, wrong))
        if done % _EVERY == 0 and hasattr(libc, "malloc_trim"):
            libc.malloc_trim(0)


def fuzz(*, first: int, runs: int, seed: int, limit_s: float, whole: Sequence[bytes]) -> Tally:
    """Extract the pages `first` ... `first + runs - 1` of a seed."""
    tally, worker = Tally(), _Worker(seed, whole)
    for number in range(first, first + runs):
        seconds, wrong = worker.run(number, limit_s)
        tally.runs += 1
        tally.hangs += wrong == "hang"
        tally.crashes += bool(wrong) and wrong != "hang"
        if seconds > tally.slowest_s:
            tally.slowest_s, tally.slowest = seconds, number
        if wrong:
            _say(page=number, seed=seed, seconds=round(seconds, 2), wrong=wrong)
        if not worker.process.is_alive():
            worker = _Worker(seed, whole)
        if tally.runs % _EVERY == 0:
            _say(**vars(tally))
    worker.stop()
    return tally


def whole_pages(data: Path | None, every: int = 5) -> list[bytes]:
    """Pages to break: every so-manieth made layout, and all real ones below `data`/html."""
    made = [page.html for batch in (layout_pages(), second_layouts(), third_layouts()) for page in batch][::every]
    real = sorted(path for path in (data / "html").rglob("*.html*") if path.is_file()) if data else []
    return [
        *made,
        *(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in real),
    ]


def _say(**facts: object) -> None:
    print(json.dumps(facts, ensure_ascii=False), flush=True)  # noqa: T201 - what it is run for


def main() -> int:
    """Read the options, run, print the tally."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.pages", description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument(
        "--first", type=int, default=0, help="number of the first page, to go on after an earlier run"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=10.0, help="CPU seconds a page may take")
    parser.add_argument("--data", type=Path, help="folder whose html/ holds real pages to break as well")
    chosen = parser.parse_args()
    whole = whole_pages(chosen.data)
    tally = fuzz(first=chosen.first, runs=chosen.runs, seed=chosen.seed, limit_s=chosen.limit, whole=whole)
    _say(**vars(tally), whole_pages=len(whole), seed=chosen.seed, limit_s=chosen.limit)
    return int(tally.failed)


if __name__ == "__main__":
    sys.exit(main())
