"""The resident line: stages that wake when work is due or announced, and outlive each other's failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from pipeline.configuration import Configuration, load_configuration
from pipeline.operate.resident import Line, Stage
from pipeline.records import Tally
from pipeline.settings import CHECKOUT, load_settings
from pipeline.stages.line import Context
from pipeline.store import work

SOON_S = 12.0  # generous for a loaded machine, and a small part of the ceiling
CEILING_S = 60.0


class Worker:
    """A stage that claims what is due of its list and remembers when."""

    def __init__(self, name: str) -> None:
        self.name, self.done = name, {}
        self.runs = 0

    def __call__(self, ctx: Context, now: datetime) -> Tally:
        self.runs += 1
        tally = Tally(self.name)
        for claimed in work.claim(ctx.engine, self.name, now=now, batch=10, lease_s=60):
            with ctx.engine.begin() as conn:
                work.finish(conn, claimed)
            self.done[claimed.subject_id] = time.monotonic()
            tally.count("done")
        return tally


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    return load_configuration(CHECKOUT / "config")


@pytest.fixture
def ctx(engine: Engine, configuration: Configuration) -> Iterator[Context]:
    with Context(load_settings(workers=1), engine, configuration) as context:
        yield context


@contextmanager
def running(ctx: Context, stages: Mapping[str, Stage], **options: object) -> Iterator[Line]:
    line = Line(ctx, CEILING_S, stages=stages, **options)  # type: ignore[arg-type]
    stopped = threading.Event()
    thread = threading.Thread(target=line.run, args=[stopped])
    thread.start()
    try:
        yield line
    finally:
        stopped.set()
        thread.join(timeout=30)
        assert not thread.is_alive()


def within(seconds: float, happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.02)
    return happened()


def add(engine: Engine, stage: str, subject: int, in_s: float = 0.0) -> float:
    """Put a row on a list from a session of its own; when it is due on the monotonic clock."""
    with engine.begin() as conn:
        work.add(conn, stage, [subject], due_at=datetime.now(UTC) + timedelta(seconds=in_s))
    return time.monotonic() + in_s


def test_work_that_another_session_announces_wakes_its_stage(ctx: Context, engine: Engine) -> None:
    fetch, link = Worker("fetch"), Worker("link")
    with running(ctx, {"fetch": fetch, "link": link}):
        assert within(SOON_S, lambda: fetch.runs >= 1 and link.runs >= 1)
        time.sleep(1)  # both sleep now, for a minute if nobody wakes them; the listener is connected
        runs = link.runs
        add(engine, "fetch", 7)
        assert within(SOON_S, lambda: 7 in fetch.done)
        assert link.runs == runs


def test_a_row_is_done_when_it_is_due_and_not_before(ctx: Context, engine: Engine) -> None:
    fetch = Worker("fetch")
    with running(ctx, {"fetch": fetch}):
        due = add(engine, "fetch", 1, in_s=1.5)
        assert within(1.5 + SOON_S, lambda: 1 in fetch.done)
        assert fetch.done[1] >= due - 0.1


def test_a_stage_that_fails_stops_no_other_and_is_tried_again(ctx: Context, engine: Engine) -> None:
    failures = []
    notify = Worker("notify")

    def fetch(_ctx: Context, _now: datetime) -> Tally:
        failures.append(time.monotonic())
        raise RuntimeError("a broken pool")

    revived: list[bool] = []
    with running(ctx, {"fetch": fetch, "notify": notify}, revive=lambda: revived.append(True)):
        add(engine, "notify", 3)
        assert within(SOON_S, lambda: 3 in notify.done)
        assert within(SOON_S, lambda: len(failures) >= 2)
    assert revived


def test_cut_connections_are_made_again(ctx: Context, engine: Engine) -> None:
    fetch = Worker("fetch")
    with running(ctx, {"fetch": fetch}):
        assert within(SOON_S, lambda: fetch.runs >= 1)
        time.sleep(1)
        with engine.begin() as conn:
            conn.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        add(engine, "fetch", 5)
        assert within(4 * SOON_S, lambda: 5 in fetch.done)


def test_only_what_counted_something_is_reported(ctx: Context, engine: Engine) -> None:
    told: list[Tally] = []
    fetch = Worker("fetch")
    with running(ctx, {"fetch": fetch}, report=told.append):
        add(engine, "fetch", 1)
        assert within(SOON_S, lambda: 1 in fetch.done)
        assert within(SOON_S, lambda: fetch.runs >= 2)
    assert [tally.counts for tally in told if tally.stage == "fetch"] == [{"done": 1}]
