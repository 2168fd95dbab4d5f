"""Tell which of many patterns can match a text at all, by one scan for words that each of them needs.

A pattern that needs one of some literal words ("отлож" or "перенес") cannot match a text without either. All
literals of all patterns are found together, which costs less than one search of a long alternation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from re import _parser  # type: ignore[attr-defined]  # no public name: test_prefilter.py holds what we use of it

from ahocorasick_rs import AhoCorasick, MatchKind

_ENOUGH = 8  # characters: a longer literal is hardly rarer
_SHORTEST = 2  # characters: a single one is in every text
_MOST = 400  # literals of one pattern

Literals = frozenset[str] | None  # one of them is in every match; None: not known


class Prefilter:
    """Some patterns in their order. Immutable; can be pickled."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._always: list[int] = []
        needed: dict[str, list[int]] = defaultdict(list)
        for number, pattern in enumerate(patterns):
            literals = literals_of(pattern)
            if literals is None:
                self._always.append(number)
            for literal in literals or ():
                needed[literal].append(number)
        self._literals = tuple(needed)
        self._numbers = tuple(tuple(numbers) for numbers in needed.values())
        self._automaton = _automaton(self._literals)

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_automaton"}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._automaton = _automaton(self._literals)

    def possible(self, text: str) -> list[int]:
        """The numbers of the patterns that may match `text`, in order."""
        found = {literal for literal, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        return sorted({*self._always}.union(*(self._numbers[literal] for literal in found)))


def _automaton(literals: Iterable[str]) -> AhoCorasick:
    return AhoCorasick(list(literals), matchkind=MatchKind.Standard)


def literals_of(pattern: re.Pattern[str]) -> Literals:
    """The literals of `pattern`: every match holds at least one. None where they are not known."""
    if pattern.flags & re.IGNORECASE:
        return None
    return _of_sequence(list(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)))


def _of_sequence(items: list[tuple[object, object]]) -> Literals:
    """The rarest that one part of a sequence needs."""
    best: Literals = None
    for found in _parts(items):
        if found is not None and (best is None or _rarity(found) > _rarity(best)):
            best = found
    return best


def _parts(items: list[tuple[object, object]]) -> Iterable[Literals]:
    run = ""
    for kind, value in items:
        if str(kind) == "LITERAL":
            run += chr(int(str(value)))
            continue
        yield _of_run(run)
        run = ""
        yield _of_item(str(kind), value)
    yield _of_run(run)


def _of_run(run: str) -> Literals:
    return frozenset({run}) if len(run) >= _SHORTEST else None


def _of_item(kind: str, value: object) -> Literals:
    """What one item of a parsed pattern needs."""
    parts: Sequence[object] = value if isinstance(value, tuple) else ()
    if kind == "BRANCH":
        return _of_branches(parts[1])
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _of_sequence(list(parts[2])) if int(str(parts[0])) > 0 else None  # type: ignore[call-overload]
    if kind == "SUBPATTERN":
        return None if parts[1] else _of_sequence(list(parts[3]))  # type: ignore[call-overload]
    return None


def _of_branches(branches: object) -> Literals:
    """The literals of all alternatives."""
    found: set[str] = set()
    for branch in branches:  # type: ignore[attr-defined]
        literals = _of_sequence(list(branch))
        if literals is None:
            return None
        found |= literals
    return frozenset(found) if len(found) <= _MOST else None


def _rarity(literals: frozenset[str]) -> tuple[int, int]:
    return min(_ENOUGH, min(map(len, literals))), -len(literals)
