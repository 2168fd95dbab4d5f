"""Split a feed document into its entries and the parts around them.

Everything before the root element is dropped: blanks, warnings of the server's scripts, wrong prologs, and the
DOCTYPE with any entities it defines, so that none is ever expanded. Because entries are cut out one by one, a
broken entry costs only itself, and a feed of any size is parsed in pieces of bounded size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from html.entities import html5
from xml.parsers import expat

from pipeline.errors import FeedError
from pipeline.records import Rejected

MAX_ITEMS = 2000
_MAX_AROUND = 256 << 10  # bytes
_MAX_ENTRY = 2 << 20
_MAX_ENTRY_TAGS = 20_000
_BATCH = 256 << 10  # bytes of entries given to the library at once
_MAX_COST = 100_000  # tags of one feed; the library takes up to 60 µs for each,
_LOOSE = 4  # and this many times as long if the text is not well-formed
_ALONE = 100  # the cost of a separate document, in tags

# Prefixes feeds use without declaring them.
_WELL_KNOWN = {
    b"atom": b"http://www.w3.org/2005/Atom",
    b"content": b"http://purl.org/rss/1.0/modules/content/",
    b"dc": b"http://purl.org/dc/elements/1.1/",
    b"dcterms": b"http://purl.org/dc/terms/",
    b"feedburner": b"http://rssnamespace.org/feedburner/ext/1.0",
    b"itunes": b"http://www.itunes.com/dtds/podcast-1.0.dtd",
    b"media": b"http://search.yahoo.com/mrss/",
    b"slash": b"http://purl.org/rss/1.0/modules/slash/",
    b"sy": b"http://purl.org/rss/1.0/modules/syndication/",
    b"wfw": b"http://wellformedweb.org/CommentAPI/",
}

_PREFIX = rb"(?:[\w.-]{1,40}:)?"
_REST = rb"""((?:[^<>"']++|"[^"<]*+"|'[^'<]*+'|["'])*+)"""  # of a start tag
_ROOT = re.compile(
    rb"<(" + _PREFIX + rb"(?:rss|rdf|feed|channel|urlset|sitemapindex))(?=[\s>/])" + _REST + rb">?", re.IGNORECASE
)
_CHANNEL = re.compile(rb"<(" + _PREFIX + rb"channel)(?=[\s>/])" + _REST + rb"(?<!/)>", re.IGNORECASE)
_HTML = re.compile(rb"<(?:html|head|body)(?=[\s>])", re.IGNORECASE)
_ENTRY = re.compile(rb"<" + _PREFIX + rb"(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_FEED_MARK, _SITEMAP_MARK = (
    re.compile(rb"<(?:!\[CDATA\[|!--|(/?)(" + _PREFIX + names + rb")(?=[\s>/])" + _REST + rb">?)", re.IGNORECASE)
    for names in (rb"(?:item|entry)", rb"url")
)
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_ILLEGAL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_AMPERSAND = re.compile(rb"&(?:#([0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,31});)?")
_XML_NAMES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})


@dataclass(frozen=True, slots=True)
class Outline:
    """A split document. `before` + entries + `after` is all of it, from the root element on."""

    root: str  # local name in lower case: rss, rdf, feed, channel or urlset
    text: bytes
    spans: tuple[tuple[int, int], ...]  # of the entries in it
    before: bytes
    after: bytes  # including the text between the entries
    opening: bytes  # start tags of the elements around the entries, to parse some entries alone
    closing: bytes
    cut: int  # entries beyond MAX_ITEMS

    def entries(self) -> Iterator[bytes]:
        """The entries, one at a time: together they are as big as the feed."""
        return (self.text[start:stop] for start, stop in self.spans)


def take_apart(text: bytes) -> Outline:
    """Find the root element and the entries in it. `text` is UTF-8.

    Raises:
        FeedError: feed_is_html; feed_not_recognised if there is no root element of a feed; feed_is_index for a
        sitemap that only names other sitemaps.
    """
    root = _ROOT.search(text)
    page = _HTML.search(text, 0, root.start() if root else len(text))
    if page is not None and (root is None or not _ENTRY.search(text, root.end())):
        raise FeedError("feed_is_html", _shown(text[page.start() :]))
    if root is None:
        # A DOCTYPE alone proves nothing: some blog software puts the HTML one before its feeds.
        raise FeedError("feed_not_recognised", _shown(text))
    name = root[1].rpartition(b":")[2].lower().decode()
    if name == "sitemapindex":
        raise FeedError("feed_is_index", "it only names other sitemaps: read the one with the news")
    start, end = root.end(), text.rfind(b"</" + root[1])
    end = len(text) if end < start else end
    spans, cut = _entries(text, start, end, _SITEMAP_MARK if name == "urlset" else _FEED_MARK)
    opening, closing = b"<" + root[1] + root[2].rstrip(b"/") + b">", b"</" + root[1] + b">"
    first = spans[0][0] if spans else end
    before, after = opening + text[start:first], _between(text, spans, end) + closing
    if name == "rss" and (channel := _CHANNEL.search(text, start, first)):
        opening, closing = opening + channel[0], b"</" + channel[1] + b">" + closing
    missing = b"".join(
        b' xmlns:%s="%s"' % (prefix, address)
        for prefix, address in _WELL_KNOWN.items()
        if b"xmlns:" + prefix not in opening and b"<" + prefix + b":" in text
    )
    opening, before = (part[: 1 + len(root[1])] + missing + part[1 + len(root[1]) :] for part in (opening, before))
    return Outline(name, text, tuple(spans[:MAX_ITEMS]), before, after, opening, closing, cut)


def _shown(text: bytes) -> str:
    return text[:200].decode("utf-8", "replace").strip()[:80]


def _entries(text: bytes, start: int, end: int, marks: re.Pattern[bytes]) -> tuple[list[tuple[int, int]], int]:
    """The span of each entry, with all entries beyond MAX_ITEMS in one span, and the number of those.

    One without an end tag ends where the next begins.
    """
    spans: list[tuple[int, int]] = []
    count = 0
    begun: int | None = None
    name = None
    for mark in _marks(text, start, end, marks):
        name = name or mark[2].lower()
        if mark[2].lower() != name:  # another vocabulary's element inside an entry
            continue
        ended = None
        if begun is not None:
            ended = begun, mark.end() if mark[1] else mark.start()
        elif not mark[1] and mark[0].endswith(b"/>"):
            ended = mark.span()
        begun = None if mark[1] or mark[0].endswith(b"/>") else mark.start()
        if ended is not None:
            count += 1
            _keep(spans, *ended)
    if begun is not None:
        count += 1
        _keep(spans, begun, end)
    return spans, max(0, count - MAX_ITEMS)


def _keep(spans: list[tuple[int, int]], start: int, stop: int) -> None:
    if len(spans) <= MAX_ITEMS:
        spans.append((start, stop))
    else:
        spans[-1] = spans[-1][0], stop


def _marks(text: bytes, start: int, end: int, marks: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """Start and end tags of entries outside CDATA sections and comments."""
    ends = dict.fromkeys(_ENDS, start)  # where each kind ends next: searched once, not from every start
    position = start
    while (mark := marks.search(text, position, end)) is not None:
        position = mark.end()
        if mark[2] is not None:
            yield mark
            continue
        begin = mark[0].upper()
        if ends[begin] < position:
            found = text.find(_ENDS[begin], position, end)
            ends[begin] = end + 1 if found < 0 else found
        # Another one begins before this one ends: the missing end tag must not cost the entries between.
        if ends[begin] <= end and text.find(begin, position, ends[begin]) < 0:
            position = ends[begin] + len(_ENDS[begin])


def _between(text: bytes, spans: list[tuple[int, int]], end: int) -> bytes:
    """The text between the entries and after them."""
    starts = [start for start, _ in spans[1:]] + [end]
    return b"".join(
        text[stop:start] for (_, stop), start in zip(spans, starts, strict=False) if text[stop:start].strip()
    )


def pieces(outline: Outline, rejected: list[Rejected]) -> Iterator[bytes]:
    """The document as smaller ones, in order: batches of well-formed entries, and each broken entry alone.

    Entries that are too big go to `rejected`.

    Raises:
        FeedError: feed_too_large if there are no entries and the rest is too big.
    """
    around = len(outline.before) + len(outline.after)
    if around > _MAX_AROUND and not outline.spans:
        raise FeedError("feed_too_large", f"{around} bytes without an entry")
    before, after = _repaired(outline.before), _repaired(outline.after)
    if around > _MAX_AROUND or before.count(b"<") + after.count(b"<") > _MAX_ENTRY_TAGS:
        rejected.append(Rejected("feed_head_too_large", f"{around} bytes around the entries"))
        before, after = outline.opening, outline.closing
    if not _is_well_formed(before + after):
        yield before + after
        before, after = outline.opening, outline.closing
    batch: list[bytes] = []
    for entry, sound in _affordable(outline, rejected):
        if batch and (not sound or sum(map(len, batch)) > _BATCH):
            yield before + b"".join(batch) + after
            before, after, batch = outline.opening, outline.closing, []
        if sound:
            batch.append(entry)
        else:
            yield outline.opening + entry + outline.closing
    if batch or before is not outline.opening:
        yield before + b"".join(batch) + after


def _affordable(outline: Outline, rejected: list[Rejected]) -> Iterator[tuple[bytes, bool]]:
    """The entries that can be read in bounded time, repaired, and whether each is well-formed."""
    cost = 0
    for number, raw in enumerate(outline.entries()):
        tags = sum(part.count(b"<") + part.count(b"&") // 8 for part in _sections(raw)[::2])
        if len(raw) > _MAX_ENTRY or tags > _MAX_ENTRY_TAGS:
            rejected.append(Rejected("item_too_large", f"{len(raw)} bytes, {tags} tags"))
            continue
        entry = _repaired(raw)
        sound = _is_well_formed(outline.opening + entry + outline.closing)
        cost += tags if sound else _ALONE + tags * _LOOSE
        if cost > _MAX_COST:
            left = len(outline.spans) - number
            rejected.append(Rejected("too_many_items", f"{left} left unread after {_MAX_COST} tags"))
            return
        yield entry, sound


def _is_well_formed(text: bytes) -> bool:
    try:
        expat.ParserCreate("utf-8", namespace_separator=" ").Parse(text, True)
    except expat.ExpatError:
        return False
    return True


def _repaired(text: bytes) -> bytes:
    """Repair an entry: drop characters XML forbids; outside CDATA, resolve HTML entities and escape bare
    ampersands."""
    text = _ILLEGAL.sub(b"", text)
    if b"&" not in text:
        return text
    return b"".join(part if i % 2 else _AMPERSAND.sub(_reference, part) for i, part in enumerate(_sections(text)))


def _sections(text: bytes) -> list[bytes]:
    """Alternating markup and CDATA sections, markup first."""
    parts: list[bytes] = []
    position = 0
    while (start := text.find(b"<![CDATA[", position)) >= 0 and (end := text.find(b"]]>", start)) >= 0:
        parts += text[position:start], text[start : end + 3]
        position = end + 3
    return [*parts, text[position:]]


def _reference(found: re.Match[bytes]) -> bytes:
    """The repaired form of an ampersand and the reference that it may begin."""
    number, name = found[1], found[2]
    if name is not None:
        if name in _XML_NAMES:
            return found[0]
        known = html5.get(f"{name.decode()};")
        if known is None:
            return b"&amp;" + name + b";"
        return escape(known, quote=False).encode()  # some of them mean "<"
    if number is None:
        return b"&amp;"
    code = int(number[1:], 16) if number[:1] in b"xX" else int(number)
    if 0x80 <= code <= 0x9F:  # written for Windows
        return bytes([code]).decode("cp1252", "ignore").encode()
    legal = (
        code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    )
    return found[0] if legal else b""
