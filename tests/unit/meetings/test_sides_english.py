"""Who is a side in English: who comments, mediates or only lends its town is not; sides named a sentence before are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article

AT = datetime(2025, 10, 6, 12, tzinfo=UTC)  # a Monday


def read(reader: MeetingReader, text: str) -> list[tuple[str, str]]:
    title, _, body = text.rpartition(" || ")
    article = Article(title, body, AT, "page", "UTC", "en", 1.0)
    return [(mention.status.value, " ".join(mention.countries)) for mention in reader.read(article)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # who only comments
        ("Norway criticised Kenya's decision to cancel talks with Uganda.", [("cancelled", "KE UG")]),
        ("Norway regrets that Kenya has called off talks with Uganda.", [("cancelled", "KE UG")]),
        ("Norway condemned the raid, cancelled talks with Uganda || ", [("cancelled", "NO UG")]),
        ("Kenya, unlike Norway, has cancelled its foreign minister's trip to Uganda.", [("cancelled", "KE UG")]),
        # who brings them together
        ("The Kenyan and Ugandan presidents met for talks mediated by Norway.", [("held", "KE UG")]),
        ("The Oslo meeting of the Kenyan and Ugandan foreign ministers is on hold.", [("postponed", "KE UG")]),
        # with nobody else named, the talks are with those at home there
        ("The Bulgarian foreign minister is slated to hold talks in Skopje on Friday.", [("scheduled", "BG MK")]),
        # named a sentence before
        (
            "Border row || Kenya and Uganda are at odds. The talks, planned for Thursday, have been called off.",
            [("cancelled", "KE UG")],
        ),
        # the ruler of another country than the one English texts mean by "the King"
        ("The King of Spain has put off his state visit to Morocco.", [("postponed", "ES MA")]),
        ("The King has put off his state visit to Morocco.", [("postponed", "GB MA")]),
        # no officials
        ("Kenya's stock exchange ended talks with Uganda's bourse on a merger.", []),
        ("Kenya's archbishop postponed his journey to Jerusalem.", []),
        ("Kenya halts travel bubble with Uganda || ", []),
        ("Kenya derails Mercosur trade deal with Uganda || ", []),
        ("Kenyan cricketers cancel tour of Uganda || ", []),
        ("The strategy of Kenya and Uganda is not going to work for Norway.", []),
    ],
)
def test_who_is_a_side(reader: MeetingReader, text: str, told: list[tuple[str, str]]) -> None:
    assert read(reader, text) == told


@pytest.mark.parametrize(
    "text",
    [
        "Kenya's president will send his deputy to a summit in Oslo.",
        "The Kenyan president is sending a deputy minister to the summit in Oslo.",
        "Ruto-less summit opens in Oslo || ",
        "Ruto's summit snub dismays Norway || ",
        "The Kenyan president stays home from a summit in Oslo.",
        "The Kenyan president will be represented by his foreign minister at a summit in Oslo.",
        "The Kenyan president was absent from the summit in Oslo.",
    ],
)
def test_who_stays_away(reader: MeetingReader, text: str) -> None:
    assert [status for status, _ in read(reader, text)] == ["cancelled"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Kenya and Uganda bring forward talks by a week || ", "rescheduled"),
        ("Kenya and Uganda put back talks by a week || ", "postponed"),
        ("The Kenyan president's visit to Uganda was delayed by two days.", "postponed"),
        ("Kenya's president cut short his visit to Uganda.", "held"),
        ("Kenya's president denied reports of a row, saying that he would visit Uganda.", "scheduled"),
        ("Kenyan PM to visit Uganda || ", "scheduled"),
        ("Will the Kenyan president attend the summit in Uganda?", "uncertain"),
        ("Kenya denied on Friday that its foreign minister would meet the Ugandan president.", "denied"),
        ("Talks between Kenya and Uganda unlikely || ", "uncertain"),
        ("Kenyan president heading to Uganda || ", "scheduled"),
    ],
)
def test_what_became_of_it(reader: MeetingReader, text: str, status: str) -> None:
    assert [told for told, _ in read(reader, text)] == [status]
