"""Tokens of the API: made once, kept as their hash, used until they are over or revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

SCOPES = ("read", "ack")
_PREFIX = "ww_"
_MAKE = text("""
    INSERT INTO store.api_token (name, hash, scopes, created_at, expires_at)
    VALUES (:name, :hash, :scopes, :now, :expires) ON CONFLICT (name) DO NOTHING RETURNING id
""")
_USE = text("""
    UPDATE store.api_token SET last_used_at = :now
     WHERE hash = :hash AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)
 RETURNING name, scopes
""")
_REVOKE = text(
    "UPDATE store.api_token SET revoked_at = :now WHERE name = :name AND revoked_at IS NULL RETURNING id"
)
_LIST = text("""
    SELECT name, scopes, created_at, expires_at, last_used_at, revoked_at FROM store.api_token ORDER BY id
""")


@dataclass(frozen=True, slots=True)
class KnownToken:
    """What a token may do."""

    name: str
    scopes: tuple[str, ...]


def make(
    conn: Connection, name: str, scopes: Sequence[str], *, expires: datetime | None, now: datetime
) -> str | None:
    """A new token, shown only now; None where the name is taken."""
    token = _PREFIX + secrets.token_urlsafe(32)
    values = {"name": name, "hash": _hash(token), "scopes": list(scopes), "now": now, "expires": expires}
    return token if conn.execute(_MAKE, values).first() else None


def use(conn: Connection, token: str, *, now: datetime) -> KnownToken | None:
    """Who shows a token; None where it is not known, over or revoked."""
    row = conn.execute(_USE, {"hash": _hash(token), "now": now}).first()
    return KnownToken(row.name, tuple(row.scopes)) if row else None


def revoke(conn: Connection, name: str, *, now: datetime) -> bool:
    """Revoke a token; False if no token has that name."""
    return conn.execute(_REVOKE, {"name": name, "now": now}).first() is not None


def list_tokens(conn: Connection) -> list[dict[str, Any]]:
    """Every token without itself."""
    return [dict(row._mapping) for row in conn.execute(_LIST)]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
