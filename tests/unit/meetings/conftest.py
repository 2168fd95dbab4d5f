"""The shipped rules and gazetteer, read once, and short ways to read a text with them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.configuration.folder import read_gazetteer
from pipeline.configuration.languages import read_languages
from pipeline.meetings.language import Language
from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.when.dates import DateReader
from pipeline.meetings.who.gazetteer import Gazetteer
from pipeline.records import Article, MeetingMention

CONFIG = Path(__file__).parents[3] / "config"
MONDAY = datetime(2025, 10, 6, 12, tzinfo=UTC)

ReadText = Callable[..., tuple[MeetingMention, ...]]


def _rows(name: str) -> list[dict[str, str]]:
    with (CONFIG / "gazetteer" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return read_gazetteer(CONFIG)


@pytest.fixture(scope="session")
def listed_people() -> list[str]:
    """The ids of everybody in people.csv."""
    return sorted({row["person"] for row in _rows("people.csv")})


@pytest.fixture(scope="session")
def languages() -> dict[str, Language]:
    return read_languages(CONFIG)


@pytest.fixture(scope="session")
def lexicons(languages: dict[str, Language]) -> dict[str, Lexicon]:
    return {code: language.lexicon for code, language in languages.items()}


@pytest.fixture(scope="session")
def dates(languages: dict[str, Language]) -> dict[str, DateReader]:
    """The readers of dates by language."""
    return {code: DateReader(language.dates) for code, language in languages.items()}


@pytest.fixture(scope="session")
def reader(languages: dict[str, Language], gazetteer: Gazetteer) -> MeetingReader:
    return MeetingReader.build(languages, gazetteer)


@pytest.fixture(scope="session")
def read(reader: MeetingReader) -> ReadText:
    """read(body, title="", language="en", at=Monday 6 October 2025, zone="UTC") → mentions."""

    def read_text(
        body: str, title: str = "", language: str = "en", at: datetime = MONDAY, zone: str = "UTC"
    ) -> tuple[MeetingMention, ...]:
        return reader.read(Article(title, body, at, "page", zone, language, 1.0))

    return read_text
