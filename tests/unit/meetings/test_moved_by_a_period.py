"""A meeting moved by a period, put off and now dated, and one whose goal or host is named elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.when.periods import day
from pipeline.meetings.when.shifts import ShiftReader
from pipeline.records import Article, MeetingMention

AT = datetime(2025, 10, 6, 12, tzinfo=UTC)  # a Monday


def only(reader: MeetingReader, language: str, text: str) -> MeetingMention:
    title, _, body = text.rpartition(" || ")
    (mention,) = reader.read(Article(title, body, AT, "page", "UTC", language, 1.0))
    return mention


@pytest.mark.parametrize(
    ("language", "text", "new"),
    [
        (
            "en",
            "The Kenyan president's visit to Uganda, due on 10 October, was postponed by two weeks.",
            "2025-10-24",
        ),
        ("en", "The Kenyan president's visit to Uganda, due on 10 October, was delayed by a day.", "2025-10-11"),
        ("en", "Kenya's talks with Uganda, due on 31 October, were brought forward by two days.", "2025-10-29"),
        (
            "ru",
            "Визит президента Кении в Уганду, запланированный на 10 октября, отложили на неделю.",
            "2025-10-17",
        ),
        ("ru", "Визит президента Кении в Уганду, запланированный на 31 октября, отложили на месяц.", "2025-11-30"),
        (
            "uk",
            "Візит президента Польщі до України, запланований на 10 жовтня, відклали на тиждень.",
            "2025-10-17",
        ),
        (
            "tr",
            "Kenya Cumhurbaşkanı'nın 10 Ekim'de yapılması planlanan Uganda ziyareti bir hafta ertelendi.",
            "2025-10-17",
        ),
        # put off before, and now with a day
        ("en", "The postponed talks of Kenya and Uganda will take place on 20 October.", "2025-10-20"),
        ("ru", "Перенесенные переговоры Кении и Уганды пройдут 20 октября.", "2025-10-20"),
        ("tr", "Kenya ile Uganda arasındaki ertelenen görüşme 20 Ekim'de yapılacak.", "2025-10-20"),
    ],
)
def test_the_new_day(reader: MeetingReader, language: str, text: str, new: str) -> None:
    mention = only(reader, language, text)
    assert (mention.status, mention.when and mention.when.edtf) == ("rescheduled", new)


def test_no_day_is_made_up_where_the_old_one_is_not_told(reader: MeetingReader) -> None:
    mention = only(reader, "en", "The Kenyan president's visit to Uganda was postponed by two weeks.")
    assert (mention.status, mention.when) == ("postponed", None)


@given(st.integers(1, 60), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_any_number_of_days(reader: MeetingReader, count: int, old: date) -> None:
    shifts = ShiftReader(reader._languages["en"].dates, svo=True)
    text = f"postponed for {count} days."
    new = shifts.moved(day(old), text, 0, len("postponed"), sooner=False)
    assert new is not None
    assert new.earliest == new.latest == old + timedelta(days=count)


@pytest.mark.parametrize(
    ("language", "text", "sides"),
    [
        ("ru", "Конференция пройдет в Уганде. Президент Кении туда не поедет.", ("KE", "UG")),
        ("tr", "Konferans Uganda'da yapılacak. Kenya Cumhurbaşkanı oraya gitmeyecek.", ("KE", "UG")),
        (
            "en",
            "Quarrel || Kenya and Uganda quarrel over fish. The Kenyan president cancelled his visit.",
            ("KE", "UG"),
        ),
        ("ru", "В Таллине сообщили, что визит кенийского министра не состоится.", ("EE", "KE")),
    ],
)
def test_the_other_side_is_named_elsewhere(
    reader: MeetingReader, language: str, text: str, sides: tuple[str, str]
) -> None:
    mention = only(reader, language, text)
    assert (mention.status, mention.countries) == ("cancelled", sides)


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "The Turkish president announced that the Kenyan president would be visiting the country in December.",
         ("scheduled", ("KE", "TR"))),
        ("en", "The Kenyan and Ugandan ministers resumed face-to-face negotiations in Oslo on Saturday.",
         ("held", ("KE", "UG"))),
        ("en", "Kenya rules out talks, says Uganda will pay || ", ("denied", ("KE", "UG"))),
        ("tr", "Kenya Cumhurbaşkanı, Finlandiya ve İsveç'in NATO üyeliği ile ilgili görüşmeler için Uganda'ya gidecek.",
         ("scheduled", ("KE", "UG"))),
    ],
)  # fmt: skip
def test_who_is_a_side_and_what_is_only_talked_about(
    reader: MeetingReader, language: str, text: str, told: tuple[str, tuple[str, str]]
) -> None:
    mention = only(reader, language, text)
    assert (mention.status, mention.countries) == told


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "The meeting of the Kenyan and Ugandan presidents, set for 12 October, will take place on 15 October.",
        ),
        ("ru", "Встреча президентов Кении и Уганды, намеченная на 12 октября, пройдет 15 октября."),
        (
            "tr",
            "Kenya ve Uganda cumhurbaşkanlarının 12 Ekim'de yapılması planlanan görüşmesi 15 Ekim'de yapılacak.",
        ),
    ],
)
def test_the_day_it_was_set_for_and_the_day_it_will_be(reader: MeetingReader, language: str, text: str) -> None:
    mention = only(reader, language, text)
    days = [when and when.edtf for when in (mention.previous_when, mention.when)]
    assert (mention.status, days) == ("rescheduled", ["2025-10-12", "2025-10-15"])
