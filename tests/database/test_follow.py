"""From evidence to states and alerts: one change, one alert, whoever reports it and however often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from newsroom_desk import AYDINOGLU, NOW, SOKOLOV, Desk, day, mention
from sqlalchemy import Engine, text
from staging import source, stage_context
from stored import store_article

from pipeline.records import MeetingStatus, Participant, Place
from pipeline.store.feeds import feeds_near_a_meeting
from pipeline.store.meetings import TIMELINE_LOCK
from pipeline.store.server.migrate import MIGRATION_LOCK


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Iterator[Desk]:
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        yield Desk(ctx)


def test_a_plan_a_postponement_a_new_date_and_the_end(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(24, mention("postponed", moved_from=day(14)))
    desk.report(48, mention("rescheduled", day(2, 6)))
    desk.report(72, mention("cancelled", day(2, 6)))
    assert desk.alerts() == [
        ("postponed", 1, "2031-05-14", None),
        ("rescheduled", 2, "2031-05-14", "2031-06-02"),
        ("cancelled", 3, "2031-06-02", None),
    ]
    (meeting,) = desk.rows("SELECT * FROM wirewatch.meetings")
    assert (meeting.status, meeting.event_status, meeting.sequence) == ("cancelled", "EventCancelled", 3)
    assert (meeting.reports, meeting.witnesses) == (4, 4)


def test_forty_copies_are_one_alert_and_one_witness(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    dispatch = " ".join(f"word{i}" for i in range(80))
    for copy in range(40):
        desk.report(24 + copy / 60, mention("postponed", moved_from=day(14)), body=dispatch)
    assert desk.alerts() == [("postponed", 1, "2031-05-14", None)]
    (meeting,) = desk.rows("SELECT * FROM wirewatch.meetings")
    assert (meeting.reports, meeting.witnesses) == (41, 2)


def test_two_texts_of_one_agency_that_state_the_same_are_one_witness_and_another_date_is_not(desk: Desk) -> None:
    def told(words: str, agency: str) -> str:
        return f"ANKARA, May 6 ({agency}) - " + " ".join(f"{words}{i}" for i in range(70))

    desk.report(0, mention("scheduled", day(14)), body=told("one", "Reuters"))
    desk.report(1, mention("scheduled", day(14)), body=told("another", "Reuters"))
    (meeting,) = desk.rows("SELECT * FROM wirewatch.meetings")
    assert (meeting.reports, meeting.witnesses) == (2, 1)
    desk.report(2, mention("scheduled", day(14)), body=told("third", "AFP"))
    desk.report(24, mention("postponed", moved_from=day(14)), body=told("fourth", "Reuters"))
    desk.report(48, mention("rescheduled", day(2, 6)), body=told("fifth", "Reuters"))
    (meeting,) = desk.rows("SELECT * FROM wirewatch.meetings")
    assert (meeting.reports, meeting.witnesses, meeting.status) == (5, 4, "rescheduled")


def test_an_announcement_that_arrives_late_does_not_undo_the_change(desk: Desk) -> None:
    desk.report(24, mention("postponed", moved_from=day(14)))
    desk.report(0, mention("scheduled", day(14)), at=NOW + timedelta(hours=30))
    assert desk.alerts() == [("postponed", 1, "2031-05-14", None)]
    (meeting,) = desk.rows("SELECT * FROM wirewatch.meetings")
    assert meeting.status == "postponed"


def test_people_whom_texts_name_are_not_one_because_they_hold_one_office(desk: Desk) -> None:
    def pair(name: str) -> tuple[Participant, Participant]:
        return (
            Participant(f"per:ru.{name}", f"Ivan {name.title()}", "RU", "off:RU.FM", "visitor"),
            Participant(f"per:tr.{name}", f"Ali {name.title()}", "TR", "off:TR.FM", "host"),
        )

    names = ("arda", "belov", "erdemli", "veresaev", "kilic", "orlov")
    for number, name in enumerate(names):  # a day apart, like two reports of one meeting
        place = Place(name.title(), "TR", True)
        desk.report(number / 10, mention("cancelled", day(14 + number), people=pair(name), place=place))
    assert len(desk.meetings()) == len(desk.alerts()) == len(names)


def test_the_same_text_twice_changes_nothing(desk: Desk) -> None:
    for hours in (0, 1, 2):
        desk.report(hours, mention("scheduled", day(14)))
    assert desk.alerts() == []
    assert len(desk.rows("SELECT * FROM wirewatch.meeting_timeline")) == 1


def test_every_state_points_at_its_sentence(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14), quote="will visit"))
    desk.report(24, mention("postponed", moved_from=day(14), quote="has been postponed"))
    steps = desk.rows(
        "SELECT status, change, quote, old_date, new_date FROM wirewatch.meeting_timeline ORDER BY step"
    )
    assert [tuple(step) for step in steps] == [
        ("scheduled", None, "will visit", None, "2031-05-14"),
        ("postponed", "postponed", "has been postponed", "2031-05-14", None),
    ]


def test_what_an_archive_says_of_days_gone_by_is_counted_and_not_alerted(desk: Desk) -> None:
    desk.report(0, mention("cancelled", day(3)), at=NOW + timedelta(days=20))
    assert desk.alerts() == []
    (outcome,) = desk.rows("SELECT reason, subject, detail FROM wirewatch.outcome_details")
    assert tuple(outcome) == ("change_too_old", "http://outlet0.example/", "q")
    (meeting,) = desk.rows("SELECT status FROM wirewatch.meetings")
    assert meeting.status == "cancelled"


def test_old_news_of_a_day_to_come_is_still_an_alert(desk: Desk) -> None:
    desk.report(0, mention("cancelled", day(28)), at=NOW + timedelta(days=20))
    assert desk.alerts() == [("cancelled", 1, "2031-05-28", None)]


def test_an_alert_that_no_rule_wants_is_written_and_counted(desk: Desk) -> None:
    watches = desk.ctx.configuration.alerts.watches
    object.__setattr__(watches[0], "countries", ["FR"])
    desk.report(0, mention("cancelled", day(14)))
    assert len(desk.alerts()) == 1
    assert [row.reason for row in desk.rows("SELECT reason FROM wirewatch.outcomes")] == ["alert_without_channel"]


def test_one_row_that_cannot_be_read_does_not_stop_the_others(desk: Desk) -> None:
    broken = store_article(
        desk.ctx.engine,
        "http://broken.example/",
        "b " * 40,
        published=NOW,
        mentions=(mention("scheduled", day(14)),),
    )
    with desk.ctx.engine.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))  # a row that only a fault could make
        conn.execute(
            text("UPDATE store.meeting_mention SET status = 'nonsense' WHERE version_id = :id"), {"id": broken}
        )
    desk.report(24, mention("cancelled", day(14)))
    assert [alert[0] for alert in desk.alerts()] == ["cancelled"]
    (outcome,) = desk.rows("SELECT stage, reason, detail FROM wirewatch.outcome_details")
    assert (outcome.stage, outcome.reason) == ("follow", "row_failed")
    assert "nonsense" in outcome.detail
    (waiting,) = desk.rows("SELECT failures, due_at FROM store.work WHERE stage = 'follow'")
    assert waiting.failures == 1
    assert waiting.due_at > NOW + timedelta(hours=24)


def test_the_locks_of_link_and_of_migrations_are_two() -> None:
    assert len({TIMELINE_LOCK, TIMELINE_LOCK + 1, MIGRATION_LOCK}) == 3


def test_a_meeting_without_a_date_is_upcoming_too(desk: Desk) -> None:
    desk.report(0, mention("scheduled"))
    assert len(desk.rows("SELECT * FROM wirewatch.upcoming_meetings")) == 1


def test_feeds_that_may_soon_tell_of_a_planned_meeting(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    eve = datetime(2031, 5, 13, 9, tzinfo=UTC)
    with desk.ctx.engine.begin() as conn:
        conn.execute(
            text("""
                INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
                VALUES ('mfa', 'http://m.example/', 'M', '', 'tr', 'UTC', 'TR', 'ministry', true, now()),
                       ('daily', 'http://d.example/', 'D', '', 'tr', 'UTC', 'TR', 'newspaper', true, now())""")
        )
        ids = {row.key: row.id for row in conn.execute(text("SELECT key, id FROM store.feed"))}
        assert feeds_near_a_meeting(conn, now=eve) == {ids["mfa"]}
        conn.execute(
            text("""
                INSERT INTO store.feed_item (feed_id, identity, article_id, url, title, summary, content_html,
                                             first_seen_at, last_seen_at)
                SELECT :feed, 'x', id, url, '', '', '', now(), now() FROM store.article"""),
            {"feed": ids["daily"]},
        )
        assert feeds_near_a_meeting(conn, now=eve) == {ids["mfa"], ids["daily"]}
        assert feeds_near_a_meeting(conn, now=NOW) == frozenset(), "it is two weeks away"
    desk.report(24, mention("cancelled", day(14)))
    with desk.ctx.engine.connect() as conn:
        assert feeds_near_a_meeting(conn, now=eve) == frozenset()


def test_the_same_round_on_another_day_keeps_its_record_and_another_round_has_its_own(desk: Desk) -> None:
    fourth = replace(mention("scheduled", day(11), people=()), series_number=4)
    desk.report(0, fourth)
    desk.report(1, replace(fourth, status=MeetingStatus.POSTPONED, when=None, previous_when=day(3), place=None))
    desk.report(2, replace(fourth, series_number=5))
    assert desk.alerts() == [("rescheduled", 1, "2031-05-03", "2031-05-11")]
    assert desk.meetings() == [("rescheduled", "2031-05-11"), ("scheduled", "2031-05-11")]


def test_who_stays_away_from_one_summit_is_one_record(desk: Desk) -> None:
    for hours, person in ((0, SOKOLOV), (30, AYDINOGLU)):
        said = mention("cancelled", people=(replace(person, role="visitor"),), place=None)
        away = replace(said, format="summit", scope="attendance", series="g20", countries=(person.country or "",))
        desk.report(hours, away)
    ((absent,),) = desk.rows(
        "SELECT jsonb_array_length(absent) FROM store.meeting_version ORDER BY id DESC LIMIT 1"
    )
    assert absent == 2
    assert len(desk.meetings()) == 1


def test_who_may_stay_away_is_found_among_other_sides(desk: Desk) -> None:
    said = replace(mention("cancelled", people=(AYDINOGLU,), place=None), format="summit", scope="attendance")
    desk.report(0, replace(said, countries=("IN", "TR")))
    doubted = replace(said, status=MeetingStatus.UNCERTAIN, participants=(SOKOLOV, AYDINOGLU), scope="meeting")
    desk.report(24, replace(doubted, countries=("RU", "TR")))
    assert len(desk.meetings()) == 1
