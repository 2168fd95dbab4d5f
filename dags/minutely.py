"""Shared arguments of the DAGs that run every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference


def minutely(manual: str | None, *, late_after_min: int) -> dict[str, Any]:
    """Arguments of `@dag`: every minute, one run at a time, three retries, and a report of late runs."""
    return {
        "schedule": "* * * * *",
        "start_date": datetime(2026, 1, 1, tzinfo=UTC),
        "catchup": False,
        "max_active_runs": 1,
        "dagrun_timeout": timedelta(minutes=30),
        "default_args": {
            "retries": 3,
            "retry_delay": timedelta(seconds=10),
            "retry_exponential_backoff": True,
            "max_retry_delay": timedelta(minutes=2),
        },
        "deadline": DeadlineAlert(
            name=f"a run takes more than {late_after_min} minutes",
            reference=DeadlineReference.DAGRUN_QUEUED_AT,
            interval=timedelta(minutes=late_after_min),
            callback=AsyncCallback("deadlines.missed"),
        ),
        "tags": ["wirewatch"],
        "doc_md": manual,
    }
