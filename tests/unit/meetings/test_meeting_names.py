"""Names a person reads, and when two of them are one person."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from conftest import ReadText
from hypothesis import given
from hypothesis import strategies as st

from pipeline.meetings.follow.timeline import Timeline
from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.who.entries import LANGUAGES
from pipeline.meetings.who.gazetteer import Gazetteer
from pipeline.meetings.who.parties import PartyReader
from pipeline.meetings.who.persons import same_person
from pipeline.meetings.who.spelling import is_latin, latin, nominative, slug, sound
from pipeline.records import Evidence, MeetingMention, MeetingStatus, Participant, Quote, Span

TODAY = date(2025, 10, 6)
START = datetime(2025, 10, 6, 12, tzinfo=UTC)


# Spelling ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Иван Орлов", "Ivan Orlov"),
        ("Григорий Вересаев", "Grigory Veresayev"),
        ("Юрий Щербак", "Yury Shcherbak"),
        ("Нихат Эрдемли", "Nikhat Erdemli"),
        ("Анна-Мария Ельцова", "Anna-Mariya Yeltsova"),
        ("Kemal Aydınoğlu", "Kemal Aydınoğlu"),
    ],
)
def test_cyrillic_is_written_as_in_english_news(name: str, expected: str) -> None:
    assert latin(name) == expected


@given(st.text())
def test_a_transliterated_name_has_no_cyrillic_letter(name: str) -> None:
    assert is_latin(latin(name))
    assert latin(latin(name)) == latin(name)


@pytest.mark.parametrize(
    ("title", "name", "expected"),
    [
        ("министр", "Иван Орлов", "Иван Орлов"),
        ("министра", "Григория Соколова", "Григорий Соколов"),
        ("министра", "Павла Руднева", "Павел Руднев"),
        ("министром", "Сергеем Яровским", "Сергей Яровский"),
        ("президенту", "Игорю Белову", "Игорь Белов"),
        ("главы", "Марии Лисицыной", "Мария Лисицына"),
        ("главой", "Кемалем Ардой", "Кемаль Арда"),
        ("глава", "Нигина Ахмедова", "Нигина Ахмедова"),
        ("замминистра", "Олег Громов", "Олег Громов"),
        ("министра", "Нихата Эрдемли", "Нихат Эрдемли"),
    ],
)
def test_a_russian_name_stands_in_the_case_of_its_title(title: str, name: str, expected: str) -> None:
    assert nominative(name, title) == expected


@pytest.mark.parametrize(
    "spellings",
    [
        ("erdemli", "erdeml"),
        ("mehrabi", "mekhrabi", "mekhrab"),
        ("veresayev", "veresaev"),
        ("shoigu", "soygu", "shoygu"),
        ("babacan", "babadzhan"),
        ("zelensky", "zelenskiy", "zelenskyy"),
        ("orlova", "orlov"),
        ("korolev", "korolyov"),
    ],
)
def test_spellings_of_one_surname_sound_alike(spellings: tuple[str, ...]) -> None:
    assert len({sound(spelling) for spelling in spellings}) == 1


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz_", min_size=1))
def test_every_surname_has_a_sound(surname: str) -> None:
    assert sound(surname)


# One person or two ------------------------------------------------------------------------------------------


def person(key: str, office: str | None = None) -> Participant:
    return Participant(key, key, key[4:6].upper(), office)


def test_spellings_are_one_person_and_namesakes_abroad_are_not() -> None:
    assert same_person(person("per:ru.veresayev"), person("per:ru.veresaev"))
    assert not same_person(person("per:ru.veresayev"), person("per:tr.veresaev"))
    assert not same_person(person("per:tr.erdogan"), person("per:tr.erdogan_emine"))
    assert not same_person(person("per:ru.orlov"), person("off:RU.FM", "off:RU.FM"))


def test_no_two_listed_people_are_taken_for_one(listed_people: list[str]) -> None:
    assert len(listed_people) > 150
    pairs = itertools.combinations([person(key) for key in listed_people], 2)
    assert [(first.id, second.id) for first, second in pairs if same_person(first, second)] == []


@pytest.mark.parametrize(
    ("language", "text", "people"),
    [
        ("en", "Emine Erdogan opened the fair.", []),
        ("en", "Yesterday Erdogan opened the fair.", ["Recep Tayyip Erdogan"]),
        ("en", "Speaking later, Erdogan left. Visiting Putin was his wish.", ["Recep Tayyip Erdogan", "Vladimir Putin"]),
        ("en", "Tayyip Erdogan opened the fair.", ["Recep Tayyip Erdogan"]),
        ("en", "Turkish Culture Minister Emine Erdogan opened the fair.", ["Emine Erdogan"]),
        ("tr", "Emine Erdoğan fuarı açtı.", []),
        ("tr", "Ardından Erdoğan fuarı açtı. Törende Putin de konuştu.", ["Recep Tayyip Erdogan", "Vladimir Putin"]),
        ("ru", "Сам Путин приехал. Заявил Путин и это.", ["Vladimir Putin", "Vladimir Putin"]),
    ],
)  # fmt: skip
def test_a_namesake_is_somebody_else(
    lexicons: dict[str, Lexicon], gazetteer: Gazetteer, language: str, text: str, people: list[str]
) -> None:
    _, body = PartyReader(lexicons[language], gazetteer).read("", text, TODAY)
    assert [found.name for entity in body for found in entity.people] == people
    assert "per:tr.erdogan" not in {p.id for entity in body for p in entity.people if p.name == "Emine Erdogan"}


@pytest.mark.parametrize(
    ("language", "text", "people"),
    [
        ("en", "Russian Trade Minister Oleg Belov met his Turkish counterpart.", ["Turkish trade minister"]),
        ("en", "Russian Trade Minister Oleg Belov and Energy Minister Pavel Rudnev met their Turkish counterparts.",
         ["Turkish trade minister", "Turkish energy minister"]),
        ("en", "Liechtenstein's culture minister left.", ["Liechtenstein culture minister"]),
        ("en", "The US culture minister left.", ["American culture minister"]),
        ("ru", "Министр торговли России Олег Белов встретился с турецким коллегой.", ["Turkish trade minister"]),
        ("ru", "Министр торговли России Олег Белов и министр энергетики Павел Руднев встретились с турецкими коллегами.",
         ["Turkish trade minister", "Turkish energy minister"]),
        ("tr", "Ticaret Bakanı Selim Aksoy, Rus mevkidaşı ile görüştü.", ["Russian trade minister"]),
    ],
)  # fmt: skip
def test_an_unnamed_side_is_called_by_its_office(
    lexicons: dict[str, Lexicon], gazetteer: Gazetteer, language: str, text: str, people: list[str]
) -> None:
    _, body = PartyReader(lexicons[language], gazetteer).read("", text, TODAY)
    assert [p.name for entity in body for p in entity.people if p.id.startswith("off:")] == people


def test_no_office_is_called_counterpart(gazetteer: Gazetteer, lexicons: dict[str, Lexicon]) -> None:
    text = (
        "Turkish and Russian counterparts met. Their Iranian counterpart, a colleague of the Turkish leader, left."
    )
    for language in LANGUAGES:
        _, body = PartyReader(lexicons[language], gazetteer).read("", text, TODAY)
        assert not [p for entity in body for p in entity.people if "counterpart" in p.name]


# Names nobody has listed -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "people"),
    [
        ("en", "Russian Foreign Minister Ivan Orlov left. Orlov was tired.", "per:ru.orlov=RU.FM"),
        ("en", "Ivan Orlov, Russia's foreign minister, left. Orlov was tired.", "per:ru.orlov=RU.FM"),
        ("en", "Ivan Orlov, the foreign minister of Russia, left. Later Orlov spoke.", "per:ru.orlov=RU.FM"),
        ("en", "The Turkish defence minister, Kemal Arda, left. Arda was tired.", "per:tr.arda=TR.DM"),
        ("en", "Turkey's newly appointed Foreign Minister Kemal Arda left. Mr Arda spoke.", "per:tr.arda=TR.FM"),
        ("en", "Foreign Minister Kemal Arda of Turkey left. Arda was tired.", "per:tr.arda=TR.FM"),
        ("en", "Prime Minister Jan de Groot of the Netherlands spoke.", "per:nl.groot=NL.HG"),
        ("en", "Turkish Defence Minister General Kemal Arda spoke.", "per:tr.arda=TR.DM"),
        ("en", "US Secretary of State John Harding spoke. Harding left.", "per:us.harding=US.FM"),
        ("en", "French Minister for Europe and Foreign Affairs Luc Marchand spoke.", "per:fr.marchand=FR.FM"),
        ("en", "Ukrainian President Petro Hnatiuk spoke.", "per:ua.hnatiuk=UA.HS"),
        ("en", "Kremlin spokesman Dmitry Belov said. Belov added.", "per:ru.belov=RU.SPO"),
        ("en", "US Secretary of State John F. Harding spoke. Harding left.", "per:us.harding=US.FM"),
        ("en", "US Secretary of State Marco A. Rubio spoke.", "per:us.rubio=US.FM"),
        ("ru", "Глава МИД Турции Кемаль Арда уехал. Слова Арды удивили.", "per:tr.arda=TR.FM"),
        ("ru", "Визит главы турецкого МИД Кемаля Арды. Арда приехал.", "per:tr.arda=TR.FM"),
        ("ru", "Глава российского Минобороны Павел Руднев уехал.", "per:ru.rudnev=RU.DM"),
        ("ru", "Министр обороны Турции генерал Кемаль Арда уехал.", "per:tr.arda=TR.DM"),
        ("ru", "Иван Орлов, министр иностранных дел России, уехал. Встреча с Орловым.", "per:ru.orlov=RU.FM"),
        ("ru", "Вице-премьер РФ Марина Лисицына приехала. Лисицына устала.", "per:ru.lisitsyna=RU.DPM"),
        ("ru", "Пресс-секретарь президента России Денис Белов сказал. По словам Белова.", "per:ru.belov=RU.SPO"),
        ("ru", "Спецпредставитель президента РФ Игорь Чумаков приехал.", "per:ru.chumakov=RU.ENV"),
        ("tr", "Rusya Dışişleri Bakanı Ivan Orlov geldi. Orlov'la görüştü.", "per:ru.orlov=RU.FM"),
        ("tr", "Rusya'nın dışişleri bakanı Ivan Orlov geldi.", "per:ru.orlov=RU.FM"),
        ("tr", "Türk Savunma Bakanı Orgeneral Kemal Arda geldi.", "per:tr.arda=TR.DM"),
        ("tr", "Rusya Devlet Başkan Yardımcısı Pavel Rudnev geldi. Rudnev'in sözleri.", "per:ru.rudnev=RU.DHS"),
        ("tr", "Kremlin Sözcüsü Denis Belov açıkladı. Belov ekledi.", "per:ru.belov=RU.SPO"),
        ("tr", "Cumhurbaşkanı Sayın Recep Tayyip Erdoğan konuştu.", "per:tr.erdogan=TR.HS"),
        ("tr", "Sağlık Bakanı Prof. Dr. Kemal Arda konuştu. Arda gitti.", "per:tr.arda=TR.HM"),
        ("tr", "ABD Başkan Yardımcısı Mark Harding geldi.", "per:us.harding=US.DHS"),
    ],
)  # fmt: skip
def test_an_office_says_who_somebody_is_for_the_article(
    lexicons: dict[str, Lexicon], gazetteer: Gazetteer, language: str, text: str, people: str
) -> None:
    _, body = PartyReader(lexicons[language], gazetteer).read("", text, TODAY)
    found = {f"{p.id}={(p.office or '').removeprefix('off:')}" for entity in body for p in entity.people}
    assert found == {people}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Президент Ассоциации сказал, что король Рене был прав. Министр Государственный промолчал."),
        ("ru", "Премьер ЛНА отказался."),
        ("tr", "Kral Selim konuştu."),
        ("tr", "Cumhurbaşkanlığı Kararnamesinde Değişiklik var. Ticaret Bakanlığı Rehberi çıktı."),
        ("tr", "Sağlık Bakan Yardımcısı Selim Arda konuştu."),
    ],
)
def test_words_behind_an_office_are_no_names(
    lexicons: dict[str, Lexicon], gazetteer: Gazetteer, language: str, text: str
) -> None:
    _, body = PartyReader(lexicons[language], gazetteer).read("", text, TODAY)
    assert [p.id for entity in body for p in entity.people if p.id.startswith("per:")] == []


def test_the_article_knows_better_than_the_list_who_holds_an_office(
    lexicons: dict[str, Lexicon], gazetteer: Gazetteer
) -> None:
    text = "The Russian foreign minister left. Foreign Minister Ivan Orlov of Russia was tired."
    _, body = PartyReader(lexicons["en"], gazetteer).read("", text, TODAY)
    assert {p.id for entity in body for p in entity.people} == {"per:ru.orlov"}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Obama left.", []),
        ("Barack Obama came. Obama left.", ["per:us.obama", "per:us.obama"]),
        ("Obama came. Barack Obama left.", ["per:us.obama", "per:us.obama"]),  # the headline knows the body
    ],
)
def test_a_surname_out_of_office_counts_where_the_article_names_it_in_full(
    lexicons: dict[str, Lexicon], gazetteer: Gazetteer, text: str, people: list[str]
) -> None:
    _, body = PartyReader(lexicons["en"], gazetteer).read("", text, TODAY)
    assert [p.id for entity in body for p in entity.people] == people


@pytest.mark.parametrize(
    ("day", "person"), [(date(2012, 1, 1), "per:nato.rasmussen_a"), (date(2025, 1, 1), "per:dk.rasmussen")]
)
def test_of_two_of_one_name_the_one_in_office_is_meant(
    lexicons: dict[str, Lexicon], gazetteer: Gazetteer, day: date, person: str
) -> None:
    _, body = PartyReader(lexicons["en"], gazetteer).read("", "Rasmussen arrived in Ankara.", day)
    assert [p.id for entity in body for p in entity.people] == [person]


# One meeting, many reports ----------------------------------------------------------------------------------


def report(hours: int, language: str, *people: Participant) -> Evidence:
    mention = MeetingMention(
        MeetingStatus.SCHEDULED, people, ("RU", "TR"), None, None, None, "visit",
        Quote("q", Span("body", 0, 1)), (f"{language}.scheduled.travel",), 0.8,
    )  # fmt: skip
    return Evidence(hours + 1, mention, START + timedelta(hours=hours), f"https://x.test/{hours}", hours)


def sokolov(name: str, key: str = "per:ru.sokolov") -> Participant:
    return Participant(key, name, "RU", "off:RU.DPM")


RUSSIAN, TURKISH, ENGLISH = sokolov("Григорий Соколов"), sokolov("Grigoriy Sokolov"), sokolov("Grigory Sokolov")


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([("ru", RUSSIAN)], "Grigory Sokolov"),
        ([("ru", RUSSIAN), ("tr", TURKISH)], "Grigoriy Sokolov"),
        ([("ru", RUSSIAN), ("tr", TURKISH), ("en", ENGLISH)], "Grigory Sokolov"),
        ([("en", sokolov("Sokolov")), ("tr", TURKISH)], "Grigoriy Sokolov"),
        ([("en", ENGLISH), ("ru", RUSSIAN)], "Grigory Sokolov"),
    ],
)
def test_a_name_is_spelt_as_in_english_news(reports: list[tuple[str, Participant]], expected: str) -> None:
    state = Timeline(report(number, language, who) for number, (language, who) in enumerate(reports)).state
    assert [(p.id, p.name) for p in state.participants] == [("per:ru.sokolov", expected)]


def test_the_person_most_reports_name_holds_the_office() -> None:
    listed = Participant("per:tr.listed", "Turkish foreign minister", "TR", "off:TR.FM")  # by our table
    named = Participant("per:tr.arda", "Kemal Arda", "TR", "off:TR.FM")
    office = Participant("off:TR.FM", "Turkish foreign minister", "TR", "off:TR.FM")
    reports = [report(0, "ru", listed), report(1, "en", named), report(2, "en", office), report(3, "tr", named)]
    assert [p.name for p in Timeline(reports[:2]).state.participants] == ["Turkish foreign minister"]
    assert [p.name for p in Timeline(reports).state.participants] == ["Kemal Arda"]


def test_two_holders_of_one_office_whom_texts_name_are_two() -> None:
    arda, listed = (Participant(f"per:tr.{name}", name.title(), "TR", "off:TR.FM") for name in ("arda", "listed"))
    assert not same_person(arda, listed)
    assert same_person(arda, Participant("per:tr.listed", "министр иностранных дел Турции", "TR", "off:TR.FM"))
    assert not same_person(arda, Participant("per:tr.listed", "министром Листедом", "TR", "off:TR.FM"))


def test_case_endings_do_not_change_who_it_is(read) -> None:
    texts = [
        "Министр энергетики Турции Нихат Эрдемли 10 октября посетит Россию.",
        "Визит министра энергетики Турции Нихата Эрдемли в Россию состоится 10 октября.",
        "Министр энергетики России Антон Вересаев встретится с министром энергетики Турции Нихатом Эрдемли.",
    ]
    found = [p for text in texts for m in read(text, language="ru") for p in m.participants]
    assert {p.id for p in found} == {"per:tr.erdemli", "per:ru.veresayev"}
    assert {p.name for p in found} == {"Нихат Эрдемли", "Антон Вересаев"}


@given(st.sampled_from(["Соколов", "Вересаев", "Белов", "Эрдемли", "Арда"]))
def test_a_slug_is_a_plain_word(surname: str) -> None:
    assert slug(surname).isascii()
    assert slug(surname).isalpha()


@pytest.mark.parametrize(
    ("language", "text", "sides"),
    [
        ("ru", "Министр обороны Андрей Белов посетит Турцию в пятницу.", [("RU", "TR")]),
        ("ru", "Министр обороны Кемаль Айдыноглу посетит Турцию в пятницу.", []),
        ("tr", "Savunma Bakanı Selim Aksoy cuma günü Rusya'yı ziyaret edecek.", [("RU", "TR")]),
        ("tr", "Savunma Bakanı Ivan Petrenko cuma günü Rusya'yı ziyaret edecek.", []),
    ],
)
def test_a_foreign_name_takes_no_country_from_the_language(
    read: ReadText, language: str, text: str, sides: list[tuple[str, ...]]
) -> None:
    assert [mention.countries for mention in read(text, language=language)] == sides
