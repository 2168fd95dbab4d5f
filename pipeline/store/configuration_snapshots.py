"""The folder config/ as it was last accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, text

_NEWEST = text("SELECT archive, accepted_at FROM store.configuration_snapshot ORDER BY accepted_at DESC LIMIT 1")
_KNOWN = text("SELECT digest FROM store.configuration_snapshot ORDER BY accepted_at DESC LIMIT 1")
_ACCEPT = text("""
    WITH old AS (DELETE FROM store.configuration_snapshot WHERE digest <> :digest)
    INSERT INTO store.configuration_snapshot (digest, archive, accepted_at) VALUES (:digest, :archive, :now)
    ON CONFLICT (digest) DO UPDATE SET accepted_at = excluded.accepted_at
""")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A tar.gz of the folder, and when it was accepted."""

    archive: bytes
    accepted_at: datetime


def newest(conn: Connection) -> Snapshot | None:
    """The last good folder; None before the first."""
    row = conn.execute(_NEWEST).first()
    return Snapshot(bytes(row.archive), row.accepted_at) if row else None


def newest_digest(conn: Connection) -> str | None:
    """The digest it was accepted under; None before the first."""
    return cast("str | None", conn.scalar(_KNOWN))


def accept(conn: Connection, digest: str, archive: bytes, *, now: datetime) -> None:
    """Keep a good folder in place of the one before."""
    conn.execute(_ACCEPT, {"digest": digest, "archive": archive, "now": now})
