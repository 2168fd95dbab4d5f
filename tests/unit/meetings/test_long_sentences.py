"""A text without a full stop is read in parts, so that what it costs grows with its length and not with its square."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.read.sentences import Splitter
from pipeline.records import Article, MeetingMention

CLAUSES = {
    "en": "the Turkish president postponed talks with Russia, ",
    "ru": "президент Турции отложил переговоры с Россией, ",
    "tr": "Türkiye Cumhurbaşkanı Rusya ile görüşmeleri erteledi, ",
}


@given(st.text(alphabet="abc ,;.", min_size=1, max_size=4000))
def test_no_part_is_long_and_each_stands_where_it_says(lexicons: dict[str, Lexicon], text: str) -> None:
    for part in Splitter(lexicons["en"]).split(Article("", text, None, "page", "UTC", "en", 1.0)):
        assert len(part.text) <= 600
        assert text[part.start : part.end] == part.text


@pytest.mark.parametrize("language", sorted(CLAUSES))
def test_the_cost_is_linear(read: Callable[..., tuple[MeetingMention, ...]], language: str) -> None:
    def cost(characters: int) -> float:
        text = (CLAUSES[language] * 500)[:characters]
        started = time.process_time()
        read(text, language=language)
        return time.process_time() - started

    cost(5_000)  # compiles what is compiled at first use
    assert cost(20_000) < 8 * max(cost(5_000), 0.005)
