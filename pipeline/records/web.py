"""Answers of the web, and the contents of feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Response:
    """The answer to one polite GET, after redirects and decompression."""

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
    """The shared state of one host or registrable domain. Changed only under the ledger's lock."""

    next_start: datetime
    places: list[datetime] = field(default_factory=list)  # when each running request must have ended
    delay_s: float | None = None  # seconds between two starts, from robots.txt
    closed_until: datetime | None = None
    closed_by: str = ""  # the reason of the answer that closed it
    penalties: int = 0  # 429 or 503 in a row
    failures: int = 0  # failed connections in a row


@dataclass(frozen=True, slots=True)
class RobotsNote:
    """The state of one origin's robots.txt."""

    asked_at: datetime
    body: str | None = None  # last body received; empty: there is no file; None: never answered
    fetched_at: datetime | None = None  # when `body` was received
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
    """A discarded item, with its counted reason (a snake_case word)."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A parsed feed document: its items, and what could not be used."""

    format: str  # rss, rdf, atom, json, sitemap
    title: str
    items: tuple[FeedItem, ...]
    rejected: tuple[Rejected, ...] = ()
    link: str = ""  # the site it belongs to
    period_s: int | None = None  # how long it claims to stay the same, in seconds
