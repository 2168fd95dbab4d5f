"""People, countries and offices that meet: their names, their offices with years, their meetings."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import text

from pipeline.site.desk import Desk
from pipeline.site.entity import company, facts_of, meetings_where, places
from pipeline.site.errors import Refused

COUNTED = 2000  # meetings: a long year does not make every visit slow
_ID = ("per:", "off:", "cty:")
_BUSIEST = text("""
    SELECT p.person_id, min(p.name) AS name, min(p.country) AS country, min(p.office_id) AS office_id,
           count(DISTINCT p.meeting_id) AS meetings,
           count(DISTINCT p.meeting_id) FILTER (
               WHERE m.status IN ('scheduled', 'confirmed', 'rescheduled', 'uncertain')
                 AND NOT m.flags && ARRAY['lapsed', 'withdrawn']
                 AND (m.latest IS NULL OR m.latest >= :today)) AS ahead
      FROM (SELECT meeting_id, status, flags, latest FROM wirewatch.meetings
             WHERE latest IS NULL OR latest > :after
             ORDER BY coalesce(latest, date '9999-01-01') DESC, meeting_id DESC LIMIT :most) m
      JOIN wirewatch.meeting_people p ON p.meeting_id = m.meeting_id
     WHERE (:asked = '' OR p.name ILIKE '%' || :asked || '%' OR p.person_id = ANY (:ids)
            OR p.person_id IN (SELECT person_id FROM wirewatch.spellings WHERE name ILIKE '%' || :asked || '%'))
     GROUP BY p.person_id ORDER BY ahead DESC, meetings DESC, p.person_id LIMIT 100
""")
_MEETINGS = meetings_where("m.participant_ids && ARRAY[CAST(:id AS text)]")


def routes(desk: Desk) -> APIRouter:
    """GET /people and /people/{id}."""
    router = APIRouter()

    @router.get("/people")
    def people(request: Request) -> Response:
        v = desk.view(request)
        asked = request.query_params.get("q", "").strip()[:80]
        rows = desk.rows(_BUSIEST, after=v.d.today.replace(year=v.d.today.year - 1, day=1), today=v.d.today,
                         most=COUNTED, asked=asked, ids=v.names.person_ids(asked) if asked else [])  # fmt: skip
        return v.show("people.html", rows=rows, asked_name=asked, counted=COUNTED)

    @router.get("/people/{person}")
    def person(request: Request, person: str) -> Response:
        v = desk.view(request)
        meetings = desk.rows(_MEETINGS, id=person[:200]) if person.startswith(_ID) else []
        listed = v.names.listed(person)
        if not meetings and listed is None:
            raise Refused(404, v.t("no_such_person", what=person[:80]))
        who = next((who for row in meetings for who in row["people"] if who["person_id"] == person), None)
        name = v.person(who or {"person_id": person, "name": person.partition(".")[2].title()})
        return v.show(
            "person.html", who=who, name=name, person=person, listed=listed or {}, offices=_offices(v, person),
            company=company(meetings, person), places=places(meetings), **facts_of(v, meetings),
        )  # fmt: skip

    return router


def _offices(v: Any, person: str) -> list[tuple[str, str, str]]:
    """(office, from, to) of the gazetteer, the newest first."""
    rows = v.names.tenures(person)
    return [(v.names.office(row["office"], v.language), row["from"], row["to"]) for row in rows]
