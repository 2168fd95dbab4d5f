"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from pipeline.errors import FeedError
from pipeline.feeds.entries import Draft, Stamp
from pipeline.records import Rejected


def read_json_feed(text: str) -> tuple[str, list[Draft], list[Rejected]]:
    """Title, entries, and what is no entry.

    Raises:
        FeedError: feed_not_recognised.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeedError("feed_not_recognised", f"not JSON: {error}") from error
    entries = document.get("items") if isinstance(document, dict) else None
    named = isinstance(document, dict) and (
        "jsonfeed.org" in _text(document.get("version")) or document.get("title")
    )
    if not isinstance(entries, list) or not named:
        raise FeedError("feed_not_recognised", "JSON, but no JSON Feed")
    drafts = [_draft(entry) for entry in entries if isinstance(entry, dict)]
    rejected = [
        Rejected("item_malformed", type(entry).__name__) for entry in entries if not isinstance(entry, dict)
    ]
    return _text(document.get("title")), drafts, rejected


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
    """Ids may be numbers; anything else that is no string is left out."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
