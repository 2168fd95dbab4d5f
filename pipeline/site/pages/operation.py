"""For who operates it: feeds with their rhythm and health, alerts with their delivery, what waits for a person."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy import text

from pipeline.site.desk import Desk
from pipeline.site.feed_rows import rhythm, spark_of
from pipeline.site.titles import meeting_path, title_of

FEEDS_SHOWN = 100  # the worst first; the rest by a link
_STATES = ("dead", "pending", "held", "sending", "delivered", "superseded", "dropped")
_ALERTS = text("""
    SELECT a.alert_id, a.change, a.meeting_id, a.old_date, a.new_date, a.place, a.quote, a.amends, a.created_at,
           k.format, m.place_country, m.countries,
           coalesce((SELECT jsonb_agg(to_jsonb(p) ORDER BY p.number) FROM wirewatch.meeting_people p
                      WHERE p.meeting_id = a.meeting_id), '[]') AS people,
           coalesce((SELECT jsonb_agg(to_jsonb(d) || jsonb_build_object(
                                'delivered', extract(epoch FROM d.delivered_at),
                                'next_try', extract(epoch FROM d.next_try_at)) ORDER BY d.channel)
                       FROM wirewatch.alert_deliveries d WHERE d.alert_id = a.alert_id), '[]') AS tries
      FROM wirewatch.alerts a
      JOIN wirewatch.meeting_marks k ON k.meeting_id = a.meeting_id
      LEFT JOIN wirewatch.meetings m ON m.meeting_id = a.meeting_id
     WHERE :state = '' OR a.alert_id IN (SELECT alert_id FROM wirewatch.alert_deliveries WHERE state = :state)
     ORDER BY a.alert_id DESC LIMIT 100
""")
_COUNTS = text("SELECT state, count(*) AS n FROM wirewatch.alert_deliveries GROUP BY state")
_BACKLOG = text("SELECT stage, due, in_work, failing, oldest FROM wirewatch.backlog ORDER BY stage")
_OUTCOMES = text("""
    SELECT stage, reason, times, last_at, an_example FROM wirewatch.outcomes
     WHERE last_at > :since ORDER BY times DESC, stage LIMIT 30
""")
_WAITING = text("""
    SELECT p.*, r.language FROM wirewatch.possible_links p
      LEFT JOIN wirewatch.meeting_reports r ON r.mention_id = p.mention_id
     ORDER BY p.noted_at DESC LIMIT 100
""")


def routes(desk: Desk) -> APIRouter:
    """GET /feeds, /alerts and /waiting."""
    router = APIRouter()

    @router.get("/feeds")
    def feeds(request: Request) -> Response:
        v = desk.view(request)
        since = v.d.now.replace(hour=0, minute=0, second=0, microsecond=0)
        most = None if request.query_params.get("all") else FEEDS_SHOWN
        return v.show("feeds.html", feeds=rhythm(v), most=most, spark=lambda feed: spark_of(v, feed),
                      backlog=desk.rows(_BACKLOG),
                      outcomes=desk.rows(_OUTCOMES, since=since.replace(day=1)))  # fmt: skip

    @router.get("/alerts")
    def alerts(request: Request) -> Response:
        v = desk.view(request)
        state = request.query_params.get("state", "")
        state = state if state in _STATES else ""
        counts = {row["state"]: row["n"] for row in desk.rows(_COUNTS)}
        done = request.query_params.get("done", "")
        return v.show("alerts.html", alerts=desk.rows(_ALERTS, state=state), counts=counts, state=state,
                      done=int(done[:4]) if done.isdecimal() else 0,
                      states=_STATES, title_of=lambda row: title_of(v, row),
                      meeting_path=lambda row: meeting_path(v, row))  # fmt: skip

    @router.get("/waiting")
    def waiting(request: Request) -> Response:
        v = desk.view(request)
        return v.show("waiting.html", rows=desk.rows(_WAITING))

    return router
