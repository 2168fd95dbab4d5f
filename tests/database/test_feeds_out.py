"""What readers, calendars and programs are served: Atom, iCalendar and the API, by a real application on a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import httpx
import icalendar
import jsonschema
import pytest
from alert_texts import CORPUS, NOTICE, hostile, style
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from newsroom_desk import Desk, day, mention
from sqlalchemy import Engine
from staging import source, stage_context

from pipeline.alerts import atom, payload
from pipeline.alerts.calendar import calendar
from pipeline.records import CalendarEntry
from pipeline.site import api
from pipeline.store import api_tokens

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ENTRY = CalendarEntry(
    number=12, uid="8f3c@wirewatch", sequence=3, status="scheduled", flags=(), format="visit",
    participants=NOTICE.participants, countries=("RU", "TR"), place=NOTICE.place, date="2026-12-04", clock=None, previous=(),
    created_at=NOW, changed_at=NOW, quote="A quote; with, marks\\", outlet="Outlet", url="https://o.example/1",
)  # fmt: skip


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Iterator[Desk]:
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        yield Desk(ctx)


class Client:
    """Asks the application as if from `host`."""

    def __init__(self, app: FastAPI, host: str) -> None:
        self._transport = httpx.ASGITransport(app, client=(host, 5000))

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://ww.test") as web:
                return await web.request(method, path, **how)

        return asyncio.run(once())

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.ask("GET", path, **how)


def client(desk: Desk, host: str = "127.0.0.1") -> Client:
    app = FastAPI()
    api.add_outlets(app, desk.ctx.engine, desk.ctx.configuration, site_url="https://ww.example.org")
    return Client(app, host)


def events(body: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))


def made(*entries: CalendarEntry, **how: bool) -> bytes:
    return calendar(
        entries, style(), name="all", now=NOW, host="ww.example.org", site="https://ww.example.org", **how
    ).body


@pytest.mark.parametrize(
    ("changes", "summary", "status", "first", "last"),
    [
        ({}, "Visit: ", "TENTATIVE", date(2026, 12, 4), date(2026, 12, 5)),
        ({"status": "confirmed"}, "Visit: ", "CONFIRMED", date(2026, 12, 4), date(2026, 12, 5)),
        ({"status": "postponed", "date": None, "previous": ("2026-12-04",)}, "POSTPONED, no new date: Visit: ", "TENTATIVE", date(2026, 12, 4), date(2026, 12, 5)),
        ({"date": "2026-12-14", "previous": ("2026-12-04",)}, "NEW DATE (Was Fri 4 Dec 2026): Visit: ", "TENTATIVE", date(2026, 12, 14), date(2026, 12, 15)),
        ({"status": "cancelled"}, "CANCELLED: Visit: ", "CANCELLED", date(2026, 12, 4), date(2026, 12, 5)),
        ({"date": "[2026-12-21..2026-12-30]"}, "between 21 and 30 Dec 2026: Visit: ", "TENTATIVE", date(2026, 12, 21), date(2026, 12, 31)),
        ({"merged_into": 9}, "→ #9: Visit: ", "CANCELLED", date(2026, 12, 4), date(2026, 12, 5)),
        ({"flags": ("contested",), "status": "confirmed"}, "CONTESTED: Visit: ", "TENTATIVE", date(2026, 12, 4), date(2026, 12, 5)),
    ],
)  # fmt: skip
def test_a_calendar_says_the_change_in_its_title(
    changes: dict[str, object], summary: str, status: str, first: date, last: date
) -> None:
    (event,) = events(made(replace(ENTRY, **changes)))  # type: ignore[arg-type]
    assert str(event["SUMMARY"]).startswith(summary)
    assert (str(event["STATUS"]), event["SEQUENCE"], str(event["UID"])) == (status, 3, "8f3c@ww.example.org")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (first, last)
    assert (event["DTSTAMP"].dt, str(event["TRANSP"])) == (NOW, "TRANSPARENT")


@pytest.mark.parametrize("edtf", ["2026-12", "2026-22", "[2026-12-01..2026-12-30]", None, "someday"])
def test_a_meeting_without_a_day_is_counted_and_left_out(edtf: str | None) -> None:
    found = calendar([replace(ENTRY, date=edtf)], style(), name="all", now=NOW)
    assert (found.events, found.left_out) == (0, 1)
    assert b"1 meetings without a day" in found.body


def test_what_is_off_leaves_after_thirty_days_and_can_be_kept_for_google() -> None:
    off = replace(ENTRY, status="cancelled")
    assert [str(e["STATUS"]) for e in events(made(off, show_cancelled=True))] == ["TENTATIVE"]
    assert events(made(replace(off, changed_at=NOW - timedelta(days=31)))) == []


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_text_splits_no_event(text: str) -> None:
    body = made(replace(ENTRY, quote=text, outlet=text, participants=hostile(text).participants))
    (event,) = events(body)
    assert str(event["STATUS"]) == "TENTATIVE"
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert body.count(b"BEGIN:VEVENT") == 1
    assert not any(byte < 32 and byte not in (9, 10, 13) for byte in body)


@given(st.text(), st.text())
def test_any_text_comes_back_as_one_event(quote: str, outlet: str) -> None:
    assert len(events(made(replace(ENTRY, quote=quote, outlet=outlet)))) == 1


@pytest.mark.parametrize("text", CORPUS)
def test_an_atom_feed_holds_any_text(text: str) -> None:
    body = atom.feed([hostile(text)], style(), self_url="https://ww.example.org/feeds/changes.atom", now=NOW)
    found = feedparser.parse(body)
    assert not found.bozo
    (entry,) = found.entries
    assert entry.id == f"urn:wirewatch:alert:{NOTICE.key}"
    assert entry.title_detail.type == "text/plain"


def test_a_correction_is_an_entry_of_its_own() -> None:
    later = replace(NOTICE, key="k/4/cancelled", amends=NOTICE.key, kind="cancelled")
    found = feedparser.parse(atom.feed([later, NOTICE], style("ru"), self_url="https://ww.example.org/x", now=NOW))
    assert found.entries[0].title.startswith("ПОПРАВКА: ОТМЕНЕНО")
    assert found.entries[0]["thr_in-reply-to"]["ref"] == found.entries[1].id


def test_what_is_served_follows_a_meeting(desk: Desk) -> None:
    soon = datetime.now(UTC).date() + timedelta(days=30)
    when = replace(day(14), edtf=soon.isoformat(), earliest=soon, latest=soon)
    desk.report(0, mention("scheduled", when))
    web = client(desk)
    first = web.get("/calendar.ics")
    assert str(events(first.content)[0]["SUMMARY"]).startswith("Visit: Grigory Sokolov")
    assert web.get("/calendar.ics", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    desk.report(24, mention("cancelled", when))
    second = web.get("/calendar.ics")
    before, after = events(first.content)[0], events(second.content)[0]
    assert (before["UID"], before["SEQUENCE"] + 1, "CANCELLED") == (
        after["UID"],
        after["SEQUENCE"],
        after["STATUS"],
    )
    assert web.ask("HEAD", "/calendar.ics").status_code == 200
    assert len(events(web.get("/calendar/everything.ics").content)) == 1
    assert web.get("/calendar/nobodys.ics").status_code == 404
    assert (
        feedparser.parse(web.get("/feeds/changes.atom?lang=tr").content)
        .entries[0]
        .title.startswith("İPTAL EDİLDİ")
    )
    assert web.get("/feeds/changes.atom?lang=xx").status_code == 404


def test_the_api_lists_by_cursor_and_names_its_mistakes(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(24, mention("postponed", moved_from=day(14)))
    desk.report(48, mention("rescheduled", day(2, 6)))
    web = client(desk)
    page = web.get("/api/v1/alerts?limit=1").json()
    assert [item["change"]["kind"] for item in page["items"]] == ["postponed"]
    rest = web.get("/api/v1/alerts", params={"cursor": page["next"]}).json()
    assert [item["change"]["kind"] for item in rest["items"]] == ["rescheduled"]
    end = web.get("/api/v1/alerts", params={"cursor": rest["next"]}).json()
    assert (end["items"], end["next"], end["more"]) == ([], rest["next"], False)
    key = page["items"][0]["alert"]["key"]
    one = web.get(f"/api/v1/alerts/{key}")
    jsonschema.validate(one.json(), web.get("/api/v1/schema/alert/1.json").json())
    assert web.get(f"/api/v1/alerts/{key}", headers={"If-None-Match": one.headers["etag"]}).status_code == 304
    assert {d["channel"] for d in web.get(f"/api/v1/alerts/{key}/deliveries").json()["items"]} == {
        "console",
        "file",
    }
    meeting = web.get("/api/v1/meetings/1").json()
    assert (meeting["status"], len(meeting["reports"])) == ("rescheduled", 3)
    assert web.get("/api/v1/meetings").json()["items"][0]["uid"] == meeting["uid"]
    first = web.get("/api/v1/reports?limit=2").json()
    second = web.get("/api/v1/reports", params={"cursor": first["next"]}).json()
    assert [item["status"] for item in first["items"] + second["items"]] == [
        "scheduled",
        "postponed",
        "rescheduled",
    ]
    assert first["items"][0]["quote"] == "q"
    articles = web.get("/api/v1/articles").json()["items"]
    assert [item["number"] for item in articles] == [item["article"] for item in first["items"] + second["items"]]
    assert "body" not in articles[0]
    for path, status in (
        ("/api/v1/alerts?limmit=3", 422), ("/api/v1/alerts?limit=0", 422), ("/api/v1/alerts?cursor=x", 400),
        ("/api/v1/alerts/none", 404), ("/api/v1/meetings/99", 404), ("/api/v1/nothing", 404),
    ):  # fmt: skip
        answer = web.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), path
        assert answer.json()["status"] == status
    wrong = web.get("/api/v1/meetings", params={"cursor": page["next"]})
    assert wrong.status_code == 400
    assert web.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")


def test_from_elsewhere_a_token_is_needed(desk: Desk) -> None:
    now = datetime.now(UTC)
    with desk.ctx.engine.begin() as conn:
        reader = api_tokens.make(conn, "reader", ["read"], expires=None, now=now)
        old = api_tokens.make(conn, "old", ["read"], expires=now - timedelta(days=1), now=now)
        assert api_tokens.make(conn, "reader", ["read"], expires=None, now=now) is None
    far = client(desk, "203.0.113.9")
    assert far.get("/api/v1/meetings").status_code == 401
    assert far.get("/calendar.ics", headers={"Authorization": f"Bearer {old}"}).status_code == 401
    assert far.get("/api/v1/meetings", headers={"Authorization": f"Bearer {reader}"}).status_code == 200
    assert far.get(f"/calendar.ics?token={reader}").status_code == 200
    assert far.get(f"/api/v1/meetings?token={reader}").status_code == 200
    assert (
        far.ask("POST", "/api/v1/operator/1/ack", headers={"Authorization": f"Bearer {reader}"}).status_code == 403
    )
    busy = [far.get(f"/api/v1/nothing?token={reader}").status_code for _ in range(3)]
    assert busy == [404] * 3
    codes = {far.get(f"/api/v1/schema/alert/1.json?token={reader}").status_code for _ in range(125)}
    assert codes == {200, 429}
    with desk.ctx.engine.begin() as conn:
        assert api_tokens.revoke(conn, "reader", now=now)
    assert far.get(f"/calendar.ics?token={reader}").status_code == 401


def test_the_published_schema_is_the_one_in_use() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "alerts" / "alert-1.schema.json"
    assert json.loads(page.read_text(encoding="utf-8")) == payload.schema()
    jsonschema.Draft202012Validator.check_schema(payload.schema())
