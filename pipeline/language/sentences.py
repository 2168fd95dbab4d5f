"""Split a text into sentences, in any language that ends them with a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|\n+")
_NEXT = re.compile(r"\s*[\"'“‘«(\[–—-]*\s*(\S)")
_WORD = re.compile(r"[^\W_][\w.]*$")


def split_sentences(text: str, abbreviations: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Each sentence without surrounding white space, and its start in code points."""
    start = 0
    for match in _END.finditer(text):
        if "\n" in match.group() or _is_end(text, match, abbreviations):
            yield from _piece(text, start, match.end())
            start = match.end()
    yield from _piece(text, start, len(text))


def _is_end(text: str, match: re.Match[str], abbreviations: frozenset[str]) -> bool:
    following = _NEXT.match(text, match.end())
    if following and following.group(1).islower():
        return False
    if not match.group().startswith("."):
        return True
    word = _WORD.search(text, max(0, match.start() - 20), match.start())
    if word is None:
        return True
    last = word.group().lower()
    return not (last in abbreviations or (len(last) == 1 and last.isalpha()) or re.search(r"\.\w$", last))


def _piece(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        yield start + piece.index(stripped[0]), stripped
