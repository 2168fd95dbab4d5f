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


# Before a headline, in capitals: several may follow each other, CORRECTED-UPDATE 2-…
_BEFORE_TITLE = {
    MarkKind.WITHDRAWAL: r"(?:STORY\ )?(?:WITHDRAWN|RETRACTED|RETRACTION)|(?:MANDATORY\ )?KILL"
    r"|ОТОЗВАНО|АННУЛИРОВАНО|GERİ\ ÇEKİLDİ",
    MarkKind.CORRECTION: r"CORRECTED|CORRECTION|CORRECTS|CLARIFICATION"
    r"|ИСПРАВЛЕНО|ИСПРАВЛЕНИЕ|УТОЧНЕНИЕ|ПОПРАВКА|DÜZELTME|DÜZELTİLDİ",
    MarkKind.REFILE: r"REFILED?",
    MarkKind.RECAST: r"RECASTS?",
    MarkKind.WRAPUP: r"WRAP-?UP",
    MarkKind.UPDATE: r"UPDATED?|ADDS|ОБНОВЛЕНО|ДОПОЛНЕНО|GÜNCELLEME|GÜNCELLENDİ",
    MarkKind.REPEAT: r"RPT|REPEAT|ПОВТОР|TEKRAR",
}
_TITLE_MARKS = re.compile(
    r"\W*(?:" + "|".join(f"(?P<{mark}>{words})" for mark, words in _BEFORE_TITLE.items()) + r")"
    r"(?:\s?\d+)?\s*(?:[-–—:/|.)\]]|\s-)\s*",
    re.VERBOSE,
)
_IN_BRACKETS = {
    MarkKind.WITHDRAWAL: r"withdraws|withdrawn|retracts|отозвано|аннулировано",
    MarkKind.CORRECTION: r"correct(?:s|ed|ing|ion)?|fixes|clarifies|исправлен\w*|исправляет|уточнен\w*|düzelt\w+",
    MarkKind.REFILE: r"refil(?:es|ed|ing)",
    MarkKind.RECAST: r"recasts?|rewrites|releads",
    MarkKind.UPDATE: r"adds?|updat(?:es|ed|e|ing)|дополнен\w*|обновлен\w*|güncelle\w+",
    MarkKind.REPEAT: r"repeat(?:s|ing)|повтор",
}
_BRACKETS = re.compile(
    r"[(\[]\s*(?:" + "|".join(f"(?P<{mark}>(?:{words})\\b)" for mark, words in _IN_BRACKETS.items()) + r")"
    r"[^()\[\]]*[)\]]",
    re.IGNORECASE,
)
_WORK_EN = r"(?:story|article|report|item|dispatch|post|headline)"
_WORK_RU = r"(?:материал|новост|сообщени|заметк|стать|публикаци|текст)\w*"
_LINES = {
    MarkKind.WITHDRAWAL: rf"""
        \b(?:this|our|earlier|previous)\s+{_WORK_EN}\b[^.]{{0,60}}\b(?:withdrawn|retracted|taken\s+down|removed)\b
      | \b(?:story|dispatch|headline)\s+(?:(?:is|was|has\s+been)\s+)?(?:withdrawn|retracted)\b
      | \bha(?:s|ve)\s+(?:withdrawn|retracted)\s+(?:this|its|our|the|an?)\s+(?:\w+\s+){{0,3}}(?:story|dispatch)\b
      | \bdisregard\s+(?:this|our|the|an?)\s+(?:\w+\s+){{0,4}}{_WORK_EN}\b
      | \b{_WORK_RU}\s[^.]{{0,60}}\b(?:отозван\w*|аннулирован\w*|аннулируется|снят\w*\s+с\s+публикации)
      | \bотзывает\s+{_WORK_RU} | \bпрос(?:им|ьба)\s+не\s+использовать\b
      | \bhaber\w*\s[^.]{{0,40}}\b(?:geri\s+çekil\w+|yayından\s+kaldırıl\w+)
      | \bhaber\w*\s[^.]{{0,40}}\bdikkate\s+almay\w+
    """,
    MarkKind.CORRECTION: rf"""
        ^\W*(?:correction|corrected|clarification|исправление|исправлено|уточнение|поправка|düzeltme)\b[^.:]{{0,30}}[:—–-]
      | \b(?:earlier|previous|original|prior)\s+version\s+of\s+(?:this|the|our)\s+{_WORK_EN}\b
      | \bthis\s+{_WORK_EN}\s+(?:has\s+been|was)\s+(?:corrected|amended|updated\s+to\s+correct)\b
      | \bв\s+(?:предыдущей|первоначальной|ранней|прежней|первой)\s+версии\s+(?:\w+\s+)?{_WORK_RU}
      | \bв\s+(?:\w+\s+)?(?:текст|материал|заголовок|новость)\s+внесен\w+\s+(?:исправлени|уточнени|изменени)\w+
      | \bhaberin\s+(?:önceki|ilk|eski)\s+(?:sürüm|hal|versiyon)\w*
      | \bbu\s+haber\w*\s[^.]{{0,60}}\bdüzeltil\w+
    """,
}
_LINE = {mark: re.compile(words, re.VERBOSE | re.IGNORECASE) for mark, words in _LINES.items()}
_DOTS = str.maketrans({"ё": "е", "Ё": "Е"})


def find_markers(title: str, body: str) -> list[Marker]:
    """Every mark of a text, the most serious first."""
    found = [*_before_title(title), *_in_body(body)]
    return sorted(dict.fromkeys(found), key=lambda marker: list(MarkKind).index(marker.mark))


def _before_title(title: str) -> Iterator[Marker]:
    end = 0
    while match := _TITLE_MARKS.match(title, end):
        yield Marker(MarkKind(str(match.lastgroup)), match.group().strip(" -–—:/|."))
        end = match.end()
    for match in _BRACKETS.finditer(title):
        yield Marker(MarkKind(str(match.lastgroup)), match.group())


def _in_body(body: str) -> Iterator[Marker]:
    paragraphs = [line.strip() for line in body.split("\n") if line.strip()]
    edges = paragraphs if len(paragraphs) <= 2 * _EDGE else [*paragraphs[:_EDGE], *paragraphs[-_EDGE:]]
    for i, paragraph in enumerate(edges):
        if paragraph.count(" ") >= _MAX_WORDS:
            continue
        if i < _EDGE:
            for match in _BRACKETS.finditer(paragraph):
                yield Marker(MarkKind(str(match.lastgroup)), match.group())
        for mark, pattern in _LINE.items():
            if pattern.search(paragraph.translate(_DOTS)):
                yield Marker(mark, paragraph)
