"""A meeting moved to a part of the calendar: "to the second half of March" is the new day, never the old one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article

AT = datetime(2025, 11, 24, 12, tzinfo=UTC)  # a Monday

MOVED = [
    ("en", "was put off until the second half of March", "[2026-03-16..2026-03-31]"),
    ("en", "was pushed back to spring", "[2026-03-01..2026-05-31]"),
    ("en", "was moved to the third quarter of 2026", "[2026-07-01..2026-09-30]"),
    ("en", "was moved to the first quarter of next year", "[2026-01-01..2026-03-31]"),
    ("en", "was moved from December 1 to December 4-5", "2025-12-04/2025-12-05"),
    ("ru", "перенесен на вторую половину декабря", "[2025-12-16..2025-12-31]"),
    ("ru", "перенесен на первую неделю декабря", "[2025-12-01..2025-12-07]"),
    ("ru", "перенесен на конец недели", "[2025-11-27..2025-11-30]"),
    ("ru", "перенесен на конец года", "[2025-11-24..2025-12-31]"),
    ("ru", "перенесен на весну", "[2026-03-01..2026-05-31]"),
    ("ru", "отложен до осени 2026 года", "[2026-09-01..2026-11-30]"),
    ("ru", "перенесен на первое полугодие следующего года", "[2026-01-01..2026-06-30]"),
    ("ru", "перенесен на третий квартал 2026 года", "[2026-07-01..2026-09-30]"),
    ("ru", "перенесен на 2026 год", "2026"),
    ("ru", "отложен до следующего года", "2026"),
    ("uk", "перенесено на другу половину грудня", "[2025-12-16..2025-12-31]"),
    ("uk", "перенесено на початок 2026 року", "[2026-01-01..2026-03-31]"),
    ("uk", "перенесено на весну", "[2026-03-01..2026-05-31]"),
    ("tr", "aralık ayının ikinci yarısına ertelendi", "[2025-12-16..2025-12-31]"),
    ("tr", "aralık ayının başına ertelendi", "[2025-12-01..2025-12-10]"),
    ("tr", "2026'nın ilk yarısına ertelendi", "[2026-01-01..2026-06-30]"),
    ("tr", "gelecek yılın ilk yarısına ertelendi", "[2026-01-01..2026-06-30]"),
    ("tr", "gelecek yıla ertelendi", "2026"),
    ("tr", "hafta sonuna ertelendi", "[2025-11-29..2025-11-30]"),
]
MEETING = {
    "en": "The Kenyan president's visit to Uganda {}.",
    "ru": "Визит президента Кении в Уганду {}.",
    "uk": "Візит президента Польщі до України {}.",
    "tr": "Kenya Cumhurbaşkanı'nın Uganda ziyareti {}.",
}
PLANNED = [
    ("en", "The Kenyan president's visit to Uganda, planned for the second half of December, was cancelled."),
    ("ru", "Визит президента Кении в Уганду, запланированный на вторую половину декабря, отменен."),
    ("uk", "Візит президента Польщі до України, запланований на другу половину грудня, скасовано."),
    ("tr", "Kenya Cumhurbaşkanı'nın aralık ayının ikinci yarısında planlanan Uganda ziyareti iptal edildi."),
]


@pytest.mark.parametrize(("language", "change", "new"), MOVED)
def test_what_it_is_moved_to_is_the_new_date(reader: MeetingReader, language: str, change: str, new: str) -> None:
    (mention,) = reader.read(Article(MEETING[language].format(change), "", AT, "page", "UTC", language, 1.0))
    assert (mention.status, mention.when and mention.when.edtf) == ("rescheduled", new)


@pytest.mark.parametrize(("language", "text"), PLANNED)
def test_what_it_was_planned_for_stays_the_old_date(reader: MeetingReader, language: str, text: str) -> None:
    (mention,) = reader.read(Article(text, "", AT, "page", "UTC", language, 1.0))
    found = (mention.status, mention.when, mention.previous_when and mention.previous_when.edtf)
    assert found == ("cancelled", None, "[2025-12-16..2025-12-31]")


@pytest.mark.parametrize(
    "text",
    [
        "Президент Кении завтра в Уганду не приедет, приедет 4 декабря.",
        "Президент Кении не приедет в Уганду завтра, он приедет 4 декабря.",
    ],
)
def test_one_sentence_takes_a_day_away_and_gives_another(reader: MeetingReader, text: str) -> None:
    (mention,) = reader.read(Article(text, "", AT, "page", "UTC", "ru", 1.0))
    days = [when and when.edtf for when in (mention.previous_when, mention.when)]
    assert (mention.status, days) == ("rescheduled", ["2025-11-25", "2025-12-04"])


def test_a_month_in_the_genitive_is_no_name_of_a_minister(reader: MeetingReader) -> None:
    text = "Kenya Dışişleri Bakanı Ekim'in 14'ünde Uganda'yı ziyaret edecek."
    (mention,) = reader.read(Article(text, "", datetime(2025, 10, 6, 12, tzinfo=UTC), "page", "UTC", "tr", 1.0))
    assert (mention.when and mention.when.edtf) == "2025-10-14"
    assert "Ekim" not in mention.participants[0].name
