"""Feed text made fit for a strict XML reader, without a meaning being changed.

Everything around the root element goes: blanks, warnings of the server's scripts, wrong prologs, and the
DOCTYPE with whatever entities it defines, so that none is ever expanded. Named HTML entities become characters,
unknown ones and bare ampersands become text, characters XML forbids are dropped.
"""

from __future__ import annotations

import re
from html import escape
from html.entities import html5
from xml.parsers import expat

from pipeline.errors import FeedError

MAX_ITEMS = 2000
# The library's lenient reader takes up to 60 µs for a tag and 2 µs for a character: these keep it below 10 s.
_MAX_TAGS = 150_000
_MAX_BROKEN = 4 << 20  # characters of a document that is not well-formed

_PREFIX = r"(?:[\w.-]{1,40}:)?"
_ROOT = re.compile(rf"<({_PREFIX}(?:rss|rdf|feed|channel))(?=[\s>/])", re.IGNORECASE)
_HTML = re.compile(r"<(?:html|head|body)(?=[\s>])", re.IGNORECASE)
_ITEM_START = re.compile(rf"<{_PREFIX}(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_ITEM_END = re.compile(rf"</{_PREFIX}(?:item|entry)\s{{0,9}}>", re.IGNORECASE)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMPERSAND = re.compile(r"&(?:#([0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,31});)?")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def repair(text: str) -> tuple[str, int]:
    """The root element, repaired, and how many items beyond MAX_ITEMS were cut out.

    Raises:
        FeedError: feed_is_html; feed_not_recognised where there is no root element of a feed; feed_too_large
            where it would take too long to read.
    """
    root = _ROOT.search(text)
    page = _HTML.search(text, 0, root.start() if root else len(text))
    if page is not None and (root is None or not _ITEM_START.search(text, root.end())):
        raise FeedError("feed_is_html", text[page.start() : page.start() + 80])
    if root is None:
        # A DOCTYPE alone is no proof: some blog software puts that of HTML before its feeds.
        raise FeedError("feed_not_recognised", text.strip()[:80])
    closing = f"</{root[1]}"
    end = text.rfind(closing, root.end())
    text = text[root.start() :] if end < 0 else f"{text[root.start() : end]}{closing}>"
    text, cut = _cap_items(text)
    text = _escape_outside_cdata(_ILLEGAL.sub("", text))
    if len(text) > _MAX_BROKEN and not _is_well_formed(text):
        raise FeedError("feed_too_large", f"{len(text)} characters, not well-formed")
    return text, cut


def _is_well_formed(text: str) -> bool:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(text.encode(), True)
    except expat.ExpatError:
        return False
    return True


def _cap_items(text: str) -> tuple[str, int]:
    """Cut out what follows the last item allowed, before a slow parser sees it."""
    starts = [found.start() for found in _ITEM_START.finditer(text)]
    if len(starts) <= MAX_ITEMS:
        return text, 0
    after = starts[MAX_ITEMS]
    for found in _ITEM_END.finditer(text, after):
        after = found.end()
    return text[: starts[MAX_ITEMS]] + text[after:], len(starts) - MAX_ITEMS


def _escape_outside_cdata(text: str) -> str:
    pieces: list[str] = []
    position = tags = 0
    while (start := text.find("<![CDATA[", position)) >= 0 and (end := text.find("]]>", start)) >= 0:
        pieces.append(_AMPERSAND.sub(_reference, text[position:start]))
        tags += text.count("<", position, start)
        pieces.append(text[start:end])
        position = end
    pieces.append(_AMPERSAND.sub(_reference, text[position:]))
    tags += text.count("<", position)
    if tags > _MAX_TAGS:
        raise FeedError("feed_too_large", f"{tags} tags")
    return "".join(pieces)


def _reference(found: re.Match[str]) -> str:
    """What stands in the repaired text for one ampersand and the reference it may begin."""
    number, name = found[1], found[2]
    if name is not None:
        if name in _XML_NAMES:
            return found[0]
        known = html5.get(f"{name};")
        return f"&amp;{name};" if known is None else escape(known, quote=False)  # some of them stand for "<"
    if number is None:
        return "&amp;"
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    if 0x80 <= code <= 0x9F:  # written for Windows
        return bytes([code]).decode("cp1252", "ignore")
    legal = (
        code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    )
    return found[0] if legal else ""
