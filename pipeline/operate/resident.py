"""The line as one resident program: each stage runs by itself and sleeps until its next row is due.

A stage that fails is tried again after a pause and stops no other: alerts are delivered while a page hangs. Leases
make this safe: any number of lines may run on one database, and each may be killed at any moment.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg2
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from pipeline.records import Tally
from pipeline.settings import Settings
from pipeline.stages.line import QUEUES, STAGES, Context, Stage
from pipeline.stages.maintain.upkeep import upkeep
from pipeline.store import work
from pipeline.store.server.engine import embedded_server

CEILING_S = 30.0  # the longest sleep: a NOTIFY may be lost with its connection
_LEAST_S = 0.2  # seconds between two runs of a stage, so that a row that cannot be done yet does not spin
_IDLE_LEAST_S = 1.0  # the same after a run that found nothing to do
_RETRY_S = (1.0, 2.0, 5.0, 10.0, 30.0)  # after one, two, … failures in a row
_TICK_S = 0.5  # how soon a sleeper notices that it is to stop

log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Line:
    """All stages of one context, each in a thread of its own. `report` gets each tally that counted anything.

    `revive` is called before a failed stage is tried again: it may start a database server that crashed.
    """

    ctx: Context
    ceiling_s: float = CEILING_S
    report: Callable[[Tally], None] = lambda _: None
    revive: Callable[[], None] = lambda: None
    stages: Mapping[str, Stage] = field(default_factory=lambda: dict(STAGES))
    clock: Callable[[], datetime] = _now
    _stop: threading.Event = field(default_factory=threading.Event)
    _wake: dict[str, threading.Event] = field(default_factory=dict)

    def run(self, stopped: threading.Event, *, seconds: float | None = None) -> None:
        """Work until `stopped` is set, or for `seconds`.

        When the time is over, what is under way is finished. When `stopped` is set, each stage finishes the row in
        hand if that takes no longer than some seconds, and returns the rest to other processes.
        """
        self._wake = {name: threading.Event() for name in self.stages}
        loops = [threading.Thread(target=self._loop, args=item, name=item[0]) for item in self.stages.items()]
        loops += [
            threading.Thread(target=self._listen, name="listen"),
            threading.Thread(target=self._look_after, name="upkeep"),
        ]
        for loop in loops:
            loop.start()
        try:
            stopped.wait(seconds)
        finally:
            self._stop.set()
            if stopped.is_set():
                self.ctx.stopping.set()
            self._wake_all()
            for loop in loops:
                loop.join()

    def _loop(self, name: str, stage: Stage) -> None:
        failures = 0
        while not self._stop.is_set():
            self._wake[name].clear()
            try:
                tally = stage(self.ctx, self.clock())
                pause = self._pause(name, _LEAST_S if any(tally.counts.values()) else _IDLE_LEAST_S)
                failures = 0
            except Exception:  # one stage must not stop the others, nor itself: it is logged and tried again
                log.exception("stage failed", stage=name, failures=failures + 1)
                self._recover(name)
                pause = _RETRY_S[min(failures, len(_RETRY_S) - 1)]
                failures += 1
                self._stop.wait(pause)
                continue
            if any(tally.counts.values()):
                self.report(tally)
            self._wake[name].wait(pause)

    def _pause(self, name: str, least: float) -> float:
        """Seconds until the next row of the stage is due, within bounds."""
        due = work.next_due(self.ctx.engine, QUEUES.get(name, (name,)), machine=self.ctx.machine)
        if due is None:
            return self.ceiling_s
        return min(max((due - self.clock()).total_seconds(), least), self.ceiling_s)

    def _recover(self, name: str) -> None:
        try:
            self.revive()
        except Exception:
            log.exception("could not revive what the stage needs", stage=name)

    def _listen(self) -> None:
        """Wake the stages that another transaction announced work for, here or on another machine."""
        names = {queue: name for name in self.stages for queue in QUEUES.get(name, (name,))}
        while not self._stop.is_set():
            try:
                for queue in announcements(self.ctx.engine, self._stop):
                    if queue is None:  # only now are we listening: what came before was not heard
                        self._wake_all()
                    elif queue in names:
                        self._wake[names[queue]].set()
            except DBAPIError as error:
                log.warning("the connection that listens for work was cut", error=str(error.orig).strip())
                self._stop.wait(_RETRY_S[0])

    def _wake_all(self) -> None:
        for event in self._wake.values():
            event.set()

    def _look_after(self) -> None:
        """Upkeep once a day, beginning soon after the start."""
        done_on = None
        while not self._stop.wait(_TICK_S):
            now = self.clock()
            if done_on == now.date():
                self._stop.wait(min(60.0, self.ceiling_s))
                continue
            try:
                self.report(upkeep(self.ctx, now))
            except Exception:  # tomorrow is another day; what is too old by then goes then
                log.exception("upkeep failed")
            done_on = now.date()


def revive(settings: Settings) -> None:
    """Start the embedded server again if it crashed; a server elsewhere has a keeper of its own.

    Raises:
        DatabaseStartError: it does not start.
    """
    if settings.database_url is None:
        embedded_server(settings).start()


def announcements(engine: Engine, stop: threading.Event) -> Iterator[str | None]:
    """None once it listens, then the names of lists that got work, as they are announced, until `stop` is set.

    Raises:
        DBAPIError: the connection was cut.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"LISTEN {work.CHANNEL}")
        yield None
        raw: Any = connection.connection.driver_connection
        while not stop.is_set():
            if select.select([raw], [], [], _TICK_S)[0]:
                try:
                    raw.poll()
                except psycopg2.Error as error:
                    connection.invalidate()
                    raise OperationalError("LISTEN", None, error) from error
            while raw.notifies:
                yield raw.notifies.pop(0).payload
        connection.exec_driver_sql("UNLISTEN *")
