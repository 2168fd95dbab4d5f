"""Apache Airflow on this machine: its database, settings, secrets and four processes under one supervisor.

Airflow is started as a program and never imported. Everything listens on 127.0.0.1; everything Airflow writes is
under one folder.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import secrets
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import URL

from pipeline.errors import WirewatchError
from pipeline.operate.airflow_api import AirflowApi
from pipeline.operate.housekeeping import LOG_LIMIT_BYTES, Housekeeping
from pipeline.operate.supervisor import Component, Supervisor
from pipeline.settings import LOCAL_NAMES, shipped

USER = "admin"
DAGS = ("ingest", "upkeep")
DATABASE = "airflow"
STARTING_S = 240.0  # a cold, busy machine needs well over a minute


class AirflowError(WirewatchError):
    """Airflow is not installed, or one of its commands failed."""


@dataclass(frozen=True)
class AirflowStack:
    """Where this Airflow lives, which database it uses, and on which port it answers.

    `variables` go to the tasks as they are: the WIREWATCH_* settings. `airflow_settings` come last, without their
    prefix AIRFLOW__: another executor, for one.
    """

    home: Path
    database: URL
    port: int
    variables: Mapping[str, str] = field(default_factory=dict)
    dags: Path = field(default_factory=lambda: shipped("dags"))
    parallelism: int = 8
    airflow_settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Address of the web interface."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> AirflowApi:
        """Its REST API, with our own login."""
        return AirflowApi(self.url, USER, self.password())

    def password(self) -> str:
        """The password of USER, made at the first call and kept in a file that only we can read."""
        stored = self._kept("passwords.json", lambda: json.dumps({USER: secrets.token_urlsafe(12)}) + "\n")
        return str(json.loads(stored)[USER])

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` with all of Airflow's settings in AIRFLOW__* variables; any other of those is left out."""
        self.password()
        url = self.database.render_as_string(hide_password=False)
        settings = {
            "API__BASE_URL": self.url,
            "API__HOST": "127.0.0.1",
            "API__PORT": str(self.port),
            "API__SECRET_KEY": self._kept("api_secret_key", secrets.token_hex),
            "API__WORKERS": "1",
            "API_AUTH__JWT_SECRET": self._kept("jwt_secret", lambda: secrets.token_urlsafe(64)),
            "CORE__DAGS_FOLDER": str(self.dags),
            "CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "CORE__EXECUTOR": "LocalExecutor",
            "CORE__FERNET_KEY": self._kept("fernet_key", _fernet_key),
            "CORE__LOAD_EXAMPLES": "False",
            "CORE__PARALLELISM": str(self.parallelism),
            "CORE__PLUGINS_FOLDER": str(self.dags / "plugins"),
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "passwords.json"),
            "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            # The files change with an update, and an update is a restart.
            "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
            "DAG_PROCESSOR__REFRESH_INTERVAL": "300",
            "DATABASE__SQL_ALCHEMY_CONN": url,
            "DATABASE__SQL_ALCHEMY_CONN_ASYNC": _for_asyncpg(self.database),
            "LOGGING__BASE_LOG_FOLDER": str(self.home / "logs" / "tasks"),
            "LOGGING__COLORED_CONSOLE_LOG": "False",
            "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(self.home / "logs" / "dag_files"),
            "SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": "127.0.0.1",
            # The line is resident: nothing waits for the scheduler's next look, and each look costs CPU.
            "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "4",
            **_RARELY,
            # What a killed scheduler was running is noticed after a minute, not after five.
            "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
            "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
            "SCHEDULER__TASK_QUEUED_TIMEOUT": "120",
            "SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "20",
            **self.airflow_settings,
        }
        clean = {name: value for name, value in base.items() if not name.startswith("AIRFLOW_")}
        return {
            **clean,
            **self.variables,
            **dict.fromkeys(("NO_PROXY", "no_proxy"), _without_proxy(base)),
            **_tls_files(self.database),
            "AIRFLOW_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(self.dags), base.get("PYTHONPATH")])),
            "PYTHONUNBUFFERED": "1",
            **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        }

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold this Airflow for ourselves: two would share a database and disagree on the port.

        Raises AirflowError when another process holds it.
        """
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.home / "running.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the kernel releases a killed holder's lock
            except BlockingIOError as error:
                raise AirflowError(f"another `wirewatch airflow` runs on {self.home}; stop it first") from error
            yield

    def migrate(self) -> None:
        """Create or upgrade Airflow's own tables. Raises AirflowError with the end of its output."""
        done = subprocess.run(  # noqa: S603
            [_program(), "db", "migrate"],
            env=self.environment(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        self._log("db-migrate").write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode:
            raise AirflowError(
                "airflow db migrate failed:\n" + "\n".join((done.stdout + done.stderr).splitlines()[-15:])
            )

    def start(self, supervisor: Supervisor) -> None:
        """Start all four parts, wait until each reports healthy, and switch the DAGs on."""
        environment = self.environment(os.environ)

        def part(name: str, *arguments: str) -> Component:
            return Component(name, [_program(), name, *arguments], self._log(name), environment)

        supervisor.start([part("api-server")])
        supervisor.wait_for(self.api.answers, STARTING_S, "Airflow's API server")
        supervisor.start(
            [
                part("dag-processor"),
                # Their log servers would listen on every address; a single machine does not need them.
                part("scheduler", "--skip-serve-logs"),
                part("triggerer", "--skip-serve-logs"),
            ]
        )
        supervisor.wait_for(self.api.is_healthy, STARTING_S, "Airflow")
        supervisor.wait_for(
            partial(self.api.switch_on, DAGS),
            STARTING_S,
            f"the DAGs {', '.join(DAGS)} (see Airflow's page of import errors)",
        )

    def housekeeping(self, tell: Callable[[str], None]) -> Housekeeping:
        """Keeps this Airflow from growing without limit; `tick` it now and then."""
        return Housekeeping([_program(), "db", "clean"], self.environment(os.environ), self.home / "logs", tell)

    def _log(self, name: str) -> Path:
        log = self.home / "logs" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
            log.replace(log.with_suffix(".log.1"))
        return log

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        """The content of a file with mode 0600, made at first use."""
        path = self.home / name
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            with tempfile.NamedTemporaryFile("w", dir=self.home, encoding="utf-8") as draft:  # mode 0600
                draft.write(make())
                draft.flush()
                with contextlib.suppress(FileExistsError):  # another process was quicker
                    path.hardlink_to(draft.name)
        return path.read_text(encoding="utf-8")


def _without_proxy(environment: Mapping[str, str]) -> str:
    """NO_PROXY with this machine's own names in it: Airflow's tasks talk to its API server on 127.0.0.1."""
    stated = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    names = [name for name in stated.replace(" ", "").split(",") if name]
    return ",".join([*names, *(name for name in LOCAL_NAMES if name not in names)])


# What an idle Airflow does by the clock, less often than by default: four heartbeats a minute are enough to be
# missed within the two minutes after which doctor says so.
_RARELY: Mapping[str, str] = {
    "DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "60",
    "DAG_PROCESSOR__PRINT_STATS_INTERVAL": "600",
    "SCHEDULER__PARSING_CLEANUP_INTERVAL": "600",
    "SCHEDULER__POOL_METRICS_INTERVAL": "300",
    "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "60",
    "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "15",
    "TRIGGERER__JOB_HEARTBEAT_SEC": "15",
    "TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "60",
}


def require_installed() -> None:
    """Raise AirflowError unless the airflow program is there."""
    _program()


def free_port(wanted: int) -> int:
    """`wanted` if it is free, any free port for 0. Raises AirflowError if it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise AirflowError(
                f"port {wanted} of 127.0.0.1 cannot be used ({error.strerror}); choose another with --port"
            ) from error
        return int(probe.getsockname()[1])


def _program() -> str:
    program = Path(sysconfig.get_path("scripts")) / "airflow"
    if not program.exists():
        raise AirflowError(
            f"Apache Airflow is not installed beside {sys.executable}. "
            "In a checkout: make run. Elsewhere: pip install 'wirewatch[airflow]'."
        )
    return str(program)


def _for_asyncpg(url: URL) -> str:
    """The same database for Airflow's asynchronous driver: it knows fewer parameters and names one otherwise."""
    query = {name: value for name, value in url.query.items() if name in ("host", "port")}
    if "sslmode" in url.query:
        query["ssl"] = url.query["sslmode"]
    return url.set(drivername="postgresql+asyncpg", query=query).render_as_string(hide_password=False)


def _tls_files(url: URL) -> dict[str, str]:
    """The certificates of the address: Airflow's asynchronous driver takes them from the environment alone."""
    return {
        f"PG{name.upper()}": str(value)
        for name, value in url.query.items()
        if name in ("sslrootcert", "sslcert", "sslkey")
    }


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
