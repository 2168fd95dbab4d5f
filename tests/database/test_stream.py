"""The loop of the stages that ask the web: what is saved together, what alone, and what is put off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from staging import source, stage_context

from pipeline.errors import NotNowError
from pipeline.records import Tally
from pipeline.stages.running.concurrent_requests import Job, stream
from pipeline.store import work
from pipeline.store.work import LeasedRow

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def run(
    engine: Engine, folder: Path, ids: Sequence[int], ask: Callable[[int], Any], *, together: bool = True
) -> tuple[dict[str, int], dict[int, str]]:
    """Stream rows through `ask`; what was counted, and when each row is due next, as hours and minutes."""

    async def asked(_: object, subject: int) -> str:
        return await asyncio.to_thread(ask, subject)

    def save(conn: Connection, claimed: LeasedRow, _: int, answer: str, tally: Tally) -> None:
        work.postpone(conn, claimed, due_at=LATER)
        tally.count(answer)

    def save_many(conn: Connection, rows: Sequence[tuple[LeasedRow, int, str]], tally: Tally) -> None:
        work.postpone_all(conn, [(claimed, LATER) for claimed, _, _ in rows])
        for _, _, answer in rows:
            tally.count(answer)

    tally = Tally("poll")
    with engine.begin() as conn:
        work.add(conn, "poll", ids, due_at=NOW)
    job = Job(
        "poll",
        load=lambda _, wanted: {i: i for i in wanted},
        ask=asked,
        save=save,
        alone=lambda answer: answer == "alone",
        save_many=save_many if together else None,
    )
    feeds = [source("feed", "http://127.0.0.1:1/rss")]
    with stage_context(engine, folder, feeds, private="127.0.0.1:1", batch=5, requests=10) as ctx:
        stream(ctx, job, NOW, tally)
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT subject_id, due_at FROM store.work WHERE lease IS NULL"))
        return tally.counts, {row.subject_id: f"{row.due_at:%H:%M}" for row in rows}


@pytest.mark.parametrize("together", [True, False])
def test_every_row_is_asked_and_saved_once(engine: Engine, tmp_path: Path, together: bool) -> None:
    asked: list[int] = []

    def ask(subject: int) -> str:
        asked.append(subject)
        return "alone" if subject % 3 else "light"

    counts, due = run(engine, tmp_path, range(1, 31), ask, together=together)
    assert sorted(asked) == list(range(1, 31))
    assert counts == {"alone": 20, "light": 10}
    assert due == dict.fromkeys(range(1, 31), "10:00")


@pytest.mark.parametrize("together", [True, False])
def test_a_row_that_another_worker_took_over_does_not_take_the_others_with_it(
    engine: Engine, tmp_path: Path, together: bool
) -> None:
    def ask(subject: int) -> str:
        if subject == 2:
            with engine.begin() as conn:
                conn.execute(text("UPDATE store.work SET lease = 'theirs' WHERE subject_id = 2"))
        return "light"

    counts, due = run(engine, tmp_path, [1, 2, 3], ask, together=together)
    assert counts == {"light": 2, "lease_lost": 1}
    assert due == {1: "10:00", 3: "10:00"}


def test_a_host_that_may_not_be_asked_now_puts_its_row_off_without_blame(engine: Engine, tmp_path: Path) -> None:
    def ask(subject: int) -> str:
        if subject == 2:
            raise NotNowError("host_paused", "news.example", retry_after_s=1800)
        return "light"

    with engine.begin() as conn:
        work.add(conn, "poll", [2], due_at=NOW)
        conn.execute(text("UPDATE store.work SET failures = 3"))
    counts, due = run(engine, tmp_path, [1, 2], ask)
    assert counts == {"light": 1, "host_paused": 1}
    assert due == {1: "10:00", 2: "09:30"}
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT failures FROM store.work WHERE subject_id = 2")) == 3


def test_what_nobody_foresaw_is_one_rows_trouble(engine: Engine, tmp_path: Path) -> None:
    def ask(subject: int) -> str:
        if subject == 2:
            raise ZeroDivisionError
        return "light"

    counts, due = run(engine, tmp_path, [1, 2, 3], ask)
    assert counts == {"light": 2, "row_failed": 1}
    assert due == {1: "10:00", 2: "09:02", 3: "10:00"}


def test_a_slow_host_does_not_hold_up_the_others(engine: Engine, tmp_path: Path) -> None:
    ended: dict[int, float] = {}

    def ask(subject: int) -> str:
        time.sleep(2.0 if subject == 1 else 0.01)
        ended[subject] = time.monotonic()
        return "light"

    run(engine, tmp_path, range(1, 21), ask)
    assert ended[1] == max(ended.values())  # all four batches went past it
