from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.normalise import text_hash, words


def test_typography_does_not_count() -> None:
    assert words("“İSTANBUL’DA” görüşme — 14 Haziran") == words("'istanbul'da' görüşme - 14 haziran")
    assert words("DIŞİŞLERİ") == words("dışişleri")


def test_a_number_or_a_negation_counts() -> None:
    assert text_hash("t", "will meet on 12 May") != text_hash("t", "will meet on 13 May")
    assert text_hash("t", "will meet on 12 May") != text_hash("t", "will not meet on 12 May")


def test_title_and_body_are_kept_apart() -> None:
    assert text_hash("a b", "c") != text_hash("a", "b c")


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = words(text)
    assert words(" ".join(once)) == once
