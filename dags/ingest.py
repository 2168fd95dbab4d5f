"""# ingest

Reads the feeds and raises the alerts. A run works for some minutes, then the next takes over; they overlap by
twenty seconds, so that one always works.

**Inside a run** every stage has a thread of its own: poll, fetch, refetch, process, link, notify. A stage
sleeps until its next row is due in our own database, and wakes at once where another stage puts work on its
list. From publication to alert it takes seconds. A stage that fails is tried again after a pause and stops no
other.

**The task may be cleared, run twice or killed at any time**: nothing is lost or doubled. What a killed task
had claimed comes back when its lease runs out (`WIREWATCH_LEASE_S`). A run that hangs ends after 23
minutes, and never blocks the next: two may run at once.

**A change in `config/`** is noticed within ten seconds: the run begins again with it.

**What it returns** (XCom `return_value`): counts by stage and reason. Its log has a line for every batch.

**When the task is red** its log names the cause: PostgreSQL was away for long, a file in `config/` is wrong,
or there is a bug. Items that cannot be used (a page without text, a feed that answers 404) never make it red;
they are counted, see the view `wirewatch.outcomes`.

**To run one stage alone** use the DAG `stages`. Settings are the `WIREWATCH_*` variables of
`config/example.env`, in the environment of Airflow; `WIREWATCH_LINE_S` is how long a run works.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

# Read here, at parse time, because the schedule follows from it. The next run starts before this one ends.
LINE_S = int(os.environ.get("WIREWATCH_LINE_S") or 1220)
OVERLAP_S = 20
MINUTES = max(1, (LINE_S - OVERLAP_S) // 60)
STUCK = timedelta(seconds=LINE_S, minutes=3)


@dag(
    schedule=CronTriggerTimetable(f"*/{MINUTES} * * * *", timezone="UTC", run_immediately=True),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=2,
    dagrun_timeout=2 * STUCK,
    default_args={
        "retries": 3,
        "retry_delay": timedelta(seconds=5),
        "execution_timeout": STUCK,
    },
    deadline=DeadlineAlert(
        name="a run hangs",
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=STUCK,
        callback=AsyncCallback("deadlines.missed"),
    ),
    tags=["wirewatch"],
    doc_md=__doc__,
)
def ingest() -> None:
    """One task: the resident line."""

    @task
    def line() -> dict[str, dict[str, int]]:
        """Run all stages for some minutes, each when its next row is due; returns counts by stage and reason."""
        from pipeline.operate.one_stage import run_line  # here, so that parsing this file stays light

        return run_line(seconds=LINE_S)

    line()


ingest()
