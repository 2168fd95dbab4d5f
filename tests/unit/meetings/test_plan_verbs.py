"""Verbs of travelling, meeting and hosting, and nouns that name a meeting: what each tense and each word says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article

AT = datetime(2025, 10, 6, 12, tzinfo=UTC)  # a Monday


def read(reader: MeetingReader, text: str, title: str = "") -> list[str]:
    article = Article(title, text, AT, "page", "UTC", "en", 1.0)
    return [mention.status.value for mention in reader.read(article)]


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("will visit", "scheduled"),
        ("is due to visit", "scheduled"),
        ("is planning to visit", "scheduled"),
        ("has agreed to visit", "scheduled"),
        ("is due in", "scheduled"),
        ("is heading to", "scheduled"),
        ("leaves for", "scheduled"),
        ("may visit", "uncertain"),
        ("is considering visiting", "uncertain"),
        ("wants to visit", "uncertain"),
        ("will not visit", "cancelled"),
        ("visited", "held"),
        ("has arrived in", "held"),
        ("paid an official visit to", "held"),
        ("wrapped up a visit to", "held"),
    ],
)
def test_the_tense_of_a_journey_and_what_governs_it(reader: MeetingReader, verb: str, status: str) -> None:
    assert read(reader, f"The Polish prime minister {verb} Kyiv.") == [status]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The Kenyan president sat down with Ugandan counterparts in Kampala.", "held"),
        ("The Polish foreign minister will hold talks with the Czech foreign minister.", "scheduled"),
        ("The Polish president received the Czech prime minister in Warsaw.", "held"),
        ("Poland is to host the Czech prime minister on Friday.", "scheduled"),
        ("The Polish president spoke with the Czech president by phone.", "held"),
        ("The Polish foreign minister refused to meet the Czech foreign minister.", "denied"),
        ("Talks between Poland and Ukraine took place in Lublin.", "held"),
        ("Talks between Poland and Ukraine are scheduled for Friday.", "scheduled"),
        ("Talks between Poland and Ukraine did not take place.", "cancelled"),
    ],
)
def test_meetings_hosts_and_talks(reader: MeetingReader, text: str, status: str) -> None:
    assert read(reader, text) == [status]


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("Markets rose after talks between Poland and Ukraine in Lublin.", ["held"]),
        ("Markets rose ahead of talks between Poland and Ukraine in Lublin.", ["scheduled"]),
        ("The ministry spoke of a possible visit by the Polish president to Kyiv.", ["uncertain"]),
        ("Previous talks between Poland and Ukraine are in the archive.", []),
        ("The agenda of talks is up to Poland.", []),
    ],
)
def test_a_noun_alone_names_a_meeting(reader: MeetingReader, text: str, statuses: list[str]) -> None:
    assert read(reader, text) == statuses


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("Polish president to meet Czech prime minister in Warsaw on Friday.", ["scheduled"]),
        ("Poland's foreign minister to visit Kyiv next week, a spokesman says", ["scheduled"]),
        ("The ministry found time for the Polish president to visit Kyiv.", []),
        ("An invitation to the Polish president to visit Kyiv was framed.", []),
    ],
)
def test_a_headline_in_the_text_is_a_plan(reader: MeetingReader, text: str, statuses: list[str]) -> None:
    assert read(reader, text) == statuses


def test_what_a_noun_names_in_passing_gives_way_to_a_change(reader: MeetingReader) -> None:
    text = "Poland and Ukraine cancelled their talks. Prices fell during talks between Poland and Ukraine."
    assert read(reader, text) == ["cancelled"]


def test_verbs_that_only_look_alike(reader: MeetingReader) -> None:
    assert read(reader, "Kenya met the demands of Uganda.") == []
