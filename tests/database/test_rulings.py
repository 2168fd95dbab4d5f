"""What a person decides holds, whatever is linked again afterwards, and is recorded with who and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from newsroom_desk import AYDINOGLU, NOW, SOKOLOV, Desk, day, mention
from sqlalchemy import Engine, text
from staging import source, stage_context
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.errors import RulingError
from pipeline.stages.line import STAGES
from pipeline.stages.maintain.rulings import Decision, deciding
from pipeline.store.meetings import timeline_writer

LATER = NOW + timedelta(days=2)


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Iterator[Desk]:
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        yield Desk(ctx)


def mentions_of(desk: Desk, meeting_id: int) -> list[int]:
    query = f"SELECT mention_id FROM store.meeting_evidence WHERE meeting_id = {meeting_id} ORDER BY mention_id"
    return [row.mention_id for row in desk.rows(query)]


def decide(desk: Desk) -> object:
    return deciding(desk.ctx, who="Deniz", why="read both texts", now=LATER)


def two_meetings(desk: Desk) -> tuple[int, int]:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(5, mention("scheduled", day(20, 7)))  # two months later: two visits, as far as the rules can know
    first, second = desk.rows("SELECT meeting_id FROM wirewatch.meetings ORDER BY meeting_id")
    return first.meeting_id, second.meeting_id


def test_merging_two_records_keeps_one_and_says_who_and_why(desk: Desk) -> None:
    first, second = two_meetings(desk)
    with deciding(desk.ctx, who="Deniz", why="the ministry moved it quietly", now=LATER) as decision:
        decision.merge(second, first)
    (meeting,) = desk.rows("SELECT meeting_id, reports FROM wirewatch.meetings")
    assert tuple(meeting) == (first, 2)
    (ruling,) = desk.rows("SELECT verb, meeting_id, other_id, who, why FROM wirewatch.meeting_rulings")
    assert tuple(ruling) == ("merge", second, first, "Deniz", "the ministry moved it quietly")
    assert desk.rows("SELECT * FROM wirewatch.possible_links") == []
    assert desk.alerts() == []


def test_a_merge_survives_reports_that_arrive_late(desk: Desk) -> None:
    first, second = two_meetings(desk)
    with decide(desk) as decision:  # type: ignore[attr-defined]
        decision.merge(second, first)
    # Published before both: everything is decided again.
    desk.report(-3, mention("scheduled", day(20, 7)), at=LATER)
    assert mentions_of(desk, second) == []
    assert len(mentions_of(desk, first)) == 2


def test_splitting_makes_a_record_of_its_own(desk: Desk) -> None:
    for hours in (0, 3):
        desk.report(hours, mention("scheduled", day(14)))
    (meeting,) = desk.rows("SELECT meeting_id FROM wirewatch.meetings")
    kept, moved = mentions_of(desk, meeting.meeting_id)
    with decide(desk) as decision:  # type: ignore[attr-defined]
        made = decision.split(meeting.meeting_id, [moved])
    assert (mentions_of(desk, meeting.meeting_id), mentions_of(desk, made)) == ([kept], [moved])
    desk.report(-1, mention("scheduled", day(14)), at=LATER)
    assert kept in mentions_of(desk, meeting.meeting_id)
    assert moved in mentions_of(desk, made)


def test_an_unlinked_report_counts_no_more_and_its_alert_is_taken_back(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(24, mention("cancelled", day(14)))
    (meeting,) = desk.rows("SELECT meeting_id FROM wirewatch.meetings")
    _, wrong = mentions_of(desk, meeting.meeting_id)
    with decide(desk) as decision:  # type: ignore[attr-defined]
        decision.unlink(meeting.meeting_id, [wrong])
    assert desk.meetings() == [("scheduled", "2031-05-14")]
    assert [alert[0] for alert in desk.alerts()] == ["cancelled", "retracted"]
    (step,) = desk.rows("SELECT ruling FROM wirewatch.meeting_timeline ORDER BY step DESC LIMIT 1")
    assert step.ruling == "unlink by Deniz: read both texts"
    desk.report(-1, mention("scheduled", day(14)), at=LATER)
    assert wrong not in mentions_of(desk, meeting.meeting_id)


def test_a_report_can_be_linked_where_no_rule_would(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14), people=(SOKOLOV,)))
    desk.report(3, mention("cancelled", day(14), people=(AYDINOGLU,)))
    first, second = (row.meeting_id for row in desk.rows("SELECT meeting_id FROM wirewatch.meetings ORDER BY 1"))
    with decide(desk) as decision:  # type: ignore[attr-defined]
        decision.link(mentions_of(desk, second), first)
    assert desk.meetings() == [("cancelled", "2031-05-14")]
    assert len(desk.alerts()) == 1  # it was told when it was read first


def test_a_change_that_is_moved_by_hand_is_taken_back_here_and_told_there(desk: Desk) -> None:
    first, second = two_meetings(desk)
    desk.report(24, mention("cancelled", day(14)))
    *_, wrong = mentions_of(desk, first)
    with decide(desk) as decision:  # type: ignore[attr-defined]
        decision.link([wrong], second)
    assert [status for status, _ in desk.meetings()] == ["scheduled", "cancelled"]
    alerts = desk.rows("SELECT change, meeting_id FROM wirewatch.alerts ORDER BY alert_id")
    assert sorted(map(tuple, alerts)) == sorted(
        [("cancelled", first), ("retracted", first), ("cancelled", second)]
    )
    desk.report(-1, mention("scheduled", day(14)), at=LATER)
    assert len(desk.alerts()) == 3, "and only once"


def test_what_was_read_anew_inherits_the_decision(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(3, mention("scheduled", day(14)))
    (meeting,) = desk.rows("SELECT meeting_id FROM wirewatch.meetings")
    _, wrong = mentions_of(desk, meeting.meeting_id)
    with decide(desk) as decision:  # type: ignore[attr-defined]
        decision.unlink(meeting.meeting_id, [wrong])
    columns = (
        "version_id, number, status, participants, participant_ids, countries, place_name, place_country,"
        " place_is_city, format, edtf, earliest, latest, clock, quote, quote_field, quote_start, quote_end, rules,"
        " confidence, attribution"
    )
    with desk.ctx.engine.begin() as conn:
        conn.execute(
            text(
                f"INSERT INTO store.meeting_mention ({columns}, rules_version)"
                f" SELECT {columns}, '2' FROM store.meeting_mention WHERE id = :id"
            ),
            {"id": wrong},
        )
        conn.execute(
            text(
                "INSERT INTO store.work (stage, subject_id, due_at)"
                " SELECT 'follow', version_id, :now FROM store.meeting_mention WHERE id = :id"
            ),
            {"id": wrong, "now": LATER},
        )
    STAGES["link"](desk.ctx, LATER)
    assert len(mentions_of(desk, meeting.meeting_id)) == 1


def test_a_dismissed_meeting_leaves_the_views_and_alerts_nobody(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    (meeting,) = desk.rows("SELECT meeting_id FROM wirewatch.meetings")
    with decide(desk) as decision:  # type: ignore[attr-defined]
        decision.dismiss(meeting.meeting_id)
    desk.report(24, mention("cancelled", day(14)))
    assert (desk.meetings(), desk.alerts()) == ([], [])
    with decide(desk) as decision:  # type: ignore[attr-defined]
        decision.dismiss(meeting.meeting_id, restore=True)
    assert desk.meetings() == [("cancelled", "2031-05-14")]
    reasons = desk.rows("SELECT stage, reason, detail FROM wirewatch.outcome_details")
    assert [tuple(row) for row in reasons] == [("link", "meeting_dismissed", "q")]


def test_what_was_told_of_a_dismissed_meeting_is_put_right_for_the_record_only(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    wrong = desk.report(24, mention("cancelled", day(14)))
    (meeting,) = desk.rows("SELECT meeting_id FROM wirewatch.meetings")
    with decide(desk) as decision:  # type: ignore[attr-defined]
        decision.dismiss(meeting.meeting_id)
    softer = desk.report(26, mention("postponed", moved_from=day(14)))
    desk.edit(30, softer)
    desk.edit(31, wrong, mention("scheduled", day(14)))
    told = desk.rows("SELECT change, deliveries FROM wirewatch.alerts ORDER BY alert_id")
    assert [alert.change for alert in told] == ["cancelled", "postponed", "cancelled", "retracted"]
    assert [bool(alert.deliveries) for alert in told] == [True, False, False, False]
    recorded = desk.rows("SELECT payload ->> 'recorded_only' AS only FROM store.alert ORDER BY id")
    assert [row.only for row in recorded] == [None, "true", "true", "true"]
    (outcome,) = desk.rows("SELECT reason, times FROM wirewatch.outcome_details")
    assert tuple(outcome) == ("meeting_dismissed", 3)


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda d, m: d.merge(m, 999), "no meeting 999"),
        (lambda d, m: d.merge(m, m), "already"),
        (lambda d, m: d.split(m, [999]), "has no report 999"),
        (lambda d, m: d.unlink(m, [999]), "has no report 999"),
        (lambda d, m: d.link([999], m), "no report 999"),
        (lambda d, m: d.dismiss(m, restore=True), "not dismissed"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_changes_nothing(desk: Desk, attempt, message: str) -> None:  # type: ignore[no-untyped-def]
    desk.report(0, mention("scheduled", day(14)))
    (meeting,) = desk.rows("SELECT meeting_id FROM wirewatch.meetings")
    with pytest.raises(RulingError, match=message), decide(desk) as decision:  # type: ignore[attr-defined]
        attempt(decision, meeting.meeting_id)
    assert desk.rows("SELECT * FROM wirewatch.meeting_rulings") == []


def test_a_decision_needs_a_name_a_reason_and_its_turn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RulingError, match="--why"), deciding(desk.ctx, who="Deniz", why=" ", now=LATER):
        pass
    monkeypatch.setattr("pipeline.stages.maintain.rulings.WAIT_S", 0.1)
    with (
        timeline_writer(desk.ctx.engine),
        pytest.raises(RulingError, match="try again"),
        decide(desk) as decision,  # type: ignore[attr-defined]
    ):
        assert isinstance(decision, Decision)


def test_the_verbs_by_hand(desk: Desk, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.report(0, mention("scheduled", day(14), quote="will visit Istanbul"))
    desk.report(24, mention("postponed", moved_from=day(14), quote="has been postponed"))
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("WIREWATCH_DATA_DIR", str(tmp_path))

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["meetings", *words], catch_exceptions=False)
        assert result.exit_code == 0
        return result.stdout

    (listed,) = json.loads(run("list", "--json", "--country", "ru", "--person", "sokolov"))
    number = str(listed["meeting_id"])
    assert "postponed" in run("list")
    assert "No meeting fits" in run("list", "--country", "FR")
    found = json.loads(run("show", number, "--json"))
    assert [step["status"] for step in found["timeline"]] == ["scheduled", "postponed"]
    wrong = str(found["reports"][1]["mention_id"])
    run("unlink", number, wrong, "--why", "of another visit", "--who", "Deniz")
    page = run("show", number)
    for piece in ("scheduled", "will visit Istanbul", "unlink by Deniz: of another visit", "Alerts", "retracted"):
        assert piece in page
    run("link", number, wrong, "--why", "was right after all")
    assert json.loads(run("show", number, "--json"))["status"] == "postponed"
    run("split", number, wrong, "--why", "two visits")
    run("dismiss", number, "--why", "a rumour")
    assert "dismissed" in run("show", number)
    run("dismiss", number, "--undo", "--why", "no rumour")
    with pytest.raises(RulingError, match="no meeting 999"):
        run("show", "999")
