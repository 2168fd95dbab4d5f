"""A story: the dispatches about one event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoryState:
    """A story after the reports so far. `centroid` maps terms to weights; its length is 1."""

    id: int
    last_at: datetime
    size: int
    centroid: Mapping[int, float]
