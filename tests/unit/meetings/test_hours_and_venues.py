"""A meeting that only begins later that day, or elsewhere, keeps its day: no change of plan."""

from __future__ import annotations

import pytest

from pipeline.meetings.statuses import CHANGES
from pipeline.records import MeetingStatus

SAME_DAY = [
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


@pytest.mark.parametrize(("language", "text"), SAME_DAY + OTHER_PLACE)
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
