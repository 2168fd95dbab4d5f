"""Marks in a text: names, dates, and the sentences that prove something. Offsets are code points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.configuration.folder import read_gazetteer
from pipeline.configuration.languages import read_languages
from pipeline.language.folding import fold
from pipeline.meetings.when.dates import DateReader
from pipeline.meetings.who.entries import NameKind

_NAMED = {NameKind.PERSON: "person", NameKind.TITLE: "office", NameKind.CITY: "place", NameKind.COUNTRY: "place"}


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """A stretch of text. `about` is a person's id; `mention` the statement whose proof begins here."""

    text: str
    kinds: frozenset[str] = frozenset()  # of person, office, place, date, evidence
    about: str = ""
    mention: int = 0


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    kind: str
    about: str = ""
    mention: int = 0


class Highlighter:
    """Finds names and dates by the words in config/; loaded when the first article is shown."""

    def __init__(self, config_dir: Path) -> None:
        self._config_dir = config_dir

    @cached_property
    def _gazetteer(self) -> Any:
        return read_gazetteer(self._config_dir)

    @cached_property
    def _dates(self) -> dict[str, DateReader]:
        languages = read_languages(self._config_dir)
        return {code: DateReader(words.dates) for code, words in languages.items()}

    def load(self) -> None:
        """Read the words now, so that the first article need not wait for them."""
        _ = self._gazetteer, self._dates

    def paragraphs(self, text: str, language: str, day: date, evidence: Iterable[dict[str, Any]],
                   field: str, people: Iterable[tuple[str, str]] = ()) -> list[list[MarkedPiece]]:  # fmt: skip
        """The text by paragraphs, each cut where a mark begins or ends.

        `people` are (id, name) of those the text's reports name: they need not be in the gazetteer.
        """
        marks = [
            _Mark(row["quote_start"], row["quote_end"], "evidence", "", row["mention_id"])
            for row in evidence
            if row["quote_field"] == field
        ]
        listed = self._found(text, language, day)
        taken = [(mark.start, mark.end) for mark in listed if mark.kind == "person"]
        named = [m for m in _named(text, people) if not any(a < m.end and m.start < b for a, b in taken)]
        marks += listed + named
        return _cut(text, marks)

    def _found(self, text: str, language: str, day: date) -> list[_Mark]:
        if language not in self._dates:
            return []
        folded = fold(text)
        names = self._gazetteer.find(text, folded, language, day)
        marks = [_Mark(h.start, h.end, _NAMED[h.kind], h.person or "") for h in names if h.kind in _NAMED]
        return marks + [_Mark(h.start, h.end, "date") for h in self._dates[language].find(folded, day)]


def _named(text: str, people: Iterable[tuple[str, str]]) -> list[_Mark]:
    """Where these people are named, by surname with or without first name, in any case form."""
    found = []
    for person, name in people:
        *first, surname = name.split()
        stem = re.escape(surname.rstrip("аеоуяйь") if len(surname) > 4 else surname)
        before = "".join(rf"(?:{re.escape(word.rstrip('аеияй'))}\w{{0,3}}\s+)?" for word in first)
        places = re.finditer(rf"\b{before}{stem}\w{{0,3}}\b", text)
        found += [_Mark(place.start(), place.end(), "person", person) for place in places]
    return found


def _cut(text: str, marks: Sequence[_Mark]) -> list[list[MarkedPiece]]:
    edges = sorted({0, len(text), *(m.start for m in marks), *(m.end for m in marks)})
    edges = [edge for edge in edges if 0 <= edge <= len(text)]
    paragraphs: list[list[MarkedPiece]] = [[]]
    begun: set[int] = set()  # evidence that has its anchor
    for start, end in pairwise(edges):
        over = [mark for mark in marks if mark.start <= start and end <= mark.end]
        proof = next((mark for mark in over if mark.kind == "evidence"), None)
        about = next((mark.about for mark in over if mark.about), "")
        for number, line in enumerate(text[start:end].split("\n")):
            if number:
                paragraphs.append([])
            if line:
                kinds = frozenset(mark.kind for mark in over)
                mention = proof.mention if proof and proof.mention not in begun else 0
                begun.add(mention)
                paragraphs[-1].append(MarkedPiece(line, kinds, about, mention))
    return [paragraph for paragraph in paragraphs if paragraph]
