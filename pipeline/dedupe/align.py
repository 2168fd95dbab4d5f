"""Align two texts: the facts they agree on, and the facts that differ at the same place.

A copy may lack a paragraph or have an extra one; that is not a difference of facts. "Will meet on 12" against
"will not meet on 12" is one: the words around are the same, and a fact between them differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Indel

from pipeline.dedupe.words import HASH_MASK, Codes, Fact, fact_of, facts, hashes

ANCHOR = 2  # equal words on one side that anchor a difference
SHORT_GAP = 14  # words: a longer difference is another sentence, not a change of the same one
SHORT_INSERT = 6


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts two texts share and the facts in which they differ."""

    agreed: int  # numbers, dates and names in stretches that are the same
    differing: tuple[Fact, ...]  # one for each place where they state different facts

    @property
    def conflict(self) -> bool:
        """Whether they state something different."""
        return bool(self.differing)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Words that differ between two stretches that are equal."""

    first: tuple[int, int]
    second: tuple[int, int]
    before: int  # equal words before
    after: int


def compare_facts(first: Codes, second: Codes) -> Facts:
    """Compare what two texts state where they run in parallel."""
    stated = facts(first)
    here, there = first.tolist(), second.tolist()
    agreed = 0
    differing: list[Fact] = []
    for step in _walk(hashes(first).tolist(), hashes(second).tolist()):
        if isinstance(step, _Gap):
            differing.extend(_difference(step, here, there))
        else:
            agreed += int(np.count_nonzero(stated[step[0] : step[1]]))
    return Facts(agreed, tuple(differing))


def _walk(first: list[int], second: list[int]) -> Iterator[_Gap | tuple[int, int]]:
    """Equal stretches of the first text, and the gaps between them."""
    equal = [
        (op.src_start, op.src_end, op.dest_start, op.dest_end)
        for op in Indel.opcodes(first, second)
        if op.tag == "equal"
    ]
    # One or two words that happen to be equal inside a difference belong to it.
    solid = [e for e in equal if e[1] - e[0] >= ANCHOR]
    end_first = end_second = before = 0
    for begin, end, dest, dest_end in solid:
        if begin > end_first or dest > end_second:
            yield _Gap((end_first, begin), (end_second, dest), before, end - begin)
        yield begin, end
        end_first, end_second, before = end, dest_end, end - begin
    if before and (end_first < len(first) or end_second < len(second)):
        yield _Gap((end_first, len(first)), (end_second, len(second)), before, 0)


def _difference(gap: _Gap, first: list[int], second: list[int]) -> list[Fact]:
    longest = max(gap.first[1] - gap.first[0], gap.second[1] - gap.second[0])
    at_start = gap.first[0] == gap.second[0] == 0
    held = (gap.before >= ANCHOR or at_start) and gap.after >= ANCHOR
    if not held or longest > SHORT_GAP:
        return []
    here, there = _stated(first[slice(*gap.first)]), _stated(second[slice(*gap.second)])
    found: list[Fact] = []
    for fact in here.keys() | there.keys():
        mine, theirs = here.get(fact, []), there.get(fact, [])
        if fact in (Fact.NEGATION, Fact.STATUS):
            # In one text only, it reverses the sentence; two words for one status do not.
            if bool(mine) != bool(theirs) and longest <= SHORT_INSERT:
                found.append(fact)
        elif fact == Fact.NAME and longest > SHORT_INSERT:
            continue  # how people are named in a reworded sentence says little
        elif Counter(mine) - Counter(theirs) and Counter(theirs) - Counter(mine):
            found.append(fact)
    return sorted(found)


def _stated(codes: list[int]) -> dict[Fact, list[int]]:
    stated: dict[Fact, list[int]] = {}
    for code in codes:
        if fact := fact_of(code):
            stated.setdefault(fact, []).append(code & HASH_MASK)
    return stated
