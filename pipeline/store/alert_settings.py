"""Alert settings kept in the database: the last accepted alerts.yml, and mutes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

_LAST = text("SELECT text, accepted_at FROM store.alert_configuration ORDER BY id DESC LIMIT 1")
_ACCEPT = text("""
    INSERT INTO store.alert_configuration (text, accepted_at)
    SELECT :text, :now
     WHERE (SELECT text FROM store.alert_configuration ORDER BY id DESC LIMIT 1) IS DISTINCT FROM :text
 RETURNING id
""")
_MUTE = text("""
    INSERT INTO store.watch_mute (watch, until, muted_at, who, why) VALUES (:watch, :until, :now, :who, :why)
    ON CONFLICT (watch) DO UPDATE
       SET until = excluded.until, muted_at = excluded.muted_at, who = excluded.who, why = excluded.why
""")
_UNMUTE = text("DELETE FROM store.watch_mute WHERE watch = :watch RETURNING watch")
_RELEASE = text("""
    UPDATE store.work w SET due_at = :now FROM store.alert_delivery d
     WHERE w.stage = 'notify' AND w.subject_id = d.id AND d.watch = :watch AND d.held_for = 'muted'
       AND d.state = 'held' AND w.lease IS NULL
""")
_MUTES = text("SELECT watch, until FROM store.watch_mute WHERE until > :now")


def last_accepted(conn: Connection) -> tuple[str, datetime] | None:
    """The text of the last alerts.yml that was accepted, and when; None where none ever was."""
    row = conn.execute(_LAST).first()
    return (row.text, row.accepted_at) if row else None


def accept(conn: Connection, text_: str, *, now: datetime) -> bool:
    """Keep the text of a good alerts.yml; True where it differs from the last one."""
    return conn.execute(_ACCEPT, {"text": text_, "now": now}).first() is not None


def mute(conn: Connection, watch: str, until: datetime, *, who: str, why: str, now: datetime) -> None:
    """Hold back the alerts of a watch until then."""
    conn.execute(_MUTE, {"watch": watch, "until": until, "who": who, "why": why, "now": now})


def unmute(conn: Connection, watch: str, *, now: datetime) -> bool:
    """End a mute; what was held goes out now. False where there was none."""
    found = conn.execute(_UNMUTE, {"watch": watch}).first() is not None
    conn.execute(_RELEASE, {"watch": watch, "now": now})
    return found


def mutes(conn: Connection, *, now: datetime) -> dict[str, datetime]:
    """Watches that are muted, and until when."""
    return {row.watch: row.until for row in conn.execute(_MUTES, {"now": now})}
