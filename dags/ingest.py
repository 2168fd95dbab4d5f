"""# ingest

Reads the feeds and raises the alerts. Every minute:

    poll → fetch → process (a few workers) → link → notify

**Each task** claims what is due from our own database, in batches, until nothing is due or its time budget
(`WIREWATCH_STAGE_BUDGET_S`) is spent. Nothing passes from task to task but the order; the numbers a task returns
(XCom `return_value`) are for your eyes.

**A task may be cleared, run twice or killed at any time**: nothing is lost or doubled. What a killed task had
claimed comes back when its lease runs out (`WIREWATCH_LEASE_S`).

**When a task is red** its log names the cause. Items that cannot be used (a page without text, a feed that
answers 404) never make a task red; they are counted, see the view `wirewatch.outcomes`. A red task means that
PostgreSQL was away, a file in `config/` is wrong, or there is a bug. Three retries bridge a restart of the
database; the next minute tries again anyway.

**When a run is late** (five minutes after it was queued) it appears under *Browse → Deadlines*, and the
triggerer's log has an error line. More workers (`WIREWATCH_WORKERS`) help `process`; `poll` and `fetch` are
bound by politeness towards the sites.

**Known pages are fetched again** by the DAG `refetch`, so that a refetch never delays a first fetch.

Settings are the `WIREWATCH_*` variables of `config/example.env`, in the environment of Airflow.
"""

from __future__ import annotations

import os

from airflow.sdk import dag, task
from minutely import minutely

# Read here, at parse time, because the number of workers is part of the DAG's shape.
WORKERS = int(os.environ.get("WIREWATCH_WORKERS") or min(os.cpu_count() or 1, 4))


def run_stage(name: str, **overrides: object) -> dict[str, int]:
    """Run one stage now and return its counts by reason. Imported here, so that parsing this file stays light."""
    from pipeline.operate import one_stage

    return one_stage.run_stage(name, **overrides)


@dag(**minutely(__doc__, late_after_min=5))
def ingest() -> None:
    """Wire the five stages into one line."""

    @task
    def poll() -> dict[str, int]:
        """Ask every due feed and keep what it lists."""
        return run_stage("poll")

    @task
    def fetch() -> dict[str, int]:
        """Fetch every due page, politely, and keep its bytes."""
        return run_stage("fetch")

    # A mapped task does not show its docstring by itself.
    @task(doc_md="Turn fetched pages into articles, topics and meeting mentions. The workers share what is due.")
    def process(worker: int) -> dict[str, int]:  # noqa: ARG001 - it only tells the copies apart
        return run_stage("process", workers=1)

    @task
    def link() -> dict[str, int]:
        """Group copies, follow meetings, write alerts."""
        return run_stage("link")

    @task
    def notify() -> dict[str, int]:
        """Deliver alerts to their channels."""
        return run_stage("notify")

    poll() >> fetch() >> process.expand(worker=list(range(1, WORKERS + 1))) >> link() >> notify()


ingest()
