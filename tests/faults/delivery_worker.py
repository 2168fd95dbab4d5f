"""`notify` as a process that may be killed at any moment: what the delivery faults are injected into.

Loads the configuration once and forks a worker for each run, so that a thousand deaths cost no thousand starts.
Arguments: database URL, config folder, data folder, seed. On stdin, a line each: `run ISO-TIME`, `go PID`. On stdout:
`worker PID`, then `ended PID STATUS`, or `stopped PID` for a worker that waits for its `go`.
"""

from __future__ import annotations

import importlib
import logging
import os
import random
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from sqlalchemy import text

from pipeline.alerts.channels import send
from pipeline.alerts.receivers import Channel
from pipeline.alerts.senders import smtp, webhook
from pipeline.alerts.senders.outgoing import Outgoing
from pipeline.configuration import Configuration, load_configuration
from pipeline.settings import Settings, load_settings
from pipeline.stages.running.context import Context
from pipeline.store.server.engine import open_engine, parse_url

_OF_THE_WORKER = (
    "kill before the first byte", "kill between send and commit", "kill before the answer",
    "database gone between send and commit", "stopped past its lease",
)  # fmt: skip
_HTTP = ("429", "500", "503", "302", "401", "422", "html", "504 after taking it", "502 after taking it",
         "silence", "silence", "reset before reading")  # fmt: skip
_SMTP = ("451 to the receiver", "451", "421", "554", "silence", "silence", "hang", "421 to QUIT")
FAULTS: dict[str, tuple[str, ...]] = {
    "webhook": (*_OF_THE_WORKER, *_HTTP, "hang"),
    "slack": (*_OF_THE_WORKER, *_HTTP, "hang"),
    "apprise": (*_OF_THE_WORKER, *_HTTP),
    "email": (*_OF_THE_WORKER, *_SMTP),
}
_MOST = 3  # faults of one delivery, one after another
_ONCE = frozenset({"422", "554"})  # twice is the end of a message, and rightly so


def planned(seed: int, kind: str, endpoint: str, key: str) -> list[str]:
    """The faults that meet the first tries of one delivery."""
    chance = random.Random(f"{seed} {endpoint} {key}")
    found: list[str] = []
    for fault in chance.choices(FAULTS[kind], k=chance.randint(1, _MOST)):
        if not (fault in _ONCE and fault in found):
            found.append(fault)
    return found


class FaultySend:
    """The sender of every channel, with the fault that is planned for this try."""

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        self._url, self._folder, self._seed = url, folder, seed

    def __call__(self, channel: Channel, receiver: str, outgoing: Outgoing, *, data_dir: Path) -> str | None:
        if channel.kind not in FAULTS:
            return send(channel, receiver, outgoing, data_dir=data_dir)
        plan = planned(self._seed, channel.kind, f"{channel.name}/{receiver}", outgoing.key)
        fault = plan[outgoing.attempt - 1] if outgoing.attempt <= len(plan) else ""
        (self._folder / "orders" / channel.name).write_text(fault, encoding="utf-8")
        if fault:
            with (self._folder / "injected").open("a", encoding="utf-8") as file:
                file.write(f"{channel.kind}\t{fault}\n")
        if fault == "kill before the first byte":
            os.kill(os.getpid(), signal.SIGKILL)
        if fault == "stopped past its lease":
            os.kill(os.getpid(), signal.SIGSTOP)
        said = send(channel, receiver, outgoing, data_dir=data_dir)
        if fault == "kill between send and commit":
            os.kill(os.getpid(), signal.SIGKILL)
        if fault == "database gone between send and commit":
            _end_sessions(self._url)
        return said


def _end_sessions(url: str) -> None:
    """Cut the connections of the worker under test; the one that cuts has another name."""
    engine = open_engine(parse_url(url).update_query_dict({"application_name": "killer"}))
    with engine.connect() as conn:
        conn.execute(
            text("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name = 'under test'
            """)
        )
    engine.dispose()


def work(settings: Settings, configuration: Configuration, url: str, seed: int, now: datetime) -> None:
    """One run of notify, in this process."""
    notify = importlib.import_module("pipeline.stages.notify.notify")
    engine = open_engine(parse_url(url).update_query_dict({"application_name": "under test"}))
    notify.send = FaultySend(url, settings.data_dir, seed)  # type: ignore[attr-defined]
    webhook._TIMEOUT = aiohttp.ClientTimeout(total=1.0, connect=1.0)  # pace only: real receivers have 20 s
    smtp._TIMEOUT_S = 1
    with Context(settings, engine, configuration) as ctx:
        notify.notify(ctx, now)


def main(url: str, config_dir: str, data_dir: str, seed: str) -> None:
    """Serve the orders on stdin until it ends."""
    settings = load_settings(
        database_url=url, config_dir=Path(config_dir), data_dir=Path(data_dir), workers=1, lease_s=60
    )
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    configuration = load_configuration(settings.config_dir)
    importlib.import_module("apprise").Apprise.instantiate("ntfy://127.0.0.1/topic")  # once, not in every worker
    importlib.import_module("pipeline.stages.notify.notify")
    for line in sys.stdin:
        order, value = line.split()
        if order == "go":
            pid = int(value)
            os.kill(pid, signal.SIGCONT)
        else:
            pid = os.fork()
            if not pid:
                _be_a_worker(settings, configuration, url, int(seed), value)
            _say("worker", pid)
        _, status = os.waitpid(pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            _say("stopped", pid)
        else:
            _say("ended", pid, os.waitstatus_to_exitcode(status))


def _be_a_worker(settings: Settings, configuration: Configuration, url: str, seed: int, now: str) -> None:
    try:
        work(settings, configuration, url, seed, datetime.fromisoformat(now))
    except Exception as error:  # noqa: BLE001 - a worker's own end, which the test counts
        sys.stderr.write(f"{type(error).__name__}: {str(error)[:300]}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _say(*words: Any) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
