"""# upkeep

Once a day, at a quiet hour: deletes data past its retention period, and makes partitions for the next weeks and
months.

**Deleted**, each counted in the return value of the task (XCom `return_value`):

- raw bytes of pages after `WIREWATCH_KEEP_PAGES_D` days, by the month; their address, headers and hash stay
- the log of polls after `WIREWATCH_KEEP_LOG_D` days, by the month; that of fetches too, but never a page's newest
- fingerprints after `WIREWATCH_KEEP_FINGERPRINTS_D` days, by the week
- robots.txt files not needed for 90 days, the pace of hosts not asked for 40 days, stop keys after 14 days

**Never deleted**: article texts, topics, mentions, meetings, alerts.

`wirewatch upkeep --dry-run` shows the counts and bytes first. `rows_in_no_partition` above zero means that texts
are dated weeks ahead: look at the feed they come from.

**The task may be cleared, run twice or killed at any time.** A partition that another session reads for long stays
until tomorrow (`partitions_in_use`), and so does one with pending work (`partitions_awaited`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task


@dag(
    schedule="23 3 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5)},
    tags=["wirewatch"],
    doc_md=__doc__,
)
def upkeep() -> None:
    """One task."""

    @task
    def clean_up() -> dict[str, int]:
        """Delete data past its retention period and make partitions ahead; returns the counts."""
        from pipeline.operate.one_stage import run_upkeep  # here, so that parsing this file stays light

        return run_upkeep()

    clean_up()


upkeep()
