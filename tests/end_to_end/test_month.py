"""A month of Airflow's own tables and logs at the rate of our DAGs: the supervisor's daily cleaning keeps them bounded.

The clock is moved on; Airflow's tables and its `db clean` are real.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from own_server import server_in_a_folder
from sqlalchemy import Engine, text

from pipeline.operate.airflow_stack import DATABASE, AirflowStack
from pipeline.operate.housekeeping import KEEP
from pipeline.store.server.engine import create_database, open_engine, parse_url

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.skipif(importlib.util.find_spec("airflow") is None, reason="Apache Airflow is not installed"),
]
DAYS = 42
CLEANED_ON = range(7, DAYS, 7)  # every day would be an hour of the test's time
# One run every ten minutes, with what it leaves: a task, six values, twelve lines in the audit log.
A_DAY = text("""
    WITH run AS (
        INSERT INTO dag_run (dag_id, run_id, run_type, run_after, logical_date, start_date, end_date, state)
        SELECT 'ingest', 'scheduled__' || t, 'scheduled', t, t, t, t + interval '10 min', 'success'
          FROM generate_series(CAST(:day AS timestamptz), CAST(:day AS timestamptz) + interval '1439 min',
                               interval '10 min') t
     RETURNING id, run_id, run_after
    ), task AS (
        INSERT INTO task_instance (id, task_id, dag_id, run_id, try_number, pool, pool_slots, start_date, end_date,
                                   updated_at, state)
        SELECT gen_random_uuid(), 'line', 'ingest', run_id, 1, 'default_pool', 1, run_after, run_after, run_after,
               'success'
          FROM run
    ), said AS (
        INSERT INTO log (event, dag_id, task_id, run_id, dttm)
        SELECT 'success', 'ingest', 'line', run_id, run_after FROM run, generate_series(1, 12)
    )
    INSERT INTO xcom (dag_run_id, task_id, key, dag_id, run_id, timestamp, value)
    SELECT id, 'line', 'k' || n, 'ingest', run_id, run_after, to_jsonb(repeat('x', 300))
      FROM run, generate_series(1, 6) n
""")
OLDEST = text("SELECT count(*), min(run_after) FROM dag_run")
SIZE = text("SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables")


@pytest.fixture
def stack() -> Iterator[AirflowStack]:
    with server_in_a_folder() as (folder, server):
        create_database(parse_url(server.url("postgres")), DATABASE)
        stack = AirflowStack(folder / "airflow", parse_url(server.url(DATABASE)), port=0)
        stack.migrate()
        yield stack


def write_day(engine: Engine, logs: Path, day: datetime) -> None:
    """What a day leaves behind: rows, and the log of each run."""
    with engine.begin() as conn:
        conn.execute(A_DAY, {"day": day})
    for hour in range(24):
        log = logs / "tasks" / "dag_id=ingest" / f"run_id={day:%Y-%m-%d}T{hour:02}" / "attempt=1.log"
        log.parent.mkdir(parents=True)
        log.write_text("x" * 20_000)
        os.utime(log, (day.timestamp(), day.timestamp()))


def test_tables_and_logs_stop_growing_after_two_weeks(stack: AirflowStack) -> None:
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    engine = open_engine(stack.database)
    said: list[str] = []
    keeper, logs = stack.housekeeping(said.append), stack.home / "logs"
    keeper.tick(start)
    sizes, files = [], []
    for number in range(DAYS):
        now = start + timedelta(days=number, hours=23, minutes=59)
        write_day(engine, logs, start + timedelta(days=number))
        if number not in CLEANED_ON:
            continue
        keeper.tick(now)
        assert keeper._cleaning
        assert keeper._cleaning.wait() == 0, (logs / "db-clean.log").read_text()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM")  # as autovacuum does by itself
            runs, oldest = conn.execute(OLDEST).one()
            sizes.append(int(conn.scalar(SIZE) or 0))
        files.append(sum(1 for _ in logs.rglob("attempt=1.log")))
        assert oldest >= now - KEEP - timedelta(minutes=10), f"{runs} runs, the oldest of {oldest}"
    sys.stderr.write(
        f"MiB of tables and number of logs, by week: {[(size >> 20, n) for size, n in zip(sizes, files, strict=True)]}\n"
    )
    assert files[-1] == files[-2] <= 24 * (KEEP.days + 1)
    assert sizes[-1] < 1.1 * sizes[-2], sizes
    assert sizes[-1] < 1.6 * sizes[1], sizes
    engine.dispose()
