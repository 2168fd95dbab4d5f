"""Names, offices and the people who hold them."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pytest

from pipeline.errors import ConfigurationError, ItemError
from pipeline.language.folding import fold
from pipeline.meetings.language import Language
from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.who.gazetteer import Gazetteer
from pipeline.meetings.who.parties import PartyReader
from pipeline.records import Article

COUNTRIES = [
    {"code": "RU", "name": "Russia", "en": "Kremlin", "ru": "Росси*", "tr": "Rusya", "adjectives_en": "Russian"}
]
OFFICES = [{"role": "FM", "rank": "principal", "name": "foreign minister", "en": "foreign minister"}]


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


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Czechia, Turkiye, the Holy See and U.S. officials", ["CZ", "TR", "VA", "US"]),
        ("en", "Emiratis, a Finn and the Hellenic Republic", ["AE", "FI", "GR"]),
        ("ru", "турок, россиянами, ФРГ, Поднебесной и Туманного Альбиона", ["TR", "RU", "DE", "CN"]),
        ("ru", "Саудовской Аравией и Боснией и Герцеговиной", ["SA", "BA"]),
        ("ru", "нидерландскому, кыргызстанских", ["NL", "KG"]),
        ("tr", "TÜRKİYE'NİN, Ruslar, KKTC'ye, Gürcülerin", ["TR", "RU", "CY", "GE"]),
        ("en", "Guinea-Bissau and South Sudan", ["GW", "SS"]),
        ("ru", "После посла уехал посол; того же мнения", []),  # "after", "that": no ambassador, no Togo
    ],
)
def test_countries_under_many_names(gazetteer: Gazetteer, language: str, text: str, found: list[str]) -> None:
    hits = gazetteer.find(text, fold(text), language)
    assert [hit.country for hit in hits if hit.country] == found


@pytest.mark.parametrize(
    ("language", "text", "city"),
    [
        ("en", "in Sharm el Sheikh", "Sharm el-Sheikh"),
        ("ru", "в Нижнем Новгороде", "Nizhny Novgorod"),
        ("ru", "из Санкт-Петербурга", "Saint Petersburg"),
        ("ru", "под Симферополем", "Simferopol"),
        ("tr", "Selanik'te", "Thessaloniki"),
        ("tr", "SARAYBOSNA'DA", "Sarajevo"),
        ("tr", "Selanikten", "Thessaloniki"),
        ("tr", "İSTANBULDA", "Istanbul"),
    ],
)
def test_cities_in_all_cases(gazetteer: Gazetteer, language: str, text: str, city: str) -> None:
    assert [hit.place.name for hit in gazetteer.find(text, fold(text), language) if hit.place] == [city]


@pytest.mark.parametrize(
    "text", ["Reading the text is nice.", "A mobile bath for Van Gogh, of course", "Split decision"]
)
def test_words_are_no_cities(gazetteer: Gazetteer, text: str) -> None:
    assert [hit for hit in gazetteer.find(text, fold(text), "en") if hit.place] == []


def test_topics_get_names_by_entity(gazetteer: Gazetteer) -> None:
    terms = gazetteer.terms
    assert {"Россией", "российскому", "РФ"} <= set(terms["country:RU"]["ru"])
    assert {"Rus", "Ruslar*", "Rusya"} <= set(terms["country:RU"]["tr"])
    assert {"Ankara"} == set(terms["capital:TR"]["en"])
    assert {"Istanbul"} <= set(terms["city:TR"]["en"])
    assert {"Recep Tayyip Erdogan", "Erdogan"} <= set(terms["person:TR"]["en"])
    assert "Kremlin leader" in terms["office:RU"]["en"]
    assert "country:XX" not in terms


def test_a_gazetteer_travels_to_another_process(gazetteer: Gazetteer) -> None:
    copy = pickle.loads(pickle.dumps(gazetteer))  # noqa: S301
    text = "Визит главы турецкого МИД в Анкару"
    assert copy.version == gazetteer.version
    assert copy.terms == gazetteer.terms
    assert copy.find(text, fold(text), "ru") == gazetteer.find(text, fold(text), "ru")


def test_every_bad_row_is_named() -> None:
    people = [{"person": "ru.a", "name": "A"}, {"person": "per:ru.b", "name": "B"}]
    holders = [
        {"person": "per:ru.b", "office": "RU.FM", "from": "", "to": ""},
        {"person": "per:ru.c", "office": "off:XX.FM", "from": "2004-31-12", "to": ""},
    ]
    with pytest.raises(ConfigurationError) as caught:
        Gazetteer.from_rows(COUNTRIES, [{"name": "Paris", "country": "FR"}], [{"role": "FM"}], people, holders)
    assert [problem.split(":")[0:2] for problem in caught.value.problems] == [
        ["config/gazetteer/cities.csv", "2"],
        ["config/gazetteer/offices.csv", "2"],
        ["config/gazetteer/people.csv", "2"],
        ["config/gazetteer/holders.csv", "2"],
        ["config/gazetteer/holders.csv", "3"],
        ["config/gazetteer/holders.csv", "3"],
        ["config/gazetteer/holders.csv", "3"],
    ]


def test_who_is_listed_must_hold_an_office_and_an_office_be_of_a_country_that_is_listed() -> None:
    """Else every article that names them would fail."""
    people = [{"person": f"per:ru.{name}", "name": name.title()} for name in ("belov", "orlov")]
    holders = [{"person": "per:ru.orlov", "office": "off:RU.FM", "from": "2004-12-31", "to": ""}]
    offices = [*OFFICES, {"role": "DM", "rank": "principal", "name": "defence minister", "country": "XX"}]
    with pytest.raises(ConfigurationError) as caught:
        Gazetteer.from_rows(COUNTRIES, [], offices, people, holders)
    assert caught.value.problems == [
        "config/gazetteer/offices.csv:3: country: 'XX' is not in countries.csv",
        "config/gazetteer/people.csv:2: person: 'per:ru.belov' has no tenure in holders.csv",
    ]


def test_the_version_follows_every_rule(languages: dict[str, Language]) -> None:
    small = Gazetteer.from_rows(COUNTRIES, [], OFFICES, [], [])
    more = Gazetteer.from_rows(COUNTRIES, [{"name": "Sochi", "country": "RU"}], OFFICES, [], [])
    english = {"en": languages["en"]}
    versions = {
        MeetingReader.build(english, small).version,
        MeetingReader.build(english, more).version,
        MeetingReader.build(languages, small).version,
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
