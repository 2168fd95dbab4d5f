"""The outbox: an alert is written in the transaction that changes the meeting, and delivered from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.records import Told
from pipeline.store.tables import alert, meeting, meeting_mention, topic_tag

_FACTS = text("""
    SELECT mt.uid AS meeting, m.quote, m.quote_field, m.quote_start, m.quote_end, m.rules, m.confidence,
           m.reason, m.initiator, f.outlet, v.title, a.url, v.language, v.published_at
      FROM store.meeting mt, store.meeting_mention m
      JOIN store.article_version v ON v.id = m.version_id
      JOIN store.article a ON a.id = v.article_id
      JOIN store.feed f ON f.id = a.feed_id
     WHERE mt.id = :meeting_id AND m.id = :mention_id
""")
# A report that a person moved leaves its alert behind, to be taken back, if its old meeting has other reports.
_LEFT_BEHIND = """
    EXISTS (SELECT FROM store.meeting_pin p
             WHERE p.mention_id = s.proof_mention_id AND p.meeting_id <> s.meeting_id)
    AND EXISTS (SELECT FROM store.meeting_evidence own WHERE own.meeting_id = s.meeting_id)
"""
# Every recorded change of a meeting, or proven by one of its reports, with all later amendments.
_TOLD = text(f"""
    SELECT a.id AS alert_id, s.change, array_agg(DISTINCT m) AS mentions,
           (array_agg(later.change ORDER BY later.id DESC) FILTER (WHERE later.id IS NOT NULL))[1] AS last_word
      FROM store.meeting_version s
      LEFT JOIN store.alert a ON a.meeting_version_id = s.id AND a.change = s.change
      LEFT JOIN store.alert later ON later.amends = a.id
     CROSS JOIN LATERAL unnest(ARRAY[s.proof_mention_id, later.mention_id]) m
     WHERE s.change IS NOT NULL AND s.change <> 'retracted' AND a.amends IS NULL AND m IS NOT NULL
       AND s.id IN (SELECT id FROM store.meeting_version WHERE meeting_id = :meeting_id
                     UNION SELECT v.id FROM store.meeting_evidence e
                             JOIN store.meeting_version v ON v.proof_mention_id = e.mention_id
                            WHERE e.meeting_id = :meeting_id AND v.change IS NOT NULL)
       AND (s.meeting_id = :meeting_id OR NOT ({_LEFT_BEHIND}))
     GROUP BY s.id, a.id
     ORDER BY s.id
""")  # noqa: S608 - of constants
_ELSEWHERE = text(f"""
    SELECT e.mention_id
      FROM store.meeting_version s JOIN store.meeting_evidence e ON e.mention_id = s.proof_mention_id
     WHERE s.meeting_id = :meeting_id AND s.change IS NOT NULL AND e.meeting_id <> :meeting_id
       AND NOT ({_LEFT_BEHIND})
""")  # noqa: S608 - of constants
_OF_HOST = text("""
    SELECT count(*) FROM store.alert
     WHERE created_at > :since
       AND substring(payload ->> 'url' FROM '^[a-z]+://([^/]+)') = substring(:url FROM '^[a-z]+://([^/]+)')
""")


def proof_facts(conn: Connection, meeting_id: int, mention_id: int) -> dict[str, Any]:
    """The proof: meeting uid, article, outlet, sentence with offsets, rules."""
    return dict(conn.execute(_FACTS, {"meeting_id": meeting_id, "mention_id": mention_id}).one()._mapping)


def topics_of(conn: Connection, mention_id: int) -> tuple[str, ...]:
    """The topics of the article version a mention is in, sorted."""
    found = (
        select(topic_tag.c.topic)
        .join(meeting_mention, meeting_mention.c.version_id == topic_tag.c.version_id)
        .where(meeting_mention.c.id == mention_id)
    )
    return tuple(sorted(set(conn.scalars(found))))


def raised_on(conn: Connection, url: str, *, since: datetime) -> int:
    """How many alerts since a moment rest on pages of the host of `url`."""
    return int(conn.scalar(_OF_HOST, {"url": url, "since": since}) or 0)


def told_of(conn: Connection, meeting_id: int) -> list[Told]:
    """The recorded changes of a meeting that were not retracted, wherever its reports belonged then.

    One whose proof is a report of another meeting by now belongs there, with its alert; unless a person moved the
    report, and its old meeting has others.
    """
    elsewhere = set(conn.scalars(_ELSEWHERE, {"meeting_id": meeting_id}))
    rows = conn.execute(_TOLD, {"meeting_id": meeting_id})
    return [
        Told(row.alert_id, row.last_word or row.change, frozenset(row.mentions))
        for row in rows
        if row.last_word != "retracted" and not elsewhere & set(row.mentions)
    ]


def key_of(conn: Connection, alert_id: int) -> str:
    """The idempotency key of an alert."""
    return str(conn.scalars(select(alert.c.key).where(alert.c.id == alert_id)).one())


def was_said(conn: Connection, meeting_id: int, sequence: int, change: str) -> bool:
    """Whether the meeting has an alert with this number already, so that the number is taken."""
    said = select(alert.c.id).where(
        alert.c.meeting_id == meeting_id, alert.c.sequence == sequence, alert.c.change == change
    )
    return conn.scalars(said).first() is not None


def uid_of(conn: Connection, meeting_id: int) -> str:
    """The common prefix of the keys of a meeting's alerts."""
    return str(conn.scalars(select(meeting.c.uid).where(meeting.c.id == meeting_id)).one())


def facts_of(conn: Connection, alert_id: int) -> tuple[int, dict[str, Any]]:
    """The mention that proved an alert, and what it told."""
    row = conn.execute(select(alert.c.mention_id, alert.c.payload).where(alert.c.id == alert_id)).one()
    return row.mention_id, dict(row.payload)


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert in the outbox; not `new` if it was there before."""

    id: int
    new: bool


def raise_alert(
    conn: Connection,
    *,
    meeting_id: int,
    meeting_version_id: int,
    sequence: int,
    change: str,
    mention_id: int,
    key: str,
    payload: Mapping[str, Any],
    amends: int | None = None,
    now: datetime,
) -> Raised | None:
    """Write an alert, or find the very same one; None where another has its key or its place among the changes.

    `amends` is the alert that it corrects or takes back.
    """
    made = conn.scalars(
        upsert(alert)
        .values(
            meeting_id=meeting_id,
            sequence=sequence,
            change=change,
            meeting_version_id=meeting_version_id,
            mention_id=mention_id,
            key=key,
            payload=dict(payload),
            created_at=now,
            amends=amends,
        )
        .on_conflict_do_nothing()
        .returning(alert.c.id)
    ).first()
    if made is not None:
        return Raised(int(made), new=True)
    same = select(alert.c.id).where(
        alert.c.key == key,
        alert.c.meeting_id == meeting_id,
        alert.c.mention_id == mention_id,
        alert.c.amends.is_not_distinct_from(amends),
    )
    known = conn.scalars(same).first()
    return None if known is None else Raised(int(known), new=False)
