"""What comes late, is corrected, is withdrawn or never comes: the state follows, and what was told is put right."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from newsroom_desk import AYDINOGLU, ISTANBUL, NOW, SOKOLOV, Desk, day, mention
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.records import Participant, Place
from pipeline.stages.line import STAGES
from pipeline.stages.maintain.rulings import deciding
from pipeline.store.withdrawals import restore, withdraw

OFFICE = Participant("off:RU.FM", "министр иностранных дел России", "RU", "off:RU.FM", "visitor")
ANKARA = Place("Ankara", "TR", True)


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Iterator[Desk]:
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        yield Desk(ctx)


def flags(desk: Desk) -> list[list[str]]:
    return [row.flags for row in desk.rows("SELECT flags FROM wirewatch.meetings ORDER BY meeting_id")]


def test_a_corrected_report_takes_its_alert_back(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    url = desk.report(24, mention("cancelled", day(14), quote="is off"))
    desk.edit(30, url, mention("scheduled", day(14)))
    assert [alert[:2] for alert in desk.alerts()] == [("cancelled", 1), ("retracted", 2)]
    assert desk.meetings() == [("scheduled", "2031-05-14")]
    first, second = desk.rows("SELECT key, amends, quote FROM wirewatch.alerts ORDER BY alert_id")
    assert (second.amends, second.quote) == (first.key, "is off")
    (payload,) = desk.rows("SELECT payload FROM store.alert WHERE change = 'retracted'")
    assert payload.payload["since"] == {"status": "scheduled", "date": "2031-05-14"}


def test_an_edit_that_still_says_so_changes_nothing(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    url = desk.report(24, mention("cancelled", day(14)))
    desk.edit(30, url, mention("cancelled", day(14)))
    assert desk.alerts() == [("cancelled", 1, "2031-05-14", None)]
    assert desk.meetings() == [("cancelled", "2031-05-14")]


def test_what_another_source_reports_as_well_is_not_taken_back(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    url = desk.report(24, mention("cancelled", day(14)))
    desk.report(25, mention("cancelled", day(14)))
    desk.edit(30, url)
    assert [alert[0] for alert in desk.alerts()] == ["cancelled"]
    assert desk.meetings() == [("cancelled", "2031-05-14")]


def test_a_page_that_is_gone_counts_no_more_and_counts_again_when_it_is_back(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(24, mention("postponed", moved_from=day(14)))
    (article,) = desk.rows("SELECT max(id) AS id FROM store.article")
    for hours, mark in ((30, partial(withdraw, reason="http_410")), (40, restore)):
        now = NOW + timedelta(hours=hours)
        with desk.ctx.engine.begin() as conn:
            assert mark(conn, article.id, now=now)
        STAGES["link"](desk.ctx, now)
    assert [alert[0] for alert in desk.alerts()] == ["postponed", "retracted", "postponed"]
    steps = desk.rows("SELECT status FROM wirewatch.meeting_timeline ORDER BY step")
    assert [step.status for step in steps] == ["scheduled", "postponed", "scheduled", "postponed"]


def test_a_meeting_without_any_report_left_says_so(desk: Desk) -> None:
    url = desk.report(0, mention("scheduled", day(14)))
    desk.edit(3, url)
    assert flags(desk) == [["withdrawn"]]
    assert desk.rows("SELECT * FROM wirewatch.upcoming_meetings") == []
    assert desk.alerts() == []


def test_cancelled_that_turns_out_to_be_postponed_is_corrected_not_doubled(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(24, mention("cancelled", day(14)))
    desk.report(26, mention("postponed", moved_from=day(14)))
    desk.report(28, mention("postponed", moved_from=day(14)))
    assert [alert[:2] for alert in desk.alerts()] == [("cancelled", 1), ("postponed", 1)]
    first, second = desk.rows("SELECT key, amends FROM wirewatch.alerts ORDER BY alert_id")
    assert (first.amends, second.amends) == (None, first.key)


def test_a_word_that_flips_back_is_told_again_each_time(desk: Desk) -> None:
    """The pages that found the other word go and come back: whoever was told must hear how it stands."""
    desk.report(0, mention("scheduled", day(14)))
    desk.report(24, mention("cancelled", day(14)))
    desk.report(26, mention("postponed", moved_from=day(14)))
    (softer,) = desk.rows("SELECT max(id) AS id FROM store.article")
    for hours, mark in (
        (30, partial(withdraw, reason="http_410")),
        (40, restore),
        (50, partial(withdraw, reason="x")),
    ):
        now = NOW + timedelta(hours=hours)
        with desk.ctx.engine.begin() as conn:
            assert mark(conn, softer.id, now=now)
        STAGES["link"](desk.ctx, now)
        STAGES["link"](desk.ctx, now + timedelta(hours=1))  # and only once
    told = desk.rows("SELECT change, sequence, key, amends, deliveries FROM wirewatch.alerts ORDER BY alert_id")
    assert [(alert.change, alert.sequence) for alert in told] == [
        ("cancelled", 1), ("postponed", 1), ("cancelled", 2), ("postponed", 2), ("cancelled", 3),
    ]  # fmt: skip
    assert [alert.amends for alert in told] == [None, *[told[0].key] * 4]
    assert len({alert.key for alert in told}) == 5
    assert all(alert.deliveries for alert in told)
    (meeting,) = desk.rows("SELECT status, sequence FROM wirewatch.meetings")
    assert tuple(meeting) == ("cancelled", 3)


def test_what_was_told_before_a_merge_can_be_taken_back_after_it(desk: Desk) -> None:
    """The other record took an alert back under this very number before it went into this one."""
    desk.report(0, mention("scheduled", day(14)))
    desk.report(1, mention("scheduled", day(20, 7)))
    one, other = desk.rows("SELECT meeting_id FROM wirewatch.meetings ORDER BY meeting_id")
    desk.edit(30, desk.report(24, mention("cancelled", day(14))), mention("scheduled", day(14)))
    wrong = desk.report(48, mention("cancelled", day(14)))
    desk.report(49, mention("cancelled", day(20, 7)))
    with deciding(desk.ctx, who="Deniz", why="one visit", now=NOW + timedelta(hours=50)) as decision:
        decision.merge(one.meeting_id, other.meeting_id)
    desk.edit(60, wrong, mention("scheduled", day(14)))
    told = desk.rows("SELECT change, sequence, key, amends FROM wirewatch.alerts ORDER BY alert_id")
    assert (told[-1].change, told[-1].sequence, told[-1].amends) == ("retracted", 2, told[2].key)
    assert len({alert.key for alert in told}) == len(told)
    steps = desk.rows(f"SELECT FROM store.meeting_version WHERE meeting_id = {other.meeting_id} AND sequence = 2")
    assert len(steps) == 1, "told at the first try, without a state nobody heard of"


def test_an_alert_that_finds_its_place_taken_is_counted(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    with desk.ctx.engine.begin() as conn:
        conn.execute(
            text("""
                INSERT INTO store.alert (meeting_id, sequence, change, meeting_version_id, mention_id, key, payload,
                                         created_at)
                SELECT s.meeting_id, 1, 'cancelled', s.id, s.proof_mention_id, m.uid || '/1/cancelled', '{}', now()
                  FROM store.meeting_version s JOIN store.meeting m ON m.id = s.meeting_id""")
        )
    desk.report(24, mention("cancelled", day(14), quote="is off"))
    assert len(desk.alerts()) == 1
    (outcome,) = desk.rows("SELECT stage, reason, subject, detail FROM wirewatch.outcome_details")
    assert (outcome.stage, outcome.reason, outcome.detail) == ("link", "alert_key_taken", "is off")
    assert outcome.subject.endswith("/1/cancelled")


def test_a_day_that_passes_in_silence_has_lapsed(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    STAGES["link"](desk.ctx, NOW + timedelta(days=15))  # 16 May: it may still be reported
    assert flags(desk) == [[]]
    STAGES["link"](desk.ctx, NOW + timedelta(days=16))
    assert flags(desk) == [["lapsed"]]
    assert desk.meetings() == [("scheduled", "2031-05-14")]  # never held
    desk.report(24 * 17, mention("held", day(14)))
    assert (desk.meetings(), flags(desk)) == ([("held", "2031-05-14")], [[]])


def test_a_postponed_meeting_does_not_lapse_on_its_old_day(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(24, mention("postponed", moved_from=day(14)))
    desk.report(48, mention("rescheduled", day(2, 6)))
    STAGES["link"](desk.ctx, NOW + timedelta(days=20))
    assert flags(desk) == [[]]
    STAGES["link"](desk.ctx, NOW + timedelta(days=40))
    assert flags(desk) == [["lapsed"]]


STORY = (
    (0, mention("scheduled", day(14), people=(SOKOLOV,))),
    (5, mention("scheduled", day(14), people=(AYDINOGLU,), place=None)),  # belongs there only through the next
    (8, mention("confirmed", day(14))),
    (24, mention("postponed", moved_from=day(14))),
    (100, mention("rescheduled", day(2, 6), moved_from=day(14))),
)


@pytest.mark.parametrize("order", [(4, 3, 2, 1, 0), (1, 0, 3, 2, 4), (3, 0, 4, 1, 2)])
def test_any_order_of_arrival_gives_the_same_meetings_and_alerts(
    engine: Engine, tmp_path: Path, order: tuple[int, ...]
) -> None:
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        desk = Desk(ctx)
        for number in order:
            hours, told = STORY[number]
            desk.report(hours, told, url=f"http://s{number}.example/", body=f"b{number} " * 60)
        found = (desk.meetings(), sorted(alert[0] for alert in desk.alerts()))
        with engine.begin() as conn:
            conn.execute(text("SET LOCAL wirewatch.retention = 'on'"))
            conn.execute(text("TRUNCATE store.article, store.meeting, store.work, store.outcome CASCADE"))
        for number, (hours, told) in enumerate(STORY):
            desk.report(hours, told, url=f"http://s{number}.example/", body=f"b{number} " * 60)
        assert found == (desk.meetings(), sorted(alert[0] for alert in desk.alerts()))


def test_a_report_in_between_makes_one_meeting_of_two_and_alerts_nobody_twice(desk: Desk) -> None:
    """The later two were taken for different meetings until the first plan arrives."""
    desk.report(30, mention("cancelled", day(14), people=(AYDINOGLU,)))
    desk.report(31, mention("cancelled", day(14), people=(SOKOLOV,)))
    assert [status for status, _ in desk.meetings()] == ["cancelled", "cancelled"]
    desk.report(0, mention("scheduled", day(14)))
    assert desk.meetings() == [("cancelled", "2031-05-14")]
    assert len(desk.alerts()) == 2  # what was told was told
    (merged,) = desk.rows("SELECT count(*) AS n FROM store.meeting WHERE merged_into IS NOT NULL")
    assert merged.n == 1


def test_the_same_people_on_another_day_are_queued_for_a_person(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(5, mention("scheduled", day(20), place=None))
    assert desk.meetings() == [("scheduled", "2031-05-14"), ("scheduled", "2031-05-20")]
    (queued,) = desk.rows("SELECT fit, maybe_date, date FROM wirewatch.possible_links")
    assert tuple(queued) == ("silent_reschedule", "2031-05-14", "2031-05-20")


def test_another_day_told_by_two_outlets_is_a_reschedule(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(5, mention("scheduled", day(20)))
    assert desk.meetings() == [("scheduled", "2031-05-14")]
    assert desk.alerts() == []
    desk.report(6, mention("scheduled", day(20)))
    assert desk.meetings() == [("rescheduled", "2031-05-20")]
    assert [alert[0] for alert in desk.alerts()] == ["rescheduled"]


def test_three_languages_are_one_meeting(desk: Desk) -> None:
    """An office in Russian, a surname in Turkish letters, both in English."""
    turkish = Participant("per:ru.sokolov", "Grigoriy Sokolov", "RU", "off:RU.FM", "visitor")
    desk.report(0, mention("scheduled", day(14), people=(OFFICE,), place=Place("Turkey", "TR", False)))
    desk.report(2, mention("scheduled", day(14), people=(turkish,)))
    desk.report(4, mention("confirmed", day(14)))
    desk.report(9, mention("postponed", moved_from=day(14), people=(OFFICE,), place=None))
    (meeting,) = desk.rows("SELECT * FROM wirewatch.meetings")
    assert (meeting.status, meeting.place, meeting.reports, meeting.witnesses) == ("postponed", "Istanbul", 4, 4)
    assert "Grigory Sokolov" in meeting.participants or "Grigoriy Sokolov" in meeting.participants
    assert len(desk.alerts()) == 1


def test_two_cities_are_two_meetings(desk: Desk) -> None:
    for hours, place in itertools.product((0, 3), (ISTANBUL, ANKARA)):
        desk.report(hours, mention("scheduled", day(14), place=place))
    assert len(desk.meetings()) == 2
