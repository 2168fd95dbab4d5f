"""Find an outlet's own markers of a new text: UPDATE 2-, CORRECTED, REFILE, "story withdrawn", düzeltme,
исправлено.

Markers are before the headline, in brackets at the beginning, or on a line of their own at either end. Elsewhere
the same words are news ("the report was withdrawn by the committee").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.language.words import pattern

_EDGE = 3  # paragraphs from either end of the body
_MAX_WORDS = 80  # of such a paragraph


class MarkKind(StrEnum):
    """Marks, the most serious first."""

    WITHDRAWAL = "withdrawal"
    CORRECTION = "correction"
    REFILE = "refile"
    RECAST = "recast"
    WRAPUP = "wrapup"
    UPDATE = "update"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Marker:
    """A mark and its line."""

    mark: MarkKind
    text: str


_IN_BRACKETS = (
    MarkKind.WITHDRAWAL, MarkKind.CORRECTION, MarkKind.REFILE, MarkKind.RECAST, MarkKind.UPDATE, MarkKind.REPEAT,
)  # fmt: skip
# Before a headline, in capitals: several may follow each other, CORRECTED-UPDATE 2-…
_TITLE_MARKS = pattern(
    r"\W*(?:" + "|".join(f"(?P<{mark}>{{before title {mark}}})" for mark in MarkKind) + r")"
    r"(?:\s?\d+)?\s*(?:[-–—:/|.)\]]|\s-)\s*"
)
_BRACKETS = pattern(
    r"[(\[]\s*(?:" + "|".join(f"(?P<{mark}>{{in brackets {mark}}}\\b)" for mark in _IN_BRACKETS) + r")"
    r"[^()\[\]]*[)\]]",
    re.IGNORECASE,
)
_LINE = {
    MarkKind.WITHDRAWAL: pattern("{note of withdrawal}", re.IGNORECASE),
    MarkKind.CORRECTION: pattern(r"^\W*{correction label}\b[^.:]{0,30}[:—–-]|{note of correction}", re.IGNORECASE),
}
_DOTS = str.maketrans({"ё": "е", "Ё": "Е"})


def find_markers(title: str, body: str) -> list[Marker]:
    """Every mark of a text, the most serious first."""
    found = [*_before_title(title), *_in_body(body)]
    return sorted(dict.fromkeys(found), key=lambda marker: list(MarkKind).index(marker.mark))


def _before_title(title: str) -> Iterator[Marker]:
    end = 0
    while match := _TITLE_MARKS().match(title, end):
        yield Marker(MarkKind(str(match.lastgroup)), match.group().strip(" -–—:/|."))
        end = match.end()
    for match in _BRACKETS().finditer(title):
        yield Marker(MarkKind(str(match.lastgroup)), match.group())


def _in_body(body: str) -> Iterator[Marker]:
    paragraphs = [line.strip() for line in body.split("\n") if line.strip()]
    edges = paragraphs if len(paragraphs) <= 2 * _EDGE else [*paragraphs[:_EDGE], *paragraphs[-_EDGE:]]
    for i, paragraph in enumerate(edges):
        if paragraph.count(" ") >= _MAX_WORDS:
            continue
        if i < _EDGE:
            for match in _BRACKETS().finditer(paragraph):
                yield Marker(MarkKind(str(match.lastgroup)), match.group())
        for mark, note in _LINE.items():
            if note().search(paragraph.translate(_DOTS)):
                yield Marker(mark, paragraph)
