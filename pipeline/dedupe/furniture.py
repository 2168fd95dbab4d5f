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

from pipeline.dedupe.agencies import ANY
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
_PLACE = rf"{_CAPITAL}[\w.'’-]*(?:[ /](?:(?:de|la|el|al|du|of|на)[ -])?{_CAPITAL}[\w.'’-]*){{0,4}}"
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?\.?\s*[^\W\d_]{3,9}\.?|[^\W\d_]{3,9}\.?\s*\d{1,2})(?:,?\s*\d{4})?"
_DASH = r"\s*(?:--+|[-–—:])\s*"
_AGENCY = rf"(?:[^\W\d_][\w ]{{0,30}}/)?{ANY}(?:\s?/\s?{ANY})*"
# Unknown agencies are recognised by their place: MOSCOW, October 13. /Name/.   OSLO, May 2 (Name) -
_UNKNOWN = rf"{_CAPITAL}[\w.]*(?:[ -]{_CAPITAL}[\w.]*){{0,2}}"
_DATELINES = (
    rf"{_PLACE}(?:,\s*{_PLACE})?[.,]\s*{_DAY}[.,]?\s*(?:/\s?{_UNKNOWN}\s?/\.?(?:{_DASH})?|\({_UNKNOWN}\){_DASH})",
    # ANKARA, June 12 (Reuters) -   MOSCOW, June 12. /TASS/.   МОСКВА, 12 июн - РИА Новости.   ANKARA (AA) -
    rf"{_PLACE}(?:,\s*{_PLACE})?(?:[.,]?\s*{_DAY})?[.,]?\s*(?:\({_AGENCY}\)|/\s?{_AGENCY}\s?/|\[{_AGENCY}\])\.?(?:{_DASH})?",
    rf"{_PLACE}(?:,\s*{_PLACE})?(?:[.,]?\s*{_DAY})?[.,]?{_DASH}(?:{_AGENCY})\s*(?:[.:]|--?|[–—])\s+",
    rf"{_PLACE}\.?\s+{_DAY}\.\s+{_AGENCY}{_DASH}",
    rf"{ANY}(?:{_DASH}|\.\s)(?=\S)",
    rf"[(/\[]\s?{_AGENCY}\s?[)/\]]\.?(?:{_DASH})?",
    # PARIS, June 12 -   DALLAS —   (a place in capitals and a spaced dash); a script without case is all capitals
    r"(?:[^\W\d_a-zа-яçğıöşü][^\W\d_a-zа-яçğıöşü.'’-]*+\s?){1,4}(?:,\s*+[^,–—]{2,30}){0,2}\s+(?:--+|[-–—])\s+",
)
_DATELINE = re.compile("|".join(f"(?:{one})" for one in _DATELINES))
_CREDIT_VERBS = (
    r"Reporting|Writing|Editing|Additional reporting|Compiled|Edited|Written|Reported|Contributing|Report by"
)
_SPACES = r"(?:(?<!\s)\s+)?"  # before what is searched for: a long run of them is looked at once, not from each
_CREDIT_AT_END = re.compile(
    rf"""{_SPACES}(?:
        [(\[]\s*(?:{_CREDIT_VERBS})\s+(?:and\s+\w+\s+)?(?:by|from)?\b[^()\[\]]*[)\]]
      | (?<=[.!?”"’])\s*(?:{_CREDIT_VERBS})\s+(?:and\s+\w+\s+)?by\s[^.]{{3,250}}$
      | [(\[/–—-]\s*(?:(?:with\s+inputs\s+from|Source:?|Kaynak:?|Источник:?)\s*)?
        {ANY}(?:\s*/\s*{ANY})?\s*[)\]/]?\.?
      | (?<=[.!?”"’)])\s+/?(?:REUTERS?|AFP|ТАСС|DHA|İHA|AA)\.?
    )\s*$""",
    re.VERBOSE,
)
_CREDIT_LINE = re.compile(
    rf"""^\W*(?:
        (?:{_CREDIT_VERBS})\b.{{0,300}}
      | (?:Sources?|Kaynak(?:lar)?|Источники?|Haber|Muhabir|Автор|Корреспондент|Credit)\s*:\s*.{{1,80}}
      | {ANY}(?:\s*(?:[/,&+]|and|ve|и)\s*{ANY})*\.?
      | (?:With\s+(?:inputs|reporting|information)\s+from|Contains\s+information\s+from)\s+.{{2,80}}
      | (?:.{{2,60}}\s)?(?:agencies|Agencies|contributed)\s+(?:contributed|also|to\ this\ report).{{0,60}}
      | .{{2,200}}\scontributed\ (?:to\ this\ (?:report|story|article)|reporting).{{0,40}}
      | (?:По\ материалам|При\ подготовке\ использованы\ материалы)\s.{{2,80}}
    )\W*$""",
    re.VERBOSE,
)
_BYLINE = re.compile(
    rf"^\W*(?:By|BY|by)\s+{_NAME}(?:\s+{_NAME}){{0,4}}(?:(?:\s*[,&]\s*|\s+and\s+){_NAME}(?:\s+{_NAME}){{0,4}}){{0,4}}"
    rf"(?:[,|/-]\s*.{{0,60}})?$"
)
_ADDED = re.compile(
    _SPACES
    + r"""[(\[]\s*(?:
        Adds|Add|Updates|Updated|Update|Recasts|Recast|Corrects|Correct|Corrected|Correcting|Repeats|Rewrites
        |Releads|Refiles|Removes|Fixes|Clarifies|Дополнен[оа]?|Обновлен[оа]?|Исправлен[оа]?|Повтор|Güncelleme|Düzeltme)
        \b[^()\[\]]*[)\]]\s*""",
    re.VERBOSE,
)
_TITLE_MARK = re.compile(
    r"""^\W*(?:(?:UPDATE|Update|WRAPUP|RPT(?:-UPDATE)?|CORRECTED|CORRECTION|REFILE|REPEAT|EXCLUSIVE|URGENT|ALERT
        |BREAKING(?:\ NEWS)?|FLASH|ADDS|RECASTS|LEAD|INTERVIEW|FACTBOX
        |СРОЧНО|МОЛНИЯ|ОБНОВЛЕНО|ПОВТОР|ИСПРАВЛЕНО|SON\ DAKİKA|GÜNCELLEME|FLAŞ|ACİL|DÜZELTME)
        (?:\s?\d+)?\s*(?:[-–—:/|.]|\s-)\s*)+""",
    re.VERBOSE,
)
_TITLE_SOURCE = re.compile(rf"{_SPACES}(?:[-–—|:]|\()\s*{ANY}\)?\s*$")
_CAPTION = re.compile(
    r"""^\W*(?:(?:File\s+)?(?:Photo|Image|Picture|Video|Illustration|Foto|Fotoğraf|Görsel|Arşiv|Фото|Видео|Изображение|Архив)
        (?:\s+(?:credit|courtesy|by|file|caption|via|from|:))?\s*[:/|©].{0,250}
      | FILE\s*(?:PHOTO)?\s*[-–—:].{0,300}
      | [©Ⓒ].{0,120}
      | \([^()]{0,120}(?:Photo|Foto|Фото|Pool|Getty)[^()]{0,80}\)
      | Used\ photos:?)$""",
    re.VERBOSE,
)
_LINKS = re.compile(
    r"""^\W*(?:Read\s+(?:more|also|next|the)|See\s+also|Also\s+read|Related(?:\s+\w+)?|More\s+(?:on|from)|Watch|Click\s+here
      |Follow\s+us|Sign\s+up|Subscribe|Download\s+our|Join\s+our|Share\s+this|Most\s+(?:read|popular)|Breadcrumb|Advertisement
      |Читайте\s+также|Смотрите\s+также|Подпис\w+|Подробнее|По\s+теме|Ранее\s+на\s+сайте|Поделиться|Реклама
      |Ayrıca|İlgili\s+haber\w*|Bizi\s+takip|Abone\s+ol|Haberin\s+devamı|Paylaş|Reklam|Tıklayın|Bunları\s+da)\b.{0,160}$""",
    re.VERBOSE | re.IGNORECASE,
)
_LEGAL = re.compile(
    r"""^.{0,60}(?:Copyright|All\s+rights\s+reserved|©|\(c\)\s*\d{4}|may\s+not\s+be\s+(?:published|reproduced|redistributed)
      |Our\s+Standards:|Trust\s+Principles|Все\s+права\s+защищены|При\s+цитировании|Перепечатка|Tüm\s+hakları
      |has\s+not\s+been\s+edited\s+by).{0,300}$""",
    re.VERBOSE | re.IGNORECASE,
)
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


def strip_title(title: str, pieces: list[Piece]) -> str:
    """The title without update marks and its source, which are added to `pieces`."""
    headline = title
    if mark := _TITLE_MARK.match(headline):
        pieces.append(Piece(Sort.MARK, Span("title", 0, mark.end()), mark.group()))
        headline = headline[mark.end() :]
    if source := _TITLE_SOURCE.search(headline):
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
    for sort, pattern, most in _WHOLE:
        if count <= most and pattern.match(paragraph):
            pieces.append(Piece(sort, Span("body", position, position + len(paragraph)), paragraph.strip()))
            return ""
    begin, end = 0, len(paragraph)
    if opens and (found := _DATELINE.match(paragraph, len(paragraph) - len(paragraph.lstrip()))):
        pieces.append(Piece(Sort.DATELINE, Span("body", position, position + found.end()), found.group().strip()))
        begin = found.end()
    while found := _CREDIT_AT_END.search(paragraph, begin, end):
        if found.start() == end:
            break
        pieces.append(
            Piece(Sort.CREDIT, Span("body", position + found.start(), position + end), found.group().strip())
        )
        end = found.start()
    text = paragraph[begin:end]
    if ("(" in text or "[" in text) and (found := _ADDED.search(text)):
        span = Span("body", position + begin + found.start(), position + begin + found.end())
        pieces.append(Piece(Sort.MARK, span, found.group().strip()))
        text = text[: found.start()] + " " + text[found.end() :]
    return text
