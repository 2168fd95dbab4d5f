"""The supervisor with tiny programs for components."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.operate.supervisor import Component, ComponentError, Patience, StopRequested, Supervisor

QUICK = Patience(grace_s=1.0, first_pause_s=0.05, longest_pause_s=0.2, quick_death_s=30, quick_deaths=4)


@pytest.fixture
def lines() -> list[str]:
    """What the supervisor told."""
    return []


@pytest.fixture
def supervisor(lines: list[str]) -> Iterator[Supervisor]:
    """One with little patience."""
    with Supervisor(lines.append, QUICK) as supervisor:
        yield supervisor


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Component]:
    """Makes a component of a few lines of Python."""

    def make(body: str, name: str = "worker") -> Component:
        script = tmp_path / f"{name}.py"
        script.write_text(
            f"import os, pathlib, signal, subprocess, sys, time\nhere = pathlib.Path({str(tmp_path)!r})\n{body}"
        )
        return Component(name, [sys.executable, "-S", str(script)], tmp_path / f"{name}.log")

    return make


def alive(pid: int) -> bool:
    """Whether a process lives; a zombie does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def appears(path: Path, text: str = "") -> Callable[[], bool]:
    """Whether the file is there and holds the text."""
    return lambda: path.exists() and text in path.read_text()


def read_pid(path: Path) -> int:
    """Wait for a process id in a file."""
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_text().strip()):
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.02)
    return int(path.read_text())


SLEEP = "time.sleep(600)"
WITH_GRANDCHILD = """
stubborn = '''
import os, pathlib, signal, sys, time
os.setpgid(0, 0)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))  # from here on it is stubborn
time.sleep(600)
'''
subprocess.Popen([sys.executable, "-S", "-c", stubborn, str(here / "grandchild")])
time.sleep(600)
"""


def test_everything_is_ended_when_the_block_ends(lines: list[str], program: Callable[..., Component]) -> None:
    with Supervisor(lines.append, QUICK) as supervisor:
        supervisor.start([program(SLEEP, "a"), program(SLEEP, "b")])
        pids = supervisor.pids()
        assert all(alive(pid) for pid in pids.values())
    assert list(pids) == ["a", "b"]
    assert not any(alive(pid) for pid in pids.values())


def test_a_stubborn_grandchild_in_another_process_group_is_killed(
    lines: list[str], program: Callable[..., Component], tmp_path: Path
) -> None:
    with Supervisor(lines.append, QUICK) as supervisor:
        supervisor.start([program(WITH_GRANDCHILD)])
        grandchild = read_pid(tmp_path / "grandchild")
    assert not alive(grandchild)
    assert "killing 1 process(es) of worker" in lines


def test_waves_end_in_reverse_order(lines: list[str], program: Callable[..., Component], tmp_path: Path) -> None:
    body = """
def leave(*_):
    with (here / "order").open("a") as file: file.write(sys.argv[0][-4] + " ")
    sys.exit()
signal.signal(signal.SIGTERM, leave)
(here / (sys.argv[0][-4] + ".up")).touch()
time.sleep(600)
"""
    with Supervisor(lines.append, QUICK) as supervisor:
        for name in "abc":
            supervisor.start([program(body, name)])
            supervisor.wait_for(appears(tmp_path / f"{name}.up"), 60, name)
    assert (tmp_path / "order").read_text() == "c b a "


def test_one_that_dies_is_started_again_and_its_leftovers_are_killed(
    supervisor: Supervisor, lines: list[str], program: Callable[..., Component], tmp_path: Path
) -> None:
    supervisor.start([program(WITH_GRANDCHILD)])
    before = supervisor.pids()["worker"]
    grandchild = read_pid(tmp_path / "grandchild")
    os.kill(before, signal.SIGKILL)
    supervisor.wait_for(lambda: supervisor.pids().get("worker", before) != before, 60, "a restart")
    assert not alive(grandchild)
    assert any("was ended by SIGKILL" in line for line in lines)
    assert any("started again" in line for line in lines)


def test_one_that_keeps_dying_is_given_up_loudly_with_its_last_words(
    supervisor: Supervisor, lines: list[str], program: Callable[..., Component]
) -> None:
    supervisor.start([program("sys.exit('the port is taken')")])
    with pytest.raises(ComponentError, match=r"(?s)ended with code 1 for the 4th time.*the port is taken"):
        supervisor.watch()
    pauses = [line.split("next start in ")[1].split(",")[0] for line in lines if "next start" in line]
    assert pauses == ["0.05 s", "0.1 s", "0.2 s"]


def test_a_long_life_forgives_earlier_deaths(lines: list[str], program: Callable[..., Component]) -> None:
    patience = Patience(first_pause_s=0.01, quick_death_s=0.0, quick_deaths=2)
    deaths = 0

    def count() -> None:
        nonlocal deaths
        deaths = sum("ended with code 3" in line for line in lines)
        if deaths >= 4:
            raise StopRequested

    with Supervisor(lines.append, patience) as supervisor:
        supervisor.start([program("sys.exit(3)")])
        with pytest.raises(StopRequested):
            supervisor.watch(count, every_s=0)
    assert deaths >= 4


def test_not_ready_in_time_shows_the_logs(supervisor: Supervisor, program: Callable[..., Component]) -> None:
    supervisor.start([program("print('waiting for a licence', flush=True); time.sleep(600)")])
    with pytest.raises(ComponentError, match=r"(?s)the thing was not ready within 1 s.*waiting for a licence"):
        supervisor.wait_for(lambda: False, 1, "the thing")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_watch_and_then_the_components(
    lines: list[str], program: Callable[..., Component], number: signal.Signals
) -> None:
    before = signal.getsignal(signal.SIGINT)  # ignored where the tests run behind a shell's "&"
    with Supervisor(lines.append, QUICK) as supervisor:
        supervisor.start([program(SLEEP)])
        assert signal.getsignal(signal.SIGINT) != before
        pid = supervisor.pids()["worker"]
        threading.Timer(0.3, os.kill, (os.getpid(), number)).start()
        with pytest.raises(StopRequested):
            supervisor.watch()
    assert not alive(pid)
    assert signal.getsignal(signal.SIGINT) == before


def test_a_second_signal_kills_at_once(
    lines: list[str], program: Callable[..., Component], tmp_path: Path
) -> None:
    stubborn = "signal.signal(signal.SIGTERM, signal.SIG_IGN); (here / 'up').touch(); time.sleep(600)"
    with Supervisor(lines.append, Patience(grace_s=60)) as supervisor:
        supervisor.start([program(stubborn)])
        supervisor.wait_for(appears(tmp_path / "up"), 60, "the worker")
        for delay in (0.3, 0.9):
            threading.Timer(delay, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with pytest.raises(StopRequested):
            supervisor.watch()
        began = time.monotonic()
    assert time.monotonic() - began < 50  # not the 60 s of grace


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help exists on Linux only")
def test_if_the_supervisor_is_killed_its_components_end(tmp_path: Path) -> None:
    code = f"""
import sys; from pathlib import Path
from pipeline.operate.supervisor import Component, Supervisor
here = Path({str(tmp_path)!r})
with Supervisor(print) as supervisor:
    command = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]
    supervisor.start([Component("sleeper", command, here / "log")])
    (here / "pid").write_text(str(supervisor.pids()["sleeper"]))
    supervisor.watch()
"""
    process = subprocess.Popen([sys.executable, "-c", code])
    component = read_pid(tmp_path / "pid")
    assert alive(component)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 60
    while alive(component):
        assert time.monotonic() < deadline
        time.sleep(0.05)
