"""# reprocess

Processes kept pages again with today's extractor, rules and gazetteer. Never runs by itself: *Trigger* opens a
form.

| field | meaning |
|---|---|
| `since`, `until` | pages fetched from then, and before then (empty: now) |
| `stage` | `process` processes the pages; `link` keeps the texts and assigns reports to meetings again |
| `feed` | only articles of this feed, by its key |
| `dry_run` | **on by default**: shows the differences and changes nothing |

**The differences** are what the task returns (XCom `return_value`): counts, and the first hundred texts, meetings
and alerts. `wirewatch reprocess --json` prints them all.

**A large dry run takes time and space.** It processes all pages first and keeps the differences in a temporary
file (`TMPDIR`; about 10 kB per text), not in memory. Then it does the whole run in one transaction and rolls it
back. Until then `link` waits, and so does `process` if a differing article has a newer page; its lease may run
out, and it retries. If nearly everything differs, try one `feed` or one month first.

**Differences become a new version** of the article, marked as reprocessed; nothing is overwritten. The new version
counts from the moment of the old one. **Resulting alerts are recorded, not delivered.**

**The task may be cleared, run twice or killed at any time**: finished work is kept, and a second run does only the
rest. *ingest* continues meanwhile; its `link` leaves the meetings alone while a batch is recorded.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, task


@dag(
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(days=1),
    default_args={"retries": 3, "retry_delay": timedelta(minutes=1)},
    params={
        "since": Param(None, type=["null", "string"], format="date-time", description="Fetched from then on"),
        "until": Param(None, type=["null", "string"], format="date-time", description="And before then"),
        "stage": Param("process", enum=["process", "link"], description="Read pages, or only link meetings"),
        "feed": Param(None, type=["null", "string"], description="Only this feed, by its key"),
        "dry_run": Param(True, type="boolean", description="Show the differences and change nothing"),
    },
    tags=["wirewatch"],
    doc_md=__doc__,
)
def reprocess() -> None:
    """One task."""

    @task
    def read_again(params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Process kept pages again; returns the differences."""
        from pipeline.operate.one_stage import run_reprocess  # here, so that parsing this file stays light

        return run_reprocess(**dict(params or {}))

    read_again()


reprocess()
