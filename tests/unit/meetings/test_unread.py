"""A word of change beside a party that became no meeting is counted with its reason."""

from __future__ import annotations

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article
from tests.unit.meetings.conftest import MONDAY


def reasons(reader: MeetingReader, title: str, body: str = "") -> list[str]:
    article = Article(title, body, MONDAY, "page", "UTC", "en", 1.0)
    return [rejected.reason for rejected in reader.survey(article)[1]]


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Pakistan cricket tour to the Netherlands postponed", "change_not_official"),
        ("Kenya cancels a press conference with Uganda", "change_of_no_meeting"),
        ("Serbian president calls off a meeting", "change_names_one_side"),
    ],
)
def test_a_change_that_gave_no_meeting_is_counted(reader: MeetingReader, title: str, reason: str) -> None:
    assert reason in reasons(reader, title)


def test_what_is_read_or_says_nothing_of_a_change_is_not_counted(reader: MeetingReader) -> None:
    assert reasons(reader, "Kenya called off talks with Uganda") == []
    assert reasons(reader, "Kenya and Uganda hold talks in Nairobi") == []


def test_a_verb_without_a_noun_counts_in_the_headline_only(reader: MeetingReader) -> None:
    assert reasons(reader, "Serbian president skips Ankara, talks go on") == ["change_without_a_noun"]
    assert reasons(reader, "", "The Serbian president skips lunch. Talks go on.") != ["change_without_a_noun"]


def test_a_late_sentence_that_names_nobody_still_tells_of_the_meeting_above(reader: MeetingReader) -> None:
    body = (
        "Ports were busy on Monday. Prices rose again. The weather was mild. "
        "The Kenyan president was due to visit Uganda on Friday. Rain is expected. The visit was cancelled."
    )
    mentions = reader.read(Article("Harbour news", body, MONDAY, "page", "UTC", "en", 1.0))
    assert [mention.status for mention in mentions] == ["cancelled"]
