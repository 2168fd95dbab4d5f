"""Page bytes -> Article: one parse, every signal read from that tree, the text chosen and cleaned, all recorded.

The chain of texts, the winner named in `Article.text_source`: trafilatura on the page, the text in the page's own
description (JSON-LD), the full text the feed carried, a slower look at the page (the data a browser would build it
from, readability), the feed's summary as a flash. One-line flashes count: "the meeting is cancelled" is short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import htmldate
import trafilatura
from lxml import html

from pipeline.errors import ExtractError
from pipeline.records import Article, PageHints, Post
from pipeline.text.body import (
    MIN_FLASH_CHARS,
    SHORT_CHARS,
    BodyText,
    fallback_text,
    mostly_labels,
    own_text,
    plain_text,
    tidy,
    without_labels,
)
from pipeline.text.byline import byline_of, credited_agency, section_of
from pipeline.text.dateline import read_dateline, updated_line
from pipeline.text.furniture import cut_furniture
from pipeline.text.kinds import MAX_WALL, PageKind, kind_of_weak_page
from pipeline.text.language import detect_language
from pipeline.text.lines import clean_lines
from pipeline.text.live_blog import live_posts
from pipeline.text.overrides import NO_RULES, PageRules
from pipeline.text.page import parse_page
from pipeline.text.published import Dated, PageDates, dates_of
from pipeline.text.signals import Signals, read_signals
from pipeline.text.standfirst import standfirst, with_standfirst
from pipeline.text.titles import Headline, headline

EXTRACTOR_VERSION = f"trafilatura-{trafilatura.__version__}/4"
MAX_TEXT = 500_000  # characters; ten times the longest report, and a live blog of 300 posts has less
_UPDATED_LINE = 90  # characters
_TEXT_GOES_ON = (PageKind.ARTICLE, PageKind.FLASH, PageKind.LIVE_BLOG, PageKind.PAYWALL_STUB)


@dataclass(frozen=True, slots=True)
class FeedText:
    """What the feed said about the page: the fall-back body."""

    content_html: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known of a page before its text is looked for."""

    signals: Signals
    title: Headline
    dates: PageDates
    byline: str


def extract_article(
    body: bytes,
    *,
    content_type: str | None,
    hints: PageHints,
    feed: FeedText | None = None,
    rules: PageRules = NO_RULES,
) -> Article:
    """Extract the article from a page.

    Args:
        body: the page as served, decompressed.
        content_type: the Content-Type header, for its charset.
        hints: what the feed and the outlet say about the page.
        feed: the feed's own text, used where the page gives none.
        rules: what of this outlet's pages is and is not the article.

    Raises:
        ExtractError: not_html, page_too_large, text_too_large, extractor_failed; or what the page is instead of
            an article: no_text, gallery, section_page, consent_wall, challenge, soft_404, login.
    """
    page = _Page(body, content_type, hints)
    tree = page.parse()
    read = _read(tree, hints)
    kind, found, posts = page.text(tree, read, feed or FeedText(), rules)
    if not found.text:
        raise ExtractError(
            kind if kind not in _TEXT_GOES_ON else "no_text", f"{len(body)} bytes, {read.title.title[:80]!r}"
        )
    if len(found.text) > MAX_TEXT:
        raise ExtractError("text_too_large", f"{len(found.text)} characters, {read.title.title[:80]!r}")
    return _article(read, hints, kind, found, posts)


def _read(tree: html.HtmlElement, hints: PageHints) -> _Read:
    signals = read_signals(tree)
    limit = hints.fetched_at.date() if hints.fetched_at else None
    dates = dates_of(
        tree,
        signals,
        url=hints.url,
        zone=hints.zone,
        feed=hints.published,
        not_after=hints.fetched_at,
        last_resort=lambda: _searched_date(tree, limit),
    )
    return _Read(
        signals=signals,
        title=headline(tree, signals, feed_title=hints.title, url=hints.url),
        dates=dates if dates.modified else replace(dates, modified=_updated(tree, dates.published, hints)),
        byline=byline_of(tree, signals),
    )


def _updated(tree: html.HtmlElement, published: Dated | None, hints: PageHints) -> Dated | None:
    """The first line like "UPDATED 14:05", where no signal out of sight tells of a change."""
    if published is None or published.precision == "day":
        return None
    for text in tree.itertext():
        at = updated_line(text, published=published.at, zone=hints.zone) if len(text) < _UPDATED_LINE else None
        if at and (hints.fetched_at is None or at <= hints.fetched_at):
            return Dated(at, "text", "minute", "")
    return None


def _searched_date(tree: html.HtmlElement, limit: date | None) -> str | None:
    """htmldate's opinion: it reads the whole page, so it is asked last."""
    found: str | None = htmldate.find_date(
        tree, original_date=True, extensive_search=False, max_date=limit.isoformat() if limit else None
    )
    return found


@dataclass(frozen=True, slots=True)
class _Page:
    """The raw page, parsed once, and again in the rare case that the first look found too little."""

    body: bytes
    content_type: str | None
    hints: PageHints

    def parse(self) -> html.HtmlElement:
        return parse_page(self.body, content_type=self.content_type, language=self.hints.language)

    def text(
        self, tree: html.HtmlElement, read: _Read, feed: FeedText, rules: PageRules
    ) -> tuple[PageKind, BodyText, tuple[Post, ...]]:
        """The best text there is, its source, and what kind of page it is from."""
        live, posts = live_posts(read.signals, zone=self.hints.zone, not_after=self.hints.fetched_at)
        lead = standfirst(_cut(tree, rules), read.signals)
        found = self._clean(own_text(tree, read.signals), read)
        if mostly_labels(found.text):
            found = self._clean(without_labels(_cut(self.parse(), rules), found), read)
        if len(live) > len(found.text) / 2 and posts:
            return PageKind.LIVE_BLOG, BodyText(live, "json_ld"), posts
        if len(found.text) >= MAX_WALL:
            return PageKind.ARTICLE, replace(found, lead=lead), ()
        kind = kind_of_weak_page(
            self.parse(), read.signals, title=read.title.title, text=found.text, url=self.hints.url
        )
        if kind not in (None, *_TEXT_GOES_ON):
            found = BodyText("", found.source)
        if len(found.text) < SHORT_CHARS:
            found = next(self._instead(found, kind, read, feed), found)
        if not found.text and kind in (None, PageKind.PAYWALL_STUB):
            found = BodyText(lead, "page")
        if kind is None:
            kind = PageKind.ARTICLE if len(found.text) >= SHORT_CHARS else PageKind.FLASH
        return kind, replace(found, lead=lead), ()

    def _instead(self, found: BodyText, kind: PageKind | None, read: _Read, feed: FeedText) -> Iterator[BodyText]:
        """What stands in for a text that is too short to be the whole article, best first."""
        carried = plain_text(feed.content_html)
        if len(carried) >= max(MIN_FLASH_CHARS, len(found.text)):
            yield BodyText(carried, "feed")
        if kind is None and (looked := self._clean(fallback_text(self.parse(), found.text), read)).text:
            yield looked
        summary = tidy(feed.summary)
        flash = "\n".join(line for line in found.text.split("\n") if _is_statement(line))
        if flash and len(flash) >= len(summary):
            yield BodyText(flash, found.source)
        if len(summary) >= MIN_FLASH_CHARS:
            yield BodyText(summary, "summary")
        yield BodyText(flash, found.source)

    def _clean(self, found: BodyText, read: _Read) -> BodyText:
        return BodyText(clean_lines(found.text, title=read.title.title, author=read.byline), found.source)


def _cut(tree: html.HtmlElement, rules: PageRules) -> html.HtmlElement:
    rules.apply(tree)
    cut_furniture(tree)
    return tree


def _article(read: _Read, hints: PageHints, kind: PageKind, found: BodyText, posts: tuple[Post, ...]) -> Article:
    published = read.dates.published
    made = read_dateline(found.text, published=published.at if published else None, zone=hints.zone)
    body = with_standfirst(found.lead, found.text)
    language = detect_language(
        f"{read.title.title}\n{body}", expected=hints.language, declared=read.signals.language
    )
    return Article(
        title=read.title.title,
        body=body,
        published_at=published.at if published else None,
        published_source=published.source if published else "none",
        published_precision=published.precision if published else "day",
        published_offset=published.offset if published else "",
        modified_at=read.dates.modified.at if read.dates.modified else None,
        zone=hints.zone,
        language=language[0],
        language_confidence=language[1],
        byline=read.byline,
        extractor=EXTRACTOR_VERSION,
        kind=kind,
        text_source=found.source,
        kicker=read.title.kicker,
        section=section_of(read.signals),
        agency=made.agency or credited_agency(read.signals, read.byline),
        dateline_place=made.place,
        dateline_day=made.day,
        posts=posts,
        stated_urls=read.signals.stated_urls,
    )


def _is_statement(line: str) -> bool:
    """A sentence somebody wrote, not a menu entry, a button or the footer."""
    return len(line) >= MIN_FLASH_CHARS and line[-1] in '.!?…»”"' and not line.startswith("©")
