"""Find the WebSub hub a feed names, and stretch the poll interval while the hub pushes. Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

_HEADER_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\";,]*))?)*)")
_REL = re.compile(r"(?:^|[;\s])rel\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\";,>]+))", re.I)
_HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
_TAG = re.compile(r"<(?:[\w.-]+:)?link\s[^>]*>", re.I)
_FIRST_ENTRY = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.I)
_HEAD = 64 << 10  # bytes; the part before the first entry
_MAX_URL = 2048

_SLOWED_BY = 4
_SLOWED_FROM, _SLOWED_TO = timedelta(hours=1), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Offer:
    """A hub, and the address under which it knows the feed."""

    hub: str
    topic: str


def offered_hub(headers: Mapping[str, str], body: bytes, *, url: str) -> Offer | None:
    """The hub a feed names: in its Link header, else in its own links before the first entry (WebSub 4.1)."""
    for links in (list(_in_header(headers.get("link", ""))), list(_in_body(body))):
        named = {rel: found for rel, target in reversed(links) if (found := _absolute(url, target))}
        if "hub" in named:
            return Offer(named["hub"], named.get("self", url))
    return None


def while_pushed(wait: timedelta) -> timedelta:
    """The pause until the next poll of a feed that a hub pushes: only an occasional check."""
    return max(wait, min(max(_SLOWED_BY * wait, _SLOWED_FROM), _SLOWED_TO))


def _in_header(value: str) -> Iterator[tuple[str, str]]:
    for target, parameters in _HEADER_LINK.findall(value):
        yield from ((rel, target.strip()) for rel in _rels(parameters))


def _in_body(body: bytes) -> Iterator[tuple[str, str]]:
    if body.lstrip()[:1] == b"{":
        yield from _in_json(body)
        return
    first = _FIRST_ENTRY.search(body, 0, _HEAD)
    head = body[: first.start() if first else _HEAD].decode("utf-8", "replace")
    for tag in _TAG.findall(head):
        target = _HREF.search(tag)
        if target:
            yield from ((rel, html.unescape(target[1] or target[2] or "").strip()) for rel in _rels(tag))


def _in_json(body: bytes) -> Iterator[tuple[str, str]]:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        return  # the feed parser reports what is wrong with it
    if not isinstance(feed, dict):
        return
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else []:
        if isinstance(hub, dict) and str(hub.get("type", "")).lower() == "websub":
            yield "hub", str(hub.get("url", ""))
    if isinstance(feed.get("feed_url"), str):
        yield "self", feed["feed_url"]


def _rels(text: str) -> list[str]:
    found = _REL.search(text)
    return (found[1] or found[2] or found[3] or "").lower().split() if found else []


def _absolute(base: str, target: str) -> str | None:
    """The address as an http(s) URL; None if it is not one."""
    try:
        found = urljoin(base, target)
        parts = urlsplit(found)
    except ValueError:
        return None
    usable = target and parts.scheme in ("http", "https") and parts.hostname and len(found) <= _MAX_URL
    return found if usable else None
