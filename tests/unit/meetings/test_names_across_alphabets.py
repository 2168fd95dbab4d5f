"""One person in several alphabets is one, and is shown as some text writes the name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conftest import ReadText

from pipeline.meetings.follow.linker import Candidate, judge
from pipeline.meetings.follow.timeline import Timeline
from pipeline.meetings.who.persons import is_called, same_person
from pipeline.records import Evidence, MeetingMention, Participant

NOON = datetime(2025, 10, 6, 12, tzinfo=UTC)


def minister(key: str, name: str, office: str | None = "off:SE.DM") -> Participant:
    return Participant(f"per:se.{key}", name, "SE", office)


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        (minister("jarnsen", "Jarnsen"), minister("yarnsen", "Ярнсен"), True),  # J is Y in the north
        (minister("johnston", "Johnston"), minister("dzhonston", "Джонстон"), True),  # and not in English
        (minister("lindkvist", "Lindkvist"), minister("lindqvist", "Lindqvist"), True),
        (minister("halvorsen", "Halvorsen"), minister("khalvorson", "Хальворсон"), True),  # one sound, one office
        (minister("halvorsen", "Halvorsen", None), minister("khalvarsan", "Халварсан", None), False),
        (minister("berg", "Berg"), minister("borg", "Borg"), False),  # too short for a slip
        (minister("halvorsen", "Halvorsen"), minister("lindqvist", "Lindqvist"), False),
    ],
)
def test_who_is_one(first: Participant, second: Participant, one: bool) -> None:
    assert same_person(first, second) is one
    assert same_person(second, first) is one


def test_an_unknown_person_is_shown_as_the_text_writes_the_name(read: ReadText) -> None:
    (russian,) = read("Министр обороны Швеции Стен Ярнсен отменил визит в Анкару.", language="ru")
    timeline = Timeline([report(1, russian)])
    assert timeline.state is not None
    assert [person.name for person in timeline.state.participants] == ["Стен Ярнсен"]
    (english,) = read("Swedish Defence Minister Sten Jarnsen cancelled his visit to Ankara.")
    timeline.add(report(2, english, hours=1))
    assert [person.name for person in timeline.state.participants] == ["Sten Jarnsen"]
    assert len(timeline.changes) == 1


def report(number: int, mention: MeetingMention, *, hours: int = 0) -> Evidence:
    return Evidence(number, mention, NOON + timedelta(hours=hours), f"https://a{number}.example/1", number)


def objection(first: MeetingMention, second: MeetingMention) -> str | None:
    state = Timeline([report(1, first)]).state
    assert state is not None
    return judge(report(2, second, hours=30), Candidate(1, state, NOON)).veto


def test_officials_of_the_union_bring_the_union(read: ReadText) -> None:
    (visit,) = read("The EU's chief negotiator Emil Sandoz will travel to Ankara on 20 October.")
    assert visit.countries == ("EU", "TR")


def test_what_is_refused_after_a_meeting_is_another_meeting(read: ReadText) -> None:
    (held,) = read("Iran and Turkey held talks in Ankara on Sunday.")
    (refused,) = read("Iran rejected a meeting with Turkey.")
    assert objection(held, replace(refused, place=held.place)) == "it was held already"


def test_a_summit_of_two_sides_is_not_the_margin_of_a_visit(read: ReadText) -> None:
    (visit,) = read(
        "Turkish President Kaan Demirel will visit India in October, Iranian officials will travel there."
    )
    among_three = replace(visit, countries=("IN", "IR", "TR"))
    (summit,) = read("Turkish President Kaan Demirel will not attend the summit in India in October.")
    assert objection(among_three, summit) != "a summit and two-sided talks on its margins"


@pytest.mark.parametrize("name", ["Mehrabi", "Мехраби", "Dariush Mehrabi", "mekhrabi", "Мехраби Дариуш"])
def test_who_is_not_listed_is_found_by_the_name_in_any_alphabet(name: str) -> None:
    assert is_called("per:ir.mehrabi", name)
    assert not is_called("per:ir.azimi", name)
    assert not is_called("off:IR.FM", name)
