"""The dates readers see around a headline, told apart by the words before them: published, or updated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from pipeline.language.words import pattern
from pipeline.text.normalise import words

_BOXES_AROUND_TITLE = 4
_LINES_LOOKED_AT = 40
_OTHER_HEADINGS = ("h2", "h3", "h4", "h5")
_SHORTEST_TITLE = 15  # characters
_DATE_LINE = 140  # characters; longer lines tell something
_BETWEEN = 45  # characters between a label and its date
_TEXTS = etree.XPath(".//text()")
_DATE = pattern(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}"
    r"|\d{1,2}{ordinal ending}?\.?\s+(?:{of a month}\s+)?{month}\.?,?\s+(?:{of a month}\s+)?\d{4}"
    r"|{month}\.?\s+\d{1,2}{ordinal ending}?,?\s+\d{4}",
    re.I,
)
_UPDATED = pattern("{update label}", re.I)
_PUBLISHED = pattern("{publication label}", re.I)
_HAS_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")


@dataclass(frozen=True, slots=True)
class VisibleDates:
    """Dates as written near the headline, in the order of the page."""

    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()


def visible_dates(tree: html.HtmlElement, title: str = "") -> VisibleDates:
    """What the box of the headline, or one around it, says of the article's dates.

    Args:
        tree: the page.
        title: what the page calls its article out of sight, to find its headline where there is no h1.
    """
    box, boxes = next(tree.iter("h1"), None), _BOXES_AROUND_TITLE
    if box is None and (called := " ".join(words(title))):
        box, boxes = next((one for one in tree.iter(*_OTHER_HEADINGS) if _is_called(one, called)), None), 1
    for _ in range(boxes):
        inner, box = box, box.getparent() if box is not None else None
        if inner is None or box is None:
            return VisibleDates()
        if box.tag in ("body", "html"):  # a heading in a band of its own: the date opens the next one
            box = inner.getnext()
            return _read(_lines(box)) if box is not None and inner.tag != "h1" else VisibleDates()
        if (seen := _read(_lines(box))).published or seen.updated:
            return seen
    return VisibleDates()


def _lines(box: html.HtmlElement) -> str:
    """The short texts of a box that may be a date, its label or its time, on one line."""
    short = [text for text in _TEXTS(box) if 2 < len(text.strip()) < _DATE_LINE]
    return " ".join(
        " ".join(text.split()) for text in short[:_LINES_LOOKED_AT] if _may_date(text) and not _in_caption(text)
    )


def _is_called(heading: html.HtmlElement, called: str) -> bool:
    said = " ".join(words(heading.text_content()))
    return len(said) > _SHORTEST_TITLE and called.startswith(said)


def says_updated(element: html.HtmlElement) -> bool:
    """Whether a <time> is marked as that of a change: by its names, or by the words in front of it."""
    names = " ".join(
        filter(None, (element.get("class"), element.get("itemprop"), element.get("id"), element.get("title")))
    )
    if _UPDATED().search(names):
        return True
    parent = element.getparent()
    if parent is not None and len(parent) == 1 and _UPDATED().search(parent.get("class") or ""):
        return True
    label = _label_before(element)
    return bool(_UPDATED().search(label)) and not _PUBLISHED().search(label)


def _label_before(element: html.HtmlElement) -> str:
    before = element.getprevious()
    parent = element.getparent()
    text = (before.tail if before is not None else parent.text if parent is not None else "") or ""
    if not text.strip() and before is not None and len(before.text_content()) < _BETWEEN:
        text = before.text_content()
    return text[-_BETWEEN:]


def _read(line: str) -> VisibleDates:
    published: list[str] = []
    neutral: list[str] = []
    updated: list[str] = []
    last = 0
    for found in _DATE().finditer(line):
        label = line[max(last, found.start() - _BETWEEN) : found.start()]
        rest = line[found.start() : found.end() + _BETWEEN]
        following = _DATE().search(rest, len(found[0]))
        text = rest[: following.start()] if following else rest
        ends = [mark.start() for mark in (_UPDATED().search(text), _PUBLISHED().search(text)) if mark]
        text = text[: min(ends)] if ends else text
        marks = [*_UPDATED().finditer(label), *_PUBLISHED().finditer(label)]
        nearest = max(marks, key=lambda mark: mark.end(), default=None)
        clock = label[nearest.end() :] if nearest else label[-12:]
        kind = neutral if nearest is None else updated if nearest.re is _UPDATED() else published
        kind.append(
            text if re.search(r"\d[:.h]\d\d", text[len(found[0]) :]) else f"{clock.strip(' :|-–—')} {text}".strip()
        )
        last = found.end()
    return VisibleDates((*published, *neutral)[:1], tuple(updated[:1]))


def _may_date(text: Any) -> bool:
    """Whether a run of text near the headline may be a date, its label or its time."""
    short = text.strip()
    return bool(_HAS_YEAR.search(short)) or (len(short) < _BETWEEN and bool(
        _UPDATED().search(short) or _PUBLISHED().search(short) or re.fullmatch(r"\W*\d{1,2}[:.]\d{2}\W*", short)
    ))  # fmt: skip


def _in_caption(text: Any) -> bool:
    """Whether a text is a caption, whose day is not that of the article."""
    element = text.getparent().getparent() if text.is_tail else text.getparent()
    return any(box.tag in ("figure", "figcaption") for box in (element, *element.iterancestors()))
