"""Folding keeps every offset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("İSTANBUL ILIK ısı", "istanbul ilik isi"),
        ("Erdoğan Çavuşoğlu GÜLER", "erdogan cavusoglu guler"),
        ("Ёлка Йылдырым Ушаков", "елка йылдырым ушаков"),
        ("Türkiye’nin", "turkiye'nin"),
        ("Straße ﬁ", "straße ﬁ"),
        ("a\u00a0b\tc\nd", "a b c\nd"),
        ("Соловьёв’s “дом”", 'соловьев\'s "дом"'),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_fold_is_as_long_as_the_text_and_folds_once(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(st.text("abcçdefgğhıijklmnoöprsştuüvyzабвгдеёжзийклмнопрстуфхцчшщъыьэюя", max_size=40))
def test_capitals_fold_like_small_letters(text: str) -> None:
    assert fold(text.replace("i", "İ").upper()) == fold(text)
