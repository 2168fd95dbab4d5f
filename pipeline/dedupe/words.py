"""Text -> words as they are compared: what a reader would call the same word, and whether it states a fact.

A fact is a word that two copies of one dispatch do not differ in: a number, a date, a name, a negation, or a word
for what became of a plan. Words are kept as 24 bits each (paragraph start, kind of fact, 19 bits of hash), so that
two stored texts can be laid side by side without their texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache

import numpy as np
import xxhash
from numpy.typing import NDArray

from pipeline.language.words import FromWords, WordTables, pattern, when_words_change

WORD_BYTES = 3
_HASH_BITS = 19
HASH_MASK = (1 << _HASH_BITS) - 1
_FACT_SHIFT = _HASH_BITS
_START_BIT = 1 << 23
_CODE_MASK = (1 << 24) - 1


class Fact(IntEnum):
    """What a word states; PLAIN for most."""

    PLAIN = 0
    NUMBER = 1
    NEGATION = 2
    STATUS = 3
    MONTH = 4
    NAME = 5
    DAY = 6  # today, tomorrow
    WEEKDAY = 7


_FACTS = tuple(Fact)
Codes = NDArray[np.uint32]

TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:\d+)?|\w+")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’ʼ](?=[^\W\d_])")
_NOT = re.compile(r"n['’]t\b", re.IGNORECASE)
_CANNOT = re.compile(r"\bcannot\b", re.IGNORECASE)
# Lower-casing İ gives two code points and ı has no upper-case twin in Unicode: fold both onto i; ё onto е.
_FOLD = str.maketrans({"İ": "i", "I": "i", "ı": "i", "ё": "е", "Ё": "е"})
_SENTENCE_ENDS = frozenset('.!?…:;"“”«»')


def _set(use: str) -> FromWords[frozenset[str]]:
    return FromWords(lambda words: frozenset(words.each(use)))


def _numbers(words: WordTables) -> dict[str, str]:
    numerals = words.by_language("numeral").values()
    counted = {word: str(number) for names in numerals for number, word in enumerate(names)}
    return counted | dict(words.pairs("short numeral"))


_NEGATIONS = _set("negation")
_NEGATED = pattern("{negated verb}")
_STATUS = pattern(r"{status word}\w*")
_MONTHS = _set("month word")
_WEEKDAYS = _set("weekday word")
_DAYS = _set("day word")
_ONLY_IN_CAPITALS = _set("date word in capitals")
_NUMERALS = FromWords(_numbers)
_UNSURE_NUMERALS = _set("unsure numeral")


def read_words(text: str, *, turkish: bool = False) -> list[int]:
    """One number for each word of a paragraph: its full hash above, its 24-bit code below."""
    text = _CANNOT.sub("can not", _NOT.sub(" not", unicodedata.normalize("NFKC", text)))
    text = _APOSTROPHE.sub(" " if turkish else "", text)
    found: list[int] = []
    end = 0
    at_start = True
    for match in TOKEN.finditer(text):
        begin = match.start()
        gap = text[end:begin]
        if gap != " " and not _SENTENCE_ENDS.isdisjoint(gap):
            at_start = True
        found.append(_word(match.group())[at_start])
        end, at_start = match.end(), False
    return found


@lru_cache(maxsize=1 << 16)
def _word(raw: str) -> tuple[int, int]:
    """A word inside a sentence, and at the start of one, where its capital says nothing."""
    folded = raw.translate(_FOLD).lower()
    hashed = xxhash.xxh3_64_intdigest(_NUMERALS().get(folded, folded).encode())
    fact = _fact(raw, folded)
    known_at_start = Fact.PLAIN if fact == Fact.NAME else fact
    base = hashed << 32 | hashed & HASH_MASK
    return base | fact << _FACT_SHIFT, base | known_at_start << _FACT_SHIFT


when_words_change(_word.cache_clear)


def _fact(raw: str, word: str) -> Fact:
    if raw[0].isdigit():
        return Fact.NUMBER
    if word in _NEGATIONS() or _NEGATED().fullmatch(word):
        return Fact.NEGATION
    if _STATUS().fullmatch(word):
        return Fact.STATUS
    capital = raw[0].isupper()
    if capital or word not in _ONLY_IN_CAPITALS():
        if word in _MONTHS():
            return Fact.MONTH
        if word in _WEEKDAYS():
            return Fact.WEEKDAY
    if word in _DAYS():
        return Fact.DAY
    if word in _NUMERALS():
        return Fact.PLAIN if word in _UNSURE_NUMERALS() else Fact.NUMBER
    return Fact.NAME if capital and len(raw) > 1 else Fact.PLAIN


def encode(paragraphs: Iterable[Sequence[int]]) -> bytes:
    """Words of paragraphs as 24-bit little-endian codes."""
    codes: list[int] = []
    for paragraph in paragraphs:
        if paragraph:
            codes.append(paragraph[0] & _CODE_MASK | _START_BIT)
            codes.extend(word & _CODE_MASK for word in paragraph[1:])
    return pack(np.array(codes, dtype=np.uint32))


def pack(codes: Codes) -> bytes:
    """Codes as they are stored, 24 bits each, little-endian."""
    return codes.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :WORD_BYTES].tobytes()


def exact_hash(paragraphs: Iterable[Sequence[int]]) -> bytes:
    """16 bytes that are the same only for the same words in the same order."""
    return xxhash.xxh3_128_digest(
        b"".join((word >> 32).to_bytes(8, "little") for paragraph in paragraphs for word in paragraph)
    )


def decode(packed: bytes) -> Codes:
    """The codes of `encode`, one a word."""
    wide = np.zeros((len(packed) // WORD_BYTES, 4), dtype=np.uint8)
    wide[:, :WORD_BYTES] = np.frombuffer(packed, dtype=np.uint8).reshape(-1, WORD_BYTES)
    return wide.reshape(-1).view("<u4").astype(np.uint32, copy=False)


def hashes(codes: Codes) -> Codes:
    """The part of a code that is equal for equal words, independent of the fact they state."""
    return codes & np.uint32(HASH_MASK)


def facts(codes: Codes) -> Codes:
    """The Fact of each word."""
    return (codes >> np.uint32(_FACT_SHIFT)) & np.uint32(7)


def fact_of(code: int) -> Fact:
    """The Fact of one word."""
    return _FACTS[code >> _FACT_SHIFT & 7]


def starts(codes: Codes) -> NDArray[np.intp]:
    """Where paragraphs begin."""
    return np.flatnonzero(codes & np.uint32(_START_BIT))
