"""What one hostile outlet can do to the story of a meeting. docs/safety.md writes down how each attempt ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from newsroom_desk import AYDINOGLU, NOW, SOKOLOV, Desk, day, mention
from sqlalchemy import Engine, text
from staging import source, stage_context
from stored import store_article

from pipeline.records import MeetingMention, Notice
from pipeline.stages.line import STAGES
from pipeline.stages.link.record_state import FLOOD
from pipeline.store.notices import load_notices

LONE = "http://lone.example"


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Iterator[Desk]:
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        yield Desk(ctx)


def announce(desk: Desk, outlets: int = 3) -> None:
    for hour in range(outlets):
        desk.report(hour, mention("scheduled", day(14)))


def published(desk: Desk, said: MeetingMention, *, dated: datetime, seen: datetime) -> None:
    """A report that says it was published on one day and is first seen on another, by a feed that was polled daily."""
    with desk.ctx.engine.begin() as conn:
        conn.execute(
            text("""
                INSERT INTO store.poll (feed_id, polled_at, reason, status, items, new_items, rejected, bytes,
                                        elapsed_ms, detail)
                SELECT f.id, d, 'ok', 200, 1, 0, 0, 1, 1, '' FROM store.feed f,
                       generate_series(CAST(:first AS timestamptz), CAST(:last AS timestamptz), interval '1 day') d
            """),
            {"first": min(dated, seen), "last": max(dated, seen)},
        )
    body = " ".join(f"w{dated:%d}x{i}" for i in range(60))
    store_article(desk.ctx.engine, f"{LONE}/{dated:%d}", body, published=dated, seen=seen, mentions=(said,))
    STAGES["link"](desk.ctx, seen)


def standing(desk: Desk) -> tuple[str, list[str], int, int]:
    (meeting,) = desk.rows("SELECT status, flags, witnesses_for, witnesses_against FROM wirewatch.meetings")
    return tuple(meeting)


def payload(desk: Desk) -> dict[str, object]:
    return desk.rows("SELECT payload FROM store.alert ORDER BY id DESC LIMIT 1")[0].payload


def notice(desk: Desk) -> Notice:
    """What a message of the last alert may say."""
    with desk.ctx.engine.connect() as conn:
        last = conn.execute(text("SELECT max(id) FROM store.alert")).scalar_one()
        return load_notices(conn, [last], now=NOW)[last]


def test_a_single_fabrication_is_contested_with_its_counts_and_falls(desk: Desk) -> None:
    announce(desk)
    desk.report(10, mention("cancelled", day(14)), url=f"{LONE}/1")
    assert standing(desk) == ("cancelled", ["contested"], 1, 3)
    assert payload(desk)["weight"] == {"for": 1, "against": 3}
    assert payload(desk)["contested"] is True
    assert payload(desk)["confidence"] < 0.2
    told = notice(desk)
    assert (told.independent, told.independent_against) == (1, 3)
    assert [report.status for report in told.against] == ["scheduled"] * 3, "they spoke before, and are shown"
    assert told.proof.listed_in == "http://f.example/"
    desk.report(11, mention("cancelled", day(14)), url=f"{LONE}/2", body="once more in other words " * 20)
    assert standing(desk)[:2] == ("cancelled", ["contested"])  # the same outlet is no second witness
    desk.report(12, mention("scheduled", day(14)))
    desk.report(13, mention("scheduled", day(14)))
    assert [alert[0] for alert in desk.alerts()] == ["cancelled", "reinstated"]
    assert standing(desk)[0] == "scheduled"


def test_what_an_office_of_a_side_says_is_a_fact(desk: Desk) -> None:
    announce(desk)
    desk.report(10, replace(mention("cancelled", day(14)), attribution="official: the ministry said"))
    assert standing(desk)[:2] == ("cancelled", [])
    assert payload(desk)["contested"] is False
    assert notice(desk).independent_against == 0, "plans before a change that is not contested are no objection"


def test_a_backdated_cancellation_counts_from_when_it_was_seen(desk: Desk) -> None:
    announce(desk)
    published(desk, mention("cancelled", day(14)), dated=NOW - timedelta(days=20), seen=NOW + timedelta(hours=9))
    assert standing(desk) == ("cancelled", ["contested"], 0, 3)
    assert notice(desk).proof.first_seen == NOW + timedelta(hours=9), "shown beside the date it claims"
    desk.report(20, mention("scheduled", day(14)))
    desk.report(21, mention("scheduled", day(14)))
    assert standing(desk)[0] == "scheduled"


def test_a_cancellation_from_the_future_does_not_have_the_last_word(desk: Desk) -> None:
    announce(desk)
    published(desk, mention("cancelled", day(14)), dated=NOW + timedelta(days=9), seen=NOW + timedelta(hours=9))
    assert standing(desk)[:2] == ("cancelled", ["contested"])
    desk.report(20, mention("scheduled", day(14)))
    desk.report(21, mention("scheduled", day(14)))
    assert standing(desk)[0] == "scheduled"


def test_a_late_archive_is_not_taken_for_a_forgery(desk: Desk) -> None:
    """Nothing was polled in between: an outage, or the first poll of a feed."""
    body = " ".join(f"old{i}" for i in range(60))
    store_article(
        desk.ctx.engine,
        "http://archive.example/1",
        body,
        published=NOW - timedelta(days=20),
        seen=NOW,
        mentions=(mention("scheduled", day(14)),),
    )
    STAGES["link"](desk.ctx, NOW)
    (report,) = desk.rows("SELECT witnesses_for FROM wirewatch.meetings")
    assert report.witnesses_for == 1


def test_a_flood_is_braked_and_counted(desk: Desk) -> None:
    claims = [
        mention(
            "cancelled",
            day(1 + number),
            people=(replace(SOKOLOV, id=f"per:ru.x{number}", office=None), replace(AYDINOGLU, office=None)),
        )
        for number in range(FLOOD + 5)
    ]
    desk.report(0, *claims, url=f"{LONE}/flood")
    (alerts,) = desk.rows("SELECT count(*) AS n FROM store.alert")
    (floods,) = desk.rows("SELECT coalesce(sum(times), 0) AS n FROM store.outcome WHERE reason = 'outlet_floods'")
    assert alerts.n > FLOOD
    assert floods.n == alerts.n - FLOOD  # every change is recorded; those beyond the brake page nobody


def test_a_copy_that_still_announces_does_not_silence_the_change(desk: Desk) -> None:
    dispatch = " ".join(f"word{i}" for i in range(80))
    desk.report(0, mention("scheduled", day(14)), body=dispatch)
    desk.report(1, mention("cancelled", day(14)), body=dispatch + " cancelled", url="http://agency.example/2")
    for copy in range(5):
        desk.report(2 + copy, mention("scheduled", day(14)), body=dispatch, url=f"{LONE}/{copy}")
    assert [alert[0] for alert in desk.alerts()] == ["cancelled"]
    assert standing(desk)[0] == "cancelled"
