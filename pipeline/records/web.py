"""What the web answers and feeds list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
