"""What everybody ships for near-duplicates, on the same texts: word-run MinHash in three settings, and SimHash."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import combinations

import numpy as np
import xxhash
from datasketch import MinHash, MinHashLSH

from tests.evaluation.wire_sets import Pair, Sample

WINDOW = timedelta(hours=72)
SIMHASH_BITS = 3
_WORD = re.compile(r"\w+")


def run_baselines(samples: Sequence[Sample]) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """(name, groups of sample ids) of each baseline: connected components of the pairs it finds."""
    yield "datasketch 5-gram 0.8", _minhash(samples, words=5, lsh=lambda: MinHashLSH(0.8, num_perm=128), line=0.8)
    yield (
        "datasketch 3-gram 0.5, 72 h",
        _minhash(samples, words=3, lsh=lambda: MinHashLSH(0.5, num_perm=128), line=0.5, window=WINDOW),
    )
    yield "FineWeb 5-gram 14x8", _minhash(samples, words=5, lsh=_fineweb, permutations=112)
    yield "SimHash 64, 3 bits", _components(samples, _simhash_pairs(samples))


def _fineweb() -> MinHashLSH:
    return MinHashLSH(num_perm=112, params=(14, 8))


def _minhash(
    samples: Sequence[Sample],
    *,
    words: int,
    lsh: Callable[[], MinHashLSH],
    permutations: int = 128,
    line: float = 0.0,
    window: timedelta | None = None,
) -> list[tuple[str, ...]]:
    """LSH candidates whose estimated similarity is over the line (0: every candidate, as FineWeb does)."""
    index = lsh()
    signatures: dict[str, MinHash] = {}
    when = {sample.id: sample.published for sample in samples}
    pairs: set[Pair] = set()
    for sample in samples:
        signature = MinHash(num_perm=permutations)
        signature.update_batch([gram.encode() for gram in _grams(sample, words)])
        for other in index.query(signature):
            near = window is None or abs(when[other] - sample.published) <= window
            if near and signature.jaccard(signatures[other]) >= line:
                pairs.add((other, sample.id))
        index.insert(sample.id, signature)
        signatures[sample.id] = signature
    return _components(samples, pairs)


def _simhash_pairs(samples: Sequence[Sample]) -> set[Pair]:
    codes = np.array([_simhash(_grams(sample, 3)) for sample in samples], dtype=np.uint64)
    pairs: set[Pair] = set()
    for i, j in combinations(range(len(samples)), 2):
        if int(codes[i] ^ codes[j]).bit_count() <= SIMHASH_BITS:
            pairs.add((samples[i].id, samples[j].id))
    return pairs


def _simhash(grams: Sequence[str]) -> int:
    hashes = np.array([xxhash.xxh3_64_intdigest(gram.encode()) for gram in grams], dtype=np.uint64)
    bits = (hashes[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    majority = bits.sum(axis=0) * 2 > len(hashes)
    return int((majority.astype(np.uint64) << np.arange(64, dtype=np.uint64)).sum())


def _grams(sample: Sample, size: int) -> list[str]:
    found = _WORD.findall(f"{sample.title} {sample.text}".lower())
    if len(found) <= size:
        return [" ".join(found)]
    return [" ".join(found[i : i + size]) for i in range(len(found) - size + 1)]


def _components(samples: Sequence[Sample], pairs: set[Pair]) -> list[tuple[str, ...]]:
    root = {sample.id: sample.id for sample in samples}

    def find(i: str) -> str:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for a, b in pairs:
        root[find(a)] = find(b)
    groups: dict[str, list[str]] = {}
    for sample in samples:
        groups.setdefault(find(sample.id), []).append(sample.id)
    return [tuple(group) for group in groups.values()]
