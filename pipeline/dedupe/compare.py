"""Two fingerprints -> how much of one text is in the other, and what kind of copy that makes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.records import Fingerprint

COPY_CONTAINMENT = 0.55  # measured on three labelled sets; see DECISIONS
NEAR_JACCARD = 0.8
MIN_TOKENS = 30  # below this only exact copies count: flashes share too many phrases
MIN_SHARED_KEYS = 3


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shares of distinct word 3-grams, 0..1."""

    of_first: float  # of the first text's shingles, found in the second
    of_second: float
    jaccard: float
    exact: bool

    @property
    def containment(self) -> float:
        """Of the smaller text in the larger."""
        return max(self.of_first, self.of_second)


def overlap(first: Fingerprint, second: Fingerprint) -> Overlap:
    """Compare two texts by all their shingles."""
    a = np.frombuffer(first.shingles, dtype="<u4")
    b = np.frombuffer(second.shingles, dtype="<u4")
    shared = len(np.intersect1d(a, b, assume_unique=True))
    union = len(a) + len(b) - shared
    return Overlap(
        of_first=shared / len(a) if len(a) else 0.0,
        of_second=shared / len(b) if len(b) else 0.0,
        jaccard=shared / union if union else 0.0,
        exact=first.exact == second.exact,
    )


def copy_kind(new: Fingerprint, old: Fingerprint) -> tuple[str | None, Overlap]:
    """What `new` is to `old`: exact, near, shortened, extended; or None where it is its own text."""
    found = overlap(new, old)
    if found.exact:
        return "exact", found
    if min(new.tokens, old.tokens) < MIN_TOKENS or found.containment < COPY_CONTAINMENT:
        return None, found
    if found.jaccard >= NEAR_JACCARD:
        return "near", found
    return ("shortened" if found.of_first > found.of_second else "extended"), found
