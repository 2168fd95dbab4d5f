"""The forms of the verbs are those the build makes of verbs.csv, and each verb is found in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.lexicon_build import english, turkish
from pipeline.lexicon_build.__main__ import build
from pipeline.meetings.read.verbs import Predicate, VerbTable
from pipeline.meetings.read.words import Words

LANGUAGES = Path(__file__).parents[3] / "config" / "languages"


@pytest.mark.parametrize("language", ["en", "ru", "tr", "uk"])
def test_the_committed_forms_are_those_of_the_verbs(language: str) -> None:
    committed = (LANGUAGES / language / "forms.csv").read_text(encoding="utf-8")
    assert build(LANGUAGES / language) == committed, "run python -m pipeline.lexicon_build config"


def test_english_spelling() -> None:
    assert dict(english.forms("defy", [])) == {
        "defy": "base", "defies": "s", "defied": "past", "defying": "ing",
    }  # fmt: skip
    assert dict(english.forms("put", ["put", "puts", "putting"]))["put"] == "any"


@pytest.mark.parametrize(
    ("stem", "form", "tag"),
    [
        ("ertele", "ertelendi*", "past"),
        ("ertele", "erteleniyor*", "present"),
        ("iptal et", "iptal edilmedi*", "not past"),
        ("iptal et", "iptal edebil*", "able"),
        ("suya düş", "suya düştü*", "past"),
    ],
)
def test_turkish_endings(stem: str, form: str, tag: str) -> None:
    assert (form, tag) in set(turkish.forms(stem, []))


def found(text: str) -> list[Predicate]:
    verbs = [
        {"lemma": "call", "effect": "cancelled", "frame": "object", "particle": "off"},
        {"lemma": "put", "effect": "postponed", "frame": "object", "particle": "on ice"},
    ]
    forms = [{"form": "called", "lemma": "call", "tag": "past"}, {"form": "put", "lemma": "put", "tag": "any"}]
    return list(VerbTable(verbs, forms).find(Words(text)))


def test_a_particle_is_found_behind_its_verb_and_around_its_object() -> None:
    assert [(one.first, one.last, one.apart) for one in found("C called off talks")] == [(1, 2, None)]
    assert [(one.first, one.last, one.apart) for one in found("C called talks with C off")] == [(1, 1, 5)]
    assert [one.verb.name for one in found("C put the visit on ice")] == ["put_on_ice"]


@pytest.mark.parametrize("text", ["C called on C to talk", "C called talks, then set off", "C put P in office"])
def test_a_verb_without_its_particle_is_none(text: str) -> None:
    assert found(text) == []
