"""Parse JSON Feed 1.0 and 1.1 (jsonfeed.org), leniently."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from pipeline.errors import FeedError
from pipeline.feeds.entries import Draft, FeedDocument, Stamp
from pipeline.records import Rejected

_MAX_PARTS = 100_000  # objects and lists, each a few hundred bytes in memory
_DECODER = json.JSONDecoder(strict=False)  # line breaks in strings are a common mistake
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_NEXT = re.compile(r"[\s,]*(?=\{)")


def read_json_feed(body: bytes) -> FeedDocument:
    """Title, entries, and the items that are not entries. Of a truncated document, the entries before the break.

    Raises:
        FeedError: feed_not_recognised; feed_too_large if it would take too much memory.
    """
    if (parts := body.count(b"{") + body.count(b"[")) > _MAX_PARTS:
        raise FeedError("feed_too_large", f"{parts} objects")
    text = body.decode().lstrip("\ufeff \t\r\n\x00")
    rejected: list[Rejected] = []
    try:
        document = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        document = _before_the_break(text)
        if not document["items"]:
            raise FeedError("feed_not_recognised", f"not JSON: {error}") from error
        rejected.append(Rejected("item_malformed", str(error)))
    entries = document.get("items") if isinstance(document, dict) else None
    named = isinstance(document, dict) and (
        "jsonfeed.org" in _text(document.get("version")) or document.get("title")
    )
    if not isinstance(entries, list) or not named:
        raise FeedError("feed_not_recognised", "JSON, but not a JSON Feed")
    drafts = [_draft(entry) for entry in entries if isinstance(entry, dict)]
    rejected += [
        Rejected("item_malformed", type(entry).__name__) for entry in entries if not isinstance(entry, dict)
    ]
    return FeedDocument(
        "json",
        _text(document.get("title")),
        drafts,
        rejected,
        link=_text(document.get("home_page_url")),
        language=_text(document.get("language")),
    )


def _before_the_break(text: str) -> dict[str, Any]:
    """The head of a broken document and its entries up to the first that cannot be read."""
    start = _ITEMS.search(text)
    if start is None:
        return {"items": []}
    try:
        document = _DECODER.decode(text[: start.start()].rstrip().rstrip(",") + "}")
    except (ValueError, RecursionError):
        document = {}
    entries: list[Any] = []
    position = start.end()
    while (found := _NEXT.match(text, position)) is not None:
        try:
            entry, position = _DECODER.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            break
        entries.append(entry)
    return {"title": "", "version": "https://jsonfeed.org/", **document, "items": entries}


def _draft(entry: dict[str, Any]) -> Draft:
    guid = _text(entry.get("id"))
    plain = _text(entry.get("content_text"))
    own_link = guid if guid.startswith(("http://", "https://")) else ""
    return Draft(
        guid=guid,
        link=_text(entry.get("url")) or _text(entry.get("external_url")) or own_link,
        title=_text(entry.get("title")),
        summary=_text(entry.get("summary")) or escape(plain, quote=False),
        content_html=_text(entry.get("content_html")) or _paragraphs(plain),
        published=Stamp(_text(entry.get("date_published"))),
        updated=Stamp(_text(entry.get("date_modified"))),
        authors=_authors(entry),
    )


def _authors(entry: dict[str, Any]) -> tuple[str, ...]:
    people = entry.get("authors")
    if not isinstance(people, list):
        people = [entry.get("author")]
    return tuple(_text(person.get("name")) for person in people if isinstance(person, dict))


def _paragraphs(plain: str) -> str:
    lines = (line.strip() for line in plain.splitlines())
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)


def _text(value: object) -> str:
    """Ids may be numbers; anything else that is not a string is left out."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
