"""config/alerts.yml: which change goes where, what the names in it stand for, and what is said of a mistake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from alert_texts import NOTICE

from pipeline.alerts.receivers import AppriseChannel
from pipeline.alerts.rules import AlertRules, fallback
from pipeline.alerts.words import ChangeKind
from pipeline.configuration.alert_rules import AlertVocabulary, parse_alerts, read_names, read_words
from pipeline.configuration.folder import read_table
from pipeline.errors import ConfigurationError
from pipeline.meetings.follow import changes
from pipeline.records import AlertFacts
from pipeline.yaml_file import load, parse

CONFIG = Path(__file__).resolve().parents[3] / "config"
KNOWN = AlertVocabulary(read_names(CONFIG), frozenset({"russia-turkey", "energy"}), frozenset(read_words(CONFIG)))
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
WATCHES = """\
channels:
  - {name: desk, kind: file}
  - {name: other, kind: console, language: ru, zone: Europe/Moscow}
watches:
  - name: pair
    countries: [Russia, Türkiye]
    who: [Лавров, foreign minister of Turkey]
    places: [Istanbul, Кипр]
    topics: [russia-turkey]
    send: {digest: "08:00", zone: Europe/Istanbul}
    quiet: {from: "22:00", to: "07:00", zone: Europe/Istanbul, except: high}
    channels: [desk]
  - {name: loud, changes: [held, announced], channels: [desk, other]}
"""
FACTS = NOTICE.facts()


def rules(text: str = TEXT) -> AlertRules:
    return parse(text, AlertRules, name="a.yml")


def told(found: AlertRules, facts: AlertFacts) -> tuple[str, ...]:
    return tuple(route.channel for route in found.routes(facts))


def test_every_change_there_is_can_be_asked_for() -> None:
    assert {*changes.Change, "retracted"} <= set(get_args(ChangeKind))


def test_a_rule_can_name_everybody_the_gazetteer_knows() -> None:
    people = sorted(row["person"] for row in read_table(CONFIG, "people"))
    countries = sorted(row["code"] for row in read_table(CONFIG, "countries"))
    text = TEXT.replace("[RU, TR]", f"[{', '.join(countries)}]").replace("per:tr.fidan", ", ".join(people))
    found = parse_alerts(text, KNOWN, name="a.yml").rules
    assert (found[1].countries, found[2].people[1:]) == (countries, people)


def test_the_shipped_file_sends_every_change_of_plan_to_console_and_file() -> None:
    shipped = load(CONFIG / "alerts.yml", AlertRules)
    for change in changes.Change:
        if change.value not in ("announced", "confirmed", "date_set", "held", "lapsed", "participants_changed"):
            assert told(shipped, replace(FACTS, kind=change.value)) == ("console", "file")
    assert told(shipped, replace(FACTS, kind="held")) == ()


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
def test_rules_of_before_keep_working(
    change: str, countries: list[str], people: list[str], confidence: float, expected: tuple[str, ...]
) -> None:
    facts = replace(FACTS, kind=change, countries=tuple(countries), parties=tuple(people), confidence=confidence)
    assert told(rules(), facts) == expected


def test_names_are_looked_up() -> None:
    watch = parse_alerts(WATCHES, KNOWN, name="a.yml").watches[0]
    assert (watch.countries, watch.who) == (["RU", "TR"], ["per:ru.lavrov", "off:TR.FM"])
    assert watch.places == ["Istanbul", "cty:CY"]


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({}, None),
        ({"kind": "held"}, "changes"),
        ({"countries": ("RU",)}, "countries"),
        ({"parties": ("per:ru.putin",)}, "who"),
        ({"parties": ("per:xx.y", "off:TR.FM")}, None),
        ({"place": "Ankara"}, "places"),
        ({"place": "Nicosia", "place_country": "CY"}, None),
        ({"topics": ("energy",)}, "topics"),
    ],
)
def test_a_watch_says_why_it_does_not_apply(facts: dict[str, object], refused: str | None) -> None:
    watch = parse_alerts(WATCHES, KNOWN, name="a.yml").watches[0]
    assert watch.refusal(replace(FACTS, **facts)) == refused  # type: ignore[arg-type]
    assert watch.applies(replace(FACTS, **facts)) == (refused is None)  # type: ignore[arg-type]


def test_of_two_watches_for_one_channel_the_more_urgent_one_counts() -> None:
    found = parse_alerts(WATCHES.replace("[held, announced]", "[postponed]"), KNOWN, name="a.yml")
    assert [(r.channel, r.watch) for r in found.routes(FACTS)] == [("desk", "loud"), ("other", "loud")]


def test_without_any_good_file_nothing_is_lost() -> None:
    assert told(fallback(), FACTS) == ("file",)


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
        ("kind: apprise, url_env: DESK_URL", "kind: apprise", "3: channels[1]: expected either url or url_env"),
        ('"https://hook.example/token"', "x, url_env: Y", "4: channels[2]: expected either url or url_env"),
        ("out/alerts.jsonl", "../alerts.jsonl", "5: channels[3].path: expected a path below the data folder"),
        ("name: hook", "name: desk", "4: channels[2].name: expected a unique value"),
        ("[hook, console]", "[hook, consol]", "8: rules[1].channels[1]: expected the name of a channel above"),
        ("[cancelled, postponed]", "[canceled]", "8: rules[1].changes[0]: expected 'announced',"),
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


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Türkiye", "Turkye", "6: watches[0].countries[1]: expected a name of the gazetteer, did you mean"),
        ("Лавров", "Lavrow", "7: watches[0].who[0]: expected a name of the gazetteer, did you mean lavrov?"),
        ("[Istanbul", "[Velengrad", "8: watches[0].places[0]: expected a name of the gazetteer"),
        ("russia-turkey", "russia-turky", "9: watches[0].topics[0]: expected a topic of topics.yml, did you mean russia-turkey?"),
        ("language: ru", "language: de", "3: channels[1].language: expected a language of config/messages: en, ru, tr"),
        ("zone: Europe/Moscow", "zone: Europe/Moskow", "3: channels[1].zone: expected an IANA time zone"),
        ('from: "22:00"', 'from: "07:00"', "11: watches[0].quiet: expected quiet hours that end"),
        ('"08:00"', '"25:00"', "10: watches[0].send"),
    ],
)  # fmt: skip
def test_mistakes_in_watches_are_listed_with_their_lines(old: str, new: str, problem: str) -> None:
    assert old in WATCHES
    with pytest.raises(ConfigurationError) as caught:
        parse_alerts(WATCHES.replace(old, new), KNOWN, name="a.yml")
    assert any(found.startswith(f"a.yml:{problem}") for found in caught.value.problems), caught.value.problems


def test_a_name_that_two_people_share_is_asked_about() -> None:
    shared = next(
        name
        for name, ids in KNOWN.names.meant.items()
        if len({i for i in ids if i.startswith("per:")}) > 1 and name.isascii()
    )
    with pytest.raises(ConfigurationError, match="expected a name of one: it may be per:"):
        parse_alerts(WATCHES.replace("Лавров", shared), KNOWN, name="a.yml")
