"""A meeting that only begins later that day, or elsewhere, keeps its day: a plan, and no change of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.statuses import CHANGES, SAME_DAY, is_marked
from pipeline.records import Article, MeetingMention, MeetingStatus

AT = datetime(2025, 11, 24, 12, tzinfo=UTC)  # a Monday

KEEPS_ITS_DAY = [
    ("en", "The meeting between Sergei Lavrov and Hakan Fidan was delayed until the afternoon."),
    ("en", "Talks between Russia and Turkey were pushed back to later in the evening."),
    ("en", "Lavrov's visit to Turkey was delayed by three hours."),
    ("ru", "Переговоры России и Турции отложили на вторую половину дня."),
    ("ru", "Встреча Лаврова и Фидана перенесена на вечер."),
    ("tr", "Lavrov ile Fidan'ın görüşmesi öğleden sonraya ertelendi."),
    ("tr", "Lavrov ile Fidan'ın görüşmesi iki saat ertelendi."),
]
OTHER_PLACE = [
    ("en", "The talks between Russia and Turkey were moved from Istanbul to Geneva."),
    ("ru", "Россия и Турция договорились о переносе места переговоров."),
    ("ru", "Переговоры России и Турции перенесены из Стамбула в Женеву."),
    ("ru", "Переговоры Армении и Азербайджана перенесены в Стамбул."),
    ("tr", "Rusya ile Türkiye arasındaki görüşmelerin yeri değiştirildi."),
    ("uk", "Переговори Вірменії та Азербайджану перенесено до Стамбула."),
]
OTHER_DAY = [
    ("en", "The meeting between Sergei Lavrov and Hakan Fidan was delayed by 24 hours."),
    ("en", "Talks between Russia and Turkey were pushed back to next week."),
    ("ru", "Встреча Лаврова и Фидана перенесена на неделю."),
    ("tr", "Lavrov ile Fidan'ın görüşmesi iki gün ertelendi."),
]


@pytest.mark.parametrize(("language", "text"), KEEPS_ITS_DAY + OTHER_PLACE)
def test_the_day_stays(read, language: str, text: str) -> None:
    assert [m.status for m in read(text, language=language) if m.status in CHANGES] == []


@pytest.mark.parametrize(("language", "text"), OTHER_PLACE)
def test_talks_that_moved_elsewhere_have_not_been_held(read, language: str, text: str) -> None:
    assert [m.status for m in read(text, language=language) if m.status is MeetingStatus.HELD] == []


@pytest.mark.parametrize(("language", "text"), OTHER_DAY)
def test_another_day_is_a_change(read, language: str, text: str) -> None:
    assert [m.status for m in read(text, language=language) if m.status in CHANGES]


def test_a_telephone_call_takes_place_nowhere(read) -> None:
    (call,) = read("Владимир Путин и Реджеп Тайип Эрдоган обсудили по телефону ситуацию в Сирии.", language="ru")
    assert (call.format, call.place, call.countries) == ("call", None, ("RU", "TR"))


def test_what_two_people_telephone_about_is_no_side(read) -> None:
    body = "О поддержке Казахстана говорили по телефону Сергей Лавров и Хакан Фидан."
    (call,) = read(body, language="ru")
    assert (call.format, call.countries) == ("call", ("RU", "TR"))


@pytest.mark.parametrize("until", ["until later in March", "to sometime in March", "until early March"])
def test_the_month_it_moves_to_is_the_new_date(read, until: str) -> None:
    (meeting,) = read(f"The summit between Russia and Turkey was delayed {until}.", language="en")
    assert meeting.status is MeetingStatus.RESCHEDULED
    assert meeting.previous_when is None


GOES_ON_LATER = [
    ("en", "The talks between Kenya and Uganda on Tuesday were moved to 3 p.m.", "2025-11-25"),
    ("en", "Tuesday's talks between Kenya and Uganda were postponed until 15:00.", "2025-11-25"),
    ("en", "The talks between Kenya and Uganda were pushed back by two hours.", None),
    ("en", "The talks between Kenya and Uganda were delayed until late evening, officials said.", None),
    ("ru", "Переговоры Кении и Уганды во вторник перенесены с 11:00 на 15:00.", "2025-11-25"),
    ("ru", "Переговоры Кении и Уганды отложили на вторую половину дня.", None),
    ("tr", "Kenya ile Uganda arasındaki salı günkü görüşme akşam saatlerine ertelendi.", "2025-11-25"),
]
GOES_ON_ELSEWHERE = [
    ("en", "The talks between Kenya and Uganda on Tuesday have been moved from Geneva to Nairobi.", "Nairobi"),
    ("en", "The talks between Kenya and Uganda have been moved to Mombasa.", "Mombasa"),
    ("ru", "Переговоры Кении и Уганды перенесли из Женевы в Найроби.", "Nairobi"),
]


def only(reader: MeetingReader, language: str, text: str) -> MeetingMention:
    (mention,) = reader.read(Article(text, "", AT, "page", "UTC", language, 1.0))
    assert mention.previous_when is None
    return mention


@pytest.mark.parametrize(("language", "text", "day"), GOES_ON_LATER)
def test_another_hour_is_a_plan(reader: MeetingReader, language: str, text: str, day: str | None) -> None:
    mention = only(reader, language, text)
    assert (mention.status, mention.when and mention.when.edtf) == ("scheduled", day)
    assert is_marked(mention, SAME_DAY)


@pytest.mark.parametrize(("language", "text", "place"), GOES_ON_ELSEWHERE)
def test_another_place_is_a_plan_there(reader: MeetingReader, language: str, text: str, place: str) -> None:
    mention = only(reader, language, text)
    assert (mention.status, mention.place and mention.place.name) == ("scheduled", place)
    assert mention.countries == ("KE", "UG"), "the city it leaves is no party"
    assert is_marked(mention, SAME_DAY)


def test_the_new_hour_is_that_of_the_day_that_stays(reader: MeetingReader) -> None:
    said = "The talks between Kenya and Uganda on 27 November have been moved to 3 p.m., the ministry said."
    when = only(reader, "en", said).when
    assert when is not None
    assert (when.edtf, when.time) == ("2025-11-27", "15:00")
