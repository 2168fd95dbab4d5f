"""Every fact of a meeting has a proof of its own, and a change tells who made it and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from newsroom_desk import AYDINOGLU, ISTANBUL, SOKOLOV, Desk, day, mention
from sqlalchemy import Engine
from staging import source, stage_context

from pipeline.records import Span


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Iterator[Desk]:
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        yield Desk(ctx)


def test_each_fact_has_the_sentence_that_says_it(desk: Desk) -> None:
    desk.report(0, mention("scheduled", quote="Sokolov will come", people=(SOKOLOV,), place=None))
    desk.report(1, mention("scheduled", day(14), quote="he comes on the 14th", people=(SOKOLOV,), place=None))
    desk.report(2, mention("scheduled", day(14), quote="to Istanbul, to meet Aydinoglu"))
    proofs = desk.rows(
        "SELECT fact, value, quote, url, version FROM wirewatch.meeting_proofs ORDER BY fact, value"
    )
    assert [(row.fact, row.value, row.quote) for row in proofs] == [
        ("date", "2031-05-14", "he comes on the 14th"),
        ("participant", SOKOLOV.name, "Sokolov will come"),
        ("participant", AYDINOGLU.name, "to Istanbul, to meet Aydinoglu"),
        ("place", ISTANBUL.name, "to Istanbul, to meet Aydinoglu"),
        ("status", "scheduled", "Sokolov will come"),
    ]
    assert {row.version for row in proofs} == {1}
    assert [row.url for row in proofs if row.fact == "date"] == ["http://outlet1.example/"]


def test_a_day_is_proved_by_the_sentence_that_names_it(desk: Desk) -> None:
    first, second = "Sokolov will visit Istanbul.", "The talks take place on 14 May."
    body = f"{first} {second} " + " ".join(f"w{number}" for number in range(60))
    told = replace(
        mention("scheduled", day(14), quote=first), stated=(("date", Span("body", 29, 29 + len(second))),)
    )
    desk.report(0, told, body=body)
    proofs = desk.rows("SELECT fact, quote FROM wirewatch.meeting_proofs WHERE fact IN ('date', 'status')")
    assert {tuple(row) for row in proofs} == {("date", second), ("status", first)}


def test_what_is_off_shows_the_day_it_was_planned_for(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14), quote="on the 14th"))
    desk.report(24, mention("postponed", moved_from=day(14), quote="it is put off"))
    proofs = desk.rows("SELECT fact, value, quote FROM wirewatch.meeting_proofs WHERE fact IN ('date', 'status')")
    assert {tuple(row) for row in proofs} == {
        ("date", "2031-05-14", "on the 14th"),
        ("status", "postponed", "it is put off"),
    }


def test_a_change_says_who_made_it_and_why(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    called_off = replace(mention("cancelled", day(14)), reason="because of a storm", initiator=SOKOLOV.id)
    desk.report(24, called_off)
    steps = desk.rows("SELECT change, reason, initiator FROM wirewatch.meeting_timeline ORDER BY step")
    assert [tuple(step) for step in steps] == [
        (None, None, None),
        ("cancelled", "because of a storm", SOKOLOV.id),
    ]
    (alert,) = desk.rows("SELECT payload ->> 'reason' AS reason, payload ->> 'initiator' AS who FROM store.alert")
    assert tuple(alert) == ("because of a storm", SOKOLOV.id)
    (report,) = desk.rows("SELECT reason, initiator FROM wirewatch.reports WHERE status = 'cancelled'")
    assert tuple(report) == ("because of a storm", SOKOLOV.id)
