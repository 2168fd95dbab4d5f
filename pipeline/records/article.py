"""Articles: their text and what is derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PageHints:
    """What the feed and the outlet say about a page before it is read."""

    url: str
    title: str = ""
    summary: str = ""
    published: datetime | None = None
    language: str | None = None  # ISO 639-1 the feed is configured with
    zone: str = "UTC"  # IANA zone of the outlet
    fetched_at: datetime | None = None  # nothing can have been published later
    first_seen_at: datetime | None = None  # when the address was first listed; the article was published before


@dataclass(frozen=True, slots=True)
class Article:
    """The clean article. Every later proof points into `title` or `body` by code-point offsets."""

    title: str
    body: str  # paragraphs joined by "\n"
    published_at: datetime | None
    published_source: str  # what won: json_ld, meta, microdata, time, url, title, text, htmldate, feed, seen, none
    zone: str  # IANA zone the article's relative dates are read in
    language: str  # ISO 639-1, or "und"
    language_confidence: float  # 0..1
    byline: str = ""
    extractor: str = ""  # name and version of the extractor
    stated_urls: tuple[str, ...] = ()  # what the page calls its own address: rel=canonical, og:url; untrusted
    kind: str = "article"  # article, flash, live_blog, paywall_stub; gallery, … where the feed's text is used
    text_source: str = "page"  # page, json_ld, state, readability, title; from the feed: feed, summary, feed_title
    published_precision: str = "second"  # second, minute, day; seen: not known, published before that moment
    published_offset: str = ""  # as stated, "+03:00"; empty: the zone of the outlet was taken
    modified_at: datetime | None = None
    kicker: str = ""  # the line above the headline
    section: str = ""
    agency: str = ""  # id of the credited agency: Reuters, TASS, Anadolu
    dateline_place: str = ""
    dateline_day: date | None = None
    posts: tuple[Post, ...] = ()  # of a live blog, in the order of the body


@dataclass(frozen=True, slots=True)
class Post:
    """One entry of a live blog: its place in the body, and when it was posted."""

    start: int
    end: int
    posted_at: datetime | None
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The data compared to find copies of one dispatch."""

    scheme: int  # changes whenever the same text would give different keys
    exact: bytes  # 16 bytes over the words
    keys: tuple[int, ...]  # sampled hashes of word runs, signed 64-bit, sorted
    words: bytes  # every word in order, 24 bits each (see dedupe.words)
    blocks: tuple[int, ...]  # signed 32-bit hashes of the paragraphs at both ends, sorted
    tokens: int  # how many words


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range [start, end) of code points in `field` of an article."""

    field: str  # "title" or "body"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Origin:
    """An agency that an article names, and its role."""

    agency: str  # id from pipeline/language/agencies.py; "agencies" where they are not named
    role: (
        str  # origin: it wrote the dispatch; credited: the article retells it; quoted: it is cited for a sentence
    )
    rule: str
    confidence: float  # 0..1
    evidence: str
    span: Span


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One difference between two texts of an article."""

    change: str  # fact, added, removed, wording, moved, marker, furniture
    field: str  # "title" or "body"
    old: str  # empty where there was none
    new: str
    facts: tuple[str, ...] = ()  # what differs: date, number, name, negation, status


@dataclass(frozen=True, slots=True)
class Revision:
    """The difference between an article's text and the one before it."""

    kind: (
        str  # fact, content, wording or furniture: the gravest of its changes; first where there is no text before
    )
    changes: tuple[SentenceChange, ...] = ()
    marker: str | None = None  # what the outlet itself calls it: withdrawal, correction, refile, …
    marker_text: str = ""  # the words that say so

    @property
    def facts(self) -> tuple[str, ...]:
        """Every kind of fact that differs."""
        return tuple(sorted({fact for change in self.changes for fact in change.facts}))


@dataclass(frozen=True, slots=True)
class TopicTag:
    """One topic of an article, with the matches that support it."""

    topic: str  # slug from config/topics.yml
    score: float
    spans: tuple[Span, ...]
