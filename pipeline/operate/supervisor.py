"""A few programs that belong together: started in waves, restarted when one dies, ended without orphans.

Every component leads a session of its own, so everything it ever forks can be found by its session id, even after
it died and even in another process group. If this process is killed, the kernel ends the components (Linux).
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

import psutil

from pipeline.errors import WirewatchError

TICK_S = 0.2
PR_SET_PDEATHSIG = 1


class StopRequested(Exception):  # noqa: N818 - a request, not an error
    """Ctrl-C was pressed, or SIGTERM was sent."""


class ComponentError(WirewatchError):
    """A component keeps dying or never became ready."""


@dataclass(frozen=True)
class Component:
    """One program. Its output goes to the end of `log`."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] | None = None  # None: ours


@dataclass(frozen=True)
class Patience:
    """How long to wait for what, in seconds."""

    grace_s: float = 30.0  # between asking to end and killing
    first_pause_s: float = 1.0  # before the first restart; doubles with every quick death in a row
    longest_pause_s: float = 60.0
    quick_death_s: float = 60.0  # living longer than this counts as a good start
    quick_deaths: int = 5  # in a row before giving up


@dataclass
class _Child:
    component: Component
    wave: int
    process: subprocess.Popen[bytes]
    started: float
    quick_deaths: int = 0
    restart_at: float | None = None  # set while it is dead and waiting for its next start
    sessions: set[int] = field(default_factory=set)  # of earlier lives that left processes behind


class Supervisor:
    """Use as a context manager: however the block ends, every component and all its children are ended.

    SIGTERM and SIGINT are turned into StopRequested inside `start`, `wait_for` and `watch`; a second signal while
    stopping kills at once. `tell` is handed one line for every event.
    """

    def __init__(self, tell: Callable[[str], None], patience: Patience | None = None) -> None:
        self._tell = tell
        self._patience = patience or Patience()
        self._children: list[_Child] = []
        self._signals = 0
        self._handlers: dict[int, signal.Handlers] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, self._on_signal)  # type: ignore[assignment]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stop_all()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)

    def start(self, components: Iterable[Component]) -> None:
        """Start one wave. Waves are ended in reverse order, the components of one wave together."""
        wave = max((child.wave for child in self._children), default=0) + 1
        for component in components:
            self._children.append(_Child(component, wave, _spawn(component), time.monotonic()))
            self._tick()

    def wait_for(self, ready: Callable[[], bool], timeout_s: float, what: str) -> None:
        """Ask `ready` until it says yes, keeping the components alive meanwhile.

        Raises:
            ComponentError: not ready in time, or a component keeps dying.
            StopRequested: by a signal.
        """
        deadline = time.monotonic() + timeout_s
        while not ready():
            if time.monotonic() > deadline:
                raise ComponentError(f"{what} was not ready within {timeout_s:.0f} s\n{self._log_tails()}")
            self._tick()
            time.sleep(TICK_S)

    def watch(self, check: Callable[[], None] | None = None, every_s: float = 5.0) -> None:
        """Keep the components alive until a signal comes; `check` is called now and then.

        Raises:
            StopRequested: by a signal: the usual end.
            ComponentError: a component keeps dying.
        """
        next_check = time.monotonic()
        while True:
            self._tick()
            if check and time.monotonic() >= next_check:
                check()
                next_check = time.monotonic() + every_s
            time.sleep(TICK_S)

    def pids(self) -> dict[str, int]:
        """Process ids of the living components by name."""
        return {c.component.name: c.process.pid for c in self._children if c.restart_at is None}

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _tick(self) -> None:
        """Notice deaths, restart whose pause is over, and raise StopRequested after a signal."""
        if self._signals:
            raise StopRequested
        now = time.monotonic()
        for child in self._children:
            if child.restart_at is None and child.process.poll() is not None:
                self._note_death(child, now)
            elif child.restart_at is not None and now >= child.restart_at:
                self._kill_leftovers(child)
                child.process, child.started, child.restart_at = _spawn(child.component), now, None
                self._tell(f"{child.component.name}: started again (pid {child.process.pid})")

    def _note_death(self, child: _Child, now: float) -> None:
        limits = self._patience
        quick = now - child.started < limits.quick_death_s
        child.quick_deaths = child.quick_deaths + 1 if quick else 1
        child.sessions.add(child.process.pid)
        how = _how_it_ended(child.process.returncode)
        if child.quick_deaths >= limits.quick_deaths:
            raise ComponentError(
                f"{child.component.name} {how} for the {child.quick_deaths}th time in a row, giving up\n"
                + _tail(child.component.log)
            )
        pause = min(limits.first_pause_s * 2 ** (child.quick_deaths - 1), limits.longest_pause_s)
        child.restart_at = now + pause
        self._tell(f"{child.component.name}: {how}; next start in {pause:g} s, log: {child.component.log}")

    def _kill_leftovers(self, child: _Child) -> None:
        """What a dead component left running would get in the way of its successor."""
        _signal_all(_members(child.sessions), signal.SIGKILL)
        child.sessions.clear()

    def _stop_all(self) -> None:
        """Ask wave after wave to end, last first; kill what outlives its grace or a second signal."""
        asked = self._signals
        for wave in sorted({child.wave for child in self._children}, reverse=True):
            children = [child for child in self._children if child.wave == wave]
            self._end(children, asked)
        self._children.clear()

    def _end(self, children: list[_Child], asked: int) -> None:
        sessions = {child.process.pid for child in children}.union(*(child.sessions for child in children))
        for child in children:
            if child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + self._patience.grace_s
        while _members(sessions) and time.monotonic() < deadline and self._signals == asked:
            for child in children:
                child.process.poll()
            if all(child.process.returncode is not None for child in children):
                # the leader is gone: what it left gets the same polite request, then the rest of the grace
                _signal_all(_members(sessions), signal.SIGTERM)
            time.sleep(TICK_S)
        left = _members(sessions)
        if left:
            self._tell(f"killing {len(left)} process(es) of {', '.join(c.component.name for c in children)}")
        while left := _members(sessions):
            _signal_all(left, signal.SIGKILL)
            for child in children:
                child.process.poll()
            time.sleep(0.05)
        for child in children:
            child.process.wait()

    def _log_tails(self) -> str:
        return "\n".join(f"-- {c.component.name}\n{_tail(c.component.log, 8)}" for c in self._children)


def _spawn(component: Component) -> subprocess.Popen[bytes]:
    component.log.parent.mkdir(parents=True, exist_ok=True)
    supervisor = os.getpid()
    with component.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603
            list(component.command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=None if component.environment is None else dict(component.environment),
            start_new_session=True,
            preexec_fn=(lambda: _die_with(supervisor)) if _LIBC else None,
        )


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with(supervisor: int) -> None:
    """In the new child: have the kernel ask it to end when the supervisor is gone, however it went."""
    if _LIBC:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != supervisor:  # it went before the request was in place
        os._exit(1)


def _members(sessions: set[int]) -> set[int]:
    """Living processes of these sessions; zombies do not count."""
    found = set()
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) in sessions and process.status() != psutil.STATUS_ZOMBIE:
                found.add(process.pid)
        except (ProcessLookupError, PermissionError, psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _signal_all(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _how_it_ended(returncode: int) -> str:
    if returncode < 0:
        return f"was ended by {signal.Signals(-returncode).name}"
    return f"ended with code {returncode}"


def _tail(log: Path, lines: int = 25) -> str:
    """The last lines of a log, read from its end."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 20_000))
        return b"\n".join(file.read().splitlines()[-lines:]).decode("utf-8", "replace")
