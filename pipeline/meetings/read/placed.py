"""A cue with what belongs to it: its noun, its clause, and the dates of that clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.meetings.lexicon import Cue
from pipeline.meetings.read.claim_dates import ClaimDates
from pipeline.meetings.read.clauses import Clause, MaskedSpan
from pipeline.meetings.read.masking import Masked
from pipeline.meetings.read.nouns import FoundCue, Noun

_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PlacedCue:
    """One cue of a masked sentence, ready to be judged."""

    found: FoundCue
    head: Noun | None
    masked: Masked
    core: MaskedSpan  # the cue and its noun
    clause: Clause
    dates: ClaimDates
    today: date  # of publication
    in_title: bool

    @property
    def cue(self) -> Cue:
        return self.found.cue

    @property
    def text(self) -> str:
        """The sentence, masked."""
        return self.masked.text

    @property
    def before(self) -> MaskedSpan:
        """What is in front of the cue in its clause."""
        return self.clause.start, self.found.start

    @property
    def whole(self) -> MaskedSpan:
        """The clause."""
        return self.clause.start, self.clause.end

    @property
    def is_visit(self) -> bool:
        """Whether somebody travels, or would have: who stays away from talks in Moscow does not go there."""
        formats = (self.cue.format, self.head.format if self.head else None)
        return self.cue.kind == "travel" or "visit" in formats or self.cue.scope == "attendance"

    @property
    def is_ahead(self) -> bool:
        """Whether its day has not passed."""
        return self.dates.when is not None and self.dates.when.latest >= self.today

    @property
    def was_lately(self) -> bool:
        """Whether it names a day that was a short time ago: "earlier, on 23 January" in February is news."""
        when = self.dates.when
        return when is not None and when.is_day and timedelta(0) <= self.today - when.latest <= _LATELY
