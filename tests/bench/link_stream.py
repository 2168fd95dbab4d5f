"""A made-up stream of fingerprints with the habits of news: copies, outlets' footers, phrases everybody uses.

Words are numbers drawn as often as words of news are; no text is made, because turning text into words is the
business of `process`. What link reads is exactly what `process` would have written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import xxhash
from numpy.typing import NDArray

from pipeline.dedupe.fingerprint import SCHEME, edge_blocks, keys_of
from pipeline.dedupe.words import Codes, pack
from pipeline.records import Fingerprint

START = datetime(2030, 1, 7, tzinfo=UTC)
PER_DAY = 20_000
OUTLETS = 200
COPIES = 0.3  # of all articles
COPY_AFTER = 20_000  # at most so many articles after the original: a day
_WORDS = 60_000
_PHRASES = 30_000
_START_BIT = np.uint32(1 << 23)
_NUMBER = np.uint32(1 << 19)
_NAME = np.uint32(5 << 19)


@dataclass(frozen=True, slots=True)
class Streamed:
    """One article of the stream; numbers start at 1 and are its ids."""

    number: int
    outlet: int
    original: int  # its own number where it is no copy
    published: datetime
    fingerprint: Fingerprint


def stream(seed: int, count: int) -> Iterator[Streamed]:
    """The first `count` articles; the same for the same seed."""
    maker = _Maker(np.random.default_rng(seed))
    recent: deque[tuple[int, list[Codes]]] = deque(maxlen=COPY_AFTER)
    for number in range(1, count + 1):
        outlet = int(maker.chance.integers(OUTLETS))
        original = number
        # Most copies follow soon: the younger a dispatch, the more often it is taken.
        back = 1 + int(maker.chance.exponential(2_000))
        if back <= len(recent) and maker.chance.random() < COPIES:
            original, paragraphs = recent[-back]
            paragraphs = maker.edit(paragraphs)
        else:
            paragraphs = maker.paragraphs()
            recent.append((number, paragraphs))
        codes = np.concatenate([*paragraphs, maker.footers[outlet]])
        published = START + timedelta(days=number / PER_DAY)
        yield Streamed(number, outlet + 1, original, published, _fingerprint(codes))


class _Maker:
    def __init__(self, chance: np.random.Generator) -> None:
        self.chance = chance
        frequency = 1 / np.arange(1, _WORDS + 1) ** 1.05
        self._words = np.cumsum(frequency / frequency.sum())
        self._phrase_rank = np.cumsum(frequency[:_PHRASES] / frequency[:_PHRASES].sum())
        self._phrases = [self._draw(int(n)) for n in chance.integers(4, 9, _PHRASES)]
        self.footers = [self._paragraph(45) for _ in range(OUTLETS)]

    def paragraphs(self) -> list[Codes]:
        """An article of its own: about 350 words, now and then a flash or a long read."""
        words = int(np.clip(self.chance.lognormal(5.7, 0.6), 20, 2500))
        return [self._paragraph(45) for _ in range(max(1, words // 45))]

    def edit(self, paragraphs: list[Codes]) -> list[Codes]:
        """What an outlet makes of a dispatch: cut from the end, a word changed, a paragraph of its own."""
        kept = paragraphs[: max(1, round(len(paragraphs) * self.chance.uniform(0.4, 1.0)))]
        made = [np.array(paragraph) for paragraph in kept]
        for paragraph in made:
            if self.chance.random() < 0.3:
                paragraph[int(self.chance.integers(1, len(paragraph)))] = self._draw(1)[0]
        if self.chance.random() < 0.3:
            made.append(self._paragraph(45))
        return made

    def _draw(self, count: int) -> Codes:
        ranks = np.searchsorted(self._words, self.chance.random(count)).astype(np.uint64)
        hashed = ((ranks + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(45)
        codes: Codes = hashed.astype(np.uint32)
        kinds = self.chance.random(count)
        codes[kinds < 0.04] |= _NUMBER
        codes[kinds > 0.92] |= _NAME
        return codes

    def _paragraph(self, words: int) -> Codes:
        parts: list[NDArray[np.uint32]] = []
        length = 0
        while length < words:
            if self.chance.random() < 0.25:
                part = self._phrases[int(np.searchsorted(self._phrase_rank, self.chance.random()))]
            else:
                part = self._draw(int(self.chance.integers(5, 16)))
            parts.append(part)
            length += len(part)
        codes: Codes = np.concatenate(parts)
        codes[0] |= _START_BIT
        return codes


def _fingerprint(codes: Codes) -> Fingerprint:
    packed = pack(codes)
    return Fingerprint(
        scheme=SCHEME,
        exact=xxhash.xxh3_128_digest(packed),
        keys=tuple(keys_of(codes).tolist()),
        words=packed,
        blocks=tuple(edge_blocks(codes)),
        tokens=len(codes),
    )
