"""The series of a meeting and its number in it, as texts name them, and what linking makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conftest import ReadText
from hypothesis import given
from hypothesis import strategies as st

from pipeline.meetings.follow.linker import Candidate, Fit, judge, link
from pipeline.meetings.follow.timeline import Timeline
from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article, Evidence, MeetingMention

NOON = datetime(2025, 10, 6, 12, tzinfo=UTC)
CASES = [
    ("en", "Turkish President Kaan Demirel will skip the G20 summit in India next week.", "g20", None),
    ("en", "Turkish President Kaan Demirel will not attend the NATO summit in Madrid.", "nato summit", None),
    ("en", "The fourth round of talks between Iran and Turkey will be held on 20 October in Muscat.", "", 4),
    ("en", "Talks between Iran and Turkey in the Astana format will be held on 20 October.", "astana", None),
    ("en", "Turkish President Kaan Demirel will meet Russian President Oleg Gromov on the sidelines of the BRICS summit "
           "on Friday.", "", None),
    ("ru", "Четвертый раунд переговоров России и Турции пройдет 20 октября.", "", 4),
    ("ru", "14-е заседание российско-турецкой межправкомиссии перенесено на ноябрь.", "commission", 14),
    ("ru", "Президент Турции не поедет на саммит БРИКС в Индию.", "brics", None),
    ("tr", "İran ile Rusya arasındaki görüşmelerin 4. turu 20 Ekim'de Maskat'ta yapılacak.", "", 4),
    ("tr", "İran ile Rusya arasındaki görüşmelerin dördüncü turu 20 Ekim'de Maskat'ta yapılacak.", "", 4),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "series", "number"), CASES)
def test_series_and_number_are_read(
    read: ReadText, language: str, text: str, series: str, number: int | None
) -> None:
    assert [(one.series, one.series_number) for one in read(text, language=language)] == [(series, number)]


def test_two_rounds_of_one_text_are_two_meetings(read: ReadText) -> None:
    rounds = read(
        "The third round of talks between Iran and Turkey ended on Saturday. "
        "The fourth round of talks between Iran and Turkey will take place on 20 October."
    )
    assert [(one.status.value, one.series_number) for one in rounds] == [("held", 3), ("scheduled", 4)]


def evidence(mention: MeetingMention, number: int = 1, *, days: int = 0) -> Evidence:
    return Evidence(number, mention, NOON + timedelta(days), f"https://a{number}.example/1", number)


@pytest.fixture(scope="module")
def planned(reader: MeetingReader) -> MeetingMention:
    text = "The fourth round of talks between Iran and Turkey will be held on 20 October in Muscat."
    (mention,) = reader.read(Article("", text, NOON, "page", "UTC", "en", 1.0))
    return mention


def candidate(first: MeetingMention) -> Candidate:
    state = Timeline([evidence(first)]).state
    assert state is not None
    return Candidate(1, state, NOON)


@given(number=st.integers(1, 60))
def test_another_round_is_never_the_same_meeting(planned: MeetingMention, number: int) -> None:
    other = evidence(replace(planned, series_number=number), 2, days=1)
    reason = judge(other, candidate(planned)).veto
    assert (reason is None) == (number == 4)
    assert reason in (None, "another series, or another number in it")


def test_the_same_round_on_another_day_is_the_same_meeting(read: ReadText, planned: MeetingMention) -> None:
    (moved,) = read("The fourth round of talks between Iran and Turkey was postponed from 11 October.")
    found = link(evidence(moved, 2), [candidate(planned)])
    assert found is not None
    assert found.fit == Fit.SURE


def test_put_off_from_a_day_before_the_known_one_is_moved_to_it(read: ReadText, planned: MeetingMention) -> None:
    (moved,) = read("The fourth round of talks between Iran and Turkey was postponed from 11 October.")
    timeline = Timeline([evidence(planned), evidence(moved, 2, days=1)])
    (change,) = timeline.changes
    assert change.kind == "rescheduled"
    assert (change.after.when.edtf, change.after.previous[0].edtf) == ("2025-10-20", "2025-10-11")


def test_who_stays_away_from_one_summit_is_one_record(read: ReadText) -> None:
    (first,) = read("Turkish President Kaan Demirel will skip the G20 summit in India.")
    (second,) = read("Russian President Oleg Gromov will not attend the G20 summit in India.")
    found = link(evidence(second, 2, days=3), [candidate(first)])
    assert found is not None
    assert found.fit == Fit.SURE
    (brics,) = read("Russian President Oleg Gromov will not attend the BRICS summit in India.")
    assert link(evidence(brics, 2, days=3), [candidate(first)]) is None


def test_a_country_that_skips_talks_of_others_stays_away(read: ReadText) -> None:
    (talks,) = read("Talks between Iran, Iraq and Turkey will be held on 20 October in Muscat.")
    (skips,) = read("Iraq will skip talks with Turkey and Iran on 20 October.")
    timeline = Timeline([evidence(talks), evidence(skips, 2, days=1)])
    assert [change.kind for change in timeline.changes] == ["will_not_attend"]
    assert timeline.state is not None
    assert timeline.state.status.value == "scheduled"
