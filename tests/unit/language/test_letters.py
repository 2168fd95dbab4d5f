"""Text as it is kept: the quick questions before the patterns change nothing of what the patterns do."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.language.letters import settled, settled_page, settled_with_places

LETTERS = "аеёиыюївгéáóýÁÓ\u0300\u0301\u00ad\u200b\u200c\u200d\ufeff иx中نa"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("за\u0301втра", "завтра"),
        ("зáвтра", "завтра"),
        ("в\u00adстре\u200bча", "встреча"),
        ("café на улице", "café на улице"),
        ("й", "й"),
        ("می\u200cرود", "می\u200cرود"),
        ("off\u200cset", "offset"),
    ],
)
def test_settled(written: str, kept: str) -> None:
    assert settled(written) == kept
    assert settled_page(f"<p>{written}</p>".encode()).decode() == f"<p>{kept}</p>"


@given(st.text(LETTERS, max_size=12))
def test_nothing_unseen_stays(text: str) -> None:
    assert not set(settled(text)) & set("\u00ad\u200b\ufeff")


@given(st.text(LETTERS, max_size=12))
def test_places_point_into_the_text_that_was_given(text: str) -> None:
    whole, places = settled_with_places(text)
    assert len(places) == len(whole) + 1
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


@given(st.text(LETTERS + "ab<>& \n", max_size=40))
@example("аa\u0301")
def test_a_page_settled_run_by_run_is_the_page_settled_whole(text: str) -> None:
    assert settled_page(text.encode()).decode() == settled(text)
