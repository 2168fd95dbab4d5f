"""`wirewatch airflow` for real: embedded PostgreSQL, four Airflow processes, runs of both DAGs, a clean end."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest
import small_press
from local_web import serve
from staging import config_with

from pipeline.store.server.embedded import EmbeddedServer

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("airflow"),
    pytest.mark.skipif(importlib.util.find_spec("airflow") is None, reason="Apache Airflow is not installed"),
]


@dataclass
class Running:
    """A started `wirewatch airflow` and what it printed."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    output: Path

    @property
    def url(self) -> str:
        """Address of the web interface."""
        return self.found(r"http://127\.0\.0\.1:\d+")

    def found(self, pattern: str) -> str:
        """The first match of a pattern in the output."""
        match = re.search(pattern, self.output.read_text())
        assert match, self.output.read_text()
        return match.group(match.lastindex or 0)

    def descendants(self) -> list[psutil.Process]:
        """Everything that lives below the supervisor."""
        return [child for child in psutil.Process(self.process.pid).children(recursive=True) if is_alive(child)]

    def call(self, path: str, body: dict[str, Any] | None = None, token: str = "") -> dict[str, Any]:
        """Ask Airflow's REST API."""
        request = urllib.request.Request(
            self.url + path,
            data=body and json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:  # a loaded machine is slow, not wrong
            return dict(json.load(answer))

    def token(self) -> str:
        """A token for the login that was printed."""
        login = {"username": "admin", "password": self.found(r"password (\S+)")}
        return str(self.call("/auth/token", login)["access_token"])

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """Runs of a DAG."""
        return list(self.call(f"/api/v2/dags/{dag}/dagRuns", token=self.token())["dag_runs"])

    def page(self, path: str, token: str = "") -> tuple[int, str]:
        """Status and text of a page in Airflow's address space, asked for as a browser does that has the token."""
        cookie = {"Cookie": f"_token={token}"} if token else {}
        request = urllib.request.Request(self.url + path, headers=cookie)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""


def is_alive(process: psutil.Process) -> bool:
    """Whether a process lives; one that ended and was not waited for does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def connections(process: psutil.Process) -> list[Any]:
    """The network connections of a process; none where it ended meanwhile, as Airflow's short-lived ones do."""
    try:
        return list(process.net_connections(kind="inet"))
    except psutil.NoSuchProcess:
        return []


def eventually(condition: Callable[[], object], running: Running, seconds: float, what: str) -> None:
    """Wait, and show the output if it never comes true or the process ends."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert running.process.poll() is None, running.output.read_text()
        assert time.monotonic() < deadline, f"{what}\n{running.output.read_text()}"
        time.sleep(0.5)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One real stack for the tests below: starting it takes half a minute."""
    data_dir = Path(tempfile.mkdtemp(prefix="ww-"))
    place = tmp_path_factory.mktemp("stack")
    with serve() as web:
        environment = {
            **os.environ,
            "WIREWATCH_DATA_DIR": str(data_dir),
            "WIREWATCH_CONFIG_DIR": str(config_with(place, small_press.put_up(web))),
            "WIREWATCH_ALLOW_PRIVATE": web.host,
            "WIREWATCH_HOST_DELAY_S": "0",
            "WIREWATCH_WORKERS": "2",
            "WIREWATCH_LINE_S": "15",  # a run a minute, so that the test sees several
        }
        with (place / "output").open("wb") as output:
            command = [sys.executable, "-c", "from pipeline.cli.app import main; main()", "airflow", "--port", "0"]
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        running = Running(process, data_dir, place / "output")
        try:
            eventually(lambda: "Ctrl-C" in running.output.read_text(), running, 300, "Airflow became healthy")
            yield running
        finally:
            # All of it, and at once: a task that outlives the rest would start PostgreSQL again.
            below = running.descendants() if process.poll() is None else []
            process.kill()
            process.wait()
            for one in below:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
            EmbeddedServer(data_dir / "postgres").stop()
            shutil.rmtree(data_dir)


def the_pages_are_behind_the_login(running: Running) -> None:
    """wirewatch's pages are in the menu of Airflow, and open to who is logged in there."""
    token = running.token()
    views = [
        view["href"]
        for plugin in running.call("/api/v2/plugins", token=token)["plugins"]
        for view in plugin["external_views"]
    ]
    assert "/wirewatch/" in views
    assert running.page("/wirewatch/")[0] == 401
    for path in ("/wirewatch/", "/wirewatch/feeds"):
        status, text = running.page(path, token)
        assert status == 200, path
        assert "<h1" in text


def test_the_life_of_the_stack(running: Running) -> None:
    """In one test because the steps need this order: a run succeeds, a killed part comes back, all end."""

    def succeeded() -> int:
        return sum(run["state"] == "success" for run in running.runs("ingest"))

    eventually(succeeded, running, 240, "the DAG ingest succeeded")
    the_pages_are_behind_the_login(running)
    server = EmbeddedServer(running.data_dir / "postgres")
    connection = psycopg2.connect(server.url())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM store.article_version")
        assert cursor.fetchone() == (2,)
    connection.close()

    listening = {
        c.laddr.ip
        for process in running.descendants()
        for c in connections(process)
        if c.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}

    def schedulers() -> set[int]:
        # the component itself, not the workers that it forked
        own = psutil.Process(running.process.pid).children()
        return {child.pid for child in own if is_alive(child) and "scheduler" in " ".join(child.cmdline())}

    before = schedulers()
    assert len(before) == 1
    os.kill(before.copy().pop(), signal.SIGKILL)
    eventually(lambda: schedulers() - before, running, 60, "the scheduler was started again")
    done = succeeded()
    eventually(lambda: succeeded() > done, running, 240, "the ingest DAG succeeded after the restart")

    postmaster = server.pid()
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    eventually(lambda: server.pid() not in (None, postmaster), running, 60, "PostgreSQL was started again")

    everything = running.descendants()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=120) == 0, running.output.read_text()
    assert "everything ended" in running.output.read_text()
    assert [process for process in everything if is_alive(process)] == []
    assert server.is_running() is False
