"""Cut furniture (the parts around and inside an article that do not belong to it) from the tree before extraction.

There are three kinds of signs, each independent of the site: the name of a box (class, id, role), its content
(nothing but links), and its words ("Read also", «Читайте также», "İlgili haberler").
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree, html

from pipeline.text.boxes import (
    HEADINGS,
    INLINE,
    PROSE_CHARS,
    is_told,
    link_share,
    name_of,
    prose,
    text_of,
    unfold_layout_tables,
)
from pipeline.text.date_words import is_date_line
from pipeline.text.end_headings import is_readers_heading, is_teasers_heading
from pipeline.text.ending import BoxContext, Cut, Marks, is_readers_box, read_marks
from pipeline.text.furniture_names import (
    BOXES,
    holds_a_body,
    is_never_a_lead,
    leads_to_comments,
    rename,
    sign,
)
from pipeline.text.normalise import words
from pipeline.text.own_lines import OwnLines
from pipeline.text.phrases import LONGEST_INSERT, is_insert
from pipeline.text.reader_words import heads_readers, is_comment_stamp, names_readers

_FRAME = 0.25  # a box with more of the page's prose than this is the page's frame, whatever its name
_ONLY_LINKS = 0.9
_MENU_ITEMS = 4
_LINK_CHARS = 20  # shorter links are names and buttons
_HALF = 0.5
_FLASH = 400  # characters of prose a headline counts for
_LINE_CHARS = 120
_INLINE_LINES = ("span", "time", "small", "em", "b", "strong", "a", "font", "i", "address")
_HEADING_CHARS = 90
_DEAD_TAGS = (
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "applet", "canvas", "video",
    "audio", "map", "select", "button", "input", "textarea", "dialog", "menu", "noindex", "frameset",
)  # fmt: skip
_EMPTY_TAGS = ("script", "style", "svg", "iframe", "canvas", "video", "audio", "select", "button", "textarea")
_BLOCKS = ("p", "li", "h2", "h3", "h4", "h5", "h6", "div", "blockquote", "td", "section", "aside")


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the article while its page is cut."""

    url: str = ""  # to tell teasers of the same site from other links
    title: str = ""
    author: str = ""
    gentle: bool = False  # cut only what readers wrote, whatever boxes are called
    bare: bool = False  # cut the headline too; trafilatura looks for the text around it, so it is left elsewhere


NOTHING_KNOWN = About()


def cut_furniture(tree: html.HtmlElement, about: About = NOTHING_KNOWN, cuts: list[Cut] | None = None) -> int:
    """Take out everything that is certainly no part of an article.

    Args:
        tree: the page.
        about: what is known of its article.
        cuts: where each thing that was cut is noted with its rule, for people who ask.

    Returns:
        How many teasers were found: a page of nothing else is a list of articles.
    """
    unfold_layout_tables(tree)
    marks = read_marks(tree, about.url)
    etree.strip_elements(tree, *(_EMPTY_TAGS if about.gentle else _DEAD_TAGS), with_tail=False)
    _Walk(tree, marks, about, cuts).run()
    return len(marks.cards)


def _labelled(element: html.HtmlElement) -> str:
    """What a label for the blind says of a box: "likely" that readers speak in it, or ""."""
    label = element.get("aria-label")
    return "likely" if label and heads_readers(label) else ""


class _Walk:
    """The page from top to bottom, once; what is above an element decides with what it is itself."""

    def __init__(self, tree: html.HtmlElement, marks: Marks, about: About, cuts: list[Cut] | None) -> None:
        self._gentle = about.gentle
        self._bare = about.bare
        self._floor = _FLASH if about.bare else 0  # a headline alone is a story that readers may write below
        self._own = OwnLines(" ".join(words(about.title)), about.author)
        self._marks = marks
        self._marked = marks.replies | marks.likes | marks.forms
        self._cuts = cuts
        self._whole = prose(tree)
        self._carded = sum(prose(card) for card in marks.cards) > _HALF * self._whole
        self._above = 0  # characters of prose below the headline and above where we are
        self._titled = next(tree.iter("h1"), None) is None
        self._waiting = [tree]

    def run(self) -> None:
        while self._waiting:
            element = self._waiting.pop()
            tail = element.tail
            if rule := self._rule(element):
                self._cut(rule, element)
            elif element.tag in _BLOCKS and next(element.iterdescendants("h1", *_BLOCKS), None) is None:
                self._look_at_block(element)
            else:
                self._go_into(element)
            if tail and len(tail) > PROSE_CHARS:
                self._above += len(tail)

    def _go_into(self, element: html.HtmlElement) -> None:
        if element.tag == "h1":
            self._titled, self._above = True, 0
            if self._bare and self._own.is_the_headline(text_of(element)):
                self._cut("headline", element)
            return
        if (
            element.tag in _INLINE_LINES
            and self._may_be_a_line(element)
            and self._is_line_about_the_text(element, text_of(element))
        ):
            self._cut("line with date or name", element)
            return
        if self._titled and element.tag in HEADINGS and self._is_heading(element, text_of(element)):
            return
        if element.text and len(element.text) > PROSE_CHARS:
            self._above += len(element.text)
        self._waiting.extend(reversed(element))

    def _rule(self, element: html.HtmlElement) -> str:
        """The rule by which a box goes; "" for those that stay."""
        if element.tag not in BOXES:
            return ""
        bare = not element.keys()
        if rule := self._readers_rule(element, bare=bare):
            return rule
        return "" if self._gentle else self._furniture_rule(element, bare=bare)

    def _readers_rule(self, element: html.HtmlElement, *, bare: bool) -> str:
        if bare and element.tag in INLINE and element not in self._marked:
            return ""
        readers = "" if bare else names_readers(name_of(element)) or _labelled(element)
        above = self._above + self._floor
        place = BoxContext(element, self._marks, above, self._titled, readers, opens=self._above == 0)
        return is_readers_box(place, bare=bare)

    def _furniture_rule(self, element: html.HtmlElement, *, bare: bool) -> str:
        called = "" if bare else sign(element)
        if called and not self._is_story(element, called):
            return called
        if element in self._marks.cards and self._is_teaser(element):
            return "teaser"
        if element.tag in ("ul", "ol") and _is_list_of_links(element, opens=self._above == 0):
            return "list of links"
        return "link to comments" if leads_to_comments(element) else ""

    def _is_teaser(self, card: html.HtmlElement) -> bool:
        """Whether a linked headline with its lines is below a story; a page of them alone is left to others."""
        listed = self._carded and not self._bare
        return not listed and 0 < prose(card) <= self._above + self._floor

    def _is_story(self, element: html.HtmlElement, called: str) -> bool:
        """Whether a box is too much of the page to be what its name says, or holds the story's first words."""
        written = prose(element)
        if written > self._whole * _FRAME or holds_a_body(element):
            return True
        first = self._titled and self._above == 0 and written > 0
        return first and called == "furniture" and not is_never_a_lead(element) and is_told(element)

    def _cut(self, rule: str, *elements: html.HtmlElement) -> None:
        """Take elements out that are not waiting, nor anything in them."""
        for element in elements:
            if element.getparent() is None:
                continue
            if self._cuts is not None and (text := text_of(element)):
                self._cuts.append(Cut(rule, text[:160]))
            element.drop_tree()

    def _cut_ahead(self, rule: str, *elements: html.HtmlElement) -> None:
        """Take elements out that may be waiting, or hold some that are."""
        gone = set(elements)
        self._waiting = [one for one in self._waiting if one not in gone and gone.isdisjoint(one.iterancestors())]
        self._cut(rule, *elements)

    def _look_at_block(self, block: html.HtmlElement) -> None:
        """Lines that lead elsewhere: "Read also: …", and paragraphs made of a link alone."""
        for link in list(block.iter("a")):
            if leads_to_comments(link):
                self._cut("link to comments", link)
        text = text_of(block)
        if not text:
            return
        if self._is_line_about_the_text(block, text):
            self._cut("line with date or name", block)
            return
        self._trim(block)
        if block.tag in HEADINGS and self._is_heading(block, text):  # before inserts: it takes its teasers along
            return
        if self._leads_elsewhere(block, text):
            self._cut("insert", block)
            return
        if self._is_heading(block, text):
            return
        if len(text) > PROSE_CHARS:
            if self._above == 0 and self._titled:
                rename(block)
            self._above += len(text)

    def _leads_elsewhere(self, block: html.HtmlElement, text: str) -> bool:
        """Whether a paragraph invites to another article, or is a link and nothing else."""
        if len(text) > LONGEST_INSERT or self._gentle:
            return False
        share = link_share(block)
        return is_insert(text, share) or (share > _ONLY_LINKS and block.tag != "li" and len(text) > _LINK_CHARS)

    def _may_be_a_line(self, element: html.HtmlElement) -> bool:
        """Whether it is worth reading an element for a date or a name: above the story, or a <time>."""
        return self._titled and (not self._above or element.tag == "time")

    def _is_line_about_the_text(self, element: html.HtmlElement, text: str) -> bool:
        """Whether a line above the story, or a <time> of its own, says when it was written or by whom."""
        if not self._titled or not 2 < len(text) <= _LINE_CHARS:
            return False
        if element.tag == "time" and element.getparent() is not None:
            return self._above == 0 or is_date_line(text)
        if self._above:
            return False
        return self._own.tells_when_or_who(text)

    def _trim(self, block: html.HtmlElement) -> None:
        """Take dates and bylines off both ends of a paragraph; a time within a sentence is part of it."""
        if self._above:
            return
        children = [child for child in block if isinstance(child.tag, str) and child.tag not in ("br", "img")]
        if not children:
            return
        first = children[0]
        opens = not (block.text or "").strip() and bool((first.tail or "").strip())
        if opens and len(text := text_of(first)) <= _LINE_CHARS and self._own.tells_when_or_who(text):
            self._cut("line with date or name", first)

    def _is_heading(self, element: html.HtmlElement, line: str) -> bool:
        """Cut what a heading announces, where that is not the story."""
        if not (self._titled and 2 < len(line) <= _HEADING_CHARS):
            return False
        if goes := is_readers_heading(element, line, self._above + self._floor, self._marks):
            self._cut_ahead("readers' section by its heading", *goes)
        elif goes := is_teasers_heading(element, line, self._above + self._floor):
            self._cut_ahead("teasers by their heading", *goes)
        elif self._above and (nick := is_comment_stamp(line)) and self._is_comment_head(element, nick):
            following = list(element.itersiblings())
            self._cut_ahead("comment with nickname and time", element, *following)
        else:
            return False
        return True

    def _is_comment_head(self, element: html.HtmlElement, nick: str) -> bool:
        """Whether a line with a nickname and a time has nothing but comments below it."""
        written = sum(map(prose, element.itersiblings()))
        heads = sum(1 for one in element.itersiblings() if is_comment_stamp(text_of(one)[:_HEADING_CHARS]))
        return 0 < written <= self._above and (heads > 0 or nick.islower() or any(map(str.isdigit, nick)))


def _is_list_of_links(element: html.HtmlElement, *, opens: bool) -> bool:
    """Headlines of other articles one under the other, where an article's own list has words around its links.

    Args:
        element: the list.
        opens: whether no prose is above it; then short links are a menu, and not the sources of the story.
    """
    text = text_of(element)
    items = sum(1 for _ in element.iter("li"))
    listed = items >= _MENU_ITEMS if opens else len(text) > items * _LINK_CHARS
    return bool(items) and listed and link_share(element) > _ONLY_LINKS
