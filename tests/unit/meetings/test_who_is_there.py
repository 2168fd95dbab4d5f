"""Who is there: an envoy and not who sent him, the host who invites, and who stays away from a summit."""

from __future__ import annotations

import pytest
from conftest import ReadText

ENVOYS = [
    ("en", "Putin's special envoy Kirill Dmitriev will visit Turkey on Friday.", {"Kirill Dmitriev"}),
    ("en", "Macron's adviser arrived in Ankara on Monday.", set()),
    ("en", "Sergei Lavrov arrived in Ankara on Monday on the orders of President Putin.", {"Sergei Lavrov"}),
    ("ru", "Спецпредставитель Путина Кирилл Дмитриев посетит Анкару в пятницу.", {"Kirill Dmitriev"}),
    ("ru", "Сергей Лавров прибыл в Анкару по поручению президента Владимира Путина.", {"Sergei Lavrov"}),
    ("tr", "Putin'in Suriye Özel Temsilcisi Aleksandr Lavrentyev cuma günü Ankara'ya gelecek.", {"Alexander Lavrentyev"}),
    ("tr", "Zelenskiy'nin danışmanı Ankara'ya geldi.", set()),
    # Two who go together, and a guest of the other country
    ("tr", "Putin'in Lavrov'la Ankara'ya geleceği bildirildi.", {"Vladimir Putin", "Sergei Lavrov"}),
    ("en", "Putin's talks with Erdogan in Ankara were postponed.", {"Vladimir Putin", "Recep Tayyip Erdogan"}),
    ("ru", "Встреча Путина с Эрдоганом в Анкаре отложена.", {"Vladimir Putin", "Recep Tayyip Erdogan"}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "people"), ENVOYS)
def test_who_sends_another_is_not_there(read: ReadText, language: str, text: str, people: set[str]) -> None:
    (mention,) = read(text, language=language)
    assert {person.name for person in mention.participants} == people
    assert len(mention.countries) == len("AB")


AWAY = [
    ("tr", "Putin, Brezilya'daki BRICS zirvesine katılmayacak.", "attendance"),
    ("ru", "Президент Сербии не приедет на саммит в Казань.", "attendance"),
    ("ru", "Путин не поедет в ЮАР на саммит БРИКС.", "attendance"),
    ("en", "Putin will not travel to the BRICS summit in South Africa.", "attendance"),
    # A visit, and a summit of two, are off without him
    ("ru", "Президент Сербии не приедет в Казань.", "meeting"),
    ("ru", "Лавров не поедет в Анкару на переговоры с Фиданом.", "meeting"),
    ("en", "Putin will not travel to Ankara for a summit with Erdogan.", "meeting"),
]


@pytest.mark.parametrize(("language", "text", "scope"), AWAY)
def test_a_summit_goes_on_without_who_does_not_come(read: ReadText, language: str, text: str, scope: str) -> None:
    (mention,) = read(text, language=language)
    assert (mention.status.value, mention.scope) == ("cancelled", scope)


SIDES = [
    # The body in Brussels, not Belgium
    ("en", "Talks between London and Brussels were postponed.", ("EU", "GB")),
    ("ru", "Переговоры Лондона и Брюсселя отложены.", ("EU", "GB")),
    # Who only brings the two together
    ("en", "Oman will mediate talks between Iran and the United States on Friday.", ("IR", "US")),
    ("en", "Norway denies bias after brokering talks between Colombia and Venezuela on Friday.", ("CO", "VE")),
    ("ru", "Переговоры Ирана и Саудовской Аравии прошли в пятницу при посредничестве Китая.", ("IR", "SA")),
    ("ru", "Китай выступил посредником на переговорах Ирана и Саудовской Аравии в пятницу.", ("IR", "SA")),
    ("uk", "Переговори Ірану та Саудівської Аравії пройшли у п'ятницю за посередництва Китаю.", ("IR", "SA")),
    ("tr", "İran ve Suudi Arabistan, Çin'in arabuluculuğunda cuma günü görüştü.", ("IR", "SA")),
    ("ru", "Посредник Катара встретился с министром иностранных дел Ирана.", ("IR", "QA")),
    # Where or what about, right before an office of another country
    ("ru", "Обстановку в Сирии министр иностранных дел Ирана обсудил в Анкаре с турецким коллегой.", ("IR", "TR")),
    ("tr", "Bakan Fidan, Rus mevkidaşı Lavrov ile Suriye konusunu görüştü.", ("RU", "TR")),
    ("tr", "Lavrov'un Türkiye ziyareti, Libya ve Suriye konusundaki görüşmeler nedeniyle ertelendi.", ("RU", "TR")),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "sides"), SIDES)
def test_a_place_or_a_topic_is_no_side(read: ReadText, language: str, text: str, sides: tuple[str, ...]) -> None:
    assert {mention.countries for mention in read(text, language=language)} == {sides}


NONE = [
    ("tr", "Millî Savunma Bakanı Akar ve Genelkurmay Başkanı Güler Suriye sınırında toplantı yaptı."),
    ("en", "Trump denies hiding details of Putin summit talks from his staff."),
]


@pytest.mark.parametrize(("language", "text"), NONE)
def test_what_is_no_meeting_of_two_countries(read: ReadText, language: str, text: str) -> None:
    assert read(text, language=language) == ()


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("en", "Latin America waits for Macron", "Emmanuel Macron cancelled his visit."),
        ("ru", "Латинская Америка ждёт Макрона", "Эмманюэль Макрон отменил визит."),
    ],
)
def test_a_region_is_no_country(read: ReadText, language: str, title: str, text: str) -> None:
    assert not any("US" in mention.countries for mention in read(text, title=title, language=language))


OFFERS = [
    "China snubs a U.S. request for a meeting of defence ministers.",
    "Iran rejected a call from the United States to hold talks.",
    "The Kremlin denies planning talks with Ukraine.",
]


@pytest.mark.parametrize("text", OFFERS)
def test_an_offer_is_turned_down_and_not_called_off(read: ReadText, text: str) -> None:
    assert [mention.status.value for mention in read(text)] == ["denied"]


def test_who_says_so_is_no_guest(read: ReadText) -> None:
    (mention,) = read("Путин не планирует визит в Анкару, заявил глава МИД Сергей Лавров.", language="ru")
    assert [person.name for person in mention.participants] == ["Vladimir Putin"]


def test_who_invites_is_met_where_he_is(read: ReadText) -> None:
    text = "10 октября в Анкару по приглашению Хакана Фидана с рабочим визитом приедет Сергей Лавров."
    (mention,) = read(text, language="ru")
    assert mention.place is not None
    assert mention.place.name == "Ankara"
    assert {person.name for person in mention.participants} == {"Sergei Lavrov", "Hakan Fidan"}
