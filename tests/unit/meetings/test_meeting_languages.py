"""Russian and Turkish news of the same kinds of meetings. Published on Monday, 6 October 2025."""

from __future__ import annotations

import pytest

from pipeline.language.folding import fold
from pipeline.meetings.lexicon import Lexicon
from pipeline.records import MeetingMention, MeetingStatus

CHANGED = {MeetingStatus.POSTPONED, MeetingStatus.RESCHEDULED, MeetingStatus.CANCELLED}

RUSSIAN = [
    ("Министр иностранных дел России Иван Орлов 10 октября посетит Турцию.", "scheduled RU TR 2025-10-10"),
    ("Глава МИД Турции Кемаль Арда в пятницу прибудет в Москву, сообщили в министерстве.",
     "scheduled RU TR 2025-10-10"),
    ("Президент Турции Каан Демирель встретится с президентом России Олегом Громовым 14 октября в Казани.",
     "scheduled RU TR 2025-10-14"),
    ("Переговоры министров энергетики России и Турции состоятся на следующей неделе.",
     "scheduled RU TR [2025-10-13..2025-10-19]"),
    ("Визит министра иностранных дел России Ивана Орлова в Турцию, запланированный на 10 октября, отложен.",
     "postponed RU TR <2025-10-10"),
    ("Встреча президентов России и Турции перенесена на 21 октября.", "rescheduled RU TR 2025-10-21"),
    ("Турция отменила визит министра обороны Греции Никоса Петраса.", "cancelled GR TR"),
    ("Переговоры России и Турции в Казани не состоятся.", "cancelled RU TR"),
    ("Визит министра торговли Турции Селима Аксоя в Москву отменён, новая дата будет согласована.",
     "postponed RU TR"),
    ("Министр иностранных дел России Иван Орлов встретился с главой МИД Турции Кемалем Ардой в Анкаре.",
     "held RU TR"),
    ("Президент России Олег Громов может посетить Турцию в ноябре.", "uncertain RU TR 2025-11"),
    ("Встреча президентов России и Турции не планируется.", "denied RU TR"),
    ("Встреча президентов России и Турции намечена на 14 октября.", "scheduled RU TR 2025-10-14"),
    ("Стало известно место встречи президентов России и Турции.", "scheduled RU TR"),
    ("Россия повторила предложение Турции провести переговоры в Казани.", "uncertain RU TR"),
    ("Президент России Олег Громов поговорил по телефону с президентом Турции Кааном Демирелем.", "held RU TR"),
    ("Начинается визит президента России Олега Громова в Турцию.", "held RU TR"),
    ("Об этом заявил глава МИД России Иван Орлов на встрече с главой МИД Турции Кемалем Ардой.", "held RU TR"),
    ("Президент России Олег Громов и президент Турции Каан Демирель встретятся, когда тексты будут готовы.",
     "uncertain RU TR"),
]  # fmt: skip

RUSSIAN_NO_CHANGE = [
    "Визит министра иностранных дел России Ивана Орлова в Турцию не отменён.",
    "В Кремле опровергли перенос визита президента Турции Каана Демиреля в Москву.",
    "Президент Турции Каан Демирель может отменить визит в Москву.",
    "Отложенный визит министра иностранных дел России Ивана Орлова в Турцию обсуждают в прессе.",
    "После визита президента Турции Каана Демиреля в Москву рейсы были отменены.",
    "Пресс-конференция по итогам переговоров России и Турции отменена.",
    "Товарищеский матч между Россией и Турцией отменён.",
    "В прошлом году президент Турции Каан Демирель отменил визит в Москву.",
    "Переговоры России и Украины перенесены в Стамбул.",
    "Турция отменила визы для граждан России.",
    "Россия и Турция подведут итоги визита, отменённые рейсы не обсуждались.",
    "На месте переговоров России и Турции отменили концерт.",
]

TURKISH = [
    ("Rusya Dışişleri Bakanı İvan Orlov 10 Ekim'de Türkiye'yi ziyaret edecek.", "scheduled RU TR 2025-10-10"),
    ("Ticaret Bakanı Selim Aksoy cuma günü Moskova'ya gidecek.", "scheduled RU TR 2025-10-10"),
    ("Rusya Devlet Başkanı Oleg Gromov Türkiye'ye geliyor.", "scheduled RU TR"),
    ("Cumhurbaşkanı Kaan Demirel, Rusya Devlet Başkanı Oleg Gromov ile 14 Ekim'de Soçi'de bir araya gelecek.",
     "scheduled RU TR 2025-10-14"),
    ("Rusya Dışişleri Bakanı İvan Orlov'un 10 Ekim'de yapılması planlanan Ankara ziyareti ertelendi.",
     "postponed RU TR <2025-10-10"),
    ("Rusya Dışişleri Bakanı İvan Orlov'un Ankara ziyareti 24 Ekim'e ertelendi.", "rescheduled RU TR 2025-10-24"),
    ("Ticaret Bakanı Selim Aksoy'un Moskova ziyareti iptal edildi.", "cancelled RU TR"),
    ("Cumhurbaşkanı Kaan Demirel, Rusya Devlet Başkanı Oleg Gromov ile Ankara'da görüştü.", "held RU TR"),
    ("Rusya Devlet Başkanı Oleg Gromov gelecek ay Türkiye'yi ziyaret edebilir.", "uncertain RU TR 2025-11"),
    ("Ticaret Bakanı Selim Aksoy'un 10 Ekim'de Moskova'ya gideceği açıklandı.", "scheduled RU TR 2025-10-10"),
    ("Rusya Devlet Başkanı Oleg Gromov ve Cumhurbaşkanı Kaan Demirel'in 14 Ekim'de Soçi'de görüşme yapacağı duyuruldu.",
     "scheduled RU TR 2025-10-14"),
    ("Rusya Devlet Başkanı Oleg Gromov ile Cumhurbaşkanı Kaan Demirel'in gerçekleştirdiği zirve konuşuldu.",
     "held RU TR"),
    ("Dışişleri Bakanı Kemal Arda, Rus mevkidaşıyla görüştü.", "held RU TR"),
    ("Cumhurbaşkanı Kaan Demirel – Rusya Devlet Başkanı Oleg Gromov zirvesi bitti.", "held RU TR"),
]  # fmt: skip

TURKISH_NO_CHANGE = [
    "Rusya Dışişleri Bakanı İvan Orlov'un Ankara ziyareti ertelenmedi.",
    "Ticaret Bakanı Selim Aksoy'un Moskova ziyareti iptal edilebilir.",
    "Rusya Devlet Başkanı Oleg Gromov'un Ankara ziyareti sırasında yapılacak basın toplantısı iptal edildi.",
    "Türkiye ile Rusya arasındaki hazırlık maçı iptal edildi.",
    "İstanbul'dan Moskova'ya uçuşlar iptal edildi.",
    "Cumhurbaşkanı Kaan Demirel geçen yıl Moskova ziyaretini iptal etti.",
]


def told(mention: MeetingMention) -> str:
    words = [mention.status.value, *mention.countries]
    words += [mention.when.edtf] if mention.when else []
    words += [f"<{mention.previous_when.edtf}"] if mention.previous_when else []
    return " ".join(words)


@pytest.mark.parametrize(("sentence", "expected"), RUSSIAN)
def test_russian(read, sentence: str, expected: str) -> None:
    assert [told(mention) for mention in read(sentence, language="ru")] == [expected]


@pytest.mark.parametrize(("sentence", "expected"), TURKISH)
def test_turkish(read, sentence: str, expected: str) -> None:
    assert [told(mention) for mention in read(sentence, language="tr")] == [expected]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("ru", sentence) for sentence in RUSSIAN_NO_CHANGE] + [("tr", sentence) for sentence in TURKISH_NO_CHANGE],
)
def test_no_change_is_heard_in(read, language: str, sentence: str) -> None:
    assert not [told(m) for m in read(sentence, language=language) if m.status in CHANGED]


@pytest.mark.parametrize(
    ("language", "title", "expected"),
    [
        ("ru", "Переговоры России и Турции в Казани 14 октября", "scheduled RU TR 2025-10-14"),
        ("tr", "Türkiye-Rusya zirvesi 14 Ekim'de", "scheduled RU TR 2025-10-14"),
    ],
)
def test_headline_without_a_verb(read, language: str, title: str, expected: str) -> None:
    assert [told(mention) for mention in read("", title=title, language=language)] == [expected]


def test_a_telephone_conversation_to_come_is_a_call(read) -> None:
    (call,) = read(
        "Dışişleri Bakanı Kemal Arda'nın Rus mevkidaşıyla gelecek hafta telefonda görüşmesi bekleniyor.",
        language="tr",
    )
    assert (told(call), call.format) == ("scheduled RU TR [2025-10-13..2025-10-19]", "call")


def test_what_follows_the_noun_of_a_turkish_clause_is_not_a_party(read) -> None:
    (call,) = read(
        "Cumhurbaşkanı Kaan Demirel'in Rusya Devlet Başkanı Oleg Gromov ile yaptığı telefon görüşmesinde, ABD konuşuldu.",
        language="tr",
    )
    assert told(call) == "held RU TR"


def test_one_person_in_three_languages(read) -> None:
    texts = {
        "en": "Russian Foreign Minister Arkady Belov will visit Turkey on October 10.",
        "ru": "Министр иностранных дел России Аркадий Белов 10 октября посетит Турцию.",
        "tr": "Rusya Dışişleri Bakanı Arkadi Belov 10 Ekim'de Türkiye'yi ziyaret edecek.",
    }
    people = {
        (p.id, p.office) for language, text in texts.items() for p in read(text, language=language)[0].participants
    }
    assert people == {("per:ru.belov", "off:RU.FM")}


def test_a_language_without_rules_is_not_read(read) -> None:
    assert read("Le ministre russe se rendra en Turquie le 10 octobre.", language="fr") == ()


@pytest.mark.parametrize(
    ("language", "title", "several"),
    [
        ("ru", "министры", True),
        ("ru", "лидеры", True),
        ("ru", "президентами", True),
        ("ru", "министр", False),
        ("ru", "коллеги", False),  # of one colleague, too
        ("ru", "визави", False),
        ("en", "ministers", True),
        ("en", "minister", False),
        ("tr", "bakanları", True),
        ("tr", "bakanı", False),
    ],
)
def test_each_language_tells_a_title_in_the_plural(
    lexicons: dict[str, Lexicon], language: str, title: str, several: bool
) -> None:
    lexicon = lexicons[language]
    assert (lexicon.compile(lexicon.several).search(fold(title)) is not None) == several
