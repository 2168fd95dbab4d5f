"""Headings below which the story has ended: what readers say, and other articles."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import html

from pipeline.text.boxes import HEADINGS, climbed, link_share, prose, text_of
from pipeline.text.ending import Marks, shows_readers
from pipeline.text.phrases import opens_furniture
from pipeline.text.reader_words import heads_readers

_TIMES = 3  # readers may write so many times what the article says, under a plain heading
_BLURB = 220  # characters of a teaser's text
_SHARE_OF_LINKS = 0.5


def is_readers_heading(element: html.HtmlElement, line: str, above: int, marks: Marks) -> list[html.HtmlElement]:
    """What goes with the heading of readers' words: its box, or all that follows it; [] for other lines."""
    if not heads_readers(line) or (element.tag not in HEADINGS and above == 0):
        return []
    top = climbed(element)
    whole = [top] if top is not element and prose(top) else [top, *top.itersiblings()]
    if any(next(one.iter("h1"), None) is not None for one in whole):
        return []
    written = sum(map(prose, whole))
    times = _TIMES if element.tag in HEADINGS else 1
    if written <= above * times or any(shows_readers(one, marks) for one in whole):
        return whole
    return [top] if not prose(top) else []


def is_teasers_heading(element: html.HtmlElement, line: str, above: int) -> list[html.HtmlElement]:
    """What goes with a line that announces other articles: its box, or the linked lines that follow it."""
    if not opens_furniture(line):
        return []
    top = climbed(element)
    if prose(top) and top is not element:
        return [top] if prose(top) <= above or link_share(top) > _SHARE_OF_LINKS else []
    return [top, *_linked_lines(top, blurbs=element.tag in HEADINGS)]


def _linked_lines(heading: html.HtmlElement, *, blurbs: bool) -> Iterator[html.HtmlElement]:
    """The lines below a heading that lead elsewhere, each with the short text under it."""
    following = list(heading.itersiblings())
    linked = [link_share(one) > _SHARE_OF_LINKS or (next(one.iter("a"), None) is not None and prose(one) < _BLURB)
              for one in following]  # fmt: skip
    for place, one in enumerate(following):
        last = place + 1 == len(following)
        under = blurbs and place > 0 and linked[place - 1] and (last or linked[place + 1]) and prose(one) < _BLURB
        if not (linked[place] or under or not text_of(one)):
            return
        yield one
