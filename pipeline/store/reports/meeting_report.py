"""Everything known about a meeting, for people: its state, its history, and the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from pipeline.store.person_names import shown

ResultRow = dict[str, Any]

# The soonest of those to come first (those without a day after them), then the latest of those that are over.
_LIST = text("""
    SELECT m.meeting_id, m.status, m.flags, m.participants, m.countries, m.place, m.place_country, m.date, m.clock,
           m.previous_dates, m.held_on, m.absent, m.sequence, m.format, m.reports, m.witnesses, m.last_change_at,
           m.series, m.series_number
      FROM wirewatch.meetings m
     WHERE (CAST(:countries AS text[]) IS NULL OR m.countries @> CAST(:countries AS text[]))
       AND (CAST(:status AS text) IS NULL OR m.status = :status OR :status = ANY(m.flags))
       AND (:person = '' OR m.participant_ids && CAST(:person_ids AS text[])
                         OR array_to_string(m.participants, ' ') ILIKE '%' || :person || '%'
                         OR m.participant_ids && ARRAY(SELECT person_id FROM store.person_spelling
                                                        WHERE name ILIKE '%' || :person || '%')
                         OR array_to_string(m.participant_ids, ' ') ILIKE '%' || :person || '%')
       AND (:place = '' OR m.place ILIKE '%' || :place || '%')
       AND (CAST(:first AS date) IS NULL OR m.earliest <= CAST(:last AS date) AND m.latest >= CAST(:first AS date))
       AND (:topic = '' OR EXISTS (SELECT FROM wirewatch.meeting_topics t
                                    WHERE t.meeting_id = m.meeting_id AND t.topic = :topic))
       AND (NOT :upcoming OR m.meeting_id IN (SELECT meeting_id FROM wirewatch.upcoming_meetings))
     ORDER BY coalesce(m.latest < :today, m.status NOT IN ('scheduled', 'confirmed', 'rescheduled', 'uncertain')),
              CASE WHEN m.latest >= :today THEN m.earliest END NULLS LAST,
              m.latest DESC NULLS LAST, m.last_change_at DESC, m.meeting_id DESC
     LIMIT :limit
""")
_PEOPLE = text("""
    SELECT DISTINCT p.id FROM store.meeting_version v, unnest(v.participant_ids) AS p (id)
     WHERE p.id LIKE 'per:%' ORDER BY p.id
""")
_HEAD = text(f"""
    SELECT m.id AS meeting_id, m.uid, m.dismissed, m.created_at, s.status, s.flags, s.sequence,
           s.format, nullif(s.series, '') AS series, s.series_number, s.countries, s.place_name AS place,
           s.place_country, s.edtf AS date, s.clock, {shown("s.participants")} AS participants,
           ARRAY(SELECT p ->> 'edtf' FROM jsonb_array_elements(s.previous) p) AS previous_dates
      FROM store.meeting m
      JOIN LATERAL (SELECT * FROM store.meeting_version
                     WHERE meeting_id = m.id ORDER BY number DESC LIMIT 1) s ON true
     WHERE m.id = :id
""")  # noqa: S608 - of constants
_STEPS = text("""
    SELECT step, status, change, flags, new_date AS date, new_place AS place, quote, outlet, published_at,
           recorded_at, ruling, url
      FROM wirewatch.meeting_timeline WHERE meeting_id = :id ORDER BY step
""")
_REPORTS = text("""
    SELECT n.id AS mention_id, n.status, n.edtf AS date, n.previous_edtf AS previous_date, n.place_name AS place,
           n.quote, n.attribution, n.rules, e.score, f.outlet, v.published_at, v.language, a.url,
           coalesce(w.cluster_id, -a.id) AS witness,
           v.number = (SELECT max(number) FROM store.article_version WHERE article_id = a.id)
               AND NOT EXISTS (SELECT FROM store.withdrawal g WHERE g.article_id = a.id AND g.restored_at IS NULL)
               AS stands,
           EXISTS (SELECT FROM store.meeting_pin p WHERE p.mention_id = n.id) AS by_hand
      FROM store.meeting_evidence e
      JOIN store.meeting_mention n ON n.id = e.mention_id
      JOIN store.article_version v ON v.id = n.version_id
      JOIN store.article a ON a.id = v.article_id
      JOIN store.feed f ON f.id = a.feed_id
      LEFT JOIN store.wire_member w ON w.article_id = a.id
     WHERE e.meeting_id = :id
     -- the copies of one dispatch together, the first dispatch first
     ORDER BY min(v.published_at) OVER (PARTITION BY coalesce(w.cluster_id, -a.id)), coalesce(w.cluster_id, -a.id),
              v.published_at, a.url, n.number
""")
_POSSIBLE = text("""
    SELECT mention_id, fit, score, meeting_id, maybe_meeting_id, status, participants, date, quote, outlet,
           published_at, url
      FROM wirewatch.possible_links WHERE :id IN (meeting_id, maybe_meeting_id) ORDER BY score DESC, mention_id
""")
_RULINGS = text("""
    SELECT ruling_id, verb, meeting_id, other_id, who, why, decided_at, mention_ids
      FROM wirewatch.meeting_rulings WHERE :id IN (meeting_id, other_id) ORDER BY ruling_id
""")
_ALERTS = text("""
    SELECT key, change, sequence, old_date, new_date, amends, outlet, quote, created_at, deliveries
      FROM wirewatch.alerts WHERE meeting_id = :id ORDER BY alert_id
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which meetings to list. What is left out does not restrict."""

    countries: Sequence[str] = ()  # all of them parties
    person: str = ""  # part of a name or id
    person_ids: Sequence[str] = ()  # or one of these takes part
    status: str | None = None  # or a flag
    place: str = ""
    days: tuple[date, date] | None = None  # it may be on one of them
    topic: str = ""
    upcoming: bool = False


def people_in_meetings(conn: Connection) -> list[str]:
    """The ids of everybody who ever took part in a meeting."""
    return list(conn.scalars(_PEOPLE))


def list_meetings(conn: Connection, wanted: Wanted, *, limit: int, today: date) -> list[ResultRow]:
    """Meetings as they stand, the soonest of those to come first."""
    first, last = wanted.days or (None, None)
    values = {
        "countries": list(wanted.countries) or None,
        "person": wanted.person,
        "person_ids": list(wanted.person_ids),
        "status": wanted.status,
        "place": wanted.place,
        "first": first,
        "last": last,
        "topic": wanted.topic,
        "upcoming": wanted.upcoming,
        "today": today,
        "limit": limit,
    }
    return [dict(row._mapping) for row in conn.execute(_LIST, values)]


def meeting_report(conn: Connection, meeting_id: int) -> dict[str, Any] | None:
    """Everything about one meeting; None where no state of it was ever recorded."""
    head = conn.execute(_HEAD, {"id": meeting_id}).first()
    if head is None:
        return None
    parts = {
        "timeline": _STEPS,
        "reports": _REPORTS,
        "possible_links": _POSSIBLE,
        "rulings": _RULINGS,
        "alerts": _ALERTS,
    }
    return dict(head._mapping) | {
        name: [dict(row._mapping) for row in conn.execute(query, {"id": meeting_id})]
        for name, query in parts.items()
    }
