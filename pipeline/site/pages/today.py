"""Today: what changed, the coming two weeks, what is at risk, what waits for a person, the feeds in one line."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from sqlalchemy import text

from pipeline.site.desk import Desk, DeskRow, View
from pipeline.site.differences import words_changed
from pipeline.site.exports import as_picture
from pipeline.site.feed_rows import rhythm, spark_of
from pipeline.site.pictures.ahead import PictureDays, ahead
from pipeline.site.pictures.ahead import PictureRow as Bar
from pipeline.site.titles import meeting_path, people_line, title_of

DAYS = 14
# Each LATERAL is planned by itself, for one meeting: joined as one, the views are more than the planner can order.
_CHANGES = text("""
    WITH newest AS MATERIALIZED (
        SELECT meeting_id, step AS newest_step, known_from FROM wirewatch.meeting_history
         WHERE known_from > :since AND known_from <= :now AND (change IS NOT NULL OR step = 1)
         ORDER BY known_from DESC, meeting_id DESC LIMIT 40
    ), told AS (
        SELECT t.* FROM newest
         CROSS JOIN LATERAL (
               SELECT t.*, min(t.published_at) FILTER (WHERE t.change IS NOT NULL) OVER later AS next_at,
                      array_agg(t.new_date) FILTER (WHERE t.new_date IS NOT NULL) OVER before AS dates_before
                 FROM wirewatch.meeting_timeline t WHERE t.meeting_id = newest.meeting_id
               WINDOW later AS (ORDER BY t.step ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING),
                      before AS (ORDER BY t.step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) t
         WHERE t.step = newest.newest_step
    )
    SELECT n.meeting_id, n.step, n.status, coalesce(n.change, 'new') AS change, n.new_date, n.quote,
           n.dates_before[cardinality(n.dates_before)] AS old_date, n.outlet, n.recorded_at, n.url, n.language,
           m.format, m.place, m.place_country, m.countries, m.people, m.date AS date_now, m.status AS status_now,
           c.reports, c.independent
      FROM told n
      JOIN LATERAL (SELECT format, place, place_country, countries, people, date, status FROM wirewatch.meetings
                     WHERE meeting_id = n.meeting_id LIMIT 1) m ON true
      LEFT JOIN LATERAL (
            SELECT count(DISTINCT r.article_id) AS reports, count(DISTINCT w.witness) AS independent
              FROM wirewatch.meeting_reports r
              JOIN wirewatch.witnesses w ON w.mention_id = r.mention_id AND w.meeting_id = n.meeting_id
             WHERE r.meeting_id = n.meeting_id AND r.published_at >= n.published_at AND r.first_seen_at <= :now
               AND (n.next_at IS NULL OR r.published_at < n.next_at)
               AND (n.change IS NULL OR r.status <> 'scheduled' OR n.new_date = r.date)) c ON true
     ORDER BY n.recorded_at DESC, n.meeting_id DESC
""")
# The sixty whose last day comes first: in that order an index has them, and what is farther away is not read.
AHEAD = text("""
    SELECT * FROM (
        SELECT m.meeting_id, m.status, m.flags, m.date, m.earliest, m.latest, m.place, m.place_country,
               m.countries, m.previous_dates, m.format, m.people
          FROM wirewatch.meetings m
         WHERE m.latest >= :first AND m.earliest <= :last AND m.status <> 'held'
         ORDER BY m.latest, m.earliest LIMIT 60) soonest
     ORDER BY earliest, latest, meeting_id
""")
_DOUBT = text("""
    SELECT m.*, (SELECT count(*) FROM wirewatch.possible_links) AS to_decide
      FROM (SELECT 1) one
      LEFT JOIN (SELECT meeting_id, status, flags, date, place, place_country, countries, format, people
                   FROM wirewatch.upcoming_meetings
                  WHERE flags && ARRAY['at_risk', 'contested'] OR status = 'uncertain'
                  ORDER BY earliest, meeting_id LIMIT 20) m ON true
""")
_EDITS = text("""
    SELECT DISTINCT ON (version_id) article_id, outlet, title, marker_text, old_text, new_text, changed_at
      FROM wirewatch.article_changes
     WHERE changed_at > :since AND changed_at <= :now AND old_version_id IS NOT NULL
       AND (change = 'fact' OR marker IN ('correction', 'withdrawal'))
     ORDER BY version_id DESC, change <> 'fact', old_text IS NULL, change_number LIMIT 5
""")


def routes(desk: Desk) -> APIRouter:
    """GET / and the coming two weeks as a picture."""
    router = APIRouter()

    @router.get("/")
    def today(request: Request) -> Response:
        v = desk.view(request)
        since = _since(v)
        week = v.now - timedelta(days=7)
        changes = desk.rows(_CHANGES, since=min(since, week), now=v.now)
        rows = _ahead(v)
        doubt = desk.rows(_DOUBT)
        flagged = [row for row in doubt if row["meeting_id"]]
        return v.show(
            "today.html", since=since, new=[c for c in changes if c["recorded_at"] > since],
            earlier=[c for c in changes if c["recorded_at"] <= since], ahead=rows, flagged=flagged,
            to_decide=doubt[0]["to_decide"], edits=desk.rows(_EDITS, since=week, now=v.now), feeds=rhythm(v),
            wide=Markup(drawn(v, rows)), tall=Markup(drawn(v, rows, width=360, uid="ahn")),  # noqa: S704
            off=[row for row in rows if row["status"] in ("cancelled", "denied")], dates=_dates(v),
            title_of=lambda row: title_of(v, row), meeting_path=lambda row: meeting_path(v, row),
            line=lambda row: people_line(v, row["people"]), where=lambda row: _where(v, row),
            words_changed=words_changed, spark=lambda feed: spark_of(v, feed),
            relative_to=lambda value: v.d.relative(day) if (day := _day(value)) else "",
        )  # fmt: skip

    @router.get("/ahead.{kind}")
    def picture(request: Request, kind: str) -> Response:
        v = desk.view(request)
        return as_picture(v, drawn(v, _ahead(v), literal=True), kind, "ahead")

    return router


def _since(v: View) -> datetime:
    """A day ago, or as many days as asked for."""
    asked = v.request.query_params.get("days", "")
    days = int(asked) if asked.isdecimal() and 0 < int(asked[:4]) <= 366 else 1
    return v.now - timedelta(days=days)


def _ahead(v: View) -> list[DeskRow]:
    return v.desk.rows(AHEAD, first=v.d.today, last=v.d.today + timedelta(days=DAYS - 1))


def drawn(v: View, rows: list[DeskRow], *, width: float = 760, uid: str = "ah", literal: bool = False) -> str:
    """The coming two weeks as SVG; "" where nothing is ahead."""
    if not rows:
        return ""
    days = PictureDays(v.d.today, DAYS, v.d.today, v.d.weekday, v.d.letter)
    bars = [_bar(v, row) for row in rows]
    title = v.t("ahead_title", first=v.d.plain(v.d.today), last=v.d.plain(v.d.today + timedelta(days=DAYS - 1)))
    desc = " ".join(f"{title_of(v, row)}: {v.d.edtf(row['date'])}, {v.status(row['status'])}." for row in rows)
    return ahead(bars, days, title=title, desc=desc, uid=uid, width=width, literal=literal)


def _bar(v: View, row: DeskRow) -> Bar:
    moved = _day(row["previous_dates"][-1]) if row["previous_dates"] and row["status"] != "postponed" else None
    words = v.t("from_day", day=v.d.day(moved, year=False)) if moved else ""
    return Bar(people_line(v, row["people"]) or " – ".join(map(v.country, row["countries"])), _where(v, row),
               row["status"], row["earliest"], row["latest"], moved, words)  # fmt: skip


def _where(v: View, row: DeskRow) -> str:
    place = v.names.place(row["place"], row["place_country"], v.language)
    kind = v.t(f"format_{row['format']}")
    return place or (f"{kind}, {v.t('leaf_some_day')}" if row["earliest"] != row["latest"] else kind)


def _day(value: str | None) -> date | None:
    """A stored date that is one full day; None for an interval, a month or no date."""
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def _dates(v: View) -> Any:
    """For the template: what a change did to the date, as (old, new)."""

    def dates(row: DeskRow) -> tuple[str, str]:
        old = v.d.edtf(row["old_date"], year=None) if row["old_date"] else ""
        if row["change"] in ("cancelled", "denied"):
            return old, v.t("leaf_off")
        return ("" if row["old_date"] == row["new_date"] else old), v.d.edtf(row["new_date"])

    return dates
