"""Stored robots.txt files, so that a site's rules are not requested with every page."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from pipeline.records import RobotsNote
from pipeline.store.tables import robots

_LEARNED = ("asked_at", "body", "fetched_at", "unreachable_since")


def load_robots(conn: Connection) -> dict[str, RobotsNote]:
    """All stored files by origin; their expiry is up to the caller."""
    rows = conn.execute(select(robots.c.origin, *(robots.c[name] for name in _LEARNED)))
    return {row.origin: RobotsNote(*row[1:]) for row in rows}


def save_robots(conn: Connection, notes: Mapping[str, RobotsNote]) -> None:
    """Remember what was learned."""
    rows = [
        {
            "origin": origin,
            "asked_at": note.asked_at,
            "body": note.body and note.body.replace("\x00", ""),
            "fetched_at": note.fetched_at,
            "unreachable_since": note.unreachable_since,
        }
        for origin, note in sorted(notes.items())
    ]
    if rows:
        statement = insert(robots)
        new = {name: statement.excluded[name] for name in _LEARNED}
        conn.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=new), rows)
