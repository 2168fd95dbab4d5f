"""Turn the strings of an entry, of any format, into a FeedItem: link, identity, text and dates.

Entries are independent: an unusable one becomes a Rejected with its reason, and the others continue.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from time import struct_time
from urllib.parse import urljoin, urlsplit

from pipeline.errors import FeedError
from pipeline.feeds.dates import month_order, parse_date
from pipeline.feeds.plain_text import clean, to_plain
from pipeline.records import FeedItem, Rejected

_MAX_URL = 2048
_MAX_IDENTITY = 512
_MAX_TITLE = 1000
_MAX_SUMMARY = 20_000
_MAX_DETAIL = 200
_MAX_AUTHORS = 20
_FUTURE = timedelta(days=1)
_FIRST_YEAR = 1990  # no feed is older; earlier dates are database defaults


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as written, and as the library parsed it if our parser cannot."""

    text: str = ""
    parsed: struct_time | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as its format gives it, unchecked. `link` may be relative."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content_html: str = ""
    published: Stamp = Stamp()
    updated: Stamp = Stamp()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed as its format gives it."""

    format: str  # rss, rdf, atom, json, sitemap
    title: str
    drafts: list[Draft]
    rejected: list[Rejected]
    link: str = ""  # of the site
    period_s: int | None = None  # how long it says it stays the same
    language: str = ""  # as it says itself: "tr", "en-US"


def build_items(
    drafts: Sequence[Draft],
    *,
    base_url: str,
    now: datetime,
    zone: tzinfo,
    month_first: bool | None = None,
) -> tuple[list[FeedItem], list[Rejected]]:
    """Items in the order of the feed, and what could not be used of it.

    Args:
        drafts: the entries as their format gives them.
        base_url: what relative links are relative to.
        now: when the feed was read.
        zone: of dates that name none.
        month_first: how its language writes 3/4/2024; None where that is not known. Its own habit comes first.
    """
    stated = [stamp.text for draft in drafts for stamp in (draft.published, draft.updated)]
    order = month_order(stated, default=month_first)
    items: list[FeedItem] = []
    rejected: list[Rejected] = []
    usable: list[tuple[Draft, str]] = []
    for draft in drafts:
        try:
            usable.append((draft, _address(draft, base_url)))
        except FeedError as error:
            rejected.append(Rejected(error.reason, clean(error.detail)[:_MAX_DETAIL]))
    seen: set[str] = set()
    for (draft, url), identity in zip(usable, _identities(usable), strict=True):
        if identity in seen:
            rejected.append(Rejected("item_repeated", identity[:_MAX_DETAIL]))
            continue
        seen.add(identity)
        published, problem = _date(draft.published, now, zone, order)
        updated, other_problem = _date(draft.updated, now, zone, order)
        rejected += [found for found in (problem, other_problem) if found is not None]
        items.append(
            FeedItem(
                identity=identity,
                url=url,
                title=to_plain(draft.title)[:_MAX_TITLE],
                summary=to_plain(draft.summary)[:_MAX_SUMMARY],
                content_html=clean(draft.content_html),
                published=published,
                updated=updated,
                authors=_authors(draft.authors),
            )
        )
    return items, rejected


def _address(draft: Draft, base_url: str) -> str:
    """The entry's link as an absolute http(s) URL without blanks; without a link its guid, if that is a URL.

    Raises:
        FeedError: item_without_identity if it has neither link, guid nor title; item_without_link.
    """
    guid = clean(draft.guid).strip()
    if url := absolute(draft.link, base_url):
        return url
    if guid.lower().startswith(("http://", "https://")) and (url := absolute(guid, base_url)):
        return url
    bare = not (guid or draft.title.strip() or clean(draft.link).strip())
    raise FeedError("item_without_identity" if bare else "item_without_link", draft.link or guid or draft.title)


def absolute(link: str, base_url: str) -> str:
    """`link` as an absolute http(s) URL; "" if it is not one. "www.gazette.example/a" is meant as an address."""
    # A link escaped twice is a common slip; no address means "&amp;".
    link = re.sub(r"[\t\r\n]", "", clean(link)).strip().replace("&amp;", "&").replace(" ", "%20")
    if not link:
        return ""
    try:
        base = urlsplit(base_url)
        own = (base.hostname or "").removeprefix("www.")
        host = link.partition("/")[0].lower()
        if host.startswith("www.") or (own and host.removeprefix("www.") == own):
            link = f"{base.scheme or 'https'}://{link}"
        url = urljoin(base_url, link)
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and len(url) <= _MAX_URL else ""


def _identities(entries: Sequence[tuple[Draft, str]]) -> list[str]:
    """The guid, else the link; plus the link if entries share the guid, plus the title if they share both.

    All entries that share an identity get the longer one, so that the order of the feed does not matter.
    """
    names = [
        (clean(draft.guid).strip() or url, url, hashlib.sha256(to_plain(draft.title).encode()).hexdigest())
        for draft, url in entries
    ]
    holders = Counter(name[:depth] for name in names for depth in (1, 2))
    identities = []
    for name in names:
        depth = next((depth for depth in (1, 2) if holders[name[:depth]] == 1), 3)
        identity = " ".join(name[:depth])
        long = len(identity) > _MAX_IDENTITY
        identities.append("sha256:" + hashlib.sha256(identity.encode()).hexdigest() if long else identity)
    return identities


def _date(
    stamp: Stamp, now: datetime, zone: tzinfo, month_first: bool | None
) -> tuple[datetime | None, Rejected | None]:
    """The date, or why the written one was rejected."""
    if not stamp.text.strip():
        return None, None
    moment = parse_date(stamp.text, zone=zone, month_first=month_first, now=now) or _from_library(stamp)
    if moment is None:
        reason = "date_unreadable"
    elif moment.year < _FIRST_YEAR:
        reason = "date_implausible"
    elif moment > now + _FUTURE:
        reason = "date_in_future"
    else:
        return moment, None
    return None, Rejected(reason, clean(stamp.text)[:_MAX_DETAIL])


def _from_library(stamp: Stamp) -> datetime | None:
    """The library's reading of other forms. It also guesses, so the text must contain its year and day."""
    if stamp.parsed is None:
        return None
    figures = [int(figure) for figure in re.findall(r"[0-9]{1,4}", stamp.text)]
    try:
        moment = datetime(*stamp.parsed[:6], tzinfo=UTC)
    except (ValueError, TypeError):
        return None
    near = {moment.day, (moment - timedelta(days=1)).day, (moment + timedelta(days=1)).day}  # zones move days
    has_word = any(map(str.isalpha, stamp.text))
    return moment if has_word and moment.year in figures and not near.isdisjoint(figures) else None


def _authors(names: Iterable[str]) -> tuple[str, ...]:
    plain = (html.unescape(to_plain(name)) for name in names)
    return tuple(dict.fromkeys(name for name in plain if name))[:_MAX_AUTHORS]
