"""What a stage did."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """What one run of a stage did, by reason. Mutable only through `count`."""

    stage: str
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, reason: str, n: int = 1) -> None:
        """Add `n` to the count of `reason`."""
        self.counts[reason] = self.counts.get(reason, 0) + n
