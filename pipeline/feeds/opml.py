"""Import and export feed lists in OPML 2.0, the exchange format of feed readers.

Fields OPML lacks are attributes in our own namespace, so that our export can be imported without loss.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import defusedxml.ElementTree
from defusedxml import DefusedXmlException
from pydantic import ValidationError

from pipeline.errors import ConfigurationError
from pipeline.feeds.catalogue import FeedSource, address_key

NAMESPACE = "urn:wirewatch:feed"
_OWN = f"{{{NAMESPACE}}}"
# Fields OPML has itself: the address, the language, and text for people
_STANDARD = frozenset({"url", "language"})


@dataclass(frozen=True, slots=True)
class OpmlImport:
    """The content of an OPML file: usable feeds, and one line for each outline that is not."""

    feeds: tuple[FeedSource, ...]
    problems: tuple[str, ...]


def read_opml(
    data: bytes, *, defaults: Mapping[str, Any], known: Collection[FeedSource] = (), name: str = "OPML"
) -> OpmlImport:
    """Feeds of all outlines with an address, at any depth.

    `defaults` fills fields the outline does not state (language, zone, country, kind). Outlines that are wrong, or
    whose key or address is in `known` or came before, become problems and the others are still read.

    Raises:
        ConfigurationError: the bytes are not an OPML document; `name` identifies them in the message.
    """
    try:
        root = defusedxml.ElementTree.fromstring(data)
    except (ElementTree.ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise ConfigurationError([f"{name}: expected an OPML document: {error}"]) from error
    if root.tag.lower() != "opml":
        raise ConfigurationError([f"{name}: expected an OPML document (got <{root.tag}>)"])
    keys = {feed.key for feed in known}
    addresses = {address_key(feed.url) for feed in known}
    feeds: list[FeedSource] = []
    problems: list[str] = []
    for number, outline in enumerate(root.iter("outline"), start=1):
        stated = {attribute.lower(): value.strip() for attribute, value in outline.attrib.items()}
        if not stated.get("xmlurl"):
            if stated.get("type", "").lower() == "rss":
                problems.append(f"{_label(number, stated)}: expected an xmlUrl (got none)")
            continue
        try:
            feed = FeedSource.model_validate(_fields(stated, defaults, keys))
        except ValidationError as error:
            problems.extend(f"{_label(number, stated)}: {line}" for line in _lines(error))
            continue
        if address_key(feed.url) in addresses or feed.key in keys:
            problems.append(f"{_label(number, stated)}: expected a new feed (got {feed.url} again)")
            continue
        keys.add(feed.key)
        addresses.add(address_key(feed.url))
        feeds.append(feed)
    return OpmlImport(tuple(feeds), tuple(problems))


def write_opml(feeds: Iterable[FeedSource], *, title: str = "wirewatch feeds") -> bytes:
    """An OPML 2.0 document, UTF-8, with one folder for each kind of outlet."""
    ElementTree.register_namespace("wirewatch", NAMESPACE)
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    folders: dict[str, ElementTree.Element] = {}
    for feed in feeds:
        folder = folders.get(feed.kind)
        if folder is None:
            folder = folders[feed.kind] = ElementTree.SubElement(body, "outline", text=feed.kind)
        text = f"{feed.outlet}: {feed.title}" if feed.title else feed.outlet
        attributes = {"type": "rss", "text": text, "title": text, "xmlUrl": feed.url, "language": feed.language}
        own = feed.model_dump(mode="json", exclude_defaults=True, exclude=set(_STANDARD))
        attributes |= {f"{_OWN}{field}": str(value).lower() if value is False else str(value)
                       for field, value in own.items()}  # fmt: skip
        ElementTree.SubElement(folder, "outline", attributes)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _fields(stated: Mapping[str, str], defaults: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """The fields of a FeedSource: our attributes if present, then OPML's own, then the defaults."""
    text = stated.get("title") or stated.get("text") or urlsplit(stated["xmlurl"]).hostname or ""
    fields: dict[str, Any] = {**defaults, "url": stated["xmlurl"], "outlet": text}
    if stated.get("language"):
        fields["language"] = re.split("[-_]", stated["language"].lower())[0]
    own = _OWN.lower()
    fields |= {name.removeprefix(own): value for name, value in stated.items() if name.startswith(own)}
    if "key" not in fields:
        fields["key"] = _new_key(text, stated["xmlurl"], keys)
    return fields


def _new_key(text: str, url: str, keys: Collection[str]) -> str:
    """A key made from the name if it has Latin letters, else from the host; numbered if it is taken."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i")).encode("ascii", "ignore").decode()
    host = url.partition("://")[2].partition("/")[0].removeprefix("www.")
    slug = next(
        (found for source in (plain, host) if (found := re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-"))),
        "feed",
    )[:50].rstrip("-")
    number = 1
    while (key := slug if number == 1 else f"{slug}-{number}") in keys:
        number += 1
    return key


def _label(number: int, stated: Mapping[str, str]) -> str:
    name = stated.get("text") or stated.get("title")
    return f"outline {number} ({name[:60]})" if name else f"outline {number}"


def _lines(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(map(str, details['loc']))}: {details['msg'].removeprefix('Value error, ')}"
        for details in error.errors(include_url=False)
    ]
