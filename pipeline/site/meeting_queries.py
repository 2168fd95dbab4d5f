"""The queries of the page of one meeting: five, however many reports there are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from pipeline.site.desk import Desk, DeskRow

NEWEST = 400  # reports shown at once
HEAD = text("""
    SELECT k.meeting_id, k.uid, k.merged_into, k.merged_at, k.dismissed, k.dismissed_because, k.format,
           m.status, m.flags, m.countries, m.place, m.place_country, m.date, m.earliest, m.latest, m.clock,
           m.participant_ids, m.sequence, m.first_seen_at, m.last_change_at,
           coalesce((SELECT jsonb_agg(to_jsonb(p) ORDER BY p.number) FROM wirewatch.meeting_people p
                      WHERE p.meeting_id = k.meeting_id), '[]') AS people
      FROM wirewatch.meeting_marks k
      LEFT JOIN wirewatch.meetings m ON m.meeting_id = k.meeting_id
     WHERE k.meeting_id = :id
""")
_STEPS = text("""
    SELECT step, status, change, flags, new_date AS date, new_place AS place, quote, outlet, published_at,
           recorded_at, ruling, url
      FROM wirewatch.meeting_timeline
     WHERE meeting_id = :id AND recorded_at <= :at ORDER BY step
""")
_REPORTS = text("""
    SELECT * FROM (
        SELECT r.*, coalesce(w.witness, r.dispatch_id) AS witness,
               count(*) OVER () AS all_reports
          FROM wirewatch.meeting_reports r
          LEFT JOIN (SELECT mention_id, witness FROM wirewatch.witnesses WHERE meeting_id = :id) w
                 ON w.mention_id = r.mention_id
         WHERE r.meeting_id = :id AND r.first_seen_at <= :at
         ORDER BY r.published_at DESC, r.mention_id DESC LIMIT :most) newest
     ORDER BY published_at, mention_id
""")
_AROUND = text("""
    SELECT 'alert' AS what, to_jsonb(a) || jsonb_build_object('tries', coalesce(
               (SELECT jsonb_agg(to_jsonb(d) ORDER BY d.channel) FROM wirewatch.alert_deliveries d
                 WHERE d.alert_id = a.alert_id), '[]')) AS facts
      FROM (SELECT alert_id, key, change, old_date, new_date, amends, created_at,
                   extract(epoch FROM created_at) AS at
              FROM wirewatch.alerts WHERE meeting_id = :id) a
     UNION ALL
    SELECT 'ruling', to_jsonb(r) || jsonb_build_object('at', extract(epoch FROM decided_at))
      FROM wirewatch.meeting_rulings r WHERE :id IN (r.meeting_id, r.other_id)
     UNION ALL
    SELECT 'possible', jsonb_build_object('mention_id', p.mention_id, 'meeting_id', p.meeting_id,
                                          'maybe_meeting_id', p.maybe_meeting_id, 'fit', p.fit, 'quote', p.quote,
                                          'outlet', p.outlet, 'at', extract(epoch FROM p.published_at))
      FROM wirewatch.possible_links p WHERE :id IN (p.meeting_id, p.maybe_meeting_id)
     UNION ALL
    SELECT 'topic', jsonb_build_object('topic', t.topic, 'articles', count(DISTINCT t.article_id))
      FROM wirewatch.topics t
     WHERE t.version_id = ANY (ARRAY(SELECT version_id FROM wirewatch.meeting_reports WHERE meeting_id = :id))
     GROUP BY t.topic
""")
# Before, on and after the day, and without one: each in the order of an index, so that six are found without
# reading all meetings of the same people.
_BESIDE = """
    (SELECT m.meeting_id, m.status, m.date, m.earliest, m.latest, m.place, m.place_country, m.format, m.people
       FROM wirewatch.meetings m
      WHERE m.participant_ids && CAST(:people AS text[]) AND m.meeting_id <> :id AND {condition}
      ORDER BY m.latest {order} LIMIT 6)"""
_DAY = "CAST(:day AS date)"
NEAR = text(f"""
    SELECT * FROM ({_BESIDE.format(condition=f"m.latest BETWEEN {_DAY} AND {_DAY} + 21", order="ASC")}
         UNION ALL {_BESIDE.format(condition=f"m.latest < {_DAY} AND m.latest >= {_DAY} - 21", order="DESC")}
         UNION ALL {_BESIDE.format(condition="m.latest IS NULL", order="ASC")}
         UNION ALL {_BESIDE.format(condition=f"{_DAY} IS NULL AND m.latest IS NOT NULL", order="DESC")}) near
     ORDER BY abs(coalesce(earliest, {_DAY}) - {_DAY}), meeting_id LIMIT 6
""")  # noqa: S608 - put together from constants


def head_of(desk: Desk, meeting_id: int) -> DeskRow | None:
    """The state of a meeting; None if no meeting has that number."""
    return next(iter(desk.rows(HEAD, id=meeting_id)), None)


def rest_of(desk: Desk, head: DeskRow, at: datetime | None) -> dict[str, Any]:
    """Everything else: steps, reports, and what lies around them, as known at `at`."""
    meeting_id, until = head["meeting_id"], at or datetime.max.replace(tzinfo=UTC)
    found: dict[str, Any] = {
        "steps": desk.rows(_STEPS, id=meeting_id, at=until),
        "reports": desk.rows(_REPORTS, id=meeting_id, at=until, most=NEWEST),
        "near": desk.rows(NEAR, id=meeting_id, people=list(head["participant_ids"] or ()),
                          day=head["latest"] or head["earliest"]),
        "alert": [], "ruling": [], "possible": [], "topic": [],
    }  # fmt: skip
    for row in desk.rows(_AROUND, id=meeting_id):
        found[row["what"]].append(row["facts"])
    return found
