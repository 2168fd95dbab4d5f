"""robots.txt files, remembered for a day, so that a site is not asked for its rules with every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from pipeline.store.tables import robots

KEPT = timedelta(hours=24)  # RFC 9309 2.4: no longer than a day


def load_robots(conn: Connection, *, now: datetime) -> dict[str, str]:
    """The texts that are fresh at `now`, by origin."""
    rows = conn.execute(select(robots.c.origin, robots.c.body).where(robots.c.fetched_at > now - KEPT))
    return {row.origin: row.body for row in rows}


def save_robots(conn: Connection, texts: Mapping[str, str], *, now: datetime) -> None:
    """Remember texts that were learned at `now`."""
    rows = [
        {"origin": origin, "body": body.replace("\x00", ""), "fetched_at": now}
        for origin, body in sorted(texts.items())
    ]
    if rows:
        statement = insert(robots)
        new = {"body": statement.excluded.body, "fetched_at": statement.excluded.fetched_at}
        conn.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=new), rows)
