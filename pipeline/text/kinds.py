"""Classify pages with little or no text: a wall, an error, a front page, a gallery."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from lxml import etree, html

from pipeline.language.words import pattern
from pipeline.text.boxes import leads_elsewhere, prose, target_of
from pipeline.text.ending import MANY_CARDS
from pipeline.text.signals import Signals, types

FROM_FEED = ("feed", "summary", "feed_title")  # text sources that are the feed's words and not the page's
MAX_WALL = 1500  # characters of text: what says more is an article, even one about error 404


class PageKind(StrEnum):
    """Kinds of pages. The first four carry text that goes on."""

    ARTICLE = "article"
    FLASH = "flash"
    LIVE_BLOG = "live_blog"
    PAYWALL_STUB = "paywall_stub"  # the beginning of an article, and the rest for subscribers
    GALLERY = "gallery"  # pictures or a video without a text
    SECTION_PAGE = "section_page"
    CONSENT_WALL = "consent_wall"
    CHALLENGE = "challenge"
    SOFT_404 = "soft_404"
    LOGIN = "login"


def is_whole(kind: str, text_source: str) -> bool:
    """Whether a text is the article itself: not only its beginning, nor what a feed said in place of the page."""
    return kind != PageKind.PAYWALL_STUB and text_source not in (*FROM_FEED, "title")


_CHALLENGE = pattern("{challenge}", re.I)
_CHALLENGE_MARKS = etree.XPath(
    "boolean(//*[contains(@id, 'cf-') or contains(@id, 'challenge') or contains(@class, 'captcha')"
    " or contains(@class, 'cf-') or contains(@src, 'captcha') or contains(@src, 'challenge-platform')])"
)
_NOT_FOUND = pattern(r"\b404\b|{not found}", re.I)
_CONSENT = pattern("{consent}", re.I)
_SUBSCRIBE = pattern("{subscribe}", re.I)
_SIGN_IN = pattern("{sign in}", re.I)
_OF_THE_PAGE = pattern(r"\b404\b|{page}|cloudflare|ddos|captcha|javascript", re.I)
_NOTICE_WORDS = 4
_ASKED_TWICE = 2
_HEADLINE_WORDS = 4
SENTENCE_CHARS = 60
_PASSWORD = etree.XPath("boolean(//input[@type='password'])")
_LISTS = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage"})
_SHOWS = frozenset(
    {"ImageGallery", "VideoObject", "MediaGallery", "PodcastEpisode", "AudioObject", "VideoGallery"}
)
_SECTION_NAME = 3  # words
_TEASER_CHARS = (30, 700)
_MOST = 0.6  # of the boxes, and of the prose on the page
_NO_TEASER = ("p", "br", "a", "span", "h2", "h3", "script", "img", "option")
_SECTION_LINKS = 12  # headlines of other articles on one page


def kind_of_weak_page(
    tree: html.HtmlElement, signals: Signals, *, title: str, text: str, url: str
) -> PageKind | None:
    """What a page is whose text is no full article; None where nothing but the shortness speaks against it.

    Args:
        tree: the whole page, nothing cut; it is used up.
        signals: what it says of itself.
        title: its headline, cleaned.
        text: what the extractor made of it.
        url: where it was got.
    """
    page = _WeakPage(
        names=(title, tree.findtext(".//title") or ""),
        heading=_heading(tree),
        about=bool(signals.article),
        guarded=_CHALLENGE_MARKS(tree),
        text=text,
        closed=_closed(signals),
        asks_password=_PASSWORD(tree),
        is_described=bool(signals.article) or signals.first("og:type") == "article",
        visible=_visible(tree),
    )
    for kind, holds in _WEAK:
        if holds(page):
            return kind
    return None if page.is_closed() else _showcase(tree, signals, text, url)


@dataclass(frozen=True, slots=True)
class _WeakPage:
    """What is known of a page whose text is no full article."""

    names: tuple[str, ...]
    heading: str  # of the page itself: the feed's title stands in for a missing one, so that one proves nothing
    about: bool  # whether it describes an article
    guarded: bool
    text: str
    closed: bool
    asks_password: bool
    is_described: bool
    visible: str

    def is_challenge(self) -> bool:
        """Whether it only checks who asks for it."""
        if len(self.visible) >= MAX_WALL:
            return False
        if any(_is_notice(_CHALLENGE(), name, guarded=self.guarded) for name in self.names):
            return True
        told = self.guarded and _CHALLENGE().search(self.visible)
        return bool(told) and not _is_headline(self.heading, _CHALLENGE())

    def is_not_found(self) -> bool:
        """Whether it says that there is no such page."""
        if any(_is_notice(_NOT_FOUND(), name, guarded=False) for name in self.names):
            return True
        said = not self.about and _NOT_FOUND().search(self.visible[:MAX_WALL])
        return bool(said) and not _tells(_NOT_FOUND(), self.text)

    def is_consent(self) -> bool:
        """Whether it asks for consent in place of an article."""
        asks = len(_CONSENT().findall(self.visible)) >= _ASKED_TWICE
        return asks and not _tells(_CONSENT(), self.text) and not _is_headline(self.heading, _CONSENT())

    def is_closed(self) -> bool:
        """Whether the rest is for subscribers."""
        return self.closed or _SUBSCRIBE().search(self.visible) is not None

    def is_stub(self) -> bool:
        """Whether it is the beginning of an article."""
        return self.is_described and self.is_closed()

    def is_login(self) -> bool:
        """Whether it asks for a password and has no other headline."""
        if not self.asks_password:
            return False
        short = self.is_closed() or (not self.about and len(self.text) < MAX_WALL / 3)
        return short and not _is_headline(self.heading, _SIGN_IN())


_WEAK: tuple[tuple[PageKind, Callable[[_WeakPage], bool]], ...] = (
    (PageKind.CHALLENGE, _WeakPage.is_challenge),
    (PageKind.SOFT_404, _WeakPage.is_not_found),
    (PageKind.CONSENT_WALL, _WeakPage.is_consent),
    (PageKind.PAYWALL_STUB, _WeakPage.is_stub),
    (PageKind.LOGIN, _WeakPage.is_login),
)


def is_list_of_articles(tree: html.HtmlElement, signals: Signals, *, url: str, title: str) -> bool:
    """Whether a page is made of teasers: many boxes of one make, each a link within the site and a few words.

    Args:
        tree: the whole page, nothing cut.
        signals: what it says of itself; a page that describes an article is none.
        url: its address.
        title: its headline.
    """
    if (signals.article and len(title.split()) > _SECTION_NAME) or signals.first("og:type") == "article":
        return False
    whole = prose(tree)
    for box in tree.iter("div", "section", "ul", "ol", "main", "article", "tbody"):
        if len(box) < MANY_CARDS:
            continue
        makes = Counter((child.tag, (child.get("class") or "").split(" ")[0]) for child in box)
        make, count = makes.most_common(1)[0]
        if count < MANY_CARDS or make[0] in _NO_TEASER:
            continue
        cards = [child for child in box if (child.tag, (child.get("class") or "").split(" ")[0]) == make]
        teasers = [card for card in cards if _is_teaser(card, url)]
        if len(teasers) >= max(MANY_CARDS, _MOST * count) and sum(map(prose, teasers)) >= _MOST * whole:
            return True
    return False


def _is_teaser(card: html.HtmlElement, url: str) -> bool:
    text = " ".join(card.text_content().split())
    if not _TEASER_CHARS[0] <= len(text) <= _TEASER_CHARS[1]:
        return False
    return any(leads_elsewhere(target_of(a, url), url) for a in card.iter("a"))


def _showcase(tree: html.HtmlElement, signals: Signals, text: str, url: str) -> PageKind | None:
    """Pages made to lead on or to be looked at."""
    named = {name for thing in signals.objects for name in types(thing)}
    about = bool(signals.article) or signals.first("og:type") == "article"
    path = urlsplit(url).path.strip("/") or urlsplit(url).query
    if not about and (named & _LISTS or not path) and _headlines(tree) >= _SECTION_LINKS:
        return PageKind.SECTION_PAGE
    if not about and len(text) < MAX_WALL / 5 and (named & _SHOWS or signals.first("og:type").startswith("video")):
        return PageKind.GALLERY
    return None


def _closed(signals: Signals) -> bool:
    """Whether the page says itself that its text is not free to read."""
    return str(signals.article.get("isAccessibleForFree", "")).lower() in ("false", "0", "no")


def _heading(tree: html.HtmlElement) -> str:
    """What the page itself says on top."""
    h1 = next(tree.iter("h1"), None)
    text = " ".join(h1.text_content().split()) if h1 is not None else ""
    return text or re.split(r"\s[|–—·-]\s", tree.findtext(".//title") or "", maxsplit=1)[0].strip()


def _is_notice(pattern: re.Pattern[str], name: str, *, guarded: bool) -> bool:
    """Whether a title says this of the page, and not of the world: it says little else, or names the page."""
    found = pattern.search(name)
    if not found:
        return False
    return guarded or len(name.split()) <= _NOTICE_WORDS or bool(_OF_THE_PAGE().search(name))


def _is_headline(title: str, pattern: re.Pattern[str]) -> bool:
    """Whether a title is a headline of something else than what the pattern is about."""
    return len(title.split()) >= _HEADLINE_WORDS and not pattern.search(title)


def _tells(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a text has more sentences about other things than about this."""
    lines = [line for line in text.split("\n") if len(line) >= SENTENCE_CHARS]
    about = sum(len(line) for line in lines if pattern.search(line))
    return sum(map(len, lines)) > 2 * about


def _headlines(tree: html.HtmlElement) -> int:
    return sum(1 for a in tree.iter("a") if len(" ".join(a.text_content().split())) > 30)


def _visible(tree: html.HtmlElement) -> str:
    etree.strip_elements(tree, "script", "style", "template", "head", with_tail=False)
    return " ".join(" ".join(tree.itertext()).split())
