"""Finds the end of the story: comments, forms and teasers below it, recognised by how the page is built.

A name, a heading, a button or a rhythm of nicknames and times raises the suspicion; where the box is and how much
prose is above it decide. Each rule has a name, which `wirewatch why` shows for what it cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from pipeline.text.reader_words import (
    is_comment_stamp,
    is_like_control,
    is_reply_control,
)

PROSE_CHARS = 60  # a run of text this long is somebody's sentence, not a menu
MANY_CARDS = 6  # teasers that make a page a list of articles
HEADINGS = ("h2", "h3", "h4", "h5", "h6", "summary", "legend", "dt")
_NAMED_BY = frozenset(("class", "id", "aria-label", "data-testid", "data-component", "data-module", "data-name"))
INLINE = frozenset((
    "a", "abbr", "b", "bdi", "cite", "em", "font", "i", "img", "mark", "q", "small", "span", "strong",
    "sub", "sup", "time", "u", "svg", "br", "wbr",
))  # fmt: skip
_LONG_RUNS = etree.XPath(f".//text()[string-length() > {PROSE_CHARS}]", smart_strings=False)
_FRAMES = ("body", "main", "html")
_UNSEEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_HEAD = 90  # characters of a heading, or of the line above a comment
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
        text = text_of(control) if len(control) < 4 else ""
        if not text or len(text) > 30:
            continue
        chosen = marks.replies if is_reply_control(text) else marks.likes if is_like_control(text) else None
        if chosen is None or _in_a_sentence(control):
            continue
        if (item := _holder(control)) is not None:
            chosen.add(item)
    for area in tree.iter("textarea"):
        form = next(area.iterancestors("form"), None)
        marks.forms.add(area.getparent() if form is None else form)
    for heading in tree.iter("h2", "h3", "h4", "h5"):
        if (card := _card(heading, url)) is not None:
            marks.cards.add(card)
    return marks


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
    while (outer := box.getparent()) is not None and outer.tag not in _FRAMES and opens(box, outer):
        if sum(1 for one in outer.iter("h1", "h2", "h3", "h4", "h5")) > 1:
            break
        box = outer
    return box


def target_of(link: html.HtmlElement, url: str) -> str:
    """The absolute address of a link; "" where it is none."""
    try:
        return str(urljoin(url, (link.get("href") or "#").strip()))
    except ValueError:
        return ""


def leads_elsewhere(target: str, url: str) -> bool:
    """Whether an absolute address is another page of the site of `url`."""
    try:
        there, here = urlsplit(target), urlsplit(url)
    except ValueError:
        return False
    return there.hostname == here.hostname and there.path.rstrip("/") not in ("", here.path.rstrip("/"))


def opens(inner: html.HtmlElement, outer: html.HtmlElement) -> bool:
    """Whether `inner` is the first thing with text in `outer`, its parent."""
    if (outer.text or "").strip():
        return False
    before = inner.getprevious()
    while before is not None:
        if (before.tail or "").strip() or text_of(before):
            return False
        before = before.getprevious()
    return True


def climbed(element: html.HtmlElement) -> html.HtmlElement:
    """The largest box that begins with this element and does not hold the headline."""
    while (
        (outer := element.getparent()) is not None
        and outer.tag not in _FRAMES
        and opens(element, outer)
        and next(outer.iter("h1"), None) is None
    ):
        element = outer
    return element


def name_of(element: html.HtmlElement) -> str:
    """All that a box is called, in its various attributes."""
    return " ".join([value for name, value in element.items() if name in _NAMED_BY])


@dataclass(slots=True)  # made for every box of a page: a frozen one takes three times as long
class BoxContext:
    """A box and where it is on its page."""

    element: html.HtmlElement
    marks: Marks
    above: int  # characters of prose above it, below the headline
    titled: bool  # whether the headline is above it
    readers: str  # what its name says of readers: "sure", "likely" or ""


def is_readers_box(place: BoxContext, *, bare: bool = False) -> str:
    """The rule by which a box is what readers wrote or write in; "" where it is none.

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
    told = bool(twins) or place.marks.stamps > 1 or _is_nick(nick) or _ago(head_line(place.element))
    return told and prose(place.element) <= place.above


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


def head_line(element: html.HtmlElement) -> str:
    """The words before the first block of a box, or its first short block: a nickname and a time, or a heading."""
    opening = element.text or ""
    if len(opening) > _HEAD and len(" ".join(opening[: 4 * _HEAD].split())) > _HEAD:
        return ""
    parts = [opening]
    for child in element:
        if child.tag not in INLINE:
            if not "".join(parts).strip() and child.tag in ("div", "p", "header", "h4", "h5", "h6", "dt"):
                text = text_of(child)
                return text if len(text) <= _HEAD else ""
            break
        parts += (child.text_content(), " ", child.tail or "")
        if sum(map(len, parts)) > 3 * _HEAD:
            return ""
    line = " ".join("".join(parts).split())
    return line if len(line) <= _HEAD else ""


def _begins_with_a_name(element: html.HtmlElement) -> bool:
    line = head_line(element)
    return 0 < len(line) <= _HEAD and not line.endswith((".", "!", "?", "…"))


def _is_nick(name: str) -> bool:
    """A name no byline has: with figures or an underscore, or one word in small letters."""
    return any(c.isdigit() or c in "_@" for c in name) or (" " not in name and name.islower())


def _ago(line: str) -> bool:
    return line.rstrip(") ").lower().endswith(("ago", "önce", "назад"))


def link_share(element: html.HtmlElement) -> float:
    """The part of the text of an element that is in links, 0..1."""
    text = text_of(element)
    return sum(len(text_of(a)) for a in element.iter("a")) / len(text) if text else 0.0


def prose(element: html.HtmlElement) -> int:
    """Characters in runs of text long enough to be somebody's sentences."""
    runs = [len(text.strip()) for text in _LONG_RUNS(element)]
    return sum([length for length in runs if length > PROSE_CHARS])


def text_of(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    if not len(element):  # most elements hold one run of text
        return " ".join(element.text.split()) if element.text else ""
    return " ".join(element.text_content().split())
