"""Find the keys that texts share, directly from the arrays as the server sends them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row

# An element of array_send: its length, then the number, both big-endian; 20 bytes of heading before the first.
_ELEMENT = np.dtype([("length", ">i4"), ("key", ">i8")])
_HEADING = 20
_STEP = np.int64(0x1E3779B97F4A7C15)


def shared_keys(
    keys: Mapping[int, Collection[int]], rows: Sequence[Row[Any]]
) -> tuple[list[NDArray[np.int64]], list[int]]:
    """The keys that each row shares with the text it was found for, and its number of keys; for all rows at once.

    Keys are hashes: shifted by a different number for each text, those of all texts fit in one sorted list.
    """
    own = {version_id: i for i, version_id in enumerate(keys)}
    wanted = np.fromiter(itertools.chain.from_iterable(keys.values()), dtype=np.int64)
    wanted = wanted + _apart(list(range(len(keys))), [len(some) for some in keys.values()])
    wanted.sort()
    sent = [bytes(row.keys)[_HEADING:] for row in rows]
    sizes = [len(some) // _ELEMENT.itemsize for some in sent]
    theirs = np.frombuffer(b"".join(sent), dtype=_ELEMENT)["key"].astype(np.int64)
    moved = theirs + _apart([own[row.looked_up] for row in rows], sizes)
    at = np.searchsorted(wanted, moved)
    at[at == len(wanted)] = 0
    hit = wanted[at] == moved if len(wanted) else np.zeros(len(moved), dtype=bool)
    ends = np.concatenate(([0], np.cumsum(hit)))[np.cumsum(sizes, dtype=np.int64)].tolist()
    shared = theirs[hit]
    return [shared[begin:end] for begin, end in itertools.pairwise([0, *ends])], sizes


def _apart(numbers: list[int], sizes: list[int]) -> NDArray[np.int64]:
    return np.repeat(np.array(numbers, dtype=np.int64) * _STEP, sizes)
