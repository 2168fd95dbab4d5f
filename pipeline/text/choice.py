"""The text of a page: which of its sources is believed, and what kind of page that makes it.

In this order: the posts of a live blog; trafilatura on the page; the text in the page's own description; the full
text the feed carried; a slower look at the page; the few lines below a headline; the feed's summary; the headline.
One-line flashes count: "the meeting is cancelled" is short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lxml import html

from pipeline.records import PageHints, Post
from pipeline.text.body import (
    MIN_FLASH_CHARS,
    SHORT_CHARS,
    BodyText,
    lines_below_the_headline,
    mostly_labels,
    own_text,
    plain_text,
    second_look,
    sentences,
    slow_text,
    tidy,
    without_labels,
)
from pipeline.text.boxes import prose
from pipeline.text.ending import Cut
from pipeline.text.furniture import About, cut_furniture
from pipeline.text.kinds import MAX_WALL, PageKind, is_list_of_articles, kind_of_weak_page
from pipeline.text.lines import clean_lines, without_what_follows
from pipeline.text.live_blog import live_posts
from pipeline.text.normalise import words
from pipeline.text.overrides import PageRules
from pipeline.text.page import parse_page
from pipeline.text.signals import Signals
from pipeline.text.standfirst import standfirst

TEXT_GOES_ON = (PageKind.ARTICLE, PageKind.FLASH, PageKind.LIVE_BLOG, PageKind.PAYWALL_STUB)
_ENOUGH = 0.5  # of the prose left on a page; with less in the text a slower look is worth its time
_LONG = 1000  # characters; of a page with so much text, less is enough
_ENOUGH_OF_LONG = 0.4
_GLUED = 600  # characters; in shorter texts the headline may be part of the first line
_NEARLY_ALL = 0.8  # of a text, for the look without the headline to have lost nothing else
_DATE_AND_NAME = 120  # characters that may be glued in with a headline
_MORE = 1.3  # times the sentences, for the slower look to be believed
_HEADLINE_WORDS = 3  # with fewer a title is a name
_LIVE = 0.5  # of the text, for a page with posts to be a live blog
_LINE_RULE = "line that is no part of the story"


@dataclass(frozen=True, slots=True)
class FeedText:
    """What the feed said about the page: the fall-back body."""

    content_html: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The text of a page, its kind, and the posts of a live blog."""

    kind: PageKind
    found: BodyText
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class PageText:
    """The raw page, parsed once, and again in the rare case that the first look found too little."""

    body: bytes
    content_type: str | None
    hints: PageHints
    rules: PageRules
    cuts: list[Cut] | None = None  # where what was cut is noted, for people who ask
    signals: Signals = field(default_factory=Signals)
    title: str = ""
    titles: tuple[str, ...] = ()  # what the page calls its article elsewhere
    byline: str = ""
    changed: datetime | None = None  # the last change the page tells of, else its publication

    def parse(self) -> html.HtmlElement:
        """The page as a tree, nothing cut.

        Raises:
            ExtractError: as `parse_page`.
        """
        return parse_page(self.body, content_type=self.content_type, language=self.hints.language)

    def choose(self, tree: html.HtmlElement, feed: FeedText) -> Chosen:
        """The best text there is, its source, and what kind of page it is from.

        Args:
            tree: the page; it is used up.
            feed: the feed's own text.
        """
        live = live_posts(
            tree,
            self.signals,
            zone=self.hints.zone,
            not_after=self.hints.fetched_at,
            changed=self.changed,
        )
        listed = is_list_of_articles(tree, self.signals, url=self.hints.url, title=self.title)
        lead = standfirst(self._cut(tree, self.cuts), self.signals)
        found = self._main_text(tree)
        if live.posts and len(live.text) > _LIVE * len(found.text):
            return Chosen(PageKind.LIVE_BLOG, BodyText(live.text, live.source), live.posts)
        if listed and not self._described(found):
            return Chosen(PageKind.SECTION_PAGE, BodyText("", found.source))
        if len(found.text) >= MAX_WALL:
            return Chosen(PageKind.ARTICLE, replace(found, lead=lead))
        return self._weak(found, lead, feed)

    def _main_text(self, tree: html.HtmlElement) -> BodyText:
        left = prose(tree)
        found = self._clean(own_text(tree, self.signals))
        if len(found.text) < (_ENOUGH if len(found.text) < _LONG else _ENOUGH_OF_LONG) * left:
            slower = self._clean(slow_text(self._cut(self.parse())))
            found = slower if sentences(slower.text) > _MORE * sentences(found.text) else found
        if len(found.text) < _GLUED:
            bare = self._cut(self.parse(), bare=True)
            nothing_told = prose(bare) == 0 and len(words(self.title)) >= _HEADLINE_WORDS
            alone = self._clean(own_text(bare, self.signals))
            whole = len(alone.text) + len(self.title) + _DATE_AND_NAME >= _NEARLY_ALL * len(found.text)
            found = alone if nothing_told or (alone.text and whole) else found
        if mostly_labels(found.text):
            found = self._clean(without_labels(self._cut(self.parse()), found))
        return found

    def _weak(self, found: BodyText, lead: str, feed: FeedText) -> Chosen:
        """A page with little text: a wall, a flash, or an article told elsewhere."""
        kind = kind_of_weak_page(self.parse(), self.signals, title=self.title, text=found.text, url=self.hints.url)
        if kind not in (None, *TEXT_GOES_ON):
            found = BodyText("", found.source)
        if len(found.text) < SHORT_CHARS:
            found = next(self._instead(found, kind, feed), found)
        if not found.text and kind in (None, PageKind.PAYWALL_STUB):
            found = BodyText(lead, "page")
        if not found.text:
            found = self._headline(kind)
        if kind is None:
            kind = PageKind.ARTICLE if len(found.text) >= SHORT_CHARS else PageKind.FLASH
        return Chosen(kind, replace(found, lead=lead if found.source != "feed_title" else ""))

    def _instead(self, found: BodyText, kind: PageKind | None, feed: FeedText) -> Iterator[BodyText]:
        """What replaces a text that is too short to be the whole article, best first."""
        carried = plain_text(feed.content_html)
        if len(carried) >= max(MIN_FLASH_CHARS, len(found.text)):
            yield BodyText(carried, "feed")
        if (
            kind is None
            and (
                looked := self._clean(
                    second_look(self.parse(), self._cut(self.parse(), gentle=True, bare=True), found.text)
                )
            ).text
        ):
            yield looked
        summary = tidy(feed.summary)
        flash = "\n".join(line for line in found.text.split("\n") if self._is_statement(line))
        if not flash and kind is None:
            below = lines_below_the_headline(self._cut(self.parse(), bare=True), self.title)
            flash = "\n".join(line for line in below if self._is_statement(line))
        if flash and len(flash) >= len(summary):
            yield BodyText(flash, found.source)
        if len(summary) >= MIN_FLASH_CHARS and words(summary) != words(self.title):
            yield BodyText(summary, "summary")
        yield BodyText(flash, found.source)

    def _headline(self, kind: PageKind | None) -> BodyText:
        """The headline as the text: the agencies' first word of a thing is often nothing else."""
        of_the_page = kind in (None, *TEXT_GOES_ON) and bool(self.body.strip())
        title = self.title if of_the_page else tidy(self.hints.title)
        if len(words(title)) < _HEADLINE_WORDS:
            return BodyText("", "page")
        return BodyText(title, "title" if of_the_page else "feed_title")

    def _is_statement(self, line: str) -> bool:
        """A written sentence, not a menu entry, a button or the footer."""
        if len(line) < MIN_FLASH_CHARS or line.startswith("©"):
            return False
        said = set(words(line))
        if not self.title and len(line) >= 2 * MIN_FLASH_CHARS:
            return True  # a page without a headline may be one line
        return line[-1] in '.!?…»”"' or len(said & set(words(self.title))) >= len(said) / 2

    def _described(self, found: BodyText) -> bool:
        """Whether the page describes the text as its article."""
        described = self.signals.article.get("articleBody")
        return isinstance(described, str) and len(described) >= SHORT_CHARS and bool(found.text)

    def _clean(self, found: BodyText) -> BodyText:
        text = clean_lines(found.text, title=self.title, author=self.byline, others=self.titles)
        described = self.signals.article.get("articleBody")
        if isinstance(described, str) and found.source != "json_ld":
            text = without_what_follows(text, described)
        if self.cuts is not None:
            self.cuts.extend(_dropped_lines(found.text, text))
        return BodyText(text, found.source)

    def _cut(
        self, tree: html.HtmlElement, cuts: list[Cut] | None = None, *, gentle: bool = False, bare: bool = False
    ) -> html.HtmlElement:
        self.rules.apply(tree)
        cut_furniture(tree, About(self.hints.url, self.title, self.byline, gentle, bare), cuts)
        return tree


def settled_cuts(cuts: Sequence[Cut], title: str, body: str) -> list[Cut]:
    """Each cut once, without lines that are the headline or that another reading of the page kept in its text."""
    kept = f"{title}\n{body}"
    return [cut for cut in dict.fromkeys(cuts) if cut.rule != _LINE_RULE or cut.text not in kept]


def _dropped_lines(before: str, after: str) -> Iterator[Cut]:
    """What a text lost line by line; a line is shown by its beginning, as boxes are."""
    kept = set(after.split("\n"))
    yield from (Cut(_LINE_RULE, line[:160]) for line in before.split("\n") if line not in kept)
