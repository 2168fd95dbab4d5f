"""Feeds that are made to hurt whoever reads them."""

from __future__ import annotations

import gzip

MIB = 1 << 20
_SIZE = 14 * MIB


def rss(inside: str, before: str = "") -> bytes:
    """A feed around `inside`, with `before` in front of its root."""
    channel = f"<channel><title>Wire</title><link>https://wire.example/</link>{inside}</channel>"
    return f'<?xml version="1.0" encoding="utf-8"?>{before}<rss version="2.0">{channel}</rss>'.encode()


def item(title: str = "Talks", more: str = "") -> str:
    """One entry."""
    return f"<item><title>{title}</title><link>https://wire.example/a</link>{more}</item>"


def _entities(count: int, factor: int) -> str:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * factor}">' for n in range(1, count))
    return f'<!DOCTYPE rss [<!ENTITY a0 "lol">{lines}]>'


def _filled(piece: str, around: str = "{}") -> bytes:
    return rss(around.format(piece * (_SIZE // len(piece.encode()))))


def _body_in_a_body() -> bytes:
    return gzip.compress(_filled("a", item("{}")))


FEEDS: dict[str, bytes] = {
    "billion-laughs": rss(item("&a9;"), _entities(10, 10)),
    "quadratic-blow-up": rss(item("&a1;" * 50_000), f'<!DOCTYPE rss [<!ENTITY a1 "{"a" * 50_000}">]>'),
    "external-entity-file": rss(item("&x;"), '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "external-entity-web": rss(item("&x;"), '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'),
    "external-dtd": rss(item("&x;"), '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "parameter-entities": rss(
        item("&x;"), '<!DOCTYPE rss [<!ENTITY % p SYSTEM "file:///etc/passwd"><!ENTITY x "%p;">]>'
    ),
    "xinclude": rss(
        item(more='<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>')
    ),
    "deep-nesting": _filled("<a>"),
    "deep-nesting-in-an-entry": _filled("<b>", item(more="<description>{}</description>")),
    "one-endless-title": _filled("a", item("{}")),
    "one-endless-summary": _filled("&lt;p&gt;", item(more="<description>{}</description>")),
    "a-million-empty-entries": _filled("<item/>"),
    "a-hundred-thousand-entries": _filled(item("Talks " + "are put off " * 8)),
    "two-thousand-long-entries": rss(item(more=f"<description>{'&lt;b&gt;talks ' * 500}</description>") * 2000),
    "a-million-attributes": _filled(' a="b"', "<item{}></item>"),
    "open-cdata": _filled("<![CDATA[", item("{}")),
    "open-comments": _filled("<!--", item("{}")),
    "only-brackets": _filled("<"),
    "only-ampersands": _filled("&", item("{}")),
    "only-blanks": b" " * _SIZE,
    "only-zeros": bytes(_SIZE),
    "one-endless-date": _filled("1", item(more="<pubDate>{}</pubDate>")),
    "one-endless-guid": _filled("g", item(more="<guid>{}</guid>")),
    "utf-16": _filled("a", item("{}")).decode().replace("utf-8", "utf-16")[: _SIZE // 2].encode("utf-16"),
    "gzip-inside": _body_in_a_body(),
    "json-deep": b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * MIB,
    "json-wide": b'{"version":"https://jsonfeed.org/version/1.1","items":['
    + b",".join([b'{"id":"1","url":"https://wire.example/a","title":"Talks"}'] * 200_000)
    + b"]}",
    "json-many-numbers": b'{"version":"https://jsonfeed.org/version/1.1","items":[' + b"1," * (6 * MIB) + b"1]}",
    "a-web-page": b"<!doctype html><html><body>" + b"<p>Talks</p>" * MIB + b"</body></html>",
    "a-picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4096,
}
