"""When each article is looked at next: the facts from the database, the plan from `rereading`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from pipeline.store import work
from pipeline.store.fetch_log import FetchHistory, fetch_history
from pipeline.versions.refetch_plan import MeetingDay, PlannedFetch, RefetchBasis, next_refetch


def planned_refetch(conn: Connection, article_id: int, *, now: datetime) -> PlannedFetch | None:
    """The next look at an article that was just looked at; None after the last one."""
    facts = fetch_history(conn, article_id)
    return None if facts.buried else next_refetch(known(facts), now=now)


def known(facts: FetchHistory) -> RefetchBasis:
    """What the plan may go by. A page that is gone is asked for by its age alone, whatever it once said."""
    if facts.withdrawn:
        return RefetchBasis(facts.first_seen_at)
    return RefetchBasis(
        first_seen_at=facts.first_seen_at,
        texts_at=facts.texts_at,
        developing=facts.developing,
        meetings=tuple(MeetingDay(first, last) for first, last in facts.days),
    )


def refetch_sooner(conn: Connection, article_id: int, *, now: datetime) -> None:
    """A text was just read: what it says may be a reason to look again sooner than was planned."""
    look = planned_refetch(conn, article_id, now=now)
    if look is not None:
        work.bring_forward(conn, "refetch", article_id, due_at=look.at)
