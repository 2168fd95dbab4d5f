"""Russian verbs of travelling, meeting and hosting, and nouns that name a meeting: each form and what governs it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article

AT = datetime(2025, 10, 6, 12, tzinfo=UTC)  # a Monday


def read(reader: MeetingReader, text: str, title: str = "") -> list[str]:
    article = Article(title, text, AT, "page", "UTC", "ru", 1.0)
    return [mention.status.value for mention in reader.read(article)]


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("посетит", "scheduled"),
        ("прибывает в", "scheduled"),
        ("намерен в начале ноября посетить", "scheduled"),
        ("должен в пятницу прилететь в", "scheduled"),
        ("согласился посетить", "scheduled"),
        ("совершит официальный визит в", "scheduled"),
        ("приглашен в", "uncertain"),
        ("может посетить", "uncertain"),
        ("хотел бы на этой неделе приехать в", "uncertain"),
        ("не поедет в", "cancelled"),
        ("отказался ехать в", "cancelled"),
        ("не смог прилететь в", "cancelled"),
        ("посетил", "held"),
        ("находится с рабочим визитом в", "held"),
        ("завершил поездку в", "held"),
    ],
)
def test_the_form_of_a_journey_and_what_governs_it(reader: MeetingReader, verb: str, status: str) -> None:
    assert status in read(reader, f"Премьер-министр Польши {verb} Киев.")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Главы МИД Польши и Чехии проведут в Варшаве переговоры.", "scheduled"),
        ("Переговоры в Варшаве провели министры Польши и Чехии.", "held"),
        ("Президент Польши принял премьера Чехии в Варшаве.", "held"),
        ("Премьера Чехии в пятницу примет президент Польши.", "scheduled"),
        ("Президент Польши обсудил с президентом Чехии торговлю.", "held"),
        ("Глава МИД Польши отказался встречаться с главой МИД Чехии.", "cancelled|denied"),
        ("Переговоры Польши и Украины прошли в Люблине.", "held"),
        ("В Люблине проходят переговоры Польши и Украины.", "held"),
        ("Переговоры Польши и Украины запланированы на пятницу.", "scheduled"),
        ("Визит президента Польши в Киев пока не готовится.", "denied"),
        ("Переговоры Польши и Украины не состоялись.", "cancelled"),
        ("Провести встречу президентов Польши и Украины не удалось.", "cancelled"),
        ("Встреча министров Польши и Украины, запланированная на пятницу, пройдет в Люблине.", "scheduled"),
        ("Участники переговоров Польши и Украины, прошедших в Люблине, довольны.", "held"),
        ("Польша подтвердила визит президента Чехии в Варшаву.", "confirmed"),
        ("Обсуждается визит президента Чехии в Варшаву.", "uncertain"),
    ],
)
def test_meetings_hosts_and_talks(reader: MeetingReader, text: str, status: str) -> None:
    found = read(reader, text)
    assert len(found) == 1
    assert found[0] in status.split("|")


def test_a_meeting_by_phone_is_a_call(reader: MeetingReader) -> None:
    text = "Президент Польши поговорил по телефону с президентом Чехии."
    mentions = reader.read(Article("", text, AT, "page", "UTC", "ru", 1.0))
    assert [(mention.status.value, mention.format) for mention in mentions] == [("held", "call")]


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("Рынки выросли после переговоров Польши с Украиной в Люблине.", ["held"]),
        ("Рынки выросли накануне переговоров Польши с Украиной в Люблине.", ["scheduled"]),
        ("Министерство говорит о возможном визите президента Польши в Киев.", ["uncertain"]),
        ("Предыдущие переговоры Польши с Украиной лежат в архиве.", []),
        ("Премьер-министр Польши принял решение по тарифам Чехии.", []),
    ],
)
def test_a_noun_alone_names_a_meeting(reader: MeetingReader, text: str, statuses: list[str]) -> None:
    assert read(reader, text) == statuses


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("МИД Чехии сообщил об отмене визита главы МИД Польши.", "cancelled"),
        ("Визит президента Чехии в Польшу, скорее всего, не состоится.", "uncertain"),
        ("Переговоры Чехии и Польши оказались под угрозой срыва.", "uncertain"),
        ("Прага отказалась от переговоров с Варшавой.", "cancelled"),
        ("Об отказе Чехии от переговоров с Польшей стало известно в пятницу.", "cancelled"),
        ("Чешский министр отказался ехать в Варшаву.", "cancelled"),
        ("Президента Чехии не будет в пятницу в Польше на саммите.", "cancelled"),
        ("Ранее, 3 октября, в Вене состоялись консультации Чехии и Польши.", "held"),
        ("Все ждут предстоящего в Вене саммита Чехии и Польши.", "scheduled"),
        ("В пятницу в Вене намечен старт переговоров Чехии и Польши.", "scheduled"),
    ],
)
def test_what_is_around_a_verb(reader: MeetingReader, text: str, status: str) -> None:
    assert read(reader, text) == [status]


def test_talks_on_accession_are_a_process(reader: MeetingReader) -> None:
    assert read(reader, "Еврокомиссия приостановила переговоры о вступлении Сербии в ЕС.") == []


def test_the_planned_meeting_that_a_verb_calls_off_is_off(reader: MeetingReader) -> None:
    assert read(reader, "Запланированная на пятницу встреча глав МИД Польши и Чехии не состоится.") == [
        "cancelled"
    ]
