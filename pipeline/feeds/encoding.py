"""Convert feed bytes to UTF-8, even if their labels are wrong; piece by piece, so that no copy outgrows the
feed."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is a prefix of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED_IN_XML = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_DECLARED_IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)

# Python has codecs that are not character sets (punycode, unicode_escape, utf-7): only these families count.
_CHARACTER_SETS = re.compile(
    r"utf-8|utf-16|utf-32|cp\d+|iso8859|koi8|mac|big5|gb|hz|euc|shift_jis|iso2022|johab|tis"
)
# On the web, these names mean the larger Windows set.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_SHIFTING = ("iso2022", "hz")
_SHIFT = re.compile(rb"\x1b[$(]|~\{")
_HIGH = bytes(range(0x80, 0x100))
_PIECE = 1 << 16
_SAMPLE = 1 << 20  # bytes a guess looks at


def to_utf8(body: bytes, content_type: str | None) -> bytes:
    """Decode by byte order mark, then as UTF-8 if the bytes are valid, then as declared, then by a guess.

    Never fails; bytes that fit no rule become replacement characters.
    """
    for mark, marked in _BOMS:
        if body.startswith(mark):
            return _converted(body[len(mark) :], marked)
    if (wide := _utf16_without_mark(body)) is not None:
        return _converted(body, wide)
    declared = [name for label in _declared(body, content_type) if (name := _character_set(label)) is not None]
    if _is_utf8(body):
        # Character sets with escape sequences look like ASCII, and so like UTF-8.
        shifting = (name for name in declared if name.startswith(_SHIFTING) and _SHIFT.search(body))
        return _converted(body, next(shifting, "utf-8"))
    for name in declared:
        if _fits(body, name):
            return _converted(body, name)
    return _converted(body, _guess(body))


def _converted(body: bytes, name: str) -> bytes:
    if name == "utf-8" and _is_utf8(body):
        return body
    whole = io.BytesIO()  # it hands over its buffer without a copy
    for piece in _decoded(body, name):
        whole.write(piece.encode())
    return whole.getvalue()


def _decoded(body: bytes, name: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(name)("replace")
    for start in range(0, len(body), _PIECE):
        yield decoder.decode(body[start : start + _PIECE])
    yield decoder.decode(b"", True)


def _is_utf8(body: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), _PIECE):
            decoder.decode(body[start : start + _PIECE])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(body: bytes) -> str | None:
    if body.startswith((b"<\x00", b"{\x00")):
        return "utf-16-le"
    if body.startswith((b"\x00<", b"\x00{")):
        return "utf-16-be"
    return None


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The prolog first: it was written with the text, whereas the header is often a server's default."""
    labels = []
    if found := _DECLARED_IN_XML.search(body[:1024]):
        labels.append(found[1].decode("ascii"))
    if header := _DECLARED_IN_HEADER.search(content_type or ""):
        labels.append(header[1])
    return labels


def _character_set(label: str) -> str | None:
    """Python's name for it; None if the label is not a character set."""
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _WIDER.get(name, name)
    return name if _CHARACTER_SETS.match(name) else None


def _fits(body: bytes, name: str) -> bool:
    """A few broken characters are damage; many mean that the label is wrong."""
    broken = foreign = 0
    for piece in _decoded(body, name):
        broken += piece.count("\ufffd")
        foreign += len(piece) - len(piece.encode("ascii", "ignore"))
    return broken * 10 <= foreign


def _guess(body: bytes) -> str:
    """Guess damaged UTF-8, Cyrillic, or Turkish and Western, by the share of letters outside ASCII."""
    broken = sum(piece.count("\ufffd") for piece in _decoded(body, "utf-8"))
    if broken * 10 <= len(body) - len(body.translate(None, _HIGH)):
        return "utf-8"
    tagless = re.sub(rb"<[^<>]*>", b" ", body[:_SAMPLE])
    high = sum(1 for byte in tagless if byte >= 0xC0)
    low = sum(1 for byte in tagless if 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A)
    if high <= low:
        return "cp1254"

    def small_letters(name: str) -> int:
        return sum(1 for char in tagless.decode(name, "replace") if "а" <= char <= "я")

    # The two Cyrillic sets swap capitals and small letters, and text is mostly small.
    return max(("cp1251", "koi8-r"), key=small_letters)
