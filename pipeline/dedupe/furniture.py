"""Strip the furniture that outlets and agencies put around a dispatch, before texts are compared.

Furniture is datelines, bylines, credits, update marks, captions, lists of links. It is returned with its place,
because it shows where the dispatch comes from (see origin.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from pipeline.dedupe.agencies import with_agencies
from pipeline.language.words import pattern, when_words_change
from pipeline.records import Span


class Sort(StrEnum):
    """Kinds of furniture."""

    DATELINE = "dateline"
    BYLINE = "byline"
    CREDIT = "credit"
    MARK = "mark"  # UPDATE 2-, CORRECTED, (Adds …)
    CAPTION = "caption"
    LINKS = "links"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of furniture and its place."""

    sort: Sort
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Stripped:
    """A title and paragraphs without furniture, and the furniture."""

    title: str
    paragraphs: tuple[str, ...]
    pieces: tuple[Piece, ...]


_NAME = r"[^\W\d_][\w.'’-]*"
_CAPITAL = r"[A-ZА-ЯЁÇĞİÖŞÜÉ]"
# A joiner of two words is part of neither: otherwise "A-A-A-A" could be read in n⁴ ways.
_PLACE = rf"{_CAPITAL}[\w.'’-]*(?:[ /](?:{{place joint}}[ -])?{_CAPITAL}[\w.'’-]*){{0,4}}"
_DAY = r"(?:\d{1,2}{ordinal ending}?\.?\s*[^\W\d_]{3,9}\.?|[^\W\d_]{3,9}\.?\s*\d{1,2})(?:,?\s*\d{4})?"
_DASH = r"\s*(?:--+|[-–—:])\s*"
_AGENCY = r"(?:[^\W\d_][\w ]{0,30}/)?{any agency}(?:\s?/\s?{any agency})*"
# Unknown agencies are recognised by their place: MOSCOW, October 13. /Name/.   OSLO, May 2 (Name) -
_UNKNOWN = rf"{_CAPITAL}[\w.]*(?:[ -]{_CAPITAL}[\w.]*){{0,2}}"
_DATELINES = (
    rf"{_PLACE}(?:,\s*{_PLACE})?[.,]\s*{_DAY}[.,]?\s*(?:/\s?{_UNKNOWN}\s?/\.?(?:{_DASH})?|\({_UNKNOWN}\){_DASH})",
    # ANKARA, June 12 (Reuters) -   MOSCOW, June 12. /TASS/.   МОСКВА, 12 июн - РИА Новости.   ANKARA (AA) -
    rf"{_PLACE}(?:,\s*{_PLACE})?(?:[.,]?\s*{_DAY})?[.,]?\s*(?:\({_AGENCY}\)|/\s?{_AGENCY}\s?/|\[{_AGENCY}\])\.?(?:{_DASH})?",
    rf"{_PLACE}(?:,\s*{_PLACE})?(?:[.,]?\s*{_DAY})?[.,]?{_DASH}(?:{_AGENCY})\s*(?:[.:]|--?|[–—])\s+",
    rf"{_PLACE}\.?\s+{_DAY}\.\s+{_AGENCY}{_DASH}",
    rf"{{any agency}}(?:{_DASH}|\.\s)(?=\S)",
    rf"[(/\[]\s?{_AGENCY}\s?[)/\]]\.?(?:{_DASH})?",
    # PARIS, June 12 -   DALLAS —   (a place in capitals and a spaced dash); a script without case is all capitals
    r"(?:[^\W\d_a-zа-яçğıöşü][^\W\d_a-zа-яçğıöşü.'’-]*+\s?){1,4}(?:,\s*+[^,–—]{2,30}){0,2}\s+(?:--+|[-–—])\s+",
)
_DATELINE = with_agencies("|".join(f"(?:{one})" for one in _DATELINES))
_SPACES = r"(?:(?<!\s)\s+)?"  # before what is searched for: a long run of them is looked at once, not from each
_CREDIT_AT_END = with_agencies(
    _SPACES + r"(?:[(\[]\s*{credit verb}\s+(?:and\s+\w+\s+)?(?:by|from)?\b[^()\[\]]*[)\]]"
    r"|(?<=[.!?”\"’])\s*{credit verb}\s+(?:and\s+\w+\s+)?by\s[^.]{3,250}$"
    r"|[(\[/–—-]\s*(?:{credit source}\s*)?{any agency}(?:\s*/\s*{any agency})?\s*[)\]/]?\.?"
    r"|(?<=[.!?”\"’)])\s+/?{closing agency}\.?)\s*$"
)
_CREDIT_LINE = with_agencies(
    r"^\W*(?:{credit verb}\b.{0,300}|{credit opening}\s*:\s*.{1,80}"
    r"|{any agency}(?:\s*(?:[/,&+]|{and})\s*{any agency})*\.?|{credit to others}\s.{2,80}|{credit line})\W*$"
)
_BYLINE = pattern(
    rf"^\W*{{byline opening}}\s+{_NAME}(?:\s+{_NAME}){{0,4}}"
    rf"(?:(?:\s*[,&]\s*|\s+{{and}}\s+){_NAME}(?:\s+{_NAME}){{0,4}}){{0,4}}(?:[,|/-]\s*.{{0,60}})?$"
)
_ADDED = pattern(_SPACES + r"[(\[]\s*{update note}\b[^()\[\]]*[)\]]\s*")
_TITLE_MARK = pattern(r"^\W*(?:{title mark}(?:\s?\d+)?\s*(?:[-–—:/|.]|\s-)\s*)+")
_TITLE_SOURCE = with_agencies(rf"{_SPACES}(?:[-–—|:]|\()\s*{{any agency}}\)?\s*$")
_CAPTION = pattern(
    r"^\W*(?:{caption label}(?:\s+(?:{caption source}|:))?\s*[:/|©].{0,250}|{caption line}|[©Ⓒ].{0,120}"
    r"|\([^()]{0,120}{photo credit}[^()]{0,80}\))$"
)
_LINKS = pattern(r"^\W*{link line}\b.{0,160}$", re.IGNORECASE)
_LEGAL = pattern(r"^.{0,60}(?:©|\(c\)\s*\d{4}|{legal line}).{0,300}$", re.IGNORECASE)
_WHOLE = (
    (Sort.CREDIT, _CREDIT_LINE, 60),
    (Sort.BYLINE, _BYLINE, 30),
    (Sort.CAPTION, _CAPTION, 50),
    (Sort.LEGAL, _LEGAL, 60),
    (Sort.LINKS, _LINKS, 30),
)
_LEAD_IN = 3  # paragraphs that may open with a dateline: byline, caption, first sentence


@lru_cache(maxsize=4)  # origins, fingerprint and revision ask for the same article in turn
def strip_furniture(title: str, body: str) -> Stripped:
    """Strip the furniture of a clean article; spans are code points of the given title and body."""
    pieces: list[Piece] = []
    headline = strip_title(title, pieces)
    kept = tuple(strip_paragraphs(body, pieces))
    if not kept:  # nothing but furniture: then it is the text
        kept = tuple(paragraph for paragraph in body.split("\n") if paragraph.strip())
    return Stripped(headline, kept, tuple(pieces))


when_words_change(strip_furniture.cache_clear)


def strip_title(title: str, pieces: list[Piece]) -> str:
    """The title without update marks and its source, which are added to `pieces`."""
    headline = title
    if mark := _TITLE_MARK().match(headline):
        pieces.append(Piece(Sort.MARK, Span("title", 0, mark.end()), mark.group()))
        headline = headline[mark.end() :]
    if source := _TITLE_SOURCE().search(headline):
        begin = len(title) - len(headline) + source.start()
        pieces.append(Piece(Sort.CREDIT, Span("title", begin, len(title)), source.group().strip()))
        headline = headline[: source.start()]
    return headline.strip()


def strip_paragraphs(body: str, pieces: list[Piece]) -> Iterator[str]:
    """The paragraphs that are more than furniture, one by one, without it; it is added to `pieces`."""
    position = count = 0
    for paragraph in body.split("\n"):
        text = _strip_paragraph(paragraph, position, pieces, opens=count < _LEAD_IN)
        if text.strip():
            count += 1
            yield text
        position += len(paragraph) + 1


def _strip_paragraph(paragraph: str, position: int, pieces: list[Piece], *, opens: bool) -> str:
    if not paragraph.strip():
        return ""
    count = paragraph.count(" ") + 1
    for sort, shown, most in _WHOLE:
        if count <= most and shown().match(paragraph):
            pieces.append(Piece(sort, Span("body", position, position + len(paragraph)), paragraph.strip()))
            return ""
    begin, end = 0, len(paragraph)
    if opens and (found := _DATELINE().match(paragraph, len(paragraph) - len(paragraph.lstrip()))):
        pieces.append(Piece(Sort.DATELINE, Span("body", position, position + found.end()), found.group().strip()))
        begin = found.end()
    while found := _CREDIT_AT_END().search(paragraph, begin, end):
        if found.start() == end:
            break
        pieces.append(
            Piece(Sort.CREDIT, Span("body", position + found.start(), position + end), found.group().strip())
        )
        end = found.start()
    text = paragraph[begin:end]
    if ("(" in text or "[" in text) and (found := _ADDED().search(text)):
        span = Span("body", position + begin + found.start(), position + begin + found.end())
        pieces.append(Piece(Sort.MARK, span, found.group().strip()))
        text = text[: found.start()] + " " + text[found.end() :]
    return text
