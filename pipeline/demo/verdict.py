"""Checks the replay against the story: every expected alert and meeting, and no other alert."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.demo.observe import AlertSeen, MeetingSeen
from pipeline.demo.story import ExpectedAlert, ExpectedMeeting, Story


def differences(story: Story, alerts: Sequence[AlertSeen], meetings: Sequence[MeetingSeen]) -> list[str]:
    """One line for each thing that is not as the story expects it; empty where all is well."""
    return [*_alert_differences(story, alerts), *_meeting_differences(story.meetings, meetings)]


def _alert_differences(story: Story, alerts: Sequence[AlertSeen]) -> list[str]:
    paths = {article.id: article.path for article in story.articles}
    left = list(alerts)
    found: list[str] = []
    for expected in story.alerts:
        name = f"alert {expected.change} of {', '.join(expected.participants)}"
        alert = next((a for a in left if _is_about(a, expected)), None)
        if alert is None:
            found.append(f"{name}: not raised")
            continue
        left.remove(alert)
        found.extend(f"{name}: {line}" for line in _field_differences(expected, alert, paths[expected.article]))
    found.extend(f"alert {a.facts['change']}: not expected: “{a.facts['quote']}” ({a.facts['url']})" for a in left)
    return found


def _is_about(alert: AlertSeen, expected: ExpectedAlert) -> bool:
    return alert.facts["change"] == expected.change and set(expected.participants) <= alert.parties


def _field_differences(expected: ExpectedAlert, alert: AlertSeen, path: str) -> list[str]:
    wanted = {
        "place": expected.place,
        "old_date": expected.old_date.isoformat() if expected.old_date else None,
        "new_date": expected.new_date.isoformat() if expected.new_date else None,
    }
    found = [
        f"{key} should be {value}, is {alert.facts[key]}"
        for key, value in wanted.items()
        if alert.facts[key] != value
    ]
    if not alert.facts["url"].endswith(path):
        found.append(f"proof should be in {path}, is in {alert.facts['url']}")
    if expected.quote not in alert.facts["quote"]:
        found.append(f"quote should contain “{expected.quote}”, is “{alert.facts['quote']}”")
    return found


def _meeting_differences(expected: Sequence[ExpectedMeeting], meetings: Sequence[MeetingSeen]) -> list[str]:
    found: list[str] = []
    for wanted in expected:
        name = f"meeting {wanted.name}"
        same = [m for m in meetings if set(wanted.participants) <= m.parties and _on(m, wanted)]
        if len(same) != 1:
            found.append(f"{name}: expected one on {wanted.day}, found {len(same)}")
            continue
        previous = tuple(day.isoformat() for day in wanted.previous)
        if (same[0].status, same[0].previous) != (wanted.status, previous):
            found.append(
                f"{name}: should be {wanted.status} (moved from {previous}), "
                f"is {same[0].status} (moved from {same[0].previous})"
            )
    return found


def _on(meeting: MeetingSeen, wanted: ExpectedMeeting) -> bool:
    return meeting.date == (wanted.day.isoformat() if wanted.day else None)
