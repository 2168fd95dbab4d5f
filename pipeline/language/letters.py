"""Text as it is kept: composed letters, and nothing in it that cannot be seen. Applied once, where text enters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Soft hyphens, zero-width spaces and joiners of words, byte order marks inside a text, marks of direction.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
# Joiners shape Arabic, Persian and Indic letters and emoji; between others they are dirt.
_JOINER = re.compile(
    "(?<![\u0600-\u0dff\u2190-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff\u2190-\U0010ffff])"
)
CAPITALS = "A-ZÀ-ÖØ-ÞĞİŞА-ЯЁІЇЄҐ"  # for a class of characters
# A stress mark over a vowel, as encyclopedias and wire desks set it; a letter of its own (ѓ, ќ, ѝ) is kept.
_STRESS = re.compile("(?<=[аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄ])[\u0300\u0301]")
_LATIN_STRESS = re.compile("[áéóýÁÉÓÝ](?:(?<=[а-яё].)|(?=[а-яё]))")  # begins with what is rare: ten times as fast
_CYRILLIC = str.maketrans("áéóýÁÉÓÝ", "аеоуАЕОУ")
_ENTITIES = re.compile(
    rb"&(?:shy|zwnj|zwj|lrm|rlm|ZeroWidthSpace|NoBreak);"
    rb"|&#(?:0*173|0*847|0*1564|0*820[3-7]|0*823[4-8]|0*82(?:88|89|9[0-9])|0*830[0-3]|0*65279|0*76[89]);?"
    rb"|&#[xX]0*(?:[aA][dD]|34[fF]|61[cC]|200[bB-fF]|202[aA-eE]|206[0-9a-fA-F]|[fF][eE][fF][fF]|30[01]);?"
)
# First bytes of the characters that `settled` may change, in UTF-8: most pages have none of them.
_SIGNS = re.compile(
    b"[\xcc\xcd]|\xc2\xad|\xd8\x9c|\xe1\xa0\x8e|\xe1[\x84-\x87]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xe3\x82[\x99\x9a]"
    b"|\xef\xbb\xbf|\xe0[\xa4-\xb6]|[\xd9\xdb]"
)
_ASCII = bytes(range(128))
_RUN = re.compile(rb"[\x80-\xff]+(?:[A-Za-z][\x80-\xff]+)*")  # "a" with a mark of its own is part of its word
# What each step looks for: a page of 200 kB is searched for single characters in a fraction of a pattern's time.
_JOINERS = "\u200c\u200d"
_STRESS_MARKS = "\u0300\u0301"
_ACCENTED = "áéóýÁÉÓÝ"
_SMALL_LETTERS = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"


def settled(text: str) -> str:
    """The text in composed letters (NFC), without stress marks and invisible characters."""
    if text.isascii():
        return text
    text = _UNSEEN.sub("", text)
    if any(mark in text for mark in _JOINERS):
        text = _JOINER.sub("", text)
    if any(mark in text for mark in _STRESS_MARKS):
        text = _STRESS.sub("", text)
    return _in_one_alphabet(unicodedata.normalize("NFC", text))


def _in_one_alphabet(text: str) -> str:
    """The text with the accented Latin vowels inside Cyrillic words, which stand for stress, as Cyrillic ones."""
    if not (any(letter in text for letter in _ACCENTED) and any(letter in text for letter in _SMALL_LETTERS)):
        return text
    return _LATIN_STRESS.sub(lambda found: found[0].translate(_CYRILLIC), text)


def settled_page(page: bytes) -> bytes:
    """A page in UTF-8 with its letters settled, those written as references included."""
    page = _ENTITIES.sub(b"", page) if b"&" in page else page
    letters = page.translate(None, _ASCII)
    cyrillic = b"\xd0" in letters or b"\xd1" in letters
    both = cyrillic and b"\xc3" in letters  # Latin letters with an accent may be inside Cyrillic words
    return b"".join(_settled_runs(page)) if both or _SIGNS.search(letters) else page


def _settled_runs(page: bytes) -> Iterator[bytes]:
    """The page in pieces, each run beyond ASCII settled with the letter before it: no other depends on it."""
    end = 0
    for found in _RUN.finditer(page):
        start = max(found.start() - 1, end)
        yield page[end:start]
        end = found.end()
        yield settled(page[start:end].decode("utf-8", "replace")).encode()
    yield page[end:]


def settled_with_places(text: str) -> tuple[str, list[int]]:
    """The settled text, and for each of its characters (and its end) where it began in `text`."""
    parts: list[str] = []
    places: list[int] = []
    start = 0
    for found in _CLUSTER.finditer(text):
        whole = settled(found[0])
        parts.append(whole)
        places += [found.start()] * len(whole)
        start = found.end()
    return _in_one_alphabet("".join(parts)), [*places, start]


# A letter with the marks on it, and what cannot be seen around them; each settles by itself.
_CLUSTER = re.compile(
    "[\u0300-\u036f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*."
    "[\u0300-\u036f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u3099\u309a\u1160-\u11ff]*"
    "|[\u0300-\u036f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+",
    re.S,
)
