"""Parse feed bytes into a ParsedFeed: RSS, RDF and Atom through feedparser, other formats through our own
parsers."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from pipeline.errors import FeedError, FetchError
from pipeline.feeds.document import MAX_ITEMS, Outline, pieces, take_apart
from pipeline.feeds.encoding import to_utf8
from pipeline.feeds.entries import Draft, FeedDocument, Stamp, absolute, build_items
from pipeline.feeds.jsonfeed import read_json_feed
from pipeline.feeds.news_sitemap import read_news_sitemap
from pipeline.feeds.plain_text import to_plain
from pipeline.language.written_dates import writes_month_first
from pipeline.records import ParsedFeed, Rejected
from pipeline.web_client.decode import decode

MAX_BYTES = 15 << 20
_BLANK = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n\x00])*+(.)", re.DOTALL)
_GZIP = b"\x1f\x8b"
_UNITS = {"hourly": 3600, "daily": 86400, "weekly": 7 * 86400, "monthly": 30 * 86400, "yearly": 365 * 86400}
_FORMATS = {"rss090": "rdf", "rss10": "rdf", "atom": "atom", "rss": "rss", "cdf": "rss"}


def parse_feed(body: bytes, *, url: str, content_type: str | None, now: datetime, zone: str = "UTC") -> ParsedFeed:
    """Read a feed document; nothing is fetched.

    `url` is where it came from, for relative links; `content_type` is the header as sent; `zone` is the IANA
    zone of dates without one. Items keep the order of the feed; unusable entries and dates are in `rejected`. A
    well-formed feed without items is not an error here.

    Raises:
        FeedError: feed_empty_body, feed_too_large, feed_is_html, feed_is_index, feed_not_recognised,
            feed_parser_failed.
    """
    text = to_utf8(_unzipped(body), content_type)
    start = _BLANK.match(text)
    if start is None:
        raise FeedError("feed_empty_body")
    if start[1] == b"{":
        read = read_json_feed(text)
    else:
        outline = take_apart(text)
        read = read_news_sitemap(outline) if outline.root == "urlset" else _read_xml(outline)
    if len(read.drafts) > MAX_ITEMS:
        read.rejected.append(_too_many(len(read.drafts) - MAX_ITEMS))
    naive: tzinfo = UTC if zone == "UTC" else ZoneInfo(zone)
    link = absolute(read.link, url)
    items, unusable = build_items(
        read.drafts[:MAX_ITEMS],
        # Atom's links are relative to the document; those of the others to the site the channel names.
        base_url=link if link and read.format != "atom" else url,
        now=now,
        zone=naive,
        month_first=writes_month_first(read.language, zone),
    )
    return ParsedFeed(
        read.format,
        to_plain(read.title),
        tuple(items),
        (*read.rejected, *unusable),
        link=link,
        period_s=read.period_s,
    )


def _unzipped(body: bytes) -> bytes:
    """Some servers send gzip without saying so."""
    if body.startswith(_GZIP):
        try:
            body = decode(body, "gzip", max_bytes=MAX_BYTES)
        except FetchError as error:
            reason = "feed_too_large" if error.reason == "too_large" else "feed_not_recognised"
            raise FeedError(reason, error.detail) from error
    if len(body) > MAX_BYTES:
        raise FeedError("feed_too_large", f"{len(body)} bytes")
    return body


def _too_many(count: int) -> Rejected:
    return Rejected("too_many_items", f"{count} beyond {MAX_ITEMS}")


def _read_xml(outline: Outline) -> FeedDocument:
    rejected = [_too_many(outline.cut)] if outline.cut else []
    versions: list[str] = []
    about: dict[str, Any] = {}
    drafts: list[Draft] = []
    problem: object = "no feed inside"
    for piece in pieces(outline, rejected):
        document = _parsed(piece)
        entries = document.get("entries", [])
        versions.append(document.get("version", ""))
        about = {**document["feed"], **about}
        if not entries and document.get("bozo"):
            problem = document.get("bozo_exception")
            if piece.startswith(outline.opening) and outline.spans:
                rejected.append(Rejected("item_malformed", str(problem)))
        drafts += [_draft(entry) for entry in entries]
    kind = next(filter(None, map(_format, versions)), None)
    if not drafts and not outline.spans and (kind is None or problem != "no feed inside"):
        raise FeedError("feed_not_recognised", str(problem))
    return FeedDocument(
        kind or "rss",
        _text(about, "title"),
        drafts,
        rejected,
        link=_text(about, "link"),
        period_s=_period(about),
        language=_text(about, "language"),
    )


def _parsed(piece: bytes) -> feedparser.FeedParserDict:
    try:
        return feedparser.parse(
            io.BytesIO(piece),  # a stream: the library would open a string as a URL or a file
            # No content-location: guids would be resolved against it and change when the feed moves.
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,  # in HTML content
            sanitize_html=False,  # content is stored unchanged and never shown unescaped
        )
    except Exception as error:  # it promises none, but hostile input triggers some
        raise FeedError("feed_parser_failed", repr(error)) from error


def _format(version: str) -> str | None:
    return _FORMATS.get(version) or _FORMATS.get(version.rstrip("0123456789un"))


def _period(about: dict[str, Any]) -> int | None:
    """How long the feed claims to stay the same, in seconds: RSS's ttl, or the syndication module's period."""
    unit = _UNITS.get(_text(about, "sy_updateperiod").strip().lower())
    if unit is not None:
        frequency = _number(_text(about, "sy_updatefrequency")) or 1
        return round(unit / frequency)
    minutes = _number(_text(about, "ttl"))
    return round(minutes * 60) if minutes else None


def _number(text: str) -> float | None:
    """A positive decimal number of sensible size."""
    return float(text) if re.fullmatch(r"\s*\d{1,6}(?:\.\d{1,3})?\s*", text, re.ASCII) and float(text) else None


def _draft(entry: feedparser.FeedParserDict) -> Draft:
    published, updated = _stamp(entry, "published"), _stamp(entry, "updated")
    bodies = [part for part in dict.get(entry, "content") or [] if isinstance(part, dict)]
    return Draft(
        guid=_text(entry, "id"),
        link=_text(entry, "feedburner_origlink") or _text(entry, "link") or _alternate(entry),
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content_html=max((_text(part, "value") for part in bodies), key=len, default=""),
        published=published if published.text else _stamp(entry, "created"),
        updated=updated,
        authors=tuple(_text(person, "name") for person in dict.get(entry, "authors") or []),
    )


def _alternate(entry: feedparser.FeedParserDict) -> str:
    """The entry's link; the library accepts only links to HTML."""
    links = [link for link in dict.get(entry, "links") or [] if _text(link, "rel") == "alternate"]
    return _text(links[0], "href") if links else ""


def _stamp(entry: feedparser.FeedParserDict, key: str) -> Stamp:
    return Stamp(_text(entry, key), dict.get(entry, f"{key}_parsed"))


def _text(mapping: dict[str, Any], key: str) -> str:
    """The entry's own value: `get` of the library's dictionary falls back to other keys."""
    value = dict.get(mapping, key)
    return value if isinstance(value, str) else ""
