"""The CeleryExecutor: Redis and two workers with homes of their own on the demo newsroom, one of them killed.

`make test-celery` runs it; it takes minutes, and needs redis-server and `requirements/celery.txt`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import newsdesk
import psutil
import pytest
from own_server import server_in_a_folder
from sqlalchemy import Engine, text
from staging import config_with, stage_context

from pipeline.demo.newsroom import Access, Newsroom
from pipeline.demo.story import Story, load_story
from pipeline.operate.airflow_stack import DATABASE, AirflowStack, free_port
from pipeline.operate.supervisor import Supervisor
from pipeline.settings import CHECKOUT
from pipeline.stages.line import run_once
from pipeline.stages.running.machine import make_mark, name_of
from pipeline.store import file_channels
from pipeline.store.server import migrate
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        importlib.util.find_spec("celery") is None, reason="requirements/celery.txt is not installed"
    ),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed"),
]
SAME = ("articles", "copies", "mentions", "meetings", "evidence", "alerts")
HOST_DELAY_S = 0.8
SLACK_S = 0.25  # between a turn as booked and the server's reading of it, on a loaded machine
LEFT = text("SELECT count(*) FROM store.work WHERE stage NOT IN ('poll', 'refetch', 'lapse') AND machine IS NULL")
BOUND = text("SELECT count(*) FROM store.work WHERE machine IS NOT NULL")
TOLD = text(
    "SELECT a.key FROM store.alert_delivery d JOIN store.alert a ON a.id = d.alert_id WHERE channel = 'file'"
)
READ = text("SELECT count(*) FROM store.article_version")
POLLED = text("SELECT count(*) FROM store.feed WHERE last_success_at IS NOT NULL")


class TimedNewsroom(Newsroom):
    """Remembers when each request came, in seconds of time.monotonic()."""

    def __init__(self, story: Story) -> None:
        super().__init__(story)
        self.asked: list[float] = []

    def note(self, access: Access) -> None:
        self.asked.append(time.monotonic())
        super().note(access)


@dataclass
class Cluster:
    """Redis, Airflow's four parts and two workers on one database."""

    folder: Path
    stack: AirflowStack
    newsroom: TimedNewsroom
    now: datetime
    programs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, name: str, command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start a program that ends with the test; its output goes to `name`.log."""
        with (self.folder / f"{name}.log").open("wb") as log:
            program = subprocess.Popen(
                command,
                env=dict(environment),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.programs.append(program)
        return program

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        """A Celery worker with the default pool, as on a machine of its own: AIRFLOW_HOME and data folder differ."""
        home = self.folder / name
        home.mkdir()
        environment = self.stack.environment(os.environ) | {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
            "WIREWATCH_DATA_DIR": str(home / "data"),
        }
        command = [program("airflow"), "celery", "worker", "--celery-hostname", f"{name}@%h", "--skip-serve-logs"]
        return self.run(name, command, environment)

    def took_tasks(self, name: str) -> int:
        """How many tasks a worker got, by its log."""
        return (self.folder / f"{name}.log").read_text(errors="replace").count(" received")

    def works_on_something(self, worker: subprocess.Popen[bytes]) -> bool:
        """Whether page readers live below a worker: a task is in the middle of its work."""
        below = psutil.Process(worker.pid).children(recursive=True)
        return any("forkserver" in " ".join(command_of(one)) for one in below)


def command_of(process: psutil.Process) -> list[str]:
    """The command line of a process; empty where it ended meanwhile."""
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:
        return []


def program(name: str) -> str:
    """A program of this environment."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """kill -9 of a worker and of everything below it, as when its machine is lost."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in [*psutil.Process(worker.pid).children(recursive=True), psutil.Process(worker.pid)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
    worker.wait()


def eventually(condition: Callable[[], Any], seconds: float, what: str) -> None:
    """Wait for something that must come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.3)


def alone(engine: Engine, folder: Path, newsroom: Newsroom, now: datetime) -> dict[str, Any]:
    """The rows of one process that does everything in order."""
    folder.mkdir()
    private = ",".join(newsroom.allow_private)
    with stage_context(engine, folder, feeds_of(newsroom), private=private) as ctx:
        for _ in range(3):  # a report that comes before what it belongs to is linked by the next run
            run_once(ctx, now)
    return newsdesk.snapshot(engine)


def without_luck(snapshot: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The rows without what depends on which article came first: a name's spelling, and the text an alert quotes."""
    return {
        **{key: snapshot[key] for key in SAME},
        "meetings": [(status, len(names), *rest) for status, names, *rest in snapshot["meetings"]],
        # Under a backlog a fresh change overtakes one of days before, which then is no state of its own: it counts less.
        "alerts": [(change, *rest[:3]) for change, _sequence, *rest in snapshot["alerts"]],
    }


def differing(expected: dict[str, list[Any]], found: dict[str, list[Any]]) -> list[str]:
    """The rows that only one process, or only the workers, made."""
    return [
        f"{key}, only {whose}: {row!r}"[:500]
        for key in SAME
        for whose, these, those in (
            ("alone", expected[key], found[key]),
            ("by the workers", found[key], expected[key]),
        )
        for row in these
        if row not in those
    ]


def feeds_of(newsroom: Newsroom) -> list[dict[str, object]]:
    """The outlets as feeds.yml names them."""
    return [feed.model_dump(mode="json", exclude_defaults=True) for feed in newsroom.sources()]


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    with server_in_a_folder() as (_, server):
        yield server


def database(server: EmbeddedServer, name: str) -> Engine:
    """A migrated database of its own."""
    create_database(parse_url(server.url("postgres")), name)
    engine = open_engine(parse_url(server.url(name)))
    migrate.upgrade(engine)
    return engine


@contextlib.contextmanager
def cluster(server: EmbeddedServer, folder: Path, newsroom: TimedNewsroom, now: datetime) -> Iterator[Cluster]:
    """All of it but the workers, healthy, with the DAGs switched on."""
    create_database(parse_url(server.url("postgres")), DATABASE)
    redis, metadata = free_port(0), parse_url(server.url(DATABASE))
    stack = AirflowStack(
        home=folder / "airflow",
        database=metadata,
        port=free_port(0),
        variables={
            "TEST_NOW": now.isoformat(),
            "TEST_BEGAN": str(time.time()),
            "WIREWATCH_DATABASE_URL": server.url("shared"),
            "WIREWATCH_CONFIG_DIR": str(config_with(folder, feeds_of(newsroom))),
            "WIREWATCH_ALLOW_PRIVATE": ",".join(newsroom.allow_private),
            "WIREWATCH_HOST_DELAY_S": str(HOST_DELAY_S),
            "WIREWATCH_DOMAIN_DELAY_S": str(HOST_DELAY_S),
            "WIREWATCH_LEASE_S": "20",
            "WIREWATCH_BATCH": "4",
            "WIREWATCH_WORKERS": "1",
            "WIREWATCH_LINE_S": "80",  # a run a minute, two at once: one on each worker
        },
        airflow_settings={
            "CORE__EXECUTOR": "CeleryExecutor",
            "CELERY__BROKER_URL": f"redis://127.0.0.1:{redis}/0",
            "CELERY__RESULT_BACKEND": "db+" + metadata.render_as_string(hide_password=False),
            "CELERY__WORKER_CONCURRENCY": "1",
        },
    )
    held = Cluster(folder, stack, newsroom, now)
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(redis), "--save", "", "--dir", str(folder)]
    try:
        held.run("redis", command, os.environ)
        eventually(lambda: listens(redis), 20, "Redis answers")
        with Supervisor(lambda line: sys.stderr.write(f"{line}\n")) as supervisor:
            stack.migrate()
            stack.start(supervisor)
            yield held
    finally:
        for one in reversed(held.programs):
            kill(one)


def keys_in(file: Path) -> list[str]:
    """The keys of the alerts in a file, which may not be there."""
    return [json.loads(line)["key"] for line in file.read_text().splitlines()] if file.exists() else []


def listens(port: int) -> bool:
    """Whether something takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_two_celery_workers_give_the_rows_of_one_process_though_one_is_killed(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{CHECKOUT / 'tests' / 'airflow_site'}{os.pathsep}{CHECKOUT}")
    story = load_story()
    now = story.moments()[-1]
    with TimedNewsroom(story) as newsroom:
        newsroom.clock = now
        expected = alone(database(server, "alone"), tmp_path / "alone", newsroom, now)
        newsroom.asked.clear()
        shared = database(server, "shared")

        def count(query: Any) -> int:
            with shared.connect() as conn:
                return int(conn.scalar(query) or 0)

        with cluster(server, tmp_path, newsroom, now) as held:
            workers = [held.worker("one"), held.worker("two")]
            eventually(lambda: held.took_tasks("one") and held.took_tasks("two"), 240, "both workers got a task")
            eventually(lambda: count(READ) >= 10, 120, "articles come")
            busy = next(worker for worker in workers if held.works_on_something(worker))
            unread = count(LEFT)
            kill(busy)
            assert unread, "there was work left when the worker was killed"

            eventually(lambda: count(POLLED) == len(story.outlets) and not count(LEFT), 300, "everything is done")
            assert [worker.poll() for worker in workers].count(None) == 1
            # The file of alerts lies on one of the machines; if that is the lost one, a person moves the channel.
            survivor = tmp_path / ("two" if busy is workers[0] else "one") / "data"
            with shared.begin() as conn:
                file_channels.move(conn, "file", make_mark(survivor), name_of(survivor), now=now)
            eventually(lambda: not count(BOUND), 180, "what was left to the other machine is delivered")
        with shared.connect() as conn:
            told = set(conn.scalars(TOLD))
        written = [key for name in ("one", "two") for key in keys_in(tmp_path / name / "data" / "alerts.jsonl")]
        assert told
        assert told <= set(written), "each alert is in the file, on the machine that had it then"
        found = newsdesk.snapshot(shared)
        assert differing(without_luck(expected), without_luck(found)) == []
        gaps = [later - earlier for earlier, later in zip(newsroom.asked, newsroom.asked[1:], strict=False)]
        assert min(gaps) > HOST_DELAY_S - SLACK_S, sorted(gaps)[:5]
        assert -workers[workers.index(busy)].returncode == signal.SIGKILL
