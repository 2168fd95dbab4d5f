"""Whole words and beginnings of words, looked up in a text at once."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TOKEN = re.compile(r"\w+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class WordSet:
    """Folded words; one that ends in * stands for all that begin so. Immutable."""

    def __init__(self, words: Iterable[str]) -> None:
        given = set(words)
        self._words = frozenset(word for word in given if not word.endswith("*"))
        self._stems = frozenset(word[:-1] for word in given if word.endswith("*"))
        self._lengths = tuple(sorted({len(stem) for stem in self._stems}))

    def is_in(self, folded: str) -> bool:
        """Whether a folded text has any of the words."""
        return not self._words.isdisjoint(_WORD.findall(folded)) or self._has_stem(folded)

    def _has_stem(self, folded: str) -> bool:
        tokens = set(_TOKEN.findall(folded)) if self._stems else ()
        return any(token[:length] in self._stems for token in tokens for length in self._lengths)
