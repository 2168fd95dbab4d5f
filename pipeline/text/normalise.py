"""Normalise text for comparing and hashing: equal for the same words, regardless of typography."""

from __future__ import annotations

import re
import unicodedata

import xxhash

_WORD = re.compile(r"\w+")
_FIGURES = re.compile(r"\d+(?:[.,:]\d+)*")
# Lower-casing İ gives two code points and ı has no upper-case twin in Unicode: fold both onto i.
_DOTLESS = str.maketrans({"İ": "i", "I": "i", "ı": "i"})


def words(text: str) -> list[str]:
    """NFKC, lower case, dotted and dotless i as one, punctuation and spacing gone."""
    if text.isascii():
        return _WORD.findall(text.lower())
    return _WORD.findall(unicodedata.normalize("NFKC", text).translate(_DOTLESS).lower())


def text_hash(title: str, body: str) -> bytes:
    """16 bytes that change exactly when a word, a number or their order changes."""
    return xxhash.xxh3_128_digest("\x1f".join((" ".join(words(title)), " ".join(words(body)))).encode())


def shape_hash(title: str, body: str) -> bytes:
    """Like `text_hash`, with every figure masked: what two texts share that differ in figures only."""
    return text_hash(_FIGURES.sub("0", title), _FIGURES.sub("0", body))
