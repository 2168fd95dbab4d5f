"""Meetings ahead and past, company and outlets: the part that pages of people and of places share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import TextClause, text

from pipeline.site.desk import DeskRow, View
from pipeline.site.titles import meeting_path, title_of

MOST = 100  # meetings on one page
_OUTLETS = text("""
    SELECT r.outlet, count(DISTINCT r.article_id) AS articles
      FROM wirewatch.meeting_reports r
     WHERE r.meeting_id = ANY (:meetings) GROUP BY r.outlet ORDER BY articles DESC, r.outlet LIMIT 12
""")


def meetings_where(condition: str) -> TextClause:
    """The query for the meetings that fit; `condition` is SQL of ours about `m`, a row of the view `meetings`."""
    return text(f"""
        SELECT m.meeting_id, m.status, m.flags, m.date, m.earliest, m.latest, m.place, m.place_country,
               m.countries, m.previous_dates, m.format, m.people
          FROM wirewatch.meetings m WHERE {condition}
         ORDER BY coalesce(m.latest, date '9999-01-01') DESC, m.meeting_id DESC LIMIT {MOST}
    """)  # noqa: S608 - put together from constants


def facts_of(v: View, meetings: Sequence[DeskRow]) -> dict[str, Any]:
    """What the template shows of them."""
    ahead = [row for row in meetings if row["latest"] is None or row["latest"] >= v.d.today]
    outlets = v.desk.rows(_OUTLETS, meetings=[row["meeting_id"] for row in meetings]) if meetings else []
    return {
        "ahead": ahead, "past": [row for row in meetings if row not in ahead], "outlets": outlets,
        "title_of": lambda row: title_of(v, row), "meeting_path": lambda row: meeting_path(v, row),
        "most": MOST if len(meetings) == MOST else None,
    }  # fmt: skip


def company(meetings: Sequence[DeskRow], without: str = "") -> list[tuple[dict[str, Any], int]]:
    """Who takes part in them, with the number of meetings, the most frequent first."""
    counts: Counter[str] = Counter()
    known: dict[str, dict[str, Any]] = {}
    for row in meetings:
        for who in row["people"]:
            known.setdefault(who["person_id"], who)
        counts.update({who["person_id"] for who in row["people"]} - {without})
    return [(known[person], n) for person, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:12]]


def places(meetings: Sequence[DeskRow]) -> list[tuple[str, str, int]]:
    """Where they are, as (place, country, number of meetings)."""
    counts = Counter((row["place"], row["place_country"] or "") for row in meetings if row["place"])
    return [(place, country, n) for (place, country), n in counts.most_common(12)]
