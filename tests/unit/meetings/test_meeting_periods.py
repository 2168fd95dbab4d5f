"""Ways to write a date, in three languages, read on Wednesday, 15 October 2025."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.folding import fold
from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.when.dates import DateReader
from pipeline.records import Article

TODAY = date(2025, 10, 15)

# (words of the languages for the same day, how it reads of something to come)
ROWS = [
    ({"en": "the day after tomorrow", "ru": "послезавтра"}, "2025-10-17"),
    ({"en": "in three days", "ru": "через три дня", "tr": "üç gün sonra"}, "2025-10-18"),
    ({"en": "in two weeks' time", "ru": "через две недели", "tr": "iki hafta sonra"}, "[2025-10-27..2025-11-02]"),
    ({"en": "within the next two weeks"}, "[2025-10-15..2025-10-29]"),
    ({"en": "in the coming days", "ru": "в ближайшие дни", "tr": "önümüzdeki günlerde"}, "[2025-10-16..2025-10-25]"),
    ({"en": "in the coming weeks", "ru": "в ближайшие недели", "tr": "gelecek haftalarda"}, "[2025-10-16..2025-11-12]"),
    ({"en": "next Tuesday", "ru": "в следующий вторник", "tr": "gelecek hafta salı"}, "2025-10-21"),
    ({"en": "on Monday next week", "ru": "в понедельник на следующей неделе"}, "2025-10-20"),
    ({"en": "on Friday", "ru": "в пятницу", "tr": "cuma günü"}, "2025-10-17"),
    ({"en": "this week", "ru": "на этой неделе", "tr": "bu hafta"}, "[2025-10-15..2025-10-19]"),
    ({"en": "early next week", "ru": "в начале следующей недели", "tr": "gelecek haftanın başında"},
     "[2025-10-20..2025-10-22]"),
    ({"en": "in the first half of next week", "ru": "в первой половине следующей недели",
      "tr": "gelecek haftanın ilk yarısında"}, "[2025-10-20..2025-10-22]"),
    ({"en": "in the second half of next week", "ru": "во второй половине следующей недели"}, "[2025-10-23..2025-10-26]"),
    ({"en": "at the weekend", "ru": "в выходные", "tr": "hafta sonu"}, "[2025-10-18..2025-10-19]"),
    ({"en": "the week after next"}, "[2025-10-27..2025-11-02]"),
    ({"en": "later this month", "ru": "до конца месяца"}, "[2025-10-15..2025-10-31]"),
    ({"en": "at the end of the month", "ru": "в конце месяца", "tr": "ay sonunda"}, "[2025-10-21..2025-10-31]"),
    ({"en": "in the first week of November", "ru": "в первую неделю ноября", "tr": "kasım ayının ilk haftası"},
     "[2025-11-01..2025-11-07]"),
    ({"en": "in the second half of November", "ru": "во второй половине ноября", "tr": "kasım ayının ikinci yarısı"},
     "[2025-11-16..2025-11-30]"),
    ({"en": "in mid-November", "ru": "в середине ноября", "tr": "kasım ortasında"}, "[2025-11-11..2025-11-20]"),
    ({"en": "in November", "ru": "в ноябре", "tr": "kasımda"}, "2025-11"),
    ({"en": "next month", "ru": "в следующем месяце", "tr": "gelecek ay"}, "2025-11"),
    ({"en": "by the end of the year", "ru": "до конца года", "tr": "yıl sonuna kadar"}, "[2025-10-15..2025-12-31]"),
    ({"en": "in spring 2026", "ru": "весной 2026 года"}, "[2026-03-01..2026-05-31]"),
    ({"en": "in the winter"}, "[2025-12-01..2026-02-28]"),
    ({"en": "early next year", "ru": "в начале следующего года", "tr": "gelecek yıl başında"},
     "[2026-01-01..2026-03-31]"),
    ({"en": "from October 29 to November 1", "ru": "с 29 октября по 1 ноября", "tr": "29 Ekim - 1 Kasım"},
     "2025-10-29/2025-11-01"),
    ({"en": "on October 20 and 21", "ru": "20 и 21 октября", "tr": "20 ve 21 Ekim"}, "2025-10-20/2025-10-21"),
    ({"en": "on January 12", "ru": "12 января", "tr": "12 Ocak'ta"}, "2026-01-12"),
    ({"en": "on September 30", "ru": "30 сентября", "tr": "30 Eylül'de"}, "2025-09-30"),
    ({"en": "on the 20th.", }, "2025-10-20"),
    ({"en": "on the 10th.", }, "2025-11-10"),
    ({"en": "in 2027", "ru": "в 2027 году", "tr": "2027 yılında"}, "2027"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words", "edtf"), [(lang, words, edtf) for said, edtf in ROWS for lang, words in said.items()]
)
def test_date_to_come(dates: dict[str, DateReader], language: str, words: str, edtf: str) -> None:
    assert [hit.future.edtf for hit in dates[language].find(fold(words), TODAY)] == [edtf]


@pytest.mark.parametrize(
    ("language", "words", "old", "new"),
    [
        ("en", "from Tuesday to Friday", "2025-10-21", "2025-10-24"),
        ("en", "from October 20 to October 27", "2025-10-20", "2025-10-27"),
        ("ru", "с 20 на 27 октября", "2025-10-20", "2025-10-27"),
        ("ru", "со вторника на пятницу", "2025-10-21", "2025-10-24"),
        ("ru", "не 20, а 21 октября", "2025-10-20", "2025-10-21"),
        ("tr", "20 Ekim'den 27 Ekim'e", "2025-10-20", "2025-10-27"),
    ],
)
def test_a_move_has_an_old_and_a_new_day(
    dates: dict[str, DateReader], language: str, words: str, old: str, new: str
) -> None:
    (hit,) = dates[language].find(fold(words), TODAY)
    assert hit.ends is not None
    assert (hit.ends[0].edtf, hit.ends[1].edtf) == (old, new)


# What moves with the article: nothing of it names a month, so every reading must move by whole weeks with it.
RELATIVE = {
    "en": ["tomorrow", "on Sunday", "next Tuesday", "in three days", "next week", "this weekend", "early next week",
           "within the next two weeks", "in the coming days", "on Monday next week", "the week after next"],
    "ru": ["завтра", "в воскресенье", "через три дня", "на следующей неделе", "в ближайшие дни", "послезавтра",
           "в первой половине следующей недели", "через две недели", "в следующий вторник"],
    "tr": ["yarın", "pazar günü", "üç gün sonra", "gelecek hafta", "önümüzdeki günlerde", "hafta sonu",
           "gelecek haftanın ilk yarısında", "iki hafta sonra"],
}  # fmt: skip
SENTENCES = {
    "en": "Turkish Trade Minister Selim Aksoy will visit Moscow {}.",
    "ru": "Министр торговли Турции Селим Аксой посетит Москву {}.",
    "tr": "Ticaret Bakanı Selim Aksoy {} Moskova'ya gidecek.",
}
SAID = [(language, words) for language, all_words in RELATIVE.items() for words in all_words]


@given(start=st.dates(date(2005, 1, 1), date(2030, 1, 1)), weeks=st.integers(1, 200), said=st.sampled_from(SAID))
@settings(max_examples=120, deadline=None)
def test_shifting_the_article_shifts_every_relative_date(
    reader: MeetingReader, start: date, weeks: int, said: tuple[str, str]
) -> None:
    language, words = said
    shift = timedelta(weeks=weeks)
    first, second = (_when(reader, language, words, day) for day in (start, start + shift))
    assert (second[0] - first[0], second[1] - first[1]) == (shift, shift)


@given(start=st.dates(date(2005, 1, 1), date(2030, 1, 1)), days=st.integers(1, 1000), number=st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_days_counted_from_today_shift_by_days(reader: MeetingReader, start: date, days: int, number: int) -> None:
    for language, words in (("en", "in {} days"), ("ru", "через {} дня"), ("tr", "{} gün sonra")):
        said = words.format(2 + number)
        first, second = (_when(reader, language, said, day) for day in (start, start + timedelta(days)))
        assert (second[0] - first[0]).days == days


def _when(reader: MeetingReader, language: str, words: str, day: date) -> tuple[date, date]:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    body = SENTENCES[language].format(words)
    (mention,) = reader.read(Article("", body, at, "page", "UTC", language, 1.0))
    assert mention.when is not None
    return mention.when.earliest, mention.when.latest
