"""Mentions of meetings in texts, before they are linked to meetings."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, text

_WITH_MENTIONS = text("""
    SELECT this.id FROM store.article_version this
     WHERE this.id = ANY(:ids)
       AND EXISTS (SELECT FROM store.article_version v JOIN store.meeting_mention m ON m.version_id = v.id
                    WHERE v.article_id = this.article_id)
""")


def versions_to_follow(conn: Connection, version_ids: Collection[int]) -> set[int]:
    """Those whose article mentions a meeting in any of its texts: what an edit leaves out also counts."""
    return set(conn.scalars(_WITH_MENTIONS, {"ids": list(version_ids)}))
