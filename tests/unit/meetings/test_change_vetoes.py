"""Words of change that are no news of a meeting: comments, reasons, questions, guesses, and what is no meeting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.statuses import CHANGES
from pipeline.records import Article

AT = datetime(2025, 10, 6, 12, tzinfo=UTC)  # a Monday


def article(text: str) -> Article:
    title, _, body = text.rpartition(" || ")
    return Article(title, body, AT, "page", "UTC", "en", 1.0)


@pytest.mark.parametrize(
    "text",
    [
        # a comment on a change that was news before
        "Norway criticised the Kenyan president for skipping a summit in Oslo.",
        "The row began with the postponement of the Kenyan president's visit to Norway.",
        "The Kenyan government explained the cancellation of talks with Uganda.",
        "Kenya recalled its envoy because Uganda had called off talks.",
        "Kenya earlier cancelled a visit by the Ugandan foreign minister.",
        # a question, a guess
        "Has the Kenyan president cancelled his visit to Uganda? || ",
        "The Kenyan president is likely to skip a summit in Uganda.",
        # no official meeting
        "Kenyan netball queens' visit to Uganda deferred || ",
        "Uganda suspends visits by Kenyan warships || ",
        "Kenyan lawmakers will boycott the inauguration of the Kenyan president.",
        "Kenyan talks plan leaves Uganda loans off the table || ",
        # a dinner is a meeting only of two sides
        "The Kenyan president cancelled a dinner in Nairobi.",
    ],
)
def test_no_change_is_read(reader: MeetingReader, text: str) -> None:
    assert [mention for mention in reader.read(article(text)) if mention.status in CHANGES] == []


@pytest.mark.parametrize(
    "text",
    [
        "Kenya announced the postponement of the president's visit to Norway.",
        "Norway regrets snub || Norway was told that the Kenyan president is skipping a summit in Oslo.",
        "Uganda protests after Kenyan president cancels visit || ",
        "The visit of the Kenyan president to Uganda, cancelled on Sunday, had been planned for weeks.",
        "The Kenyan president will skip the inauguration of the Ugandan president.",
        "Talks between Kenya and Uganda have been called off.",
        "Prices rose after the Kenyan president cancelled a visit to Uganda.",
        "A dinner of the Kenyan and Ugandan presidents was cancelled.",
        "The joint commission of Kenya and Uganda was postponed.",
        "The Kenyan president cancelled plans to attend a European summit.",
    ],
)
def test_news_of_a_change_is_read(reader: MeetingReader, text: str) -> None:
    assert [mention for mention in reader.read(article(text)) if mention.status in CHANGES]
