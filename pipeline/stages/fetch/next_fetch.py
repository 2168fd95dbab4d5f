"""Schedule the next fetch of each article: the facts from the database, the plan from `versions`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from pipeline.store import work
from pipeline.store.fetch_log import fetch_history
from pipeline.versions.refetch_plan import PlannedFetch, next_refetch


def planned_refetch(conn: Connection, article_id: int, *, now: datetime) -> PlannedFetch | None:
    """The next fetch of an article that was just fetched; None after the last one."""
    return next_refetch(fetch_history(conn, article_id), now=now)


def refetch_sooner(conn: Connection, article_id: int, *, now: datetime) -> None:
    """Bring the next fetch forward where the text we just processed gives a reason."""
    planned = planned_refetch(conn, article_id, now=now)
    if planned is not None:
        work.bring_forward(conn, "refetch", article_id, due_at=planned.at)
