"""Articles whose page is gone: their texts stay, but their reports of meetings no longer count."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.store import work
from pipeline.store.tables import withdrawal

_NEWEST = text("SELECT id FROM store.article_version WHERE article_id = :id ORDER BY number DESC LIMIT 1")


def withdraw(conn: Connection, article_id: int, reason: str, *, now: datetime) -> bool:
    """Note that the page is gone and queue its meetings for following; False if that was known."""
    row = {"article_id": article_id, "withdrawn_at": now, "reason": reason}
    changed = bool(conn.execute(upsert(withdrawal).values(row).on_conflict_do_nothing()).rowcount)
    return changed and _follow_again(conn, article_id, now)


def restore(conn: Connection, article_id: int, *, now: datetime) -> bool:
    """Note that the page is back and queue its meetings for following; False if it was not gone."""
    gone = (withdrawal.c.article_id == article_id, withdrawal.c.restored_at.is_(None))
    changed = bool(conn.execute(update(withdrawal).where(*gone).values(restored_at=now)).rowcount)
    return changed and _follow_again(conn, article_id, now)


def _follow_again(conn: Connection, article_id: int, now: datetime) -> bool:
    work.add(conn, "follow", conn.scalars(_NEWEST, {"id": article_id}), due_at=now)
    return True
