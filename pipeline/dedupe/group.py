"""How the members of a cluster stand to its lead, and whether two clusters are one."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.dedupe.compare import Overlap, copy_kind
from pipeline.records import Fingerprint


def best_copy(new: Fingerprint, candidates: Sequence[Fingerprint]) -> int | None:
    """Index of the candidate that `new` is a copy of; the earliest of the closest; None if of none."""
    best: tuple[float, float] | None = None
    index = None
    for i, candidate in enumerate(candidates):
        kind, found = copy_kind(new, candidate)
        if kind is None:
            continue
        score = (float(found.exact), found.containment)
        if best is None or score > best:
            best, index = score, i
    return index


def may_unite(lead: Fingerprint, other_lead: Fingerprint, *, sizes: tuple[int, int]) -> bool:
    """A single text joins by its best match; two grown clusters only if their leads are copies as well.

    Without this rule one shared footer chains everything an outlet ever wrote into one cluster.
    """
    return min(sizes) == 1 or copy_kind(lead, other_lead)[0] is not None


def kind_of_copy(member: Fingerprint, lead: Fingerprint) -> tuple[str, Overlap]:
    """exact, near, shortened or extended; `indirect` for a copy of a copy that is far from the lead."""
    kind, found = copy_kind(member, lead)
    return kind or "indirect", found
