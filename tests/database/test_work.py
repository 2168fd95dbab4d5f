"""Claims, leases and what happens to the rows of a worker that died."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from plan_watch import watched
from sqlalchemy import Engine, text

from pipeline.errors import LeaseLostError
from pipeline.store import work

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)


def put(engine: Engine, *ids: int, due_at: datetime = NOW, urgent: bool = False) -> None:
    with engine.begin() as conn:
        work.add(conn, "fetch", ids, due_at=due_at, urgent=urgent)


def claim(engine: Engine, *, batch: int = 10, lease_s: int = 60, now: datetime = NOW) -> list[work.LeasedRow]:
    return work.claim(engine, "fetch", now=now, batch=batch, lease_s=lease_s)


def expire(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.execute(text("UPDATE store.work SET leased_until = clock_timestamp() - interval '1 second'"))


def test_only_what_is_due_is_claimed_oldest_first(engine: Engine) -> None:
    put(engine, 1, due_at=NOW + timedelta(seconds=1))
    put(engine, 2)
    put(engine, 3, due_at=NOW - timedelta(hours=1))
    assert [c.subject_id for c in claim(engine)] == [3, 2]
    assert claim(engine) == []


def test_adding_twice_is_adding_once(engine: Engine) -> None:
    put(engine, 1, 1)
    put(engine, 1, due_at=NOW + timedelta(days=1))
    assert [c.due_at for c in claim(engine)] == [NOW]


def test_two_workers_never_hold_the_same_row(engine: Engine) -> None:
    put(engine, *range(200))
    claimed: list[int] = []

    def worker() -> None:
        while batch := claim(engine, batch=7):
            claimed.extend(c.subject_id for c in batch)

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == list(range(200))


def test_a_dead_workers_row_comes_back_and_its_late_result_is_refused(engine: Engine) -> None:
    put(engine, 1)
    (first,) = claim(engine)
    expire(engine)
    (second,) = claim(engine)

    def save_late() -> None:
        with engine.begin() as conn:
            conn.execute(text("INSERT INTO store.meeting (uid, created_at) VALUES ('late', now())"))
            work.finish(conn, first)

    with pytest.raises(LeaseLostError):
        save_late()
    with engine.begin() as conn:
        assert conn.scalar(text("SELECT count(*) FROM store.meeting")) == 0
        work.finish(conn, second)
    assert claim(engine, now=NOW + timedelta(days=9)) == []


def test_postponing_counts_failures_and_success_forgets_them(engine: Engine) -> None:
    put(engine, 1)
    for failures in range(3):
        (claimed,) = claim(engine, now=NOW + timedelta(hours=failures))
        assert claimed.failures == failures
        with engine.begin() as conn:
            work.postpone(conn, claimed, due_at=NOW + timedelta(hours=failures + 1), failed=True)
    (claimed,) = claim(engine, now=NOW + timedelta(hours=3))
    with engine.begin() as conn:
        work.postpone(conn, claimed, due_at=NOW)
    assert claim(engine)[0].failures == 0


def test_released_rows_are_free_at_once(engine: Engine) -> None:
    put(engine, 1, 2)
    work.release(engine, claim(engine), blameless=True)
    assert len(claim(engine)) == 2


def test_what_workers_keep_dying_on_does_not_keep_the_rest_waiting(engine: Engine) -> None:
    put(engine, 1, due_at=NOW - timedelta(days=1))
    for _ in range(4):
        assert [c.subject_id for c in claim(engine, batch=1)] == [1]
        expire(engine)
    put(engine, 2)
    assert [c.subject_id for c in claim(engine, batch=1)] == [2]
    assert [c.subject_id for c in claim(engine, batch=1)] == [1]


def test_of_a_backlog_the_urgent_come_first_then_some_of_the_newest_and_the_oldest(engine: Engine) -> None:
    put(engine, *range(100, 200), due_at=NOW - timedelta(hours=2))
    put(engine, *range(200, 210), due_at=NOW - timedelta(hours=1))
    put(engine, 1, due_at=NOW - timedelta(hours=1, minutes=30), urgent=True)
    chosen = claim(engine, batch=8)
    assert [c.subject_id for c in chosen if c.urgent] == [1]
    assert sum(c.subject_id >= 200 for c in chosen) == 2, "a quarter is for the newest"
    assert sum(100 <= c.subject_id < 200 for c in chosen) == 5


def test_old_rows_move_on_under_a_flood_of_urgent_ones(engine: Engine) -> None:
    put(engine, *range(100), urgent=True)
    put(engine, 1000, 1001, due_at=NOW - timedelta(days=1))
    chosen = claim(engine, batch=8)
    assert [c.subject_id for c in chosen if not c.urgent] == [1000, 1001], "half of it is for the others"
    assert len(chosen) == 8


def test_a_short_list_is_claimed_whole_and_in_order(engine: Engine) -> None:
    for number in range(8):
        put(engine, number, due_at=NOW - timedelta(minutes=number), urgent=number % 3 == 0)
    assert [c.subject_id for c in claim(engine, batch=8)] == list(range(7, -1, -1))


def test_the_next_stage_inherits_the_hurry(engine: Engine) -> None:
    put(engine, 1, urgent=True)
    put(engine, 2)
    claims = claim(engine)
    with engine.begin() as conn:
        work.hand_on(conn, claims, {"follow": [1, 2]})
    assert work.has_urgent(engine, "follow", now=NOW)
    assert not work.has_urgent(engine, "fetch", now=NOW)
    following = work.claim(engine, "follow", now=NOW, batch=10, lease_s=60)
    assert {c.subject_id: c.urgent for c in following} == {1: True, 2: False}
    assert not work.has_urgent(engine, "follow", now=NOW), "it is leased"


def test_a_bound_row_is_for_its_machine_alone(engine: Engine) -> None:
    put(engine, 1)
    (claimed,) = claim(engine)
    with engine.begin() as conn:
        work.bind(conn, claimed, "here")
    assert claim(engine) == []
    assert work.next_due(engine, ["fetch"]) is None
    assert work.next_due(engine, ["fetch"], machine="here") == NOW
    (mine,) = work.claim(engine, "fetch", now=NOW, batch=10, lease_s=60, machine="here")
    assert mine.subject_id == 1
    with pytest.raises(LeaseLostError), engine.begin() as conn:
        work.bind(conn, claimed, "there")


def test_a_claim_reads_its_index_however_long_the_list_is(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO store.work (stage, subject_id, due_at) SELECT 'fetch', n, :now FROM generate_series(1, 50000) n"
            ),
            {"now": NOW - timedelta(hours=1)},
        )
        conn.execute(text("UPDATE store.work SET due_at = due_at - make_interval(secs => subject_id / 20)"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("ANALYZE store.work"))
    with watched(engine) as plans:
        assert len(claim(engine, batch=50)) == 50
    assert plans.whole_tables({"work": 50_000}, rows=1000) == {}
