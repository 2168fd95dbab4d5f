"""Ways to write days that papers use and that are easy to read wrong, read on Monday, 6 October 2025."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.language.folding import fold
from pipeline.meetings.when.dates import DateHit, DateReader

TODAY = date(2025, 10, 6)
EN_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
RU_MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
TR_MONTHS = [
    "Ocak",
    "Şubat",
    "Mart",
    "Nisan",
    "Mayıs",
    "Haziran",
    "Temmuz",
    "Ağustos",
    "Eylül",
    "Ekim",
    "Kasım",
    "Aralık",
]
TR_LOCATIVE = {1: "inde", 2: "sinde", 3: "ünde", 4: "ünde", 5: "inde", 6: "sında", 7: "sinde", 8: "inde", 9: "unda", 0: "unda"}  # fmt: skip

STRETCHES = [
    ("en", "14, 15 and 16 October", "2025-10-14/2025-10-16"),
    ("en", "on October 14, 15, and 16", "2025-10-14/2025-10-16"),
    ("en", "14 or 15 October", "[2025-10-14..2025-10-15]"),
    ("en", "October 31 or November 1", "[2025-10-31..2025-11-01]"),
    ("en", "on Thursday or Friday", "[2025-10-09..2025-10-10]"),
    ("en", "between 30 October and 2 November", "2025-10-30/2025-11-02"),
    ("en", "before New Year", "[2025-10-06..2025-12-31]"),
    ("en", "in the first half of 2026", "[2026-01-01..2026-06-30]"),
    ("en", "its November summit", "2025-11"),
    ("ru", "14, 15 и 16 октября", "2025-10-14/2025-10-16"),
    ("ru", "14 или 15 октября", "[2025-10-14..2025-10-15]"),
    ("ru", "в среду или четверг", "[2025-10-08..2025-10-09]"),
    ("ru", "в 20-х числах ноября", "[2025-11-20..2025-11-30]"),
    ("ru", "в десятых числах ноября", "[2025-11-10..2025-11-19]"),
    ("ru", "до Нового года", "[2025-10-06..2025-12-31]"),
    ("ru", "в первом полугодии 2026 года", "[2026-01-01..2026-06-30]"),
    ("tr", "14, 15 ve 16 Ekim'de", "2025-10-14/2025-10-16"),
    ("tr", "14 veya 15 Ekim'de", "[2025-10-14..2025-10-15]"),
    ("tr", "30 Ekim ile 2 Kasım arasında", "2025-10-30/2025-11-02"),
    ("tr", "30 Ekim'den 2 Kasım'a kadar", "2025-10-30/2025-11-02"),
    ("tr", "yılbaşından önce", "[2025-10-06..2025-12-31]"),
    ("tr", "gelecek hafta sonu", "[2025-10-18..2025-10-19]"),
    ("tr", "2026'nın ilk yarısında", "[2026-01-01..2026-06-30]"),
]

DAYS = [
    ("en", "a week on Tuesday", "2025-10-14"),
    ("en", "on Tuesday week", "2025-10-14"),
    ("en", "a fortnight on Tuesday", "2025-10-21"),
    ("en", "a week from today", "2025-10-13"),
    ("en", "14-Oct-25", "2025-10-14"),
    ("en", "on the 14th of next month", "2025-11-14"),
    ("en", "Friday 17 October", "2025-10-17"),
    ("en", "Wednesday, April 8", "2026-04-08"),  # and no Wednesday in 2025
    ("ru", "14 окт. 2024 г.", "2024-10-14"),
    ("ru", "14 числа следующего месяца", "2025-11-14"),
    ("tr", "Ekim'in 14'ünde", "2025-10-14"),
    ("tr", "bu ayın 14'ünde", "2025-10-14"),
    ("tr", "gelecek ayın 6'sında", "2025-11-06"),
]

MOVES = [
    ("en", "not on 8 December but on 4 December", "2025-12-08", "2025-12-04"),
    ("en", "on the 17th of December instead of the 10th", "2025-12-10", "2025-12-17"),
    ("en", "on Friday rather than on Tuesday", "2025-10-07", "2025-10-10"),
    ("ru", "17 декабря вместо 10-го", "2025-12-10", "2025-12-17"),
    ("ru", "не 8, а 4 декабря", "2025-12-08", "2025-12-04"),
    ("ru", "не в пятницу, а в субботу", "2025-10-10", "2025-10-11"),
    ("tr", "10 Ekim'de değil 17 Ekim'de", "2025-10-10", "2025-10-17"),
    ("tr", "10 yerine 17 Ekim'de", "2025-10-10", "2025-10-17"),
    ("tr", "salı yerine cuma günü", "2025-10-07", "2025-10-10"),
]

NO_DATES = [
    ("en", "in two days after the election"),
    ("en", "within two weeks of the vote"),
    ("en", "the Good Friday agreement"),
    ("en", "he told the Sunday Times"),
    ("en", "version 10.11.12 of 1.2.3.4"),
    ("ru", "через два дня после выборов"),
    ("ru", "за неделю до выборов"),
    ("ru", "в Вербное воскресенье"),
    ("tr", "seçimden iki gün sonra"),
    ("tr", "zirveden üç hafta önce"),
]


def find(dates: dict[str, DateReader], language: str, words: str, zone: str = "") -> list[DateHit]:
    return dates[language].find(fold(words), TODAY, zone=zone)


@pytest.mark.parametrize(("language", "words", "edtf"), [*STRETCHES, *DAYS])
def test_one_date(dates: dict[str, DateReader], language: str, words: str, edtf: str) -> None:
    assert [hit.future.edtf for hit in find(dates, language, words)] == [edtf]


@pytest.mark.parametrize(("language", "words", "old", "new"), MOVES)
def test_the_day_given_up_and_the_new_one(
    dates: dict[str, DateReader], language: str, words: str, old: str, new: str
) -> None:
    (hit,) = find(dates, language, words)
    assert hit.ends is not None
    assert (hit.ends[0].edtf, hit.ends[1].edtf, hit.future.edtf) == (old, new, new)


@pytest.mark.parametrize(("language", "words"), NO_DATES)
def test_none(dates: dict[str, DateReader], language: str, words: str) -> None:
    assert find(dates, language, words) == []


@pytest.mark.parametrize(
    ("words", "zone", "edtf"),
    [
        ("04/10/2025", "Europe/London", ["2025-10-04"]),
        ("04/10/2025", "America/New_York", ["2025-04-10"]),
        ("04/10/2025", "", []),  # nobody knows
        ("14/10/2025", "", ["2025-10-14"]),
        ("10/14/2025", "", ["2025-10-14"]),
        ("4.10.2025", "America/New_York", ["2025-10-04"]),
        ("2025-10-04", "America/New_York", ["2025-10-04"]),
        ("14.10.25", "", ["2025-10-14"]),
        ("14.10.12", "", []),  # far from today: a version, a share
        ("31.02.2025", "", []),
    ],
)
def test_figures_follow_the_custom_of_the_outlets_country(
    dates: dict[str, DateReader], words: str, zone: str, edtf: list[str]
) -> None:
    assert [hit.future.edtf for hit in find(dates, "en", words, zone)] == edtf


@given(day=st.dates(date(2024, 1, 1), date(2027, 12, 31)))
@settings(max_examples=80, deadline=None)
def test_a_day_with_its_year_is_that_day_however_it_is_written(dates: dict[str, DateReader], day: date) -> None:
    month = day.month - 1
    written = {
        "en": (f"{EN_MONTHS[month]} {day.day}, {day.year}", f"the {day.day}th of {EN_MONTHS[month]} {day.year}",
               f"{day.day}-{EN_MONTHS[month][:3]}-{day.year}", f"{day:%A}, {EN_MONTHS[month]} {day.day}, {day.year}"),
        "ru": (f"{day.day} {RU_MONTHS[month]} {day.year} года", f"{day:%d.%m.%Y}", f"{day.day}/{day.month}/{day.year}"),
        "tr": (f"{day.day} {TR_MONTHS[month]} {day.year}", f"{day:%d/%m/%Y} tarihinde"),
    }  # fmt: skip
    for language, all_words in written.items():
        for words in all_words:
            assert [hit.future.edtf for hit in find(dates, language, words)] == [day.isoformat()], words


@given(day=st.dates(date(2024, 1, 1), date(2027, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_figures_are_never_another_day_than_the_one_written(dates: dict[str, DateReader], day: date) -> None:
    """Day first, month first or unread, but never swapped where the country is known."""
    for zone, words in (("Europe/London", f"{day:%d/%m/%Y}"), ("America/Chicago", f"{day:%m/%d/%Y}")):
        assert [hit.future.edtf for hit in find(dates, "en", words, zone)] == [day.isoformat()]
        assert [hit.future.edtf for hit in find(dates, "en", words)] in ([day.isoformat()], [])


@given(first=st.dates(date(2025, 8, 1), date(2025, 12, 1)), days=st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_lists_alternatives_and_moves_keep_their_two_days(
    dates: dict[str, DateReader], first: date, days: int
) -> None:
    last = first + timedelta(days)
    assume(first.month == last.month)
    en, ru, tr = EN_MONTHS[first.month - 1], RU_MONTHS[first.month - 1], TR_MONTHS[first.month - 1]
    either = f"[{first}..{last}]"
    for language, words in (
        ("en", f"{first.day} or {last.day} {en}"), ("en", f"{en} {first.day} or {last.day}"),
        ("ru", f"{first.day} или {last.day} {ru}"), ("tr", f"{first.day} veya {last.day} {tr}"),
    ):  # fmt: skip
        assert [hit.future.edtf for hit in find(dates, language, words)] == [either], words
    for language, words in (
        ("en", f"not on {en} {first.day} but on {en} {last.day}"), ("en", f"{en} {last.day} instead of {en} {first.day}"),
        ("ru", f"не {first.day}, а {last.day} {ru}"), ("ru", f"{last.day} {ru} вместо {first.day}-го"),
        ("tr", f"{first.day} {tr} yerine {last.day} {tr}'de"),
    ):  # fmt: skip
        (hit,) = find(dates, language, words)
        assert hit.ends is not None
        assert (hit.ends[0].edtf, hit.ends[1].edtf) == (first.isoformat(), last.isoformat()), words


@given(number=st.integers(1, 28))
@settings(max_examples=28, deadline=None)
def test_turkish_days_by_their_number(dates: dict[str, DateReader], number: int) -> None:
    ending = TR_LOCATIVE[number % 10] if number != 20 else "sinde"
    for words in (f"Kasım'ın {number}'{ending}", f"gelecek ayın {number}'{ending}"):
        (hit,) = find(dates, "tr", words)
        assert hit.future.edtf == date(2025, 11, number).isoformat(), words


@given(
    today=st.dates(),
    words=st.sampled_from(
        [("en", "next week"), ("en", "last year"), ("en", "a week on Tuesday"), ("en", "on March 5"), ("en", "in winter"),
         ("en", "99 years ago"), ("en", "in three months"), ("ru", "через две недели"), ("ru", "14-го числа"),
         ("ru", "в ноябре"), ("tr", "gelecek ayın 6'sında"), ("tr", "geçen hafta"), ("tr", "10 Ekim yerine 17 Ekim")]
    ),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_no_day_of_publication_overflows(
    dates: dict[str, DateReader], today: date, words: tuple[str, str]
) -> None:
    for day in (today, date.min, date.max):
        for hit in dates[words[0]].find(fold(words[1]), day):
            assert hit.future.earliest <= hit.future.latest


@pytest.mark.parametrize(
    ("language", "words", "time"),
    [
        ("en", "at 3 p.m.", "15:00"),
        ("en", "at 1500 GMT", "15:00"),
        ("ru", "в 15:00 по московскому времени", "15:00"),
        ("ru", "в 3 часа дня", "15:00"),
        ("ru", "в 10 часов", "10:00"),
        ("tr", "saat 15.30'da", "15:30"),
        ("tr", "saat 15'te", "15:00"),
    ],
)
def test_clock(dates: dict[str, DateReader], language: str, words: str, time: str) -> None:
    assert dates[language].clock(fold(words)) == time
