"""config/alerts.yml: which change goes where."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from pipeline.alerts.rules import AlertRules, AppriseChannel, ChangeName
from pipeline.configuration.folder import read_table
from pipeline.errors import ConfigurationError
from pipeline.meetings.follow import changes
from pipeline.yaml_file import load, parse

CONFIG = Path(__file__).resolve().parents[3] / "config"
TEXT = """\
channels:
  - {name: console, kind: console}
  - {name: desk, kind: apprise, url_env: DESK_URL}
  - {name: hook, kind: webhook, url: "https://hook.example/token"}
  - {name: file, kind: file, path: out/alerts.jsonl}
rules:
  - {name: all, channels: [file]}
  - {name: pair, countries: [RU, TR], changes: [cancelled, postponed], channels: [hook, console]}
  - {name: person, people: [per:ru.lavrov, per:tr.fidan], min_confidence: 0.8, channels: [desk, file]}
"""


def rules(text: str = TEXT) -> AlertRules:
    return parse(text, AlertRules, name="a.yml")


def test_a_rule_can_name_every_change_there_is_and_no_other() -> None:
    assert set(get_args(ChangeName)) == {*changes.Change, "retracted"}


def test_a_rule_can_name_everybody_the_gazetteer_knows() -> None:
    people = sorted(row["person"] for row in read_table(CONFIG, "people"))
    countries = sorted(row["code"] for row in read_table(CONFIG, "countries"))
    assert {"per:ru.sokolov_m", "OSCE"} <= {*people, *countries}
    text = TEXT.replace("[RU, TR]", f"[{', '.join(countries)}]").replace("per:tr.fidan", ", ".join(people))
    found = rules(text).rules
    assert (found[1].countries, found[2].people[1:]) == (countries, people)


def test_shipped_rules_send_every_change_to_console_and_file() -> None:
    shipped = load(CONFIG / "alerts.yml", AlertRules)
    for change in changes.Change:
        assert shipped.channels_for(change, ["RU", "TR"], [], 0.0) == ("console", "file")
    assert [(c.kind, c.name) for c in shipped.channels] == [("console", "console"), ("file", "file")]


@pytest.mark.parametrize(
    ("change", "countries", "people", "confidence", "expected"),
    [
        ("cancelled", ["IR", "RU", "TR"], [], 0.5, ("console", "hook", "file")),
        ("rescheduled", ["RU", "TR"], [], 0.5, ("file",)),
        ("cancelled", ["RU"], [], 0.5, ("file",)),
        ("cancelled", ["RU"], ["per:ru.lavrov"], 0.8, ("desk", "file")),
        ("cancelled", ["RU"], ["per:ru.lavrov"], 0.79, ("file",)),
        ("cancelled", ["RU"], ["per:ru.shoigu"], 0.9, ("file",)),
        ("postponed", ["TR", "RU"], ["per:tr.fidan"], 1.0, ("console", "desk", "hook", "file")),
    ],
)
def test_channels_for(
    change: str, countries: list[str], people: list[str], confidence: float, expected: tuple[str, ...]
) -> None:
    assert rules().channels_for(change, countries, people, confidence) == expected


def test_an_address_comes_from_the_environment_or_is_missed() -> None:
    desk, hook = rules().channels[1], rules().channels[2]
    assert isinstance(desk, AppriseChannel)
    assert desk.address({"DESK_URL": "json://desk.example"}) == "json://desk.example"
    with pytest.raises(ConfigurationError, match=r"^DESK_URL: expected the address of the alert channel desk"):
        desk.address({"DESK_URL": ""})
    assert hook.address({}) == "https://hook.example/token"  # type: ignore[union-attr]
    assert "token" not in repr(rules())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("url_env: DESK_URL", "kind2: x", "3: channels[1].kind2: expected no such key"),
        ("kind: apprise", "kind: apprize", "3: channels[1].kind: expected one of"),
        (
            "kind: apprise, url_env: DESK_URL",
            "kind: apprise",
            "3: channels[1]: expected either url or url_env",
        ),
        (
            '"https://hook.example/token"',
            "x, url_env: Y",
            "4: channels[2]: expected either url or url_env",
        ),
        (
            "out/alerts.jsonl",
            "../alerts.jsonl",
            "5: channels[3].path: expected a path below the data folder",
        ),
        ("out/alerts.jsonl", "/tmp/alerts.jsonl", "5: channels[3].path: expected a path below"),
        ("name: hook", "name: desk", "4: channels[2].name: expected a unique value"),
        (
            "[hook, console]",
            "[hook, consol]",
            "8: rules[1].channels[1]: expected the name of a channel above",
        ),
        ("[cancelled, postponed]", "[canceled]", "8: rules[1].changes[0]: expected 'cancelled',"),
        ("[RU, TR]", "[ru]", "8: rules[1].countries[0]: expected text that matches"),
        ("per:ru.lavrov", "Lavrov", "9: rules[2].people[0]: expected text that matches"),
        ("0.8", "80", "9: rules[2].min_confidence: expected less than or equal to 1"),
    ],
)
def test_mistakes_are_listed(old: str, new: str, problem: str) -> None:
    assert old in TEXT
    with pytest.raises(ConfigurationError) as caught:
        rules(TEXT.replace(old, new))
    assert any(found.startswith(f"a.yml:{problem}") for found in caught.value.problems), caught.value.problems
