"""All meetings: filters that are the address, a table by date, and a month as a calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import TextClause, text

from pipeline.site.desk import Desk, DeskRow, View
from pipeline.site.errors import Refused
from pipeline.site.exports import as_picture
from pipeline.site.pictures.month import Entry, month, weeks_of
from pipeline.site.titles import meeting_path, people_line, title_of

PER_PAGE, FACETS_OF, FACETS_SHOWN = 50, 2000, 8
STATUSES = ("scheduled", "confirmed", "uncertain", "rescheduled", "postponed", "cancelled", "denied", "held")
FLAGS = ("at_risk", "contested", "lapsed", "withdrawn", "first_seen_as_change")
_FIELDS = ("country", "person", "topic", "status", "place", "from", "to")
# Each filter by itself, so that an empty answer can name the one that leaves most out.
_CONDITIONS = {
    "country": "m.countries @> CAST(:country AS text[])",
    "person": "(m.participant_ids && CAST(:person_ids AS text[]) "
    "OR array_to_string(m.participants, ' ') ILIKE '%' || :person || '%' "
    "OR m.participant_ids && ARRAY(SELECT person_id FROM wirewatch.spellings "
    "WHERE name ILIKE '%' || :person || '%'))",
    "topic": "m.meeting_id = ANY (ARRAY(SELECT DISTINCT r.meeting_id FROM wirewatch.meeting_reports r "
    "JOIN wirewatch.topics t ON t.version_id = r.version_id WHERE t.topic = :topic))",
    "status": "(m.status = :status OR :status = ANY (m.flags))",
    "place": "(m.place ILIKE '%' || :place || '%' OR m.place_country = upper(:place))",
    "from": "(m.latest >= :from OR m.latest IS NULL)",
    "to": "(m.earliest <= :to OR m.earliest IS NULL)",
}
_COLUMNS = """
    m.meeting_id, m.status, m.flags, m.date, m.earliest, m.latest, m.place, m.place_country, m.countries,
    m.previous_dates, m.format, m.people"""
# Of the newest meetings that fit, so that a long history does not make every visit slow.
_FACETS = """
    WITH found AS (SELECT m.status, m.countries, m.place, m.place_country FROM wirewatch.meetings m WHERE {where}
                    ORDER BY coalesce(m.latest, date '9999-01-01') DESC, m.meeting_id DESC LIMIT :capped)
    SELECT 'status' AS facet, status AS value, NULL AS country, count(*) AS n,
           (SELECT count(*) FROM found) AS found
      FROM found GROUP BY status
     UNION ALL
    SELECT 'country', c, NULL, count(*), NULL FROM found CROSS JOIN unnest(countries) c GROUP BY c
     UNION ALL
    SELECT 'place', place, place_country, count(*), NULL
      FROM found WHERE place IS NOT NULL GROUP BY place, place_country
     ORDER BY n DESC, value"""
_DRESSED = """
    SELECT c.*, n.reports, n.independent
      FROM ({chosen}) c
      LEFT JOIN LATERAL (SELECT reports, witnesses AS independent FROM wirewatch.meetings
                          WHERE meeting_id = c.meeting_id LIMIT 1) n ON true
     ORDER BY coalesce(c.latest, date '9999-01-01') DESC, c.meeting_id DESC"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for: as typed, and as the query takes it."""

    typed: dict[str, str]
    values: dict[str, Any]

    @property
    def used(self) -> list[str]:
        """The fields that are set."""
        return [name for name in _FIELDS if self.typed[name]]

    def where(self, *, without: str = "") -> str:
        """The conditions as SQL."""
        return " AND ".join(["true", *(_CONDITIONS[name] for name in self.used if name != without)])


def routes(desk: Desk) -> APIRouter:
    """GET /meetings, as a list or as a calendar, and the calendar as a picture."""
    router = APIRouter()

    @router.get("/meetings")
    def meetings(request: Request) -> Response:
        v = desk.view(request)
        filters = filters_of(v)
        if request.query_params.get("show") == "calendar":
            return _calendar(v, filters)
        rows = desk.rows(_page(filters), **filters.values, **_after(v))
        more = rows.pop() if len(rows) > PER_PAGE else None
        facets, capped = _facets(v, filters)
        return v.show(
            "meetings.html", rows=rows, facets=facets, capped=capped, filters=filters, statuses=STATUSES,
            flags=FLAGS, show="list",
            next=f"{rows[-1]['latest'] or ''}~{rows[-1]['meeting_id']}" if more else "",
            blame=_blame(v, filters) if not rows and filters.used else None, **_helpers(v),
        )  # fmt: skip

    @router.get("/meetings/month.{kind}")
    def picture(request: Request, kind: str) -> Response:
        v = desk.view(request)
        return as_picture(v, month_drawn(v), kind, f"meetings-{_first_day(v):%Y-%m}")

    return router


def month_drawn(v: View) -> str:
    """The month of the address as SVG, with its filters."""
    first, entries, _ = _month(v, filters_of(v))
    monday = weeks_of(first)[0][0]
    weekdays = [v.d.weekday(monday + timedelta(days=n)) for n in range(7)]
    return month(entries, first, v.d.today, title=v.d.month(first), weekdays=weekdays, width=1060)


def filters_of(v: View) -> Filters:
    """The filters of the address. Raises Refused (400) where one cannot be."""
    query = v.request.query_params
    typed = {name: " ".join(query.getlist(name)).strip()[:200] for name in _FIELDS}
    if len(query.getlist("country")) > 1:
        typed["country"] = ", ".join(query.getlist("country"))[:200]
    try:
        countries = v.names.codes(typed["country"])
    except KeyError as error:
        raise Refused(400, v.t("bad_country", what=error.args[0])) from None
    days = {}
    for name in ("from", "to"):
        try:
            days[name] = date.fromisoformat(typed[name]) if typed[name] else None
        except ValueError:
            raise Refused(400, v.t("bad_day", what=typed[name])) from None
    if typed["status"] and typed["status"] not in (*STATUSES, *FLAGS):
        raise Refused(400, v.t("bad_status", what=typed["status"]))
    person = typed["person"]
    ids = [person] if person.startswith(("per:", "off:", "cty:")) else v.names.person_ids(person) if person else []
    return Filters(typed, {**typed, **days, "country": countries, "person_ids": ids})


def _page(filters: Filters) -> TextClause:
    key = "(coalesce(m.latest, date '9999-01-01'), m.meeting_id)"
    after = f"(CAST(:last AS date) IS NULL OR {key} < (CAST(:last AS date), :last_id))"
    chosen = (
        f"SELECT {_COLUMNS} FROM wirewatch.meetings m WHERE {filters.where()} AND {after} "  # noqa: S608 - constants
        f"ORDER BY coalesce(m.latest, date '9999-01-01') DESC, m.meeting_id DESC LIMIT {PER_PAGE + 1}"
    )
    return text(_DRESSED.format(chosen=chosen))


def _after(v: View) -> dict[str, Any]:
    day, _, number = v.request.query_params.get("after", "").partition("~")
    if not number.isdecimal() or len(number) > 18:
        return {"last": None, "last_id": 0}
    try:
        return {"last": date.fromisoformat(day) if day else date(9999, 1, 1), "last_id": int(number)}
    except ValueError:
        return {"last": None, "last_id": 0}


def _facets(v: View, filters: Filters) -> tuple[dict[str, list[tuple[str, str, int]]], int]:
    """By field, what would narrow the answer: (value, in words, number); and of how many, if not of all."""
    rows = v.desk.rows(text(_FACETS.format(where=filters.where())), **filters.values, capped=FACETS_OF)
    facets: dict[str, list[tuple[str, str, int]]] = {}
    words: dict[str, Callable[[DeskRow], str]] = {
        "status": lambda row: v.status(row["value"]),
        "country": lambda row: v.country(row["value"]),
        "place": lambda row: v.names.place(row["value"], row["country"], v.language),
    }
    for name, in_words in words.items():
        found = [row for row in rows if row["facet"] == name]
        if len(found) > 1 and not filters.typed[name]:
            facets[name] = [(row["value"], in_words(row), row["n"]) for row in found[:FACETS_SHOWN]]
    whole = next((row["found"] for row in rows if row["found"]), 0)
    return facets, FACETS_OF if whole == FACETS_OF else 0


def _blame(v: View, filters: Filters) -> tuple[str, int] | None:
    """The filter that leaves most out, and how many meetings there are without it."""
    counts = ", ".join(
        f"count(*) FILTER (WHERE {filters.where(without=name)}) AS n{number}"
        for number, name in enumerate(filters.used)
    )
    row = v.desk.rows(text(f"SELECT {counts} FROM wirewatch.meetings m"), **filters.values)[0]  # noqa: S608
    number, name = max(enumerate(filters.used), key=lambda pair: row[f"n{pair[0]}"])
    return (name, row[f"n{number}"]) if row[f"n{number}"] else None


def _month(v: View, filters: Filters) -> tuple[date, list[Entry], dict[str, list[Any]]]:
    first = _first_day(v)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    rows = v.desk.rows(_in_month(filters), **filters.values, first=first, last=last,
                       iso=f"{first:%Y-%m}")  # fmt: skip
    entries: list[Entry] = []
    cells: dict[str, list[Any]] = {"open": []}
    for row in rows:
        ghosts = [day for day in row["previous_dates"] if day[:7] == f"{first:%Y-%m}" and len(day) == 10]
        for day in ghosts:
            entries.append(Entry(date.fromisoformat(day), _label(v, row), row["status"], ghost=True))
            cells.setdefault(day, []).append((row, True))
        if row["status"] == "postponed" or row["date"] is None:
            if not ghosts:
                cells["open"].append(row)
        elif row["earliest"] == row["latest"]:
            entries.append(Entry(row["earliest"], _label(v, row), row["status"]))
            cells.setdefault(row["earliest"].isoformat(), []).append((row, False))
        else:
            cells["open"].append(row)
    return first, [entry for entry in entries if entry.day.month == first.month], cells


def _first_day(v: View) -> date:
    """Of the month asked for; else of this one."""
    asked = v.request.query_params.get("month", "")
    try:
        return date.fromisoformat(f"{asked}-01") if asked else v.d.today.replace(day=1)
    except ValueError:
        raise Refused(400, v.t("bad_day", what=asked[:20])) from None


def _in_month(filters: Filters) -> TextClause:
    """Meetings of a month, and those moved from a day in it: two questions, since an index answers each."""
    there = "m.latest >= :first AND m.earliest <= :last"
    moved = "m.moved AND EXISTS (SELECT FROM unnest(m.previous_dates) d WHERE d LIKE :iso || '%')"
    one = f"SELECT {_COLUMNS} FROM wirewatch.meetings m WHERE {filters.where()} AND "  # noqa: S608 - constants
    return text(f"""
        SELECT * FROM (({one} {there} ORDER BY m.latest, m.earliest LIMIT 400)
                       UNION ALL ({one} {moved} AND NOT coalesce({there}, false) LIMIT 400)) touching
         ORDER BY earliest, meeting_id
    """)  # noqa: S608 - constants


def _label(v: View, row: DeskRow) -> str:
    return people_line(v, row["people"]) or " – ".join(map(v.country, row["countries"]))


def _calendar(v: View, filters: Filters) -> Response:
    first, _, cells = _month(v, filters)
    before = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return v.show("meetings.html", rows=[], cells=cells, weeks=weeks_of(first), first=first, before=before,
                  after=after, filters=filters, statuses=STATUSES, flags=FLAGS, show="calendar", next="",
                  blame=None, facets={}, capped=0,
                  **_helpers(v))  # fmt: skip


def _helpers(v: View) -> dict[str, Any]:
    return {
        "title_of": lambda row: title_of(v, row),
        "meeting_path": lambda row: meeting_path(v, row),
        "label": lambda row: _label(v, row),
    }
