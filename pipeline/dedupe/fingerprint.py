"""Fingerprint an article: sampled word runs to find copies, and the words themselves to judge them.

Outlets cut, re-headline and extend a dispatch. This destroys Jaccard similarity but leaves containment high, so
every run of words whose hash falls in the lowest tenth is kept (not a fixed number of minima): a shortened copy
keeps its share of the original's keys. The beginning is sampled more densely, since a flash, a teaser and the
long version that follows have it in common.
"""

from __future__ import annotations

import itertools

import numpy as np
import xxhash
from numpy.typing import NDArray

from pipeline.dedupe.furniture import strip_furniture
from pipeline.dedupe.words import Codes, decode, encode, exact_hash, hashes, read_words, starts
from pipeline.records import Fingerprint

SCHEME = 2
RUN = 4  # words in a key of the body
LEAD_RUN = 3  # words in a key of the beginning
LEAD_WORDS = 40
FLASH_WORDS = 30  # a shorter text is a flash: its headline is part of it, and a small change matters
SHORT_WORDS = 60  # in a shorter text, every run of the beginning is a key
KEY_CAP = 256
EDGE_BLOCKS = (2, 3)  # paragraphs at the beginning and the end that may be an outlet's own
BLOCK_WORDS = (3, 100)
_BODY_SHARE = np.uint64(2**64 // 10)  # a tenth of all hashes
_LEAD_SHARE = np.uint64(2**64 // 3)
_LEAD_SALT = np.uint64(0xD6E8FEB86659FD93)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def make_fingerprint(body: str, title: str = "", language: str = "und") -> Fingerprint:
    """Fingerprint one article; furniture does not count."""
    stripped = strip_furniture(title, body)
    turkish = language == "tr"
    paragraphs = [read_words(paragraph, turkish=turkish) for paragraph in stripped.paragraphs]
    count = sum(map(len, paragraphs))
    if count < FLASH_WORDS:  # else every teaser of the same few words would be a copy
        headline = read_words(stripped.title, turkish=turkish)
        if not count or headline[:6] != paragraphs[0][:6]:
            paragraphs.insert(0, headline)
            count += len(headline)
    packed = encode(paragraphs)
    codes = decode(packed)
    return Fingerprint(
        scheme=SCHEME,
        exact=exact_hash(paragraphs),
        keys=tuple(int(key) for key in keys_of(codes)),
        words=packed,
        blocks=tuple(edge_blocks(codes)),
        tokens=count,
    )


def keys_of(codes: Codes) -> NDArray[np.int64]:
    """The lookup keys of a text, sorted."""
    words = hashes(codes)
    body = runs(words, RUN)
    lead = runs(words[:LEAD_WORDS], LEAD_RUN) ^ _LEAD_SALT
    if len(words) >= SHORT_WORDS:
        lead = lead[lead < _LEAD_SHARE]
    body = body[body < _BODY_SHARE][: KEY_CAP - LEAD_WORDS]
    keys: NDArray[np.int64] = np.unique(np.concatenate([body, lead]).view(np.int64))
    return keys


def runs(words: Codes, size: int) -> NDArray[np.uint64]:
    """Distinct 64-bit hashes of every run of `size` words, sorted; of the whole text if it is shorter."""
    if not len(words):
        return np.empty(0, dtype=np.uint64)
    size = min(size, len(words))
    count = len(words) - size + 1
    rolled = np.zeros(count, dtype=np.uint64)
    wide = words.astype(np.uint64) + np.uint64(1)
    for i in range(size):
        rolled ^= wide[i : i + count]
        rolled *= _MIX
        rolled ^= rolled >> _SHIFT
    rolled.sort()
    first = np.empty(count, dtype=bool)
    first[0] = True
    np.not_equal(rolled[1:], rolled[:-1], out=first[1:])
    return rolled[first]


def in_common(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The runs that are in both, sorted."""
    both = np.concatenate((first, second))
    both.sort()
    found: NDArray[np.uint64] = both[1:][both[1:] == both[:-1]]
    return found


def edge_blocks(codes: Codes) -> list[int]:
    """Hashes of the paragraphs at both ends, where an outlet's repeated paragraphs are."""
    found = blocks(codes)
    first, last = EDGE_BLOCKS
    edges = found if len(found) <= first + last else [*found[:first], *found[-last:]]
    return sorted({block for block, begin, end in edges if BLOCK_WORDS[0] <= end - begin <= BLOCK_WORDS[1]})


def blocks(codes: Codes) -> list[tuple[int, int, int]]:
    """(hash, begin, end) of each paragraph; hashes are signed 32-bit."""
    words = memoryview(hashes(codes).tobytes())
    bounds = [*starts(codes).tolist(), len(codes)]
    width = codes.itemsize
    return [
        (xxhash.xxh32_intdigest(words[begin * width : end * width]) - 2**31, begin, end)
        for begin, end in itertools.pairwise(bounds)
    ]


def without_blocks(codes: Codes, known: frozenset[int]) -> Codes:
    """A text without its outlet's repeated paragraphs; unchanged if hardly anything would be left."""
    if not known:
        return codes
    kept = [(begin, end) for block, begin, end in blocks(codes) if block not in known]
    left = sum(end - begin for begin, end in kept)
    if left == len(codes) or left * 5 < len(codes) * 2:
        return codes
    return np.concatenate([codes[begin:end] for begin, end in kept])
