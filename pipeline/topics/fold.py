"""One spelling for matching, with every offset kept: the result has a character for each character of the text."""

from __future__ import annotations

import unicodedata

_LAST = 0x0530  # Latin, Greek and Cyrillic end before it; what lies beyond passes through as it is
_SPECIAL = {
    "İ": "i",
    "I": "i",
    "ı": "i",
    "ё": "е",
    "Ё": "е",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "‐": "-",
    "‑": "-",
    "–": "-",
    "\n": " ",
    "\t": " ",
    "\u00a0": " ",
    "\u202f": " ",
}


def _folded(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    lower = character.lower()
    if len(lower) != 1:
        return character
    base = unicodedata.normalize("NFD", lower)[0]
    return base if base.isascii() else lower  # ş is s, but й stays й: in Cyrillic it is a letter, not an accent


_TABLE = {code: _folded(chr(code)) for code in range(_LAST)} | {
    ord(character): folded for character, folded in _SPECIAL.items()
}


def fold(text: str) -> str:
    """`text` in lower case, Latin letters without marks, dotless and dotted i alike, quotes and blanks plain.

    The result is exactly as long as `text`, so that offsets found in it hold in `text`.
    """
    return text.translate(_TABLE)
