"""A meeting whose hour or place alone is another goes on: a plan, never a postponement or a meeting that was held."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.statuses import SAME_DAY, is_marked
from pipeline.records import Article, MeetingMention

AT = datetime(2025, 11, 24, 12, tzinfo=UTC)  # a Monday

HOURS = [
    ("en", "The talks between Kenya and Uganda on Tuesday were moved to 3 p.m.", "2025-11-25"),
    ("en", "Tuesday's talks between Kenya and Uganda were postponed until 15:00.", "2025-11-25"),
    ("en", "The talks between Kenya and Uganda were pushed back by two hours.", None),
    ("en", "The talks between Kenya and Uganda were delayed until late evening, officials said.", None),
    ("ru", "Переговоры Кении и Уганды во вторник перенесены с 11:00 на 15:00.", "2025-11-25"),
    ("ru", "Переговоры Кении и Уганды отложили на вторую половину дня.", None),
    ("tr", "Kenya ile Uganda arasındaki salı günkü görüşme akşam saatlerine ertelendi.", "2025-11-25"),
]
PLACES = [
    ("en", "The talks between Kenya and Uganda on Tuesday have been moved from Geneva to Nairobi.", "Nairobi"),
    ("en", "The talks between Kenya and Uganda have been moved to Mombasa.", "Mombasa"),
    ("ru", "Переговоры Кении и Уганды перенесли из Женевы в Найроби.", "Nairobi"),
]


def only(reader: MeetingReader, language: str, text: str) -> MeetingMention:
    (mention,) = reader.read(Article(text, "", AT, "page", "UTC", language, 1.0))
    assert mention.previous_when is None
    return mention


@pytest.mark.parametrize(("language", "text", "day"), HOURS)
def test_another_hour_is_a_plan(reader: MeetingReader, language: str, text: str, day: str | None) -> None:
    mention = only(reader, language, text)
    assert (mention.status, mention.when and mention.when.edtf) == ("scheduled", day)
    assert is_marked(mention, SAME_DAY)


@pytest.mark.parametrize(("language", "text", "place"), PLACES)
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
