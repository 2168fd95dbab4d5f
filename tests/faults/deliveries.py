"""`python -m tests.faults.deliveries --count 1000`: faults between an alert and its receivers, none lost, none doubled.

Alerts go to web, chat and mail servers on 127.0.0.1 by a `notify` that is killed, stopped past its lease or cut off
from its database, while the receivers refuse, fall silent after taking a message, redirect, answer with a web page or
are away for an hour. The clock of the due times is simulated; processes, sockets and the database are real.
"""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from sqlalchemy import Engine, text

from pipeline.configuration import load_configuration
from pipeline.records import Participant, Place
from pipeline.settings import CHECKOUT, load_settings
from pipeline.stages.running.context import Context
from pipeline.store import work

sys.path.insert(0, str(CHECKOUT / "tests"))  # as pytest has it

from faults.delivery_sinks import HttpSink, Ward, sinks
from newsroom_desk import NOW, Desk, day, mention
from staging import config_with, source

WEB = {"hook1": "webhook", "hook2": "webhook", "hook3": "webhook", "slack": "slack", "ntfy": "apprise",
       "gotify": "apprise", "mattermost": "apprise"}  # fmt: skip
RECEIVERS = ("a@b.example", "b@b.example", "c@b.example")
ENDPOINTS = (*WEB, *(f"mail/{receiver}" for receiver in RECEIVERS))
_A_WAVE = 12  # alerts
_AWAY = timedelta(hours=1)
_REST = timedelta(hours=2)  # between waves: more than 20 changes an hour on one outlet's word are braked
_DAYS = 28  # meetings on different days are different meetings


@dataclass
class DeliveryVerdict:
    """What became of every message under the faults."""

    seconds: float = 0.0
    messages: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    lost: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.unmarked or self.unsettled)

    def lines(self) -> Iterator[str]:
        """For people, and for docs/figures."""
        yield f"faults: {self.faults.total()}, messages: {self.messages}, runs of notify: {self.runs}, "
        yield f"ends of a run: {dict(self.ends)}, seconds: {self.seconds:.0f}"
        yield f"lost: {len(self.lost)}, repeats: {self.repeats}, of them not marked: {len(self.unmarked)}"
        for name, count in sorted(self.faults.items()):
            yield f"| {name.replace(chr(9), ' | ')} | {count} |"
        for kind in ("lost", "unmarked", "unsettled"):
            yield from (f"{kind}: {line}" for line in getattr(self, kind)[:20])


class Worker:
    """The process that forks runs of notify; at most one of them waits, stopped."""

    def __init__(self, url: str, config: Path, folder: Path, seed: int, ward: Ward) -> None:
        command = [sys.executable, "-m", "tests.faults.delivery_worker", url, str(config), str(folder), str(seed)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
        )
        self._ward = ward

    def run(self, now: datetime) -> tuple[str, int]:
        """One run; ("ended" or "stopped", its process)."""
        self._order(f"run {now.isoformat()}")
        self._ward.worker = int(self._hear("worker")[1])
        return self._end()

    def go(self, pid: int) -> tuple[str, int]:
        """Let a stopped run go on."""
        self._order(f"go {pid}")
        self._ward.worker = pid
        return self._end()

    def _end(self) -> tuple[str, int]:
        said = self._hear("ended", "stopped")
        return (said[0] if said[0] == "stopped" else f"ended {said[2]}"), int(said[1])

    def _order(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self, *expected: str) -> list[str]:
        assert self._process.stdout
        said = self._process.stdout.readline().split()
        if not said or said[0] not in expected:
            raise RuntimeError(f"the worker said {said}, expected {expected}")
        return said

    def close(self) -> None:
        """End it; one that is dead already has said why on stderr."""
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate(timeout=30)


@dataclass
class _Trial:
    engine: Engine
    desk: Desk
    worker: Worker
    ward: Ward
    servers: dict[str, HttpSink]
    verdict: DeliveryVerdict
    chance: random.Random
    now: datetime = NOW + timedelta(hours=24)
    alerts: int = 0

    def wave(self, size: int) -> None:
        """Raise alerts, and deliver until every one of them is at its end; one receiver is away for an hour."""
        for _ in range(size):
            self.alerts += 1
            place, people = Place(f"City {self.alerts}", "TR", True), _people(self.alerts)
            cancelled = mention("cancelled", day(1 + self.alerts % _DAYS, 6), place=place, people=people)
            self.desk.report((self.now - NOW) / timedelta(hours=1), cancelled)
        raised = len(self.desk.alerts())
        if raised != self.alerts:
            raise RuntimeError(f"{self.alerts} meetings were called off, and {raised} alerts were raised")
        away, back = self.chance.choice(list(self.servers.values())), self.now + _AWAY
        away.down()
        if self._waiting():  # an outage with no message on its way is no fault
            self.verdict.faults["web\taway for an hour"] += 1
        up = False
        while self._waiting():
            if not up and self.now >= back:
                away.up()
                up = True
            self._run()
            self.now = max(self.now + timedelta(seconds=1), self._next(back if not up else None))
        if not up:
            away.up()
        self.now += _REST

    def _run(self) -> None:
        end, pid = self.worker.run(self.now)
        self.verdict.runs += 1
        stopped = []
        while end == "stopped":  # its lease runs out, another worker takes over; then it wakes
            stopped.append(pid)
            self._give_up_transactions()
            self._leases_run_out()
            end, pid = self.worker.run(self.now + timedelta(seconds=1))
            self.verdict.runs += 1
        for waiting in stopped:
            again, _ = self.worker.go(waiting)
            while again == "stopped":
                again, _ = self.worker.go(waiting)
            self.verdict.ends[again] += 1
        self.verdict.ends[end] += 1
        self._leases_run_out()

    def _give_up_transactions(self) -> None:
        """The server ends what a stopped worker's other threads had begun, as it does when a machine is gone."""
        with self.engine.begin() as conn:
            conn.execute(
                text("""
                    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                     WHERE datname = current_database() AND application_name = 'under test'
                       AND xact_start IS NOT NULL
                """)
            )

    def _leases_run_out(self) -> None:
        with self.engine.begin() as conn:
            conn.execute(text("UPDATE store.work SET leased_until = 'epoch' WHERE stage = 'notify'"))

    def _waiting(self) -> bool:
        with self.engine.connect() as conn:
            return bool(conn.scalar(text("SELECT count(*) FROM store.work WHERE stage = 'notify'")))

    def _next(self, back: datetime | None) -> datetime:
        due = work.next_due(self.engine, ["notify"]) or self.now
        return min(due, back) if back else due


def _people(number: int) -> tuple[Participant, Participant]:
    """A pair that no other meeting has, although all of them hold the same two offices."""
    return (
        Participant(f"per:ru.guest{number}", f"Ivan Guest{number}", "RU", "off:RU.FM", "visitor"),
        Participant(f"per:tr.host{number}", f"Ali Host{number}", "TR", "off:TR.FM", "host"),
    )


def judge(engine: Engine, ward: Ward, verdict: DeliveryVerdict) -> None:
    """Hold what the receivers have against what the database says they have."""
    with engine.connect() as conn:
        rows = conn.execute(
            text("""
                SELECT d.channel, d.receiver, d.state, a.meeting_id
                  FROM store.alert_delivery d JOIN store.alert a ON a.id = d.alert_id
            """)
        ).all()
    arrived: dict[tuple[str, int], list[bool]] = {}
    for arrival in ward.arrived:
        arrived.setdefault((arrival.endpoint, arrival.number), []).append(arrival.marked)
    verdict.messages = len(rows)
    for row in rows:
        endpoint = f"{row.channel}/{row.receiver}" if row.receiver else row.channel
        name, marks = f"{endpoint} #{row.meeting_id}", arrived.get((endpoint, row.meeting_id), [])
        if row.state != "delivered":
            verdict.unsettled.append(f"{name}: {row.state}, arrived {len(marks)} times")
        if not marks:
            verdict.lost.append(f"{name}: {row.state}")
        verdict.repeats += max(0, len(marks) - 1)
        if marks.count(False) > 1:
            verdict.unmarked.append(f"{name}: {marks}")


def run(engine: Engine, url: str, folder: Path, *, count: int, seed: int, most_s: float = 3000) -> DeliveryVerdict:
    """Inject faults until there were `count` (or the time is over) and judge.

    `engine` and `url` are of one empty, migrated database; `folder` is empty.
    """
    began, verdict = time.monotonic(), DeliveryVerdict()
    ward = Ward(folder / "orders")
    ward.orders.mkdir()
    with sinks(ward, list(WEB), "mail") as (servers, mail_port):
        config = config_with(folder, [source("f", "http://f.example/")])
        rules = yaml.safe_dump(_rules(servers, mail_port), allow_unicode=True)
        (config / "alerts.yml").write_text(rules, encoding="utf-8")
        settings = load_settings(database_url=url, config_dir=config, data_dir=folder, workers=1)
        with _worker(url, config, folder, seed, ward) as worker:
            desk = Desk(Context(settings, engine, load_configuration(config)))
            trial = _Trial(engine, desk, worker, ward, servers, verdict, random.Random(seed))
            size = min(_A_WAVE, max(1, count // (2 * len(ENDPOINTS))))
            while verdict.faults.total() < count and time.monotonic() - began < most_s:
                trial.wave(size)
                away = verdict.faults["web\taway for an hour"]
                lines = (folder / "injected").read_text(encoding="utf-8").splitlines()  # missing: nothing was sent
                verdict.faults = Counter(lines) + Counter({"web\taway for an hour": away})
    judge(engine, ward, verdict)
    verdict.seconds = time.monotonic() - began
    return verdict


def _rules(servers: dict[str, HttpSink], mail_port: int) -> dict[str, Any]:
    paths = {
        "ntfy": "ntfy://127.0.0.1:{port}/topic",
        "gotify": "gotify://127.0.0.1:{port}/token123456789",
        "mattermost": "mmost://127.0.0.1:{port}/token123456789",
    }
    channels: list[dict[str, Any]] = [{"name": "file", "kind": "file"}]
    for name, kind in WEB.items():
        url = paths.get(name, "http://127.0.0.1:{port}/hook").format(port=servers[name].port)
        channels.append({"name": name, "kind": kind, "url": url, "per_minute": 600})
    mail = {"name": "mail", "kind": "email", "url": f"smtp://127.0.0.1:{mail_port}", "sender": "w@a.example"}
    channels.append({**mail, "to": list(RECEIVERS), "per_minute": 600})
    watch = {"name": "all", "channels": [channel["name"] for channel in channels[1:]]}
    return {"channels": channels, "operator": {"channels": ["file"]}, "watches": [watch]}


@contextmanager
def _worker(url: str, config: Path, folder: Path, seed: int, ward: Ward) -> Iterator[Worker]:
    worker = Worker(url, config, folder, seed, ward)
    try:
        yield worker
    finally:
        worker.close()


def main(
    count: Annotated[int, typer.Option(min=1, help="How many faults.")] = 1000,
    seed: Annotated[int, typer.Option(help="Which faults.")] = 16,
    minutes: Annotated[float, typer.Option(help="No new alerts after so long.")] = 50,
) -> None:
    """Deliver alerts under faults, against a database of its own that is thrown away."""
    from pipeline.store.server.scratch import fresh_database

    engine = fresh_database(load_settings(), "wirewatch_delivery_faults")
    try:
        with tempfile.TemporaryDirectory(prefix="ww-faults-") as folder:
            url = engine.url.render_as_string(hide_password=False)
            verdict = run(engine, url, Path(folder), count=count, seed=seed, most_s=60 * minutes)
    finally:
        engine.dispose()
    typer.echo(f"date: {datetime.now(UTC):%Y-%m-%d}, seed: {seed}")
    for line in verdict.lines():
        typer.echo(line)
    raise typer.Exit(0 if verdict.clean else 1)


if __name__ == "__main__":
    typer.run(main)
