"""The verdict of a replay: it must be able to fail in every way a replay can go wrong."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.demo.observe import AlertSeen, MeetingSeen
from pipeline.demo.story import Story, load_story
from pipeline.demo.verdict import differences


@pytest.fixture(scope="module")
def story() -> Story:
    return load_story()


@pytest.fixture
def alerts(story: Story) -> list[AlertSeen]:
    paths = {article.id: article.path for article in story.articles}
    return [
        AlertSeen(
            facts={
                "change": alert.change,
                "place": alert.place,
                "old_date": str(alert.old_date) if alert.old_date else None,
                "new_date": str(alert.new_date) if alert.new_date else None,
                "quote": f"It {alert.quote}, they say.",
                "url": f"http://127.0.0.1:1{paths[alert.article]}",
            },
            parties=frozenset({*alert.participants, "per:somebody.else"}),
            reports=1,
            sources=1,
        )
        for alert in story.alerts
    ]


@pytest.fixture
def meetings(story: Story) -> list[MeetingSeen]:
    return [
        MeetingSeen(
            id=number,
            first=False,
            status=meeting.status,
            participants=(meeting.name,),
            parties=frozenset(meeting.participants),
            countries=(),
            place=None,
            format="talks",
            date=str(meeting.day) if meeting.day else None,
            previous=tuple(map(str, meeting.previous)),
            reports=1,
            sources=1,
        )
        for number, meeting in enumerate(story.meetings)
    ]


def changed(alert: AlertSeen, **facts: Any) -> AlertSeen:
    return replace(alert, facts={**alert.facts, **facts})


def test_all_as_expected(story: Story, alerts: list[AlertSeen], meetings: list[MeetingSeen]) -> None:
    assert differences(story, alerts, meetings) == []
    assert differences(story, alerts[::-1], meetings[::-1]) == []


def test_a_missing_alert(story: Story, alerts: list[AlertSeen], meetings: list[MeetingSeen]) -> None:
    assert differences(story, alerts[1:], meetings) == ["alert postponed of off:RU.FM, off:RU.DM: not raised"]


def test_an_alert_raised_twice(story: Story, alerts: list[AlertSeen], meetings: list[MeetingSeen]) -> None:
    (line,) = differences(story, [*alerts, alerts[0]], meetings)
    assert line.startswith("alert postponed: not expected: “It ")


def test_an_alert_on_other_people(story: Story, alerts: list[AlertSeen], meetings: list[MeetingSeen]) -> None:
    alerts[0] = replace(alerts[0], parties=frozenset({"off:IR.FM"}))
    missing, unexpected = differences(story, alerts, meetings)
    assert missing.endswith("not raised")
    assert unexpected.startswith("alert postponed: not expected")


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"place": "Ankara"}, "place should be Istanbul, is Ankara"),
        ({"old_date": None}, "old_date should be 2025-10-10, is None"),
        ({"new_date": "2025-10-12"}, "new_date should be None, is 2025-10-12"),
        ({"quote": "Nothing of it."}, "quote should contain"),
        ({"url": "http://127.0.0.1:1/elsewhere"}, "proof should be in /en/world/"),
    ],
)
def test_an_alert_with_a_wrong_fact(
    story: Story, alerts: list[AlertSeen], meetings: list[MeetingSeen], facts: dict[str, Any], line: str
) -> None:
    (found,) = differences(story, [changed(alerts[0], **facts), *alerts[1:]], meetings)
    assert line in found


@pytest.mark.parametrize("wrong", [{"status": "cancelled"}, {"previous": ("2025-10-01",)}, {"date": None}])
def test_a_meeting_in_another_state(
    story: Story, alerts: list[AlertSeen], meetings: list[MeetingSeen], wrong: dict[str, Any]
) -> None:
    (line,) = differences(story, alerts, [replace(meetings[0], **wrong), *meetings[1:]])
    assert line.startswith("meeting Sokolov and Veresayev in Istanbul: ")


def test_a_meeting_that_stands_twice(story: Story, alerts: list[AlertSeen], meetings: list[MeetingSeen]) -> None:
    (line,) = differences(story, alerts, [*meetings, meetings[1]])
    assert line == "meeting Mehrabi in Istanbul: expected one on 2025-10-10, found 2"
