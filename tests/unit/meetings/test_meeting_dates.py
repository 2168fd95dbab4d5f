"""Dates in sentences, read on Saturday, 13 June 2020."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.folding import fold
from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.when.dates import DateReader
from pipeline.records import Article

TODAY = date(2020, 6, 13)

# (language, words, as something to come, as something past)
ROWS = [
    ("en", "on June 14", "2020-06-14", "2020-06-14"),
    ("en", "on 14 June 2021", "2021-06-14", "2021-06-14"),
    ("en", "on the 2nd of July", "2020-07-02", "2020-07-02"),
    ("en", "on December 30", "2020-12-30", "2019-12-30"),  # far from both: the tense decides
    ("en", "on January 5", "2021-01-05", "2020-01-05"),
    ("en", "on March 1", "2020-03-01", "2020-03-01"),
    ("en", "June 17-18", "2020-06-17/2020-06-18", "2020-06-17/2020-06-18"),
    ("en", "from June 29 - July 2", "2020-06-29/2020-07-02", "2020-06-29/2020-07-02"),
    ("en", "14 and 15 June", "2020-06-14/2020-06-15", "2020-06-14/2020-06-15"),
    ("en", "on 2020-06-20", "2020-06-20", "2020-06-20"),
    ("en", "on Sunday", "2020-06-14", "2020-06-07"),
    ("en", "on Saturday", "2020-06-13", "2020-06-13"),
    ("en", "next Saturday", "2020-06-20", "2020-06-20"),
    ("en", "last Friday", "2020-06-12", "2020-06-12"),
    ("en", "from Thursday to Saturday", "2020-06-18/2020-06-20", "2020-06-11/2020-06-13"),
    ("en", "tomorrow", "2020-06-14", "2020-06-14"),
    ("en", "yesterday", "2020-06-12", "2020-06-12"),
    ("en", "next week", "[2020-06-15..2020-06-21]", "[2020-06-15..2020-06-21]"),
    ("en", "this week", "[2020-06-13..2020-06-14]", "[2020-06-08..2020-06-13]"),
    ("en", "later this month", "[2020-06-13..2020-06-30]", "[2020-06-13..2020-06-30]"),
    ("en", "next month", "2020-07", "2020-07"),
    ("en", "in September", "2020-09", "2019-09"),
    ("en", "in early July", "[2020-07-01..2020-07-10]", "[2019-07-01..2019-07-10]"),
    ("en", "by the end of the year", "[2020-06-13..2020-12-31]", "[2020-06-13..2020-12-31]"),
    ("en", "in 2016", "2016", "2016"),
    ("ru", "14 июня", "2020-06-14", "2020-06-14"),
    ("ru", "17–18 июня", "2020-06-17/2020-06-18", "2020-06-17/2020-06-18"),
    ("ru", "в воскресенье", "2020-06-14", "2020-06-07"),
    ("ru", "во вторник", "2020-06-16", "2020-06-09"),
    ("ru", "завтра", "2020-06-14", "2020-06-14"),
    ("ru", "на следующей неделе", "[2020-06-15..2020-06-21]", "[2020-06-15..2020-06-21]"),
    ("ru", "в сентябре", "2020-09", "2019-09"),
    ("ru", "в начале июля", "[2020-07-01..2020-07-10]", "[2019-07-01..2019-07-10]"),
    ("ru", "20.06.2020", "2020-06-20", "2020-06-20"),
    ("tr", "14 Haziran'da", "2020-06-14", "2020-06-14"),
    ("tr", "17-18 Haziran", "2020-06-17/2020-06-18", "2020-06-17/2020-06-18"),
    ("tr", "pazar günü", "2020-06-14", "2020-06-07"),
    ("tr", "SALI günü", "2020-06-16", "2020-06-09"),
    ("tr", "yarın", "2020-06-14", "2020-06-14"),
    ("tr", "gelecek hafta", "[2020-06-15..2020-06-21]", "[2020-06-15..2020-06-21]"),
    ("tr", "eylül ayında", "2020-09", "2019-09"),
]

NO_DATES = [
    ("en", "in 14 sentences about 31 cats"),
    ("en", "on February 31"),
    ("en", "the ministers may march"),
    ("en", "a chapter of 12 verses"),
    ("ru", "в 14 часов работы"),
    ("tr", "pazar yerinde 14 kişi"),
]


@pytest.mark.parametrize(("language", "words", "future", "past"), ROWS)
def test_date(dates: dict[str, DateReader], language: str, words: str, future: str, past: str) -> None:
    hits = dates[language].find(fold(words), TODAY)
    assert [(hit.future.edtf, hit.past.edtf) for hit in hits] == [(future, past)]


@pytest.mark.parametrize(("language", "words"), NO_DATES)
def test_no_date_is_invented(dates: dict[str, DateReader], language: str, words: str) -> None:
    assert dates[language].find(fold(words), TODAY) == []


@pytest.mark.parametrize(
    ("words", "time"),
    [("at 1:30pm (10:30am GMT)", "13:30"), ("at 09:15", "09:15"), ("at 12am", "00:00"), ("at 9", None)],
)
def test_clock(dates: dict[str, DateReader], words: str, time: str | None) -> None:
    assert dates["en"].clock(words) == time


def test_the_day_is_that_of_the_outlet(read) -> None:
    late = datetime(2025, 10, 6, 22, 30, tzinfo=UTC)  # Tuesday morning in Moscow
    text = "Turkish Trade Minister Selim Aksoy will visit Moscow tomorrow."
    assert read(text, at=late, zone="UTC")[0].when.edtf == "2025-10-07"
    assert read(text, at=late, zone="Europe/Moscow")[0].when.edtf == "2025-10-08"


@given(days=st.integers(0, 3000), words=st.sampled_from(["on Sunday", "tomorrow", "next week", "on Monday"]))
@settings(max_examples=60, deadline=None)
def test_relative_dates_move_with_the_article(reader: MeetingReader, days: int, words: str) -> None:
    text = f"Turkish Trade Minister Selim Aksoy will visit Moscow {words}."
    start = datetime(2018, 1, 1, 12, tzinfo=UTC)
    week = timedelta(7 * (days // 7))
    first, second = (
        reader.read(Article("", text, at, "page", "UTC", "en", 1.0))[0].when for at in (start, start + week)
    )
    assert first is not None
    assert second is not None
    assert (second.earliest - first.earliest, second.latest - first.latest) == (week, week)


@given(st.text(max_size=80), st.sampled_from(["en", "ru", "tr"]))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_read(dates: dict[str, DateReader], text: str, language: str) -> None:
    for hit in dates[language].find(fold(text), TODAY):
        assert 0 <= hit.start < hit.end <= len(text)
        assert hit.future.earliest <= hit.future.latest
