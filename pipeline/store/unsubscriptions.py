"""Receivers of mail and the watches they left: an address in each mail ends it with one click, without a login."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

_TOKEN = text("""
    INSERT INTO store.unsubscription (token, channel, receiver, watch, made_at)
    VALUES (:token, :channel, :receiver, :watch, :now)
    ON CONFLICT (channel, receiver, watch) DO UPDATE SET watch = excluded.watch
 RETURNING token
""")
_OF = text("SELECT channel, receiver, watch, left_at FROM store.unsubscription WHERE token = :token")
_LEFT = text("""
    SELECT FROM store.unsubscription
     WHERE channel = :channel AND receiver = :receiver AND watch = :watch AND left_at IS NOT NULL
""")
_SET = text("""
    UPDATE store.unsubscription SET left_at = CASE WHEN :leave THEN coalesce(left_at, :now) END
     WHERE token = :token
 RETURNING channel, receiver, watch, left_at
""")


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """What a token is about. `left_at`: None while mail is sent."""

    channel: str
    receiver: str
    watch: str
    left_at: datetime | None


def token_for(conn: Connection, channel: str, receiver: str, watch: str, *, now: datetime) -> str:
    """The token of a receiver and a watch, made with the first mail and the same in all later ones."""
    values = {"token": secrets.token_urlsafe(24), "channel": channel, "receiver": receiver, "watch": watch}
    return str(conn.scalars(_TOKEN, values | {"now": now}).one())


def has_left(conn: Connection, channel: str, receiver: str, watch: str) -> bool:
    """Whether a receiver wants no more of a watch."""
    return conn.execute(_LEFT, {"channel": channel, "receiver": receiver, "watch": watch}).first() is not None


def find(conn: Connection, token: str) -> Unsubscription | None:
    """What a token is about; None for an unknown one."""
    row = conn.execute(_OF, {"token": token}).first()
    return Unsubscription(*row) if row else None


def set_left(conn: Connection, token: str, *, leave: bool, now: datetime) -> Unsubscription | None:
    """Leave a watch, or come back to it; None for an unknown token."""
    row = conn.execute(_SET, {"token": token, "leave": leave, "now": now}).first()
    return Unsubscription(*row) if row else None
