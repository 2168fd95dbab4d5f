"""The values that travel from room to room, each named by its stage. Frozen; no behaviour beyond checks.

Times are aware UTC `datetime`s unless a field says otherwise. Offsets count Unicode code points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Response:
    """What the web answered to one polite GET, after redirects and decompression."""

    url: str  # as asked
    final_url: str  # after redirects
    status: int  # 200 or 304
    headers: Mapping[str, str]  # names in lower case
    body: bytes  # decompressed; empty for a 304
    fetched_at: datetime
    elapsed_s: float
    moved_to: str | None = None  # where an unbroken chain of permanent redirects (301, 308) from `url` leads


@dataclass(slots=True)
class HostPace:
    """What all processes know of one host, or of one registrable domain. Changed under the ledger's lock only."""

    next_start: datetime
    places: list[datetime] = field(default_factory=list)  # when each running request must have ended
    delay_s: float | None = None  # between two starts, asked for in robots.txt
    closed_until: datetime | None = None
    closed_by: str = ""  # the reason of the answer that closed it
    penalties: int = 0  # 429 or 503 in a row
    failures: int = 0  # connections in a row that did not come about


@dataclass(frozen=True, slots=True)
class RobotsNote:
    """What is known of one origin's robots.txt."""

    asked_at: datetime
    body: str | None = None  # the last text that was had; empty where there is no file; None: never had an answer
    fetched_at: datetime | None = None  # when `body` was had
    unreachable_since: datetime | None = None  # None while the site answers


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of a feed, cleaned. `identity` is stable for the entry within its feed."""

    identity: str
    url: str  # absolute http(s)
    title: str  # plain text
    summary: str = ""  # plain text
    content_html: str = ""  # full text where the feed carries it, untrusted HTML
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something thrown away, with its counted reason (a snake_case word)."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document as read: its items and what could not be used of it."""

    format: str  # rss, rdf, atom, json, sitemap
    title: str
    items: tuple[FeedItem, ...]
    rejected: tuple[Rejected, ...] = ()
    link: str = ""  # the site it belongs to
    period_s: int | None = None  # how long it says it stays the same


@dataclass(frozen=True, slots=True)
class PageHints:
    """What is known about a page before it is read: from its feed and its outlet."""

    url: str
    title: str = ""
    summary: str = ""
    published: datetime | None = None
    language: str | None = None  # ISO 639-1 the feed is configured with
    zone: str = "UTC"  # IANA zone of the outlet
    fetched_at: datetime | None = None  # nothing can have been published later


@dataclass(frozen=True, slots=True)
class Article:
    """The clean article. Every later proof points into `title` or `body` by code-point offsets."""

    title: str
    body: str  # paragraphs joined by "\n"
    published_at: datetime | None
    published_source: str  # what won: json_ld, meta, microdata, time, url, title, text, htmldate, feed, none
    zone: str  # IANA zone the article's relative dates are read in
    language: str  # ISO 639-1, or "und"
    language_confidence: float  # 0..1
    byline: str = ""
    extractor: str = ""  # name and version of what made the text
    stated_urls: tuple[str, ...] = ()  # what the page calls its own address: rel=canonical, og:url; untrusted
    kind: str = "article"  # article, flash, live_blog, paywall_stub; gallery, … where the feed's text stands in
    text_source: str = "page"  # page, json_ld, state, feed, readability, summary
    published_precision: str = "second"  # second, minute or day
    published_offset: str = ""  # as stated, "+03:00"; empty: the zone of the outlet was taken
    modified_at: datetime | None = None
    kicker: str = ""  # the line above the headline
    section: str = ""
    agency: str = ""  # id of the agency that is credited: Reuters, TASS, Anadolu
    dateline_place: str = ""
    dateline_day: date | None = None
    posts: tuple[Post, ...] = ()  # of a live blog, as they stand in the body


@dataclass(frozen=True, slots=True)
class Post:
    """One entry of a live blog: where it stands in the body, and when it was posted."""

    start: int
    end: int
    posted_at: datetime | None
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is compared to find copies of one dispatch."""

    scheme: int  # changes whenever the same text would give other keys
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
    """An agency that an article names, and what it is to the article."""

    agency: str  # id from pipeline/agencies.py; "agencies" where they are not named
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
    """What an article's text is to the one before it."""

    kind: (
        str  # fact, content, wording or furniture: the gravest of its changes; first where there is no text before
    )
    changes: tuple[SentenceChange, ...] = ()
    marker: str | None = None  # what the outlet itself calls it: withdrawal, correction, refile, …
    marker_text: str = ""  # the words that say so

    @property
    def facts(self) -> tuple[str, ...]:
        """Every sort of fact that differs."""
        return tuple(sorted({fact for change in self.changes for fact in change.facts}))


@dataclass(frozen=True, slots=True)
class TopicTag:
    """One topic an article is about, with the matches that say so."""

    topic: str  # slug from config/topics.yml
    score: float
    spans: tuple[Span, ...]


class MeetingStatus(StrEnum):
    """What one piece of evidence says of a meeting. Exported as schema.org EventStatusType where one fits."""

    SCHEDULED = "scheduled"  # will happen
    CONFIRMED = "confirmed"  # a plan reported before is confirmed
    UNCERTAIN = "uncertain"  # may happen, under discussion, threatened
    POSTPONED = "postponed"  # moved, no new date
    RESCHEDULED = "rescheduled"  # moved to a new date
    CANCELLED = "cancelled"  # off
    DENIED = "denied"  # a side rules it out
    HELD = "held"  # took place or is under way


@dataclass(frozen=True, slots=True)
class When:
    """A day, a range the event fills, or one unknown day out of a range, as EDTF with its bounds."""

    edtf: str  # "2020-06-14", "2020-06-14/2020-06-16", "[2021-09-17..2021-09-30]", "2023-08"
    earliest: date
    latest: date
    time: str | None = None  # local clock time "13:30" where stated

    @property
    def is_day(self) -> bool:
        """True where the day is known exactly."""
        return self.earliest == self.latest


@dataclass(frozen=True, slots=True)
class Participant:
    """One side of a meeting: a person `per:ru.lavrov`, an office `off:RU.FM`, or a whole country `cty:RU`."""

    id: str
    name: str  # as the text names it
    country: str | None  # ISO 3166-1 alpha-2, plus EU, PS, TW
    office: str | None = None  # office id the person holds, "off:RU.FM"
    role: str = "party"  # visitor, host, counterpart, party


@dataclass(frozen=True, slots=True)
class Place:
    """Where a meeting is to be."""

    name: str  # canonical English name
    country: str | None  # ISO 3166-1 alpha-2
    is_city: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence that proves a claim, with its place in the article."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class MeetingMention:
    """What one article says about one meeting: the pure output of `meetings`."""

    status: MeetingStatus
    participants: tuple[Participant, ...]
    countries: tuple[str, ...]  # the parties, sorted, not the place
    place: Place | None
    when: When | None
    previous_when: When | None  # the date it was moved away from
    format: str  # visit, talks, summit, meeting, call
    quote: Quote
    rules: tuple[str, ...]  # ids of the rules that fired
    confidence: float  # 0..1
    attribution: str = ""  # who says so, as far as the text tells


@dataclass(frozen=True, slots=True)
class Evidence:
    """A mention in the article version it came from: what linking and the timeline work on."""

    id: int  # meeting_mention.id
    mention: MeetingMention
    published_at: datetime
    url: str
    witness: int  # wire cluster: copies of one dispatch are one witness
    stands: bool = True  # False: its article says something else by now, or was withdrawn
    agency: str | None = None  # that surely wrote the text


@dataclass(frozen=True, slots=True)
class MeetingState:
    """One meeting as the evidence so far tells it: the result of the timeline's fold."""

    status: MeetingStatus
    participants: tuple[Participant, ...]
    countries: tuple[str, ...]
    place: Place | None
    when: When | None
    previous: tuple[When, ...]  # dates it was moved away from, oldest first
    format: str
    proof: int  # evidence id of the sentence that set the status
    flags: tuple[str, ...] = ()  # sorted; what must be known beside the status, see meetings/timeline.py
    confidence: float = 1.0  # of the status, from the independent witnesses of it


@dataclass(frozen=True, slots=True)
class MeetingChange:
    """A change of a planned meeting that an analyst must hear of."""

    kind: str  # postponed, rescheduled, cancelled, reinstated, contested
    proof: int  # evidence id of the sentence that says so
    before: MeetingState | None  # None: the meeting was first heard of when it changed
    after: MeetingState
    support: frozenset[int]  # ids of all evidence that says the same of it, the proof's too


@dataclass(frozen=True, slots=True)
class Told:
    """A change of a meeting that was recorded before. `alert_id` is None where it was too old to alert anybody."""

    alert_id: int | None
    kind: str  # after amendments
    mentions: frozenset[int]  # its proof, and those of its amendments


@dataclass(frozen=True, slots=True)
class Tally:
    """What one run of a stage did, by reason. Mutable only through `count`."""

    stage: str
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, reason: str, n: int = 1) -> None:
        """Add `n` to the count of `reason`."""
        self.counts[reason] = self.counts.get(reason, 0) + n
