"""Places where meetings are: what is ahead there, who comes, what was there before."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy import text

from pipeline.site.desk import Desk, View
from pipeline.site.entity import company, facts_of, meetings_where, places
from pipeline.site.errors import Refused

_ALL = text("""
    SELECT m.place, m.place_country, count(*) AS meetings, max(m.latest) AS last_day,
           count(*) FILTER (WHERE m.latest >= :today AND m.status NOT IN ('cancelled', 'denied', 'held')) AS ahead
      FROM wirewatch.meetings m
     WHERE m.place IS NOT NULL AND (m.latest IS NULL OR m.latest > :after)
     GROUP BY m.place, m.place_country ORDER BY ahead DESC, meetings DESC, m.place LIMIT 100
""")
_IN_CITY = meetings_where("m.place_country = :country AND m.place = :place")
_IN_COUNTRY = meetings_where("m.place_country = :country")


def routes(desk: Desk) -> APIRouter:
    """GET /places, /places/{country} and /places/{country}/{place}."""
    router = APIRouter()

    @router.get("/places")
    def everywhere(request: Request) -> Response:
        v = desk.view(request)
        rows = desk.rows(_ALL, today=v.d.today, after=v.d.today.replace(year=v.d.today.year - 1, day=1))
        return v.show("places.html", rows=rows)

    @router.get("/places/{country}")
    def country(request: Request, country: str) -> Response:
        return _page(desk.view(request), country, "")

    @router.get("/places/{country}/{place:path}")  # a name may have a slash in it
    def city(request: Request, country: str, place: str) -> Response:
        return _page(desk.view(request), country, place)

    return router


def _page(v: View, country: str, place: str) -> Response:
    code = country.upper()[:8]
    query = _IN_CITY if place else _IN_COUNTRY
    meetings = v.desk.rows(query, country=code, place=place[:200]) if place else v.desk.rows(query, country=code)
    name = v.names.place(place, code, v.language) if place else v.country(code)
    if not meetings and (place or name == code):
        raise Refused(404, v.t("no_such_place", what=(place or country)[:80]))
    return v.show("place.html", name=name, place=place, code=code, company=company(meetings),
                  places=[] if place else places(meetings), **facts_of(v, meetings))  # fmt: skip
