"""Finds the end of the story: comments, forms and teasers below it, recognised by how the page is built.

A name, a heading, a button or a rhythm of nicknames and times raises the suspicion; where the box is and how much
prose is above it decide. Each rule has a name, which `wirewatch why` shows for what it cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import html

from pipeline.text.boxes import (
    FRAMES,
    HEAD_CHARS,
    INLINE,
    head_line,
    leads_elsewhere,
    opens,
    prose,
    target_of,
    text_of,
)
from pipeline.text.reader_words import (
    counts_back,
    is_applause,
    is_comment_stamp,
    is_like_control,
    is_reply_control,
)

MANY_CARDS = 6  # teasers that make a page a list of articles
_UNSEEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_ROWS = 4  # times what is above it, for a table of comments
_ROW_NAME = 30  # characters of a nickname in a table
_BUTTON = 30  # characters on a button
_BESIDE = 30  # characters beside a button
_LEVELS = 4  # boxes between a button and the comment it belongs to
_STORY = 1500  # characters no reader writes below a mere headline


@dataclass(frozen=True, slots=True)
class Cut:
    """Something left out of the text of a page, and the rule that did it."""

    rule: str
    text: str  # its first characters


@dataclass(slots=True)
class Marks:
    """What was found of buttons, forms and teasers before the page is walked through."""

    replies: set[html.HtmlElement] = field(default_factory=set)  # comments with a button to answer them
    likes: set[html.HtmlElement] = field(default_factory=set)  # boxes with a button to applaud them
    forms: set[html.HtmlElement] = field(default_factory=set)  # to write in
    cards: set[html.HtmlElement] = field(default_factory=set)  # teasers: a linked headline and a line or two
    stamps: int = 0  # lines that are a nickname and a time


def read_marks(tree: html.HtmlElement, url: str) -> Marks:
    """Look at buttons, forms and linked headings before the buttons are cut.

    Args:
        tree: the page, nothing cut.
        url: its address, to tell teasers of the same site from links elsewhere.
    """
    marks = Marks()
    for control in tree.iter("a", "button"):
        _mark_button(control, marks)
    for line in tree.iter("p", "div", "span", "small"):
        if not len(line) and is_applause((line.text or "").strip()):
            _add(marks.likes, _holder(line))
    for area in tree.iter("textarea"):
        form = next(area.iterancestors("form"), None)
        marks.forms.add(area.getparent() if form is None else form)
    for heading in tree.iter("h2", "h3", "h4", "h5"):
        _add(marks.cards, _card(heading, url))
    for link in tree.iter("a"):
        _add(marks.cards, _linked_blurb(link, url))
    return marks


def _add(boxes: set[html.HtmlElement], box: html.HtmlElement | None) -> None:
    if box is not None:
        boxes.add(box)


def _mark_button(control: html.HtmlElement, marks: Marks) -> None:
    """Note the comment a button or link answers or applauds."""
    text = text_of(control) if len(control) < 4 else ""
    if not 0 < len(text) <= _BUTTON:
        return
    chosen = marks.replies if is_reply_control(text) else marks.likes if is_like_control(text) else None
    if chosen is not None and not _in_a_sentence(control):
        _add(chosen, _holder(control))


def _in_a_sentence(link: html.HtmlElement) -> bool:
    """Whether a link is a word among others, and no button."""
    box = link.getparent()
    beside = (box.text or "", *(child.tail or "" for child in box)) if box is not None else ()
    return sum(len(text.strip()) for text in beside) > _BESIDE


def _holder(control: html.HtmlElement) -> html.HtmlElement | None:
    """The comment a button belongs to: the nearest box around it that says something, or the block before it."""
    box, inner = control.getparent(), control
    for _ in range(_LEVELS):
        if box is None or box.tag in ("body", "html"):
            return None
        if len(text_of(box)) > len(text_of(inner)) + 12 and box.tag not in INLINE:
            before = inner.getprevious()
            flat = sum(1 for child in box if prose(child)) > 1
            return before if flat else box
        box, inner = box.getparent(), box
    return None


def _card(heading: html.HtmlElement, url: str) -> html.HtmlElement | None:
    """The box of a teaser, whose heading is a link to another page of the site."""
    link = next(heading.iterancestors("a"), None)
    if link is None:
        link = next(heading.iter("a"), None)
        if link is None or len(text_of(link)) < 0.8 * len(text_of(heading)):
            return None
    if not leads_elsewhere(target_of(link, url), url):
        return None
    box = link if heading in link.iterdescendants() else heading
    while (outer := box.getparent()) is not None and outer.tag not in FRAMES and opens(box, outer):
        if sum(1 for one in outer.iter("h1", "h2", "h3", "h4", "h5")) > 1:
            break
        box = outer
    return box


def _linked_blurb(link: html.HtmlElement, url: str) -> html.HtmlElement | None:
    """The box of a teaser without a heading: a link with a paragraph in it, or first in a list item, above one."""
    item, below = link.getparent(), link.getnext()
    if next(link.iterchildren("p"), None) is not None:
        return link if leads_elsewhere(target_of(link, url), url) else None
    if item is None or item.tag != "li" or below is None or below.tag not in ("p", "div"):
        return None
    if (link.tail or "").strip() or not opens(link, item):
        return None
    return item if leads_elsewhere(target_of(link, url), url) else None


@dataclass(slots=True)  # made for every box of a page: a frozen one takes three times as long
class BoxContext:
    """A box and where it is on its page."""

    element: html.HtmlElement
    marks: Marks
    above: int  # characters of prose above it, below the headline
    titled: bool  # whether the headline is above it
    readers: str  # what its name says of readers: "sure", "likely" or ""
    opens: bool = False  # whether no prose is above it at all: `above` is then what a headline counts for


def is_readers_box(place: BoxContext, *, bare: bool = False) -> str:
    """The rule by which a box is what readers wrote or write in; "" for any other box.

    Args:
        place: the box and where it is.
        bare: whether it has no attributes, so that no rule about those can hold.
    """
    for rule, holds in _RULES_BY_CONTENT if bare else _RULES:
        if holds(place):
            return rule if next(place.element.iter("h1"), None) is None else ""
    return ""


def _sure(place: BoxContext) -> bool:
    if place.element.get("itemprop") == "comment":
        return True
    if place.readers != "sure":
        return False
    # A commented match is the story itself: nothing is above it, and nobody answers in it.
    return (
        place.above > 0
        or not place.titled
        or prose(place.element) < _STORY
        or shows_readers(place.element, place.marks)
    )


def _schema(place: BoxContext) -> bool:
    kind = place.element.get("itemtype")
    return kind is not None and ("/Comment" in kind or "/UserComments" in kind)


def _likely(place: BoxContext) -> bool:
    if place.readers != "likely":
        return False
    return (place.above > 0 and prose(place.element) <= place.above) or (
        place.titled and shows_readers(place.element, place.marks)
    )


def _answered(place: BoxContext) -> bool:
    return place.element in place.marks.replies and (
        place.above > 0 or (place.titled and _begins_with_a_name(place.element))
    )


def _applauded(place: BoxContext) -> bool:
    return (
        place.element in place.marks.likes
        and 0 < prose(place.element) <= place.above
        and _begins_with_a_name(place.element)
    )


def _form(place: BoxContext) -> bool:
    return place.element in place.marks.forms and prose(place.element) <= place.above


def _hidden(place: BoxContext) -> bool:
    style = place.element.get("style")
    unseen = place.element.get("hidden") is not None or (style and _UNSEEN.search(style))
    return bool(unseen) and 0 < prose(place.element) <= place.above


def _stamped(place: BoxContext) -> bool:
    """A box that begins with a nickname and a time; in some, several of them make the rhythm."""
    if place.above == 0 or place.element.tag in INLINE or not (nick := is_comment_stamp(head_line(place.element))):
        return False
    place.marks.stamps += 1
    twins = [
        one
        for one in place.element.itersiblings()
        if one.tag == place.element.tag and is_comment_stamp(head_line(one))
    ]
    rhythm = bool(twins) or (place.marks.stamps > 1 and not place.opens)
    told = rhythm or _is_nick(nick) or counts_back(head_line(place.element))
    return told and prose(place.element) <= place.above


def _rows(place: BoxContext) -> bool:
    """A table with a nickname in front of each row's words."""
    if place.element.tag != "table" or not 0 < prose(place.element) <= place.above * _ROWS:
        return False
    names = [text_of(row[0]) for row in place.element.iter("tr") if len(row) > 1]
    return bool(names) and all(0 < len(name) <= _ROW_NAME and _is_nick(name) for name in names)


_BY_ATTRIBUTE = (_sure, _schema, _likely, _hidden)
_RULES = (
    ("comments by name", _sure),
    ("comments by schema.org type", _schema),
    ("readers' box by name", _likely),
    ("comment with a reply button", _answered),
    ("comment with a like button", _applauded),
    ("form to write in", _form),
    ("hidden box", _hidden),
    ("comment with nickname and time", _stamped),
    ("table of comments", _rows),
)
_RULES_BY_CONTENT = tuple((rule, holds) for rule, holds in _RULES if holds not in _BY_ATTRIBUTE)


def shows_readers(element: html.HtmlElement, marks: Marks) -> bool:
    """Whether something inside a box is surely a comment: a reply button, a form, a nickname with a time."""
    inside = (element, *element.iterdescendants())
    return any(
        one in marks.replies or one in marks.forms or one in marks.likes or is_comment_stamp(head_line(one))
        for one in inside
        if isinstance(one.tag, str)
    )


def _begins_with_a_name(element: html.HtmlElement) -> bool:
    line = head_line(element)
    return 0 < len(line) <= HEAD_CHARS and not line.endswith((".", "!", "?", "…"))


def _is_nick(name: str) -> bool:
    """A name no byline has: with figures or an underscore, or one word in small letters."""
    return any(c.isdigit() or c in "_@" for c in name) or (" " not in name and name.islower())
