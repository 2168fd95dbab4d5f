"""Dates that count from today, read on Monday, 6 October 2025: numerals of two words, and none out of half a number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pipeline.language.folding import fold
from pipeline.meetings.when.dates import DateReader

TODAY = date(2025, 10, 6)

DAYS = [
    ("en", "They land in fifteen days.", 15),
    ("en", "They land twenty-one days from now.", 21),
    ("en", "They landed thirty five days ago.", -35),
    ("en", "They landed seven days ago.", -7),
    ("en", "The last one two days ago was short.", -2),
    ("ru", "Делегация прилетит через пятнадцать дней.", 15),
    ("ru", "Делегация прилетит через двадцать два дня.", 22),
    ("ru", "Это было двадцать один день назад.", -21),
    ("ru", "Это было сорок дней назад.", -40),
    ("ru", "Это было шестьдесят три дня назад.", -63),
    ("ru", "Это было пять дней назад.", -5),
    ("tr", "Heyet on beş gün sonra gelecek.", 15),
    ("tr", "Heyet yirmi bir gün sonra gelecek.", 21),
    ("tr", "Heyet otuz gün önce geldi.", -30),
    ("tr", "Heyet beş gün sonra gelecek.", 5),
    ("tr", "Heyet on iki gün önce geldi.", -12),
]

YEARS = [
    ("en", "The treaty is from thirty-five years ago.", "1990"),
    ("en", "Trade rose to forty from twenty a year ago.", "2024"),
    ("en", "In the same quarter a year ago they met.", "2024"),
    ("ru", "Договор подписали тридцать два года назад.", "1993"),
    ("tr", "Anlaşma kırk beş yıl önce imzalandı.", "1980"),
]

NO_DATES = [
    ("en", "They met half a year ago."),
    ("en", "They met a quarter of a year ago."),
    ("en", "They met 1.5 months ago."),
    ("en", "They met 2-3 weeks ago."),
    ("en", "They met two or three weeks ago."),
    ("en", "They met a hundred and two days ago."),
    ("en", "They met a year and two months ago."),
    ("en", "They met 1,20 days ago."),
    ("ru", "Встреча была сто двадцать дней назад."),
    ("ru", "Встреча была два-три дня назад."),
    ("ru", "Встреча была один или два дня назад."),
    ("ru", "Встреча была год и два месяца назад."),
    ("ru", "Встреча была 101 неделю назад."),
    ("ru", "Встреча была сто одну неделю назад."),
    ("ru", "Встреча была 1,5 месяца назад."),
    ("ru", "Встреча была полтора-два года назад."),
    ("tr", "Görüşme 1,5 ay sonra yapılacak."),
    ("tr", "Görüşme yüz yirmi gün önce yapıldı."),
    ("tr", "Görüşme iki üç gün sonra yapılacak."),
    ("tr", "Görüşme bir yıl iki ay önce yapıldı."),
    ("tr", "Görüşme 3-4 hafta sonra yapılacak."),
]


def read(dates: dict[str, DateReader], language: str, words: str) -> list[str]:
    return [hit.past.edtf for hit in dates[language].find(fold(words), TODAY)]


@pytest.mark.parametrize(("language", "words", "days"), DAYS)
def test_numerals_of_two_words_are_read_whole(
    dates: dict[str, DateReader], language: str, words: str, days: int
) -> None:
    assert read(dates, language, words) == [(TODAY + timedelta(days)).isoformat()]


@pytest.mark.parametrize(("language", "words", "year"), YEARS)
def test_years_back(dates: dict[str, DateReader], language: str, words: str, year: str) -> None:
    assert read(dates, language, words) == [year]


@pytest.mark.parametrize(("language", "words"), NO_DATES)
def test_the_end_of_a_larger_number_is_no_date(dates: dict[str, DateReader], language: str, words: str) -> None:
    assert read(dates, language, words) == []


def test_every_numeral_is_worth_what_it_says(dates: dict[str, DateReader]) -> None:
    """Up to ninety-nine, as each language joins them."""
    samples = {
        "en": {13: "thirteen", 19: "nineteen", 20: "twenty", 40: "forty", 58: "fifty-eight", 90: "ninety", 99: "ninety nine"},
        "ru": {13: "тринадцать", 19: "девятнадцати", 20: "двадцать", 80: "восьмидесяти", 58: "пятьдесят восемь", 90: "девяносто", 99: "девяноста девяти"},
        "tr": {13: "on üç", 19: "on dokuz", 20: "yirmi", 40: "kırk", 58: "elli sekiz", 90: "doksan", 99: "doksan dokuz"},
    }  # fmt: skip
    for language, words in samples.items():
        numerals = dates[language]._numerals
        assert {value: numerals.value(fold(word)) for value, word in words.items()} == {
            value: value for value in words
        }
