"""How well groups of texts agree with the gold: pairs found, pairs wrongly joined, adjusted Rand index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb

from tests.evaluation.wire_sets import Pair, WireSet, pairs_of


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs of one set, or of one half of it."""

    precision: float
    recall: float
    f1: float
    near_joined: float  # share of the hard different pairs that were joined
    false: int  # different pairs that were joined


def score(which: WireSet, groups: Iterable[Iterable[str]], half: str | None = None) -> Score:
    """Compare the pairs implied by groups with the labelled ones."""
    found = set(pairs_of(groups))
    if half is None:
        copies, different, near = which.copies, which.different, which.near
    else:
        event = which.event_of
        cut = _Cut(which, event, half)
        copies, different, near = (
            cut.apply(which.copies),
            cut.apply(which.different, found),
            cut.apply(which.near),
        )
    hits, false = len(found & copies), len(found & different)
    precision = hits / (hits + false) if hits + false else 1.0
    recall = hits / len(copies) if copies else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(precision, recall, f1, len(found & near) / len(near) if near else 0.0, false)


@dataclass(frozen=True, slots=True)
class _Cut:
    which: WireSet
    event: Mapping[str, str]
    half: str

    def apply(self, pairs: frozenset[Pair], only: set[Pair] | None = None) -> frozenset[Pair]:
        chosen = pairs if only is None else pairs & only
        return frozenset(pair for pair in chosen if self.which.half_of(pair, self.event) == self.half)


def rand_index(which: WireSet, groups: Sequence[Sequence[str]]) -> float:
    """Adjusted Rand index against the clusters of the gold copies, every other text alone."""
    gold = _labels([sample.id for sample in which.samples], which.copies)
    found = {i: n for n, group in enumerate(groups) for i in group}
    table = Counter((gold[i], found[i]) for i in gold)
    rows, columns = Counter(gold.values()), Counter(found[i] for i in gold)
    both = sum(comb(n, 2) for n in table.values())
    by_row, by_column = (sum(comb(n, 2) for n in part.values()) for part in (rows, columns))
    expected = by_row * by_column / comb(len(gold), 2)
    highest = (by_row + by_column) / 2
    return (both - expected) / (highest - expected) if highest != expected else 1.0


def _labels(ids: Sequence[str], copies: frozenset[Pair]) -> dict[str, str]:
    root = {i: i for i in ids}

    def find(i: str) -> str:
        while root[i] != i:
            i = root[i]
        return i

    for a, b in copies:
        root[find(a)] = find(b)
    return {i: find(i) for i in ids}
