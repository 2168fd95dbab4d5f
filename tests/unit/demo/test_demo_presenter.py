"""What the demo prints: readable without colour, within 80 columns, and honest about a failure."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from rich.console import Console
from rich.style import Style

from pipeline.alerts.colours import COLOURS
from pipeline.alerts.words import ChangeKind
from pipeline.demo.observe import AlertSeen, MeetingSeen, NewText
from pipeline.demo.presenter import Presenter
from pipeline.demo.replay import Outcome, ReplayStep
from pipeline.meetings.follow.changes import Change
from pipeline.records import MeetingStatus

FACTS: dict[str, Any] = {
    "change": "postponed",
    "participants": ["Grigory Sokolov", "Anton Veresayev"],
    "countries": ["RU", "TR"],
    "place": "Istanbul",
    "old_date": "2025-10-10",
    "new_date": None,
    "quote": "The visit [planned] for October 10 has been postponed, a new date will be agreed.",
    "outlet": "Volna",
    "title": "Visit to Istanbul postponed",
    "url": "http://127.0.0.1:40000/en/world/2025-10-09-talks-in-istanbul-postponed-and-a-longer-slug",
}
ALERT = AlertSeen(FACTS, frozenset(), reports=6, sources=3)
MEETING = MeetingSeen(
    id=1,
    first=False,
    status="postponed",
    participants=("Grigory Sokolov", "Anton Veresayev", "Kemal Aydinoglu", "Orhan Saygin"),
    parties=frozenset(),
    countries=("RU", "TR"),
    place="Istanbul",
    format="visit",
    date=None,
    previous=("2025-10-10",),
    reports=6,
    sources=3,
)
COPY = NewText("The Bosphorus Courier", "A headline [bold] " * 8, "en", "http://x", "Boğaz Ajansı", False)
CORRECTED = NewText("Невский вестник", "Заголовок", "ru", "http://x", None, True)
STEP = ReplayStep(datetime(2025, 10, 9, 22, 15, tzinfo=UTC), (COPY, CORRECTED), (MEETING,), 2, (ALERT,))
COUNTS = dict.fromkeys(
    ("polls", "items", "articles", "versions", "copies", "mentions", "meetings", "alerts", "delivered"), 7
)


def printed(width: int, *actions: Any) -> str:
    stream = io.StringIO()
    presenter = Presenter(Console(file=stream, width=width, highlight=False))
    for name, *arguments in actions:
        getattr(presenter, name)(*arguments)
    return stream.getvalue()


def outcome(*differences: str) -> Outcome:
    return Outcome((MEETING,), (ALERT,), COUNTS, requests=9, not_modified=5, differences=differences)


@pytest.mark.parametrize("width", [80, 100, 200])
def test_it_fits_the_terminal_and_needs_no_colour(width: int) -> None:
    text = printed(width, ("opening", 9, 58), ("step", STEP), ("summary", outcome()))
    assert max(map(len, text.splitlines())) <= min(width, 100)
    assert "\x1b" not in text


def test_a_step_says_when_who_and_what_became_of_it() -> None:
    text = printed(80, ("step", STEP))
    assert "Friday 10 October 2025" in text  # Istanbul is ahead of UTC
    assert "01:15  The Bosphorus Courier  copy of Boğaz Ajansı: A headline [bold]" in text
    assert "       Невский вестник        corrected: Заголовок" in text
    assert "meeting now: postponed · Grigory Sokolov, Anton Veresayev" in text
    assert "2 more reports, nothing new" in text


def test_the_day_is_printed_once() -> None:
    assert printed(80, ("step", STEP), ("step", STEP)).count("Friday 10 October 2025") == 1


def test_an_alert_shows_its_proof_as_it_was_written() -> None:
    text = " ".join(printed(80, ("step", STEP)).replace("│", " ").split())
    assert "ALERT · POSTPONED" in text
    assert "“The visit [planned] for October 10 has been postponed, a new date will be agreed.”" in text
    assert "Fri 10 Oct 2025 → new date to be agreed" in text
    assert "6 on this meeting, 3 of them independent" in text


def test_a_date_that_is_no_day_is_told_as_what_it_is() -> None:
    later = replace(ALERT, facts={**FACTS, "change": "rescheduled", "new_date": "[2025-10-20..2025-10-31]"})
    assert "Fri 10 Oct 2025 → in 20–31 Oct 2025" in printed(80, ("step", replace(STEP, alerts=(later,))))
    vague = replace(ALERT, facts={**FACTS, "change": "rescheduled", "new_date": "2025-11"})
    assert "Fri 10 Oct 2025 → 2025-11" in printed(80, ("step", replace(STEP, alerts=(vague,))))
    unknown = replace(ALERT, facts={**FACTS, "change": "cancelled", "old_date": None})
    text = printed(80, ("step", replace(STEP, alerts=(unknown,))))
    assert "date unknown → will not take place" in text


@pytest.mark.parametrize("change", [*Change, "retracted"])
def test_an_alert_nobody_expects_is_shown_like_any_other(change: str) -> None:
    """The verdict at the end says that the story has none; on the way there it must not break the replay."""
    surprise = replace(ALERT, facts={**FACTS, "change": change})
    text = printed(80, ("step", replace(STEP, alerts=(surprise,))), ("summary", outcome("one alert too many")))
    assert f"ALERT · {change.upper()}" in text
    assert ("new date to be agreed" in text) == (change in ("postponed", "rescheduled", "reinstated"))
    assert "- one alert too many" in text


def test_every_status_and_change_has_its_colour() -> None:
    assert set(COLOURS) == {*MeetingStatus, *get_args(ChangeKind)}
    for colour in COLOURS.values():
        assert Style.parse(colour)


def test_the_summary_says_what_differs() -> None:
    assert "All 1 expected alerts were raised, and no other." in printed(80, ("summary", outcome()))
    text = printed(80, ("summary", outcome("alert cancelled of RU: not raised")))
    assert "- alert cancelled of RU: not raised" in text
    assert "expected alerts were raised" not in text


def test_the_next_steps_can_be_copied() -> None:
    text = printed(80, ("next_steps", ".venv/bin/wirewatch"))
    assert "    .venv/bin/wirewatch db psql\n    \\c wirewatch_demo\n    SELECT " in text
    assert all(line.rstrip().endswith(";") for line in text.splitlines() if "SELECT" in line)
