"""Feed bytes as text, whatever their labels say."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED_IN_XML = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_DECLARED_IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)

# Python has codecs that are no character sets (punycode, unicode_escape, utf-7): only these families count.
_CHARACTER_SETS = re.compile(
    r"utf-8|utf-16|utf-32|cp\d+|iso8859|koi8|mac|big5|gb|hz|euc|shift_jis|iso2022|johab|tis"
)
# What the web calls by these names is really the larger Windows set.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}


def decode_feed(body: bytes, content_type: str | None) -> str:
    """Decode by byte order mark, then as UTF-8 where the bytes are, then as declared, then by a guess.

    Never fails; what no rule explains comes out with replacement characters.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    if (wide := _utf16_without_mark(body)) is not None:
        return body.decode(wide, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for label in _declared(body, content_type):
        text = _decode_as(label, body)
        if text is not None:
            return text
    return _guess(body)


def _utf16_without_mark(body: bytes) -> str | None:
    if body.startswith((b"<\x00", b"{\x00")):
        return "utf-16-le"
    if body.startswith((b"\x00<", b"\x00{")):
        return "utf-16-be"
    return None


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The prolog first: it was written with the text, the header by a server's default."""
    labels = []
    if found := _DECLARED_IN_XML.search(body[:1024]):
        labels.append(found[1].decode("ascii"))
    if header := _DECLARED_IN_HEADER.search(content_type or ""):
        labels.append(header[1])
    return labels


def _decode_as(label: str, body: bytes) -> str | None:
    """None where the label is no character set, or UTF-8 or UTF-16 that the bytes are not."""
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _WIDER.get(name, name)
    if not _CHARACTER_SETS.match(name):
        return None
    text = body.decode(name, "replace")
    # A few broken characters are damage; many mean that the label is wrong.
    foreign = sum(1 for char in text if char > "\x7f")
    return text if text.count("\ufffd") * 10 <= foreign else None


def _guess(body: bytes) -> str:
    """Cyrillic or Turkish and Western, told apart by how many letters are not ASCII."""
    damaged = body.decode("utf-8", "replace")
    high = sum(1 for byte in body if byte >= 0x80)
    if damaged.count("\ufffd") * 10 <= high:
        return damaged
    tagless = re.sub(rb"<[^<>]*>", b" ", body)
    high = sum(1 for byte in tagless if byte >= 0xC0)
    low = sum(1 for byte in tagless if 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A)
    if high <= low:
        return body.decode("cp1254", "replace")
    # The two Cyrillic sets swap capitals and small letters, and text is mostly small.
    readings = [body.decode(name, "replace") for name in ("cp1251", "koi8-r")]
    return max(readings, key=lambda text: sum(1 for char in text if "а" <= char <= "я"))
