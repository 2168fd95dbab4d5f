"""Discards and failures, counted by reason: one row per item and reason, with the number of times."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from pipeline.store.tables import outcome

_MAX_DETAIL = 1000


def record_outcome(
    conn: Connection,
    stage: str,
    reason: str,
    *,
    now: datetime,
    subject: str = "",
    detail: str = "",
    feed_id: int | None = None,
    article_id: int | None = None,
) -> None:
    """Count `reason` for one thing: a feed, an article, or what `subject` names (an URL, an identity)."""
    row = {
        "stage": stage,
        "reason": reason,
        "feed_id": feed_id,
        "article_id": article_id,
        "subject": subject[:_MAX_DETAIL],
        "detail": detail[:_MAX_DETAIL].replace("\x00", ""),
        "times": 1,
        "first_at": now,
        "last_at": now,
    }
    statement = insert(outcome).values(row)
    conn.execute(
        statement.on_conflict_do_update(
            constraint="uq_outcome_what",
            set_={
                "times": outcome.c.times + 1,
                "last_at": statement.excluded.last_at,
                "detail": statement.excluded.detail,
            },
        )
    )
