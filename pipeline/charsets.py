"""The character set of some bytes, by evidence: marks, whether they are UTF-8, labels that fit, letters."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python has codecs that are no character sets (punycode, unicode_escape, utf-7): only these families count.
_CHARACTER_SETS = re.compile(
    r"utf-8|utf-16|utf-32|cp\d+|iso8859|koi8|mac|big5|gb|hz|euc|shift_jis|iso2022|johab|tis"
)
# What the web calls by these names is really the larger Windows set. Without a mark the wide ones need an order.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
}
_CYRILLIC_SETS = frozenset({"cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic"})
_GUESSED = ("cp1251", "koi8-r", "iso8859-5", "cp866")
_LATIN_SETS = frozenset({"cp1250", "cp1252", "cp1254", "cp1257", "iso8859-2", "iso8859-15", "mac-roman"})
_SHIFTING = ("iso2022", "hz")
_TURKISH = ("tr", "az")
_SHIFT = re.compile(rb"\x1b[$(]|~\{")
_HIGH = bytes(range(0x80, 0x100))
PIECE = 1 << 16
_SAMPLE = 1 << 20  # bytes a guess looks at
_DAMAGE = 10  # one broken character in so many foreign ones is damage; more mean that the set is wrong
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^<>]*>", re.S | re.I)
_MIXED = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[А-Яа-яЁёІіЇїЄє])\w+")
_WORD = re.compile(r"[А-Яа-яЁёІіЇїЄє]{2,}")


def character_set(body: bytes, labels: list[str], language: str = "") -> str:
    """Python's name of the set. `body` has no byte order mark.

    Args:
        body: the bytes.
        labels: names of sets that are declared, the most trustworthy first.
        language: ISO 639-1 of the outlet, for what nothing else decides.
    """
    if (wide := _wide_without_mark(body)) is not None:
        return wide
    declared = [name for label in labels if (name := known_set(label)) is not None]
    if is_utf8(body):
        # Sets that shift with escapes look like ASCII, and so like UTF-8.
        return next((name for name in declared if name.startswith(_SHIFTING) and _SHIFT.search(body)), "utf-8")
    if _is_damaged_utf8(body):
        return "utf-8"
    for name in declared:
        if name != "utf-8" and not name.startswith(("utf-16", "utf-32")) and _fits(body, name):
            return "cp1254" if name == "cp1252" and language in _TURKISH else name
    return guess(body, language)


def marked(body: bytes) -> tuple[bytes, str] | None:
    """The bytes behind a byte order mark, and the character set it marks; None without one."""
    return next(((body[len(mark) :], name) for mark, name in BOMS if body.startswith(mark)), None)


def known_set(label: str) -> str | None:
    """Python's name of a declared character set; None for any other label (punycode, hex, a typing mistake)."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = _WIDER.get(name, name)
    return name if _CHARACTER_SETS.match(name) else None


def decoded(body: bytes, name: str) -> Iterator[str]:
    """The text a piece at a time, with replacement characters where the bytes are broken."""
    decoder = codecs.getincrementaldecoder(name)("replace")
    for start in range(0, len(body), PIECE):
        yield decoder.decode(body[start : start + PIECE])
    yield decoder.decode(b"", True)


def is_utf8(body: bytes) -> bool:
    """Whether all of it is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), PIECE):
            decoder.decode(body[start : start + PIECE])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def guess(body: bytes, language: str = "") -> str:
    """Cyrillic in one of its sets, or Turkish and Western, told apart by how many letters are not ASCII."""
    tagless = re.sub(
        rb"<(?:script|style)\b.*?</(?:script|style)>|<[^<>]*>", b" ", body[:_SAMPLE], flags=re.S | re.I
    )
    high = sum(1 for byte in tagless if byte >= 0xC0)
    low = sum(1 for byte in tagless if 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A)
    if high <= low and language not in ("ru", "uk", "bg", "be", "mk", "sr", "kk"):
        return "cp1254" if language in ("tr", "az", "") else "cp1252"
    return max(_GUESSED, key=lambda name: _looks_russian(tagless.decode(name, "replace")))


def _looks_russian(text: str) -> int:
    """Letters in words written as words are: small, or with one capital in front. The sets swap the two."""
    return sum(
        len(word) if word[1:].islower() or (word.isupper() and len(word) < 6) else -len(word)
        for word in _WORD.findall(text)
    )


def _wide_without_mark(body: bytes) -> str | None:
    if body.startswith((b"<\x00\x00\x00", b"{\x00\x00\x00")):
        return "utf-32-le"
    if body.startswith((b"\x00\x00\x00<", b"\x00\x00\x00{")):
        return "utf-32-be"
    head = body[:64]
    if len(head) >= 4 and head[1::2].count(0) * 2 > len(head[1::2]) and not head[::2].count(0):
        return "utf-16-le"
    if len(head) >= 4 and head[::2].count(0) * 2 > len(head[::2]) and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _is_damaged_utf8(body: bytes) -> bool:
    broken = sum(piece.count("\ufffd") for piece in decoded(body, "utf-8"))
    return broken * _DAMAGE <= len(body) - len(body.translate(None, _HIGH))


def _fits(body: bytes, name: str) -> bool:
    """A few broken characters are damage; many mean a wrong label, and so do words in mixed case."""
    broken = foreign = 0
    sample: list[str] = []
    for piece in decoded(body, name):
        broken += piece.count("\ufffd")
        foreign += len(piece) - len(piece.encode("ascii", "ignore"))
        if sum(map(len, sample)) < _SAMPLE:
            sample.append(piece)
    if broken * _DAMAGE > foreign:
        return False
    text = _TAG.sub(" ", "".join(sample))
    if name in _LATIN_SETS:
        high = sum(1 for char in text if char >= "\xc0")
        return high <= sum(1 for char in text if char.isascii() and char.isalpha())
    if name in _CYRILLIC_SETS:
        mixed = sum(map(len, _MIXED.findall(text)))
        return _looks_russian(text) >= 0 and mixed * 2 <= sum(map(len, _WORD.findall(text))) + mixed
    return True
