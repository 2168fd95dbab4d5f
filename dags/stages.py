"""# stages

The stages one by one, when you ask for it: to look at one of them, to catch up with many workers, or while
*ingest* is paused. *ingest* needs none of this.

    poll → fetch → refetch → process (a few workers) → link → notify

**Each task** claims what is due from our own database, in batches, until nothing is due or its time budget
(`WIREWATCH_STAGE_BUDGET_S`) is spent, and returns counts by reason (XCom `return_value`). Nothing passes from
task to task but the order, and a task that fails does not keep the later ones from their work.

**A task may be cleared, run twice or killed at any time**, beside *ingest* too: nothing is lost or doubled.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from airflow.sdk import TriggerRule, dag, task

# Read here, at parse time, because the number of workers is part of the DAG's shape.
WORKERS = int(os.environ.get("WIREWATCH_WORKERS") or min(os.cpu_count() or 1, 4))


def run_stage(name: str, **overrides: object) -> dict[str, int]:
    """Run one stage now and return its counts by reason. Imported here, so that parsing this file stays light."""
    from pipeline.operate import one_stage

    return one_stage.run_stage(name, **overrides)


@dag(
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    dagrun_timeout=timedelta(minutes=60),
    default_args={
        "retries": 3,
        "retry_delay": timedelta(seconds=10),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=2),
        "trigger_rule": TriggerRule.ALL_DONE,  # alerts are delivered whatever became of a page
    },
    tags=["wirewatch"],
    doc_md=__doc__,
)
def stages() -> None:
    """Wire the stages into one line."""

    @task
    def poll() -> dict[str, int]:
        """Ask every due feed and save what it lists."""
        return run_stage("poll")

    @task
    def fetch() -> dict[str, int]:
        """Fetch every due page, politely, and keep its bytes."""
        return run_stage("fetch")

    @task
    def refetch() -> dict[str, int]:
        """Fetch known pages again where their plan says so."""
        return run_stage("refetch")

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

    work = process.expand(worker=list(range(1, WORKERS + 1)))
    poll() >> fetch() >> refetch() >> work >> link() >> notify()


stages()
