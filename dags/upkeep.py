"""# upkeep

Once a day, at a quiet hour: what had its time goes, and the partitions of the weeks and months to come are made.

**What goes**, each counted in what the task returns (XCom `return_value`):

- raw bytes of pages after `WIREWATCH_KEEP_PAGES_D` days, by the month; their address, headers and hash stay
- the log of polls after `WIREWATCH_KEEP_LOG_D` days, by the month; that of fetches too, but never a page's newest
- fingerprints after `WIREWATCH_KEEP_FINGERPRINTS_D` days, by the week
- notes on robots.txt nobody asked for in 90 days, hosts nobody asked in 40, stop keys after 14

**What never goes**: article texts, topics, mentions, meetings, alerts.

`wirewatch upkeep --dry-run` shows the counts and bytes first. `rows_in_no_partition` above zero means that texts
are dated weeks ahead: look at the feed they come from.

**The task may be cleared, run twice or killed at any time.** A partition that somebody reads for long stays until
tomorrow (`partitions_in_use`); one with something that is still to be worked on, too (`partitions_awaited`).
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
        """Let go of what had its time and make the partitions ahead; returns the counts."""
        from pipeline.operate.one_stage import run_upkeep  # here, so that parsing this file stays light

        return run_upkeep()

    clean_up()


upkeep()
