"""Counts of a stage's run."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one run of a stage, by reason. Mutable only through `count`."""

    stage: str
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, reason: str, n: int = 1) -> None:
        """Add `n` to the count of `reason`."""
        self.counts[reason] = self.counts.get(reason, 0) + n
