"""Claims: statements about meetings found in the sentences of an article, and the steps that led to each."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.meetings.read.sentences import Sentence
from pipeline.meetings.read.series import NO_SERIES, MeetingSeries
from pipeline.records import MeetingStatus, Participant, Place, When


@dataclass(frozen=True, slots=True)
class Claim:
    """What one cue of one sentence says."""

    status: MeetingStatus | str  # or "planned" (was planned), "new_date" (one is promised)
    rule: str
    sentence: Sentence
    people: tuple[Participant, ...]
    countries: frozenset[str]
    place: Place | None
    when: When | None
    previous: When | None
    format: str
    anaphora: bool  # means a meeting named before
    confidence: float
    attribution: str
    aside: bool  # is part of a background clause ("after cancelling his trip")
    abroad: bool  # a journey to what is no country: "his trip to Latin America"
    official: bool = False  # one side is named, and what it meets is of many: "skips the G20 summit"
    scope: str = "meeting"  # or "attendance"
    reason: str = ""  # of a change, as the text words it
    initiator: str = ""  # id of who made it
    series: MeetingSeries = NO_SERIES
    sooner: bool = False  # moved to an earlier day, named or not
    there: bool = False  # a journey to a place named before: "he will not go there"
    has_pronoun: bool = False  # "he", "his", "the minister": a person named before has a part in it
    passing: bool = False  # a noun phrase alone names the meeting: any other claim says more

    @property
    def is_complete(self) -> bool:
        """Two sides are named, or all there are."""
        return len(self.countries) >= 2 or self.abroad or self.official

    @property
    def is_of_many(self) -> bool:
        """Whether it tells of one side of a meeting of many: "Poland skips the summit"."""
        return self.official and len(self.countries) == 1

    @property
    def why_official(self) -> str:
        """What makes it an official international meeting, for people."""
        reasons = (
            (len(self.countries) >= 2, "yes: two sides are named"),
            (self.official, "yes: one side meets many, or a body"),
            (self.abroad, "yes: an official goes abroad"),
        )
        return next((reason for holds, reason in reasons if holds), "open: the article must name the other side")


@dataclass(frozen=True, slots=True)
class Step:
    """One verb or noun of meeting, and the claim it became or why it became none."""

    rule: str
    words: str  # as the text has them
    head: str  # the noun it is about; "" where there is none
    claim: Claim | None
    why_not: str  # "" where there is a claim
    parties: tuple[str, ...] = ()  # as the text names them
    left_out: tuple[tuple[str, str], ...] = ()  # who is named without being a party, and why
    stance: tuple[str, ...] = ()  # what the words around its verb make of it: "uncertain", "not", "real"
