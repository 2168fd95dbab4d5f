"""`wirewatch meetings try`: each step of the reader, for people and for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture(autouse=True)
def shipped_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_CONFIG_DIR", str(CONFIG))


def told(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["meetings", "try", *arguments, "--date", "2025-10-06"])
    assert result.exit_code == 0, result.output
    return result.output


def test_every_step_is_shown() -> None:
    lines = told("Serbian president skips G20 summit over a row with Croatia").splitlines()
    assert "rule     en.cancelled.skip: 'skips' of 'G20'" in lines
    assert "out      Croatia: topic" in lines
    assert lines[-1].startswith("meeting  cancelled RS summit of attendance")


def test_what_the_words_around_a_verb_leave_open_and_why_it_is_official() -> None:
    lines = told("Serbia may postpone talks with Croatia").splitlines()
    assert "stance   uncertain" in lines
    assert "official yes: two sides are named" in lines
    assert (
        "official open: the article must name the other side"
        in told("Serbian president cancels visit").splitlines()
    )


def test_why_there_is_no_meeting() -> None:
    output = told("Pakistan cricket tour to the Netherlands postponed")
    assert "claim    none: no official meeting: sport" in output
    assert "meeting  none" in output


def test_a_headline_and_a_text_in_another_language_for_machines() -> None:
    output = told("Визит отменён || Президент Сербии отменил визит в Москву.", "--language", "ru", "--json")
    mentions = json.loads(output)["mentions"]
    assert [(one["status"], one["countries"]) for one in mentions] == [("cancelled", ["RS", "RU"])]


def test_a_day_that_is_none() -> None:
    result = CliRunner().invoke(app, ["meetings", "try", "Talks", "--date", "6 October"])
    assert result.exit_code == 2
    assert "expected a day as YYYY-MM-DD" in result.output
