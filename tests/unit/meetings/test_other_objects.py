"""Something else is cancelled or put off near talks and visits: each object in each frame.

None of them may raise a change. Published on Monday, 6 October 2025.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article, MeetingStatus

MONDAY = datetime(2025, 10, 6, 12, tzinfo=UTC)
CHANGES = frozenset({MeetingStatus.POSTPONED, MeetingStatus.RESCHEDULED, MeetingStatus.CANCELLED})

EN_FRAMES = [
    "Talks between Russia and Turkey ended as Moscow {v} {o}.",
    "Russia {v} {o} after talks with Turkey.",
    "At talks with Turkey, Russia {v} {o}.",
    "Russian President Oleg Gromov met Turkish President Kaan Demirel and {v} {o}.",
    "The meeting between the Russian and Turkish presidents took place after Russia {v} {o}.",
    "Turkey {v} {o} ahead of a visit by the Greek prime minister.",
    "The Turkish president, who will visit Moscow on Friday, {v} {o}.",
    "Russia {v} {o}, and the Turkish foreign minister will visit Moscow on Friday.",
    "Turkey's parliament {v} {o} during a visit by the Russian president.",
    "The Russian president discussed gas with the Turkish president and {v} {o}.",
    "The Greek prime minister said in talks with the Turkish president that Athens {v} {o}.",
    "Despite the summit of Russia and Turkey, Ankara {v} {o}.",
    "{O} was {p} after a meeting of the Russian and Turkish presidents.",
    "{O} was {p} during the Turkish president's visit to Moscow.",
    "{O}, agreed at talks between Russia and Turkey, was {p}.",
    "A plan by Turkey and Russia for {o} was {p} on Friday.",
    "Russia and Turkey's {o} has been {p}.",
    "{O} between Russia and Turkey was {p}.",
    "Two years after the visit of the Russian president to Turkey, {o} was {p}.",
]  # fmt: skip
EN_VERBS = [
    "cancelled", "postponed", "scrapped", "called off", "delayed", "dropped", "put off", "shelved",
]  # fmt: skip
EN_PASSIVE = [
    "cancelled", "postponed", "scrapped", "called off", "delayed",
]  # fmt: skip
EN_OBJECTS = [
    "wheat quotas", "a pipeline", "the gas discount", "work on the reactor", "a bond sale",
    "its naval patrol", "the ceasefire", "a planned tax", "the border opening", "a railway", "loans",
    "its subsidy", "the quarantine", "a fishing quota", "the census", "a rescue mission", "its embargo",
    "duty-free rules", "an airport upgrade", "student exchanges", "the ferry service", "the prisoner swap",
]  # fmt: skip
RU_FRAMES = [
    "Переговоры России и Турции завершились тем, что Москва {v} {o}.",
    "Россия {v} {o} после переговоров с Турцией.",
    "На переговорах с Турцией Россия {v} {o}.",
    "Президент России встретился с президентом Турции и {v} {o}.",
    "Турция {v} {o} накануне визита премьера Греции.",
    "Президент Турции, который посетит Москву в пятницу, {v} {o}.",
    "Россия {v} {o}, а глава МИД Турции посетит Москву в пятницу.",
    "В ходе визита президента России парламент Турции {v} {o}.",
    "Несмотря на саммит России и Турции, Анкара {v} {o}.",
    "Встреча президентов России и Турции прошла после того, как Россия {v} {o}.",
    "Глава МИД Греции заявил на встрече с главой МИД Турции, что Афины {v} {o}.",
]  # fmt: skip
RU_VERBS = [
    "отменила", "отложила", "перенесла", "сорвала", "отменили", "отложили",
]  # fmt: skip
RU_OBJECTS = [
    "квоты на пшеницу", "строительство газопровода", "скидку на газ", "ремонт реактора", "выпуск облигаций",
    "патрулирование", "перемирие", "новый налог", "открытие границы", "карантин", "кредиты", "субсидию",
    "перепись", "спасательную операцию", "эмбарго", "обмен пленными", "паром", "модернизацию аэропорта",
    "стажировку студентов",
]  # fmt: skip
TR_FRAMES = [
    "Rusya, Türkiye ile görüşmelerin ardından {o} {v}.",
    "Türkiye, Yunanistan Başbakanı'nın ziyareti öncesinde {o} {v}.",
    "Rusya Devlet Başkanı, Cumhurbaşkanı Kaan Yalçıner ile görüştü ve {o} {v}.",
    "Rusya ile Türkiye arasındaki görüşmede Moskova {o} {v}.",
    "Rusya Devlet Başkanı'nın ziyareti sırasında Türkiye {o} {v}.",
    "Türkiye-Rusya zirvesine rağmen Ankara {o} {v}.",
    "Cuma günü Moskova'yı ziyaret edecek olan Cumhurbaşkanı Kaan Yalçıner {o} {v}.",
    "Türkiye ile Rusya arasındaki görüşmelerde ele alınan {o} {v}.",
    "Rusya Dışişleri Bakanı'nın Türkiye ziyaretinde gündeme gelen {o} {v}.",
]  # fmt: skip
TR_VERBS = [
    "iptal etti", "erteledi", "iptal edildi", "ertelendi",
]  # fmt: skip
TR_OBJECTS = [
    "buğday kotasını", "boru hattını", "gaz indirimini", "reaktör onarımını", "tahvil satışını", "ateşkesi",
    "yeni vergiyi", "sınır kapısını", "karantinayı", "kredileri", "teşviki", "nüfus sayımını", "ambargoyu",
    "esir takasını", "feribotu", "havalimanı inşaatını", "öğrenci değişimini", "buğday kotası", "boru hattı",
    "tren hattı",
]  # fmt: skip

CASES = (
    [("en", frame, EN_PASSIVE if "{p}" in frame else EN_VERBS, EN_OBJECTS) for frame in EN_FRAMES]
    + [("ru", frame, RU_VERBS, RU_OBJECTS) for frame in RU_FRAMES]
    + [("tr", frame, TR_VERBS, TR_OBJECTS) for frame in TR_FRAMES]
)


@pytest.mark.parametrize(("language", "frame", "verbs", "objects"), CASES)
def test_no_change_is_heard(
    reader: MeetingReader, language: str, frame: str, verbs: list[str], objects: list[str]
) -> None:
    for verb, thing in zip(itertools.cycle(verbs), 2 * objects, strict=False):
        text = frame.format(v=verb, p=verb, o=thing, O=thing[0].upper() + thing[1:])
        mentions = reader.read(Article("", text, MONDAY, "page", "UTC", language, 1.0))
        assert [mention.rules for mention in mentions if mention.status in CHANGES] == [], text
