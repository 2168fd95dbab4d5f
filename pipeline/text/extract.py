"""Page bytes -> Article: one parse, every signal read from that tree, the text chosen and cleaned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import htmldate
import trafilatura
from lxml import html

from pipeline.errors import ExtractError
from pipeline.language.written_dates import writes_month_first
from pipeline.records import Article, PageHints
from pipeline.text.byline import byline_of, credited_agency, section_of
from pipeline.text.choice import TEXT_GOES_ON, Chosen, FeedText, PageText, settled_cuts
from pipeline.text.date_votes import Dated
from pipeline.text.dateline import read_dateline, updated_line
from pipeline.text.ending import Cut
from pipeline.text.language import detect_language
from pipeline.text.overrides import NO_RULES, PageRules
from pipeline.text.published import PageDates, dates_of
from pipeline.text.signals import Signals, read_signals, words_of
from pipeline.text.standfirst import with_standfirst
from pipeline.text.titles import Headline, headline

__all__ = ["EXTRACTOR_VERSION", "FeedText", "extract_article"]
EXTRACTOR_VERSION = f"trafilatura-{trafilatura.__version__}/6"
MAX_TEXT = 500_000  # characters; ten times the longest report, and a live blog of 300 posts has less
_TITLE_CHARS = 150  # a heading of more holds something else
_FEW_BROKEN = 3  # characters that could not be decoded: damage; more are a wrong character set
_DAMAGE = 0.002  # of the text
_UPDATED_LINE = 90  # characters


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
    cuts: list[Cut] | None = None,
) -> Article:
    """Extract the article from a page.

    Args:
        body: the page as served, decompressed.
        content_type: the Content-Type header, for its charset.
        hints: what the feed and the outlet say about the page.
        feed: the feed's own text, used where the page gives none.
        rules: what of this outlet's pages is and is not the article.
        cuts: where what is left out is noted with its rule, for people who ask.

    Raises:
        ExtractError: not_html, page_too_large, text_too_large, extractor_failed, garbled_text; or what the page is
            instead of an article: no_text, gallery, section_page, consent_wall, challenge, soft_404, login.
    """
    page = PageText(body, content_type, hints, rules, cuts)
    tree = page.parse()
    read = _read(tree, hints)
    page = replace(
        page,
        signals=read.signals,
        title=read.title.title,
        titles=_titles(tree, read.signals),
        byline=read.byline,
        changed=read.dates.latest,
    )
    chosen = page.choose(tree, feed or FeedText())
    text = chosen.found.text
    if not text:
        reason = chosen.kind if chosen.kind not in TEXT_GOES_ON else "no_text"
        raise ExtractError(reason, f"{len(body)} bytes, {read.title.title[:80]!r}")
    if len(text) > MAX_TEXT:
        raise ExtractError("text_too_large", f"{len(text)} characters, {read.title.title[:80]!r}")
    article = _article(read, hints, chosen)
    broken = f"{article.title}{article.body}".count("\ufffd")
    if broken > max(_FEW_BROKEN, len(article.body) * _DAMAGE):
        raise ExtractError("garbled_text", f"{broken} replacement characters, {article.title[:80]!r}")
    if cuts is not None:
        cuts[:] = settled_cuts(cuts, article.title, article.body)
    return article


def _first_seen(hints: PageHints) -> Dated | None:
    """The moment an undated article was first seen: it was published before, so days are counted from there."""
    seen = hints.first_seen_at or hints.fetched_at
    return Dated(seen, "seen", "seen", "") if seen else None


def _spoken(signals: Signals, hints: PageHints) -> str:
    """The language the outlet writes dates in, with its country where the page says it."""
    stated = signals.html_language or signals.first("og:locale", "content-language")
    return stated if stated[:2].lower() == (hints.language or stated[:2].lower()) else hints.language or ""


def _titles(tree: html.HtmlElement, signals: Signals) -> tuple[str, ...]:
    stated = (" ".join(h1.text_content().split()) for h1 in tree.iter("h1"))
    told = (*stated, signals.first("og:title"), *words_of(signals.article.get("headline"))[:1])
    return tuple(title for title in told if 0 < len(title) <= _TITLE_CHARS)


def _read(tree: html.HtmlElement, hints: PageHints) -> _Read:
    signals = read_signals(tree, hints.url)
    limit = hints.fetched_at.date() if hints.fetched_at else None
    dates = dates_of(
        tree,
        signals,
        url=hints.url,
        zone=hints.zone,
        feed=hints.published,
        not_after=hints.fetched_at,
        last_resort=lambda: _searched_date(tree, limit),
        first_seen=hints.first_seen_at,
        month_first=writes_month_first(_spoken(signals, hints), hints.zone),
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


def _article(read: _Read, hints: PageHints, chosen: Chosen) -> Article:
    found = chosen.found
    published = read.dates.published or _first_seen(hints)
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
        kind=chosen.kind,
        text_source=found.source,
        kicker=read.title.kicker,
        section=section_of(read.signals),
        agency=made.agency or credited_agency(read.signals, read.byline),
        dateline_place=made.place,
        dateline_day=made.day,
        posts=chosen.posts,
        stated_urls=read.signals.stated_urls,
    )
