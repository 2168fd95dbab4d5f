"""Feed bytes → ParsedFeed. RSS, RDF and Atom through feedparser, JSON Feed by our own reader."""

from __future__ import annotations

import io
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from pipeline.errors import FeedError, FetchError
from pipeline.feeds.document import MAX_ITEMS, repair
from pipeline.feeds.encoding import decode_feed
from pipeline.feeds.entries import Draft, Stamp, build_items
from pipeline.feeds.jsonfeed import read_json_feed
from pipeline.feeds.plain_text import to_plain
from pipeline.records import ParsedFeed, Rejected
from pipeline.web_client.decode import decode

MAX_BYTES = 15 << 20
_GZIP = b"\x1f\x8b"
_FORMATS = {"rss090": "rdf", "rss10": "rdf", "atom": "atom", "rss": "rss", "cdf": "rss"}


def parse_feed(body: bytes, *, url: str, content_type: str | None, now: datetime, zone: str = "UTC") -> ParsedFeed:
    """Read a feed document; nothing is fetched.

    `url` is where it came from, for relative links; `content_type` is the header as sent; `zone` is the IANA
    zone of dates that name none. Items keep the order of the feed; entries and dates that cannot be used are in
    `rejected`. A well-formed feed without items is no error here.

    Raises:
        FeedError: feed_empty_body, feed_too_large, feed_is_html, feed_not_recognised, feed_parser_failed.
    """
    text = decode_feed(_unzipped(body), content_type).lstrip("\ufeff \t\r\n\x00")
    if not text:
        raise FeedError("feed_empty_body")
    if text.startswith("{"):
        kind, (title, drafts, rejected) = "json", read_json_feed(text)
        if len(drafts) > MAX_ITEMS:
            rejected.append(_too_many(len(drafts) - MAX_ITEMS))
    else:
        kind, title, drafts, rejected = _read_xml(text)
    naive: tzinfo = UTC if zone == "UTC" else ZoneInfo(zone)
    items, unusable = build_items(drafts[:MAX_ITEMS], base_url=url, now=now, zone=naive)
    return ParsedFeed(kind, to_plain(title), tuple(items), tuple(rejected + unusable))


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


def _read_xml(text: str) -> tuple[str, str, list[Draft], list[Rejected]]:
    """Format, title, entries, and what was cut out."""
    repaired, cut = repair(text)
    try:
        document = feedparser.parse(
            io.BytesIO(repaired.encode()),  # a stream: the library would open a string as a URL or a file
            # No content-location: guids would be resolved against it and change when the feed moves.
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,  # in HTML content
            sanitize_html=False,  # content is kept as it came and never shown as it is
        )
    except Exception as error:  # it promises none, but hostile input finds them
        raise FeedError("feed_parser_failed", repr(error)) from error
    version = document.get("version", "")
    entries = document.get("entries", [])
    kind = _FORMATS.get(version) or _FORMATS.get(version.rstrip("0123456789un"))
    if not entries and (kind is None or document.get("bozo")):
        raise FeedError("feed_not_recognised", str(document.get("bozo_exception", "no feed inside")))
    rejected = [_too_many(cut)] if cut else []
    return kind or "rss", _text(document["feed"], "title"), [_draft(entry) for entry in entries], rejected


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
    """The library takes only links to HTML for the entry's own."""
    links = [link for link in dict.get(entry, "links") or [] if _text(link, "rel") == "alternate"]
    return _text(links[0], "href") if links else ""


def _stamp(entry: feedparser.FeedParserDict, key: str) -> Stamp:
    return Stamp(_text(entry, key), dict.get(entry, f"{key}_parsed"))


def _text(mapping: dict[str, Any], key: str) -> str:
    """The entry's own value: `get` of the library's dictionary answers for missing keys with other ones."""
    value = dict.get(mapping, key)
    return value if isinstance(value, str) else ""
