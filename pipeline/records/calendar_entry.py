"""A meeting as a calendar shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.records.meeting import Participant, Place
from pipeline.records.notice import AlertFacts


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One meeting in its current state. Dates are EDTF."""

    number: int
    uid: str
    sequence: int
    status: str
    flags: tuple[str, ...]
    format: str
    participants: tuple[Participant, ...]
    countries: tuple[str, ...]
    place: Place | None
    date: str | None
    clock: str | None
    previous: tuple[str, ...]  # dates it was moved away from, oldest first
    created_at: datetime
    changed_at: datetime
    quote: str
    outlet: str
    url: str
    topics: tuple[str, ...] = ()
    merged_into: int | None = None
    dismissed: bool = False

    def facts(self) -> AlertFacts:
        """What watches are asked about; what only an alert has (kind, outlet, confidence) is left empty."""
        return AlertFacts.of(self, "", outlet=self.outlet, language="", topics=self.topics, confidence=1.0)
