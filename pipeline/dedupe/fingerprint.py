"""Article -> Fingerprint: FracMinHash keys over word 3-grams.

Outlets cut, re-headline and extend a dispatch. That destroys Jaccard similarity and leaves containment high, so
every shingle whose hash falls in the lowest eighth is kept (not a fixed number of minima): a shortened copy
keeps its share of the keys of the original.
"""

from __future__ import annotations

import numpy as np
import xxhash

from pipeline.records import Fingerprint

SCHEME = 1
SHINGLE_WORDS = 3
KEY_LIMIT = np.uint64(2**61)  # one eighth of the hash space
KEY_FLOOR = 16
KEY_CAP = 256
_MIX = np.uint64(0x9E3779B97F4A7C15)


def make_fingerprint(words: list[str]) -> Fingerprint:
    """Fingerprint the normalised words of one text (see text.normalise.words)."""
    shingles = _shingles(words)
    ordered = np.sort(shingles)
    kept = ordered[ordered < KEY_LIMIT]
    if len(kept) < KEY_FLOOR:
        kept = ordered[:KEY_FLOOR]
    keys = np.sort(kept[:KEY_CAP].view(np.int64))
    compact = np.unique((shingles >> np.uint64(32)).astype("<u4"))
    return Fingerprint(
        scheme=SCHEME,
        exact=xxhash.xxh3_128_digest(" ".join(words).encode()),
        keys=tuple(int(k) for k in keys),
        shingles=compact.tobytes(),
        tokens=len(words),
    )


def _shingles(words: list[str]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Distinct 64-bit hashes of every run of SHINGLE_WORDS words; of the whole text if it is shorter."""
    if not words:
        return np.empty(0, dtype=np.uint64)
    tokens = np.array([xxhash.xxh3_64_intdigest(w.encode()) for w in words], dtype=np.uint64)
    size = min(SHINGLE_WORDS, len(tokens))
    count = len(tokens) - size + 1
    rolled = np.zeros(count, dtype=np.uint64)
    for i in range(size):
        rolled = (rolled ^ tokens[i : i + count]) * _MIX
        rolled ^= rolled >> np.uint64(29)
    return np.unique(rolled)
