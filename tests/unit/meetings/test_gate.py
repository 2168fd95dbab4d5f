"""The gate lets through every sentence whose verb tells of a meeting by itself, and few others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.configuration.languages import read_languages
from pipeline.language.folding import fold
from pipeline.meetings.language import Language
from pipeline.meetings.read.gate import TextGate
from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article
from pipeline.settings import CHECKOUT

AT = datetime(2025, 10, 6, 12, tzinfo=UTC)  # a Monday


@pytest.fixture(scope="module")
def gates() -> dict[str, TextGate]:
    languages: dict[str, Language] = read_languages(CHECKOUT / "config")
    return {code: TextGate(language) for code, language in languages.items()}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The Finnish president bails on Davos"),
        ("en", "Oslo's envoy jetted to Lima"),
        ("ru", "Министр воздержался от участия"),
        ("ru", "Президенты увиделись в Астане"),
        ("tr", "Ankara masadan kalktı"),
    ],
)
def test_a_verb_that_needs_no_noun_opens_it(gates: dict[str, TextGate], language: str, text: str) -> None:
    assert gates[language].opens(fold(text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The price of bread rose by a tenth in Oslo"),
        ("ru", "Цена на хлеб выросла на десятую часть"),
        ("tr", "Ekmek yüzde on pahalandı"),
    ],
)
def test_ordinary_news_does_not_open_it(gates: dict[str, TextGate], language: str, text: str) -> None:
    assert not gates[language].opens(fold(text))


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "Nobody has cancelled the visit of the Greek prime minister to Turkey.", ["confirmed"]),
        ("en", "Emmanuel Macron told Ankara that it would never happen.", []),
        ("en", "The visit of Emmanuel Macron to Turkey has been quashed.", []),  # by a verb that is in no table
        ("ru", "Министр иностранных дел России Сергей Лавров был принят президентом Турции.", ["held"]),
        ("ru", "Владимир Путин и Реджеп Тайип Эрдоган увиделись в Сочи.", ["held"]),
        ("ru", "Заседание смешанной комиссии России и Турции в Казани проводиться не будет.", ["cancelled"]),
    ],
)
def test_what_is_read_behind_it(reader: MeetingReader, language: str, text: str, wanted: list[str]) -> None:
    article = Article("", text, AT, "page", "UTC", language, 1.0)
    assert [mention.status.value for mention in reader.read(article)] == wanted
