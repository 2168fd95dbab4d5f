"""# refetch

Fetches known pages again, since plans change and pages change with them. Runs every minute, apart from *ingest*,
so that a refetch never delays a first fetch.

**Which pages** are due is decided by a plan for each article: at 15 minutes, 1 hour, 3 hours, 1 day, 3 days and
30 days of age; sooner where the text promises more ("developing story", rules in `config/refetch.yml`), where it
was edited again and again, and where the day of a meeting it announces is near. `wirewatch why URL` says when an
article is fetched next, and why.

**Priority**: a host that still owes *ingest* a first page is not refetched from for a minute (counted `gave_way`);
both DAGs share one pace per host.

**The result**: a changed page is handed to *ingest*, whose `process` reads it within a minute. Only a changed text
makes a version. A clock on the page, two alternating texts and figures that change all the time are recognised and
counted (`clock_noise`, `flip_flop`, `figures_churn` in the view `wirewatch.outcomes`). A page that is gone (404
twice, 410, a redirect to the home page) is listed in the view `wirewatch.withdrawals`; its texts stay.

**The task may be cleared, run twice or killed at any time**, as those of *ingest*. When it is red its log names
the cause; pages that cannot be fetched never make it red. Pausing this DAG stops refetches and nothing else.
"""

from __future__ import annotations

from airflow.sdk import dag, task
from minutely import minutely


@dag(**minutely(__doc__, late_after_min=15))
def refetch() -> None:
    """One task: ingest processes the pages it fetches."""

    @task
    def refetch_pages() -> dict[str, int]:
        """Fetch every known page that is due, politely."""
        from pipeline.operate.one_stage import run_stage  # here, so that parsing this file stays light

        return run_stage("refetch")

    refetch_pages()


refetch()
