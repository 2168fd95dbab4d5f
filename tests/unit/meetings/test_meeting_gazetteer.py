"""Names, offices and the people who hold them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError, ItemError
from pipeline.meetings.folding import fold
from pipeline.meetings.gazetteer import Gazetteer
from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.parties import PartyReader
from pipeline.meetings.reader import MeetingReader
from pipeline.records import Article

COUNTRIES = [
    {"code": "RU", "name": "Russia", "en": "Kremlin", "ru": "Росси*", "tr": "Rusya", "adjectives_en": "Russian"}
]
OFFICES = [{"role": "FM", "rank": "principal", "name": "foreign minister", "en": "foreign minister"}]


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


def test_folding_joins_spellings() -> None:
    assert fold("ÇAVUŞOĞLU") == fold("Çavuşoğlu") == "cavusoglu"
    assert fold("İSTANBUL") == fold("istanbul") == fold("Istanbul") == fold("ıstanbul")
    assert fold("Соловьёв’s “дом”") == 'соловьев\'s "дом"'


@pytest.mark.parametrize(
    ("language", "text", "people"),
    [
        ("en", "Russian Foreign Minister Ivan Orlov spoke. Later Orlov left.", ["per:ru.orlov", "per:ru.orlov"]),
        ("en", "Russia's foreign and defence ministers", ["per:ru.lavrov", "per:ru.shoigu"]),
        ("en", "the presidents of Russia and Turkey", ["per:ru.putin", "per:tr.erdogan"]),
        ("en", "President Vladimir Putin and the Turkish leader Recep Tayyip Erdogan,",
         ["per:ru.putin", "per:tr.erdogan"]),
        ("en", "Selim Aksoy, the Turkish trade minister, and Kemal Arda", ["per:tr.aksoy"]),
        ("en", "Russian Deputy Prime Minister Arkady Belov", ["per:ru.belov"]),
        ("en", "former Russian foreign minister", []),
        ("en", "The fair was opened by Emine Erdogan", []),
        ("en", "Blinken opened the fair", []),  # not in office yet
        ("ru", "министром иностранных дел России Иваном Орловым", ["per:ru.orlov"]),
        ("ru", "переговоры Путина с Эрдоганом", ["per:ru.putin", "per:tr.erdogan"]),
        ("tr", "Putin'le Erdoğan'ın görüşmesi", ["per:ru.putin", "per:tr.erdogan"]),
    ],
)  # fmt: skip
def test_parties(
    lexicons: dict[str, Lexicon], gazetteer: Gazetteer, language: str, text: str, people: list[str]
) -> None:
    _, body = PartyReader(lexicons[language], gazetteer).read("", text, date(2020, 6, 13))
    assert [person.id for entity in body for person in entity.people] == people


def test_names_inside_words_are_not_found(gazetteer: Gazetteer) -> None:
    text = "Romania, the us of it, kenyatta and Chadwick"
    assert [(text[hit.start : hit.end], hit.country) for hit in gazetteer.find(text, fold(text), "en")] == [
        ("Romania", "RO")
    ]


def test_every_bad_row_is_named() -> None:
    holders = [
        {"person": "per:ru.a", "name": "A", "office": "RU.FM", "from": "", "to": ""},
        {"person": "per:ru.b", "name": "B", "office": "off:XX.FM", "from": "2004-31-12", "to": ""},
    ]
    with pytest.raises(ConfigurationError) as caught:
        Gazetteer.from_rows(COUNTRIES, [{"name": "Paris", "country": "FR"}], [{"role": "FM"}], holders)
    assert [problem.split(":")[0:2] for problem in caught.value.problems] == [
        ["config/gazetteer/cities.csv", "2"],
        ["config/gazetteer/offices.csv", "2"],
        ["config/gazetteer/holders.csv", "2"],
        ["config/gazetteer/holders.csv", "3"],
        ["config/gazetteer/holders.csv", "3"],
    ]


def test_the_version_follows_every_rule(lexicons: dict[str, Lexicon]) -> None:
    small = Gazetteer.from_rows(COUNTRIES, [], OFFICES, [])
    more = Gazetteer.from_rows(COUNTRIES, [{"name": "Sochi", "country": "RU"}], OFFICES, [])
    english = {"en": lexicons["en"]}
    versions = {
        MeetingReader.build(english, small).version,
        MeetingReader.build(english, more).version,
        MeetingReader.build(lexicons, small).version,
    }
    assert len(versions) == 3
    assert MeetingReader.build(english, small).version in versions


def test_an_article_without_a_date_cannot_be_read(reader: MeetingReader) -> None:
    article = Article("", "Russia and Turkey will hold talks on Sunday.", None, "none", "UTC", "en", 1.0)
    with pytest.raises(ItemError) as caught:
        reader.read(article)
    assert caught.value.reason == "no_publication_date"


def test_text_without_meetings_is_left_alone(read) -> None:
    assert read("The recipe needs two eggs.", at=datetime(2025, 1, 1, tzinfo=UTC)) == ()
