"""The shipped rules and gazetteer, read once, and short ways to read a text with them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from pipeline.configuration.folder import GAZETTEER
from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.read.reader import MeetingReader
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
    return Gazetteer.from_rows(*(_rows(f"{name}.csv") for name in GAZETTEER))


@pytest.fixture(scope="session")
def listed_people() -> list[str]:
    """The ids of everybody in people.csv."""
    return sorted({row["person"] for row in _rows("people.csv")})


@pytest.fixture(scope="session")
def lexicons() -> dict[str, Lexicon]:
    return {
        path.stem: Lexicon.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted((CONFIG / "meetings").glob("*.yml"))
    }


@pytest.fixture(scope="session")
def reader(lexicons: dict[str, Lexicon], gazetteer: Gazetteer) -> MeetingReader:
    return MeetingReader.build(lexicons, gazetteer)


@pytest.fixture(scope="session")
def read(reader: MeetingReader) -> ReadText:
    """read(body, title="", language="en", at=Monday 6 October 2025, zone="UTC") → mentions."""

    def read_text(
        body: str, title: str = "", language: str = "en", at: datetime = MONDAY, zone: str = "UTC"
    ) -> tuple[MeetingMention, ...]:
        return reader.read(Article(title, body, at, "page", zone, language, 1.0))

    return read_text
