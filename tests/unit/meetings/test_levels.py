"""A consultation of deputy ministers is not the ministers' meeting, a fourth round not the fifth, however worded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from conftest import ReadText

from pipeline.meetings.follow.linker import Candidate, judge
from pipeline.meetings.follow.timeline import Timeline
from pipeline.meetings.who.persons import same_name, same_person
from pipeline.records import Evidence, MeetingMention, Participant

NOON = datetime(2025, 10, 6, 12, tzinfo=UTC)
DEPUTIES = [
    ("en", "Consultations between the deputy foreign ministers of Iran and Turkey, planned for 20 October, were "
           "postponed.", "DFM"),
    ("en", "Consultations of deputy foreign ministers between Iran and Turkey were postponed.", "DFM"),
    ("en", "Talks between Iran and Turkey at deputy minister level, planned for 20 October, were postponed.", "DMIN"),
    ("en", "The vice foreign ministers' meeting between Iran and Turkey was cancelled.", "DFM"),
    ("ru", "Консультации заместителей министров иностранных дел Ирана и Турции, запланированные на 20 октября, "
           "отложены.", "DFM"),
    ("ru", "Встреча замглав МИД Ирана и Турции перенесена на 24 октября.", "DFM"),
    ("ru", "Консультации между Ираном и Турцией на уровне замминистров иностранных дел отменены.", "DFM"),
    ("tr", "Türkiye ile İran arasında 20 Ekim'de yapılması planlanan dışişleri bakan yardımcıları istişareleri "
           "ertelendi.", "DFM"),
    ("tr", "Türkiye ile İran arasındaki bakan yardımcıları toplantısı iptal edildi.", "DMIN"),
]  # fmt: skip
MINISTERS = [
    ("en", "The foreign ministers' meeting between Iran and Turkey was cancelled.", "FM"),
    ("ru", "Консультации между Ираном и Турцией на уровне министров обороны отменены.", "DM"),
]
NO_LEVEL = [
    ("en", "Talks between Iran and Turkey were postponed, the foreign ministers said."),
    ("ru", "Переговоры Ирана и Турции отложены из-за болезни министров."),
]


def offices(mention: MeetingMention) -> set[str]:
    return {str(person.office) for person in mention.participants}


@pytest.mark.parametrize(("language", "text", "role"), [*DEPUTIES, *MINISTERS])
def test_the_level_of_a_meeting_is_an_office_of_each_side(
    read: ReadText, language: str, text: str, role: str
) -> None:
    (mention,) = read(text, language=language)
    assert offices(mention) == {f"off:IR.{role}", f"off:TR.{role}"}


@pytest.mark.parametrize(("language", "text"), NO_LEVEL)
def test_offices_elsewhere_in_the_sentence_are_no_level(read: ReadText, language: str, text: str) -> None:
    (mention,) = read(text, language=language)
    assert not mention.participants


def report(number: int, mention: MeetingMention, days: int) -> Evidence:
    return Evidence(number, mention, NOON + timedelta(days), f"https://a{number}.example/1", number)


def objection(first: MeetingMention, second: MeetingMention) -> str | None:
    """Why a report of the next day is not about the meeting of the first; None where it may be."""
    state = Timeline([report(1, first, 0)]).state
    assert state is not None
    return judge(report(2, second, 1), Candidate(1, state, NOON)).veto


@pytest.mark.parametrize(("language", "text", "role"), DEPUTIES)
def test_deputies_never_move_the_ministers_meeting(read: ReadText, language: str, text: str, role: str) -> None:
    (ministers,) = read(
        "Iranian Foreign Minister Dariush Mehrabi will meet Turkish Foreign Minister Selim Aksoy in Ankara on "
        "20 October."
    )
    (deputies,) = read(text, language=language)
    assert objection(ministers, deputies) == "other people"


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ("A phone call between Demirel and Gromov planned for 20 October was cancelled.",
         "a phone call is not a meeting in person"),
        ("Demirel and Gromov postponed their meeting on the sidelines of the G20 summit in Rome.", "another place"),
        ("Russian and Turkish defence ministers' talks in Istanbul on 20 October were postponed.", "other people"),
        ("The third round of Russian-Turkish talks was cancelled.",
         "a numbered round, and no day, place or person in common"),
        ("The Istanbul summit of Demirel, Gromov and Iranian President Farid Azimi on 20 October was cancelled.",
         "a summit and two-sided talks on its margins"),
    ],
)  # fmt: skip
def test_what_is_beside_the_presidents_meeting(read: ReadText, second: str, reason: str) -> None:
    turk, russian = "Turkish President Kaan Demirel", "Russian President Oleg Gromov"
    (first,) = read(f"{turk} and {russian} will meet in Istanbul on 20 October.")
    (told,) = read(second.replace("Demirel", turk).replace("Gromov", russian))
    assert objection(first, told) == reason


def test_names_that_differ_in_a_number_are_two() -> None:
    assert not same_name("per:ru.orlov1", "per:ru.orlov11")
    assert not same_name("per:ru.orlov_3", "per:ru.orlov_4")
    assert same_name("per:ru.orlov", "per:ru.orllov")


def test_a_deputy_minister_may_be_that_of_a_ministry_but_not_its_minister() -> None:
    deputy, foreign, minister = (
        Participant(f"off:TR.{role}", role, "TR", f"off:TR.{role}") for role in ("DMIN", "DFM", "FM")
    )
    assert same_person(deputy, foreign)
    assert same_person(foreign, deputy)
    assert not same_person(deputy, minister)
    assert not same_person(foreign, minister)
