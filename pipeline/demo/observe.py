"""Read back what the stages wrote to the database: arrivals, meetings, alerts and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from pipeline.store.person_names import shown

_ARRIVALS = text("""
    SELECT v.id, v.number, v.title, v.language, a.url, f.outlet, w.kind, source.outlet AS source
      FROM store.article_version v
      JOIN store.article a ON a.id = v.article_id
      JOIN store.feed f ON f.id = a.feed_id
      LEFT JOIN store.wire_member w ON w.article_id = a.id
      LEFT JOIN store.wire_cluster c ON c.id = w.cluster_id
      LEFT JOIN store.article original ON original.id = c.lead_article_id
      LEFT JOIN store.feed source ON source.id = original.feed_id
     WHERE v.id > :after
     ORDER BY v.id
""")
_REPORTS = """
    SELECT e.meeting_id, count(DISTINCT v.article_id) AS reports,
           count(DISTINCT coalesce(w.cluster_id, -v.article_id)) AS sources
      FROM store.meeting_evidence e
      JOIN store.meeting_mention m ON m.id = e.mention_id
      JOIN store.article_version v ON v.id = m.version_id
      LEFT JOIN store.wire_member w ON w.article_id = v.article_id
     GROUP BY e.meeting_id
"""
_STATES = f"""
    SELECT s.id, s.meeting_id, s.number, s.status, {shown("s.participants")} AS participants,
           s.countries, s.place_name AS place, s.format,
           s.edtf, s.previous, s.change, s.sequence, r.reports, r.sources
      FROM store.meeting_version s
      JOIN ({_REPORTS}) r ON r.meeting_id = s.meeting_id
"""  # noqa: S608 - put together from constants
_NEW_STATES = text(f"{_STATES} WHERE s.id > :after ORDER BY s.id")
_FINAL_STATES = text(f"""
    SELECT * FROM (SELECT DISTINCT ON (meeting_id) * FROM ({_STATES}) s
                    ORDER BY meeting_id, number DESC) last
     ORDER BY coalesce(edtf, previous #>> '{{-1,edtf}}'), meeting_id
""")  # noqa: S608 - put together from constants
_ALERTS = text(f"""
    SELECT a.id, a.change, a.payload, a.created_at, {shown("s.participants")} AS participants, r.reports, r.sources
      FROM store.alert a
      JOIN store.meeting_version s ON s.id = a.meeting_version_id
      JOIN ({_REPORTS}) r ON r.meeting_id = a.meeting_id
     WHERE a.id > :after
     ORDER BY a.id
""")  # noqa: S608 - put together from constants
_REPEATS = text("""
    SELECT m.id, m.version_id, EXISTS (SELECT FROM store.meeting_version s
                                        WHERE s.proof_mention_id = m.id) AS changes
      FROM store.meeting_evidence e JOIN store.meeting_mention m ON m.id = e.mention_id
     WHERE m.id > :after
     ORDER BY m.id
""")
_TOTALS = text("""
    SELECT (SELECT count(*) FROM store.poll) AS polls,
           (SELECT count(*) FROM store.feed_item) AS items,
           (SELECT count(*) FROM store.article) AS articles,
           (SELECT count(*) FROM store.article_version) AS versions,
           (SELECT count(*) FROM store.wire_member WHERE kind <> 'lead') AS copies,
           (SELECT count(*) FROM store.meeting_mention) AS mentions,
           (SELECT count(*) FROM store.meeting) AS meetings,
           (SELECT count(*) FROM store.alert) AS alerts,
           (SELECT count(*) FROM store.alert_delivery WHERE state = 'delivered') AS delivered,
           (SELECT count(*) FROM store.outcome) AS outcomes
""")


@dataclass(frozen=True, slots=True)
class NewText:
    """A text that was seen for the first time."""

    outlet: str
    title: str
    language: str
    url: str
    copied_from: str | None  # outlet of the dispatch it is a copy of
    corrected: bool  # a later text of an article known before


@dataclass(frozen=True, slots=True)
class MeetingSeen:
    """A state of a meeting, with how well it is known by now."""

    id: int
    first: bool  # the meeting was not known before
    status: str
    participants: tuple[str, ...]  # as named
    parties: frozenset[str]  # ids and offices
    countries: tuple[str, ...]
    place: str | None
    format: str
    date: str | None  # EDTF
    previous: tuple[str, ...]  # EDTF, oldest first
    reports: int
    sources: int  # independent ones: copies of one dispatch count once


@dataclass(frozen=True, slots=True)
class AlertSeen:
    """An alert as raised. `facts` is its payload: change, place, old_date, new_date, quote, outlet, url, …"""

    facts: Mapping[str, Any]
    parties: frozenset[str]
    reports: int
    sources: int


class Observer:
    """Reads what is new since it was last asked."""

    def __init__(self) -> None:
        self._last = {"arrivals": 0, "states": 0, "repeats": 0, "alerts": 0}

    def arrivals(self, conn: Connection) -> tuple[NewText, ...]:
        """New texts, in the order they were analysed."""
        return tuple(
            NewText(
                outlet=row["outlet"],
                title=row["title"],
                language=row["language"],
                url=row["url"],
                copied_from=row["source"] if row["kind"] not in (None, "lead") else None,
                corrected=row["number"] > 1,
            )
            for row in self._new(conn, "arrivals", _ARRIVALS)
        )

    def meetings(self, conn: Connection) -> tuple[MeetingSeen, ...]:
        """New states of meetings, in order."""
        return tuple(_meeting(row) for row in self._new(conn, "states", _NEW_STATES))

    def repeats(self, conn: Connection) -> int:
        """The number of new texts that report a meeting without changing its state."""
        rows = self._new(conn, "repeats", _REPEATS)
        changing = {row["version_id"] for row in rows if row["changes"]}
        return len({row["version_id"] for row in rows} - changing)

    def alerts(self, conn: Connection) -> tuple[AlertSeen, ...]:
        """New alerts, in order."""
        return tuple(
            AlertSeen(
                row["payload"] | {"participants": _names(row["participants"])},
                _parties(row["participants"]),
                row["reports"],
                row["sources"],
            )
            for row in self._new(conn, "alerts", _ALERTS)
        )

    def _new(self, conn: Connection, what: str, query: Any) -> Sequence[Mapping[str, Any]]:
        rows = conn.execute(query, {"after": self._last[what]}).mappings().all()
        if rows:
            self._last[what] = rows[-1]["id"]
        return [dict(row) for row in rows]


def final_meetings(conn: Connection) -> tuple[MeetingSeen, ...]:
    """Every meeting in its current state, by date."""
    return tuple(_meeting(dict(row)) for row in conn.execute(_FINAL_STATES).mappings())


def totals(conn: Connection) -> dict[str, int]:
    """How many rows of each kind there are."""
    return {str(name): int(count) for name, count in conn.execute(_TOTALS).mappings().one().items()}


def _meeting(row: Mapping[str, Any]) -> MeetingSeen:
    return MeetingSeen(
        id=row["meeting_id"],
        first=row["number"] == 1,
        status=row["status"],
        participants=tuple(_names(row["participants"])),
        parties=_parties(row["participants"]),
        countries=tuple(row["countries"]),
        place=row["place"],
        format=row["format"],
        date=row["edtf"],
        previous=tuple(when["edtf"] for when in row["previous"]),
        reports=row["reports"],
        sources=row["sources"],
    )


def _names(participants: Sequence[Mapping[str, Any]]) -> list[str]:
    return [p["name"] for p in participants]


def _parties(participants: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(filter(None, (p[key] for p in participants for key in ("id", "office"))))
