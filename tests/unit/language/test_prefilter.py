"""A pattern may only be left out where it cannot match: for generated patterns and all of the configuration."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.prefilter import Prefilter, literals_of

_WORD = st.text("abc ", min_size=1, max_size=3)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3)
    wrapped = st.tuples(inner, st.sampled_from(["?", "*", "+", "{0,2}", "{2}", "{1,3}?"]))
    return st.one_of(
        several.map("".join),
        several.map(lambda parts: f"(?:{'|'.join(parts)})"),
        several.map(lambda parts: f"({'|'.join(parts)})"),
        wrapped.map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        inner.map(lambda part: f"(?={part})"),
        inner.map(lambda part: f"(?!{part})"),
        inner.map(lambda part: rf"\b{part}\b"),
    )


_PATTERNS = st.recursive(
    st.one_of(_WORD, st.sampled_from(["[ab]", "[^a]", ".", r"\w", "$", "^"])), _grown, max_leaves=8
)


@given(st.lists(_PATTERNS, min_size=1, max_size=5), st.text("abc ", max_size=12))
def test_what_is_left_out_cannot_match(patterns: list[str], text: str) -> None:
    compiled = [re.compile(pattern) for pattern in patterns]
    possible = Prefilter(compiled).possible(text)
    matching = [number for number, pattern in enumerate(compiled) if pattern.search(text)]
    assert set(matching) <= set(possible)
    assert possible == sorted(set(possible))


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("called off", {"called off"}),
        ("postpone(?:d|ment)", {"postpone"}),
        ("(?:talks|summit) moved", {" moved"}),
        ("(?:visit|trip)(?: by P)?", {"visit", "trip"}),
        (r"\d+ (?:day|week)s?", {"day", "week"}),
        ("(?:visit)?", None),
        (r"\w+|visit", None),
        ("(?i:visit)", None),
        ("a", None),
    ],
)
def test_the_rarest_words_a_pattern_needs(pattern: str, literals: set[str] | None) -> None:
    assert literals_of(re.compile(pattern)) == literals


def test_it_reads_on_in_another_process() -> None:
    prefilter = Prefilter([re.compile("visit"), re.compile("summit")])
    copy = pickle.loads(pickle.dumps(prefilter))  # noqa: S301
    assert copy.possible("the summit") == [1]
