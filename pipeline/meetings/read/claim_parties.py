"""The parties of a cue: those of its clause, completed from the rest of the sentence or from before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from pipeline.meetings.read.clauses import Clause, ContextPatterns
from pipeline.meetings.read.masking import Masked
from pipeline.meetings.read.nouns import FoundCue
from pipeline.meetings.read.placed import PlacedCue
from pipeline.meetings.read.sides import Parties, SideReader
from pipeline.meetings.statuses import CHANGES
from pipeline.meetings.who.entries import Rank
from pipeline.records import MeetingStatus, Participant

_SEAT_SPEAKS = re.compile(r"[CL]: ")  # "White House: visit of P put on ice"
_CONTESTED = CHANGES | {MeetingStatus.DENIED, MeetingStatus.UNCERTAIN}
_ACTED = frozenset({MeetingStatus.SCHEDULED, MeetingStatus.HELD, MeetingStatus.UNCERTAIN})
_NEEDS_TRAVELLER = frozenset({"travel", "meet", "host"})


class ClaimParties:
    """Finds the parties of cues by the context rules of one language."""

    def __init__(self, sides: SideReader, context: ContextPatterns, *, svo: bool) -> None:
        self._sides = sides
        self._context = context
        self._svo = svo

    def find(self, placed: PlacedCue, antecedent: Participant | None) -> Parties:
        """The parties of a cue; `antecedent` is whom its "he" means."""
        own = self._sides.parties(placed.masked, placed.clause, placed.found.span)
        completed = (complete(self, placed, own) for complete in _COMPLETED)
        parties = next((found for found in completed if found is not None), own)
        acts = placed.cue.kind in _NEEDS_TRAVELLER
        acting = any(at < placed.found.start or not acts for at, _ in parties.people)  # "he will meet P"
        if not acting and antecedent is not None and self._is_meant(placed):
            return parties.with_person(antecedent, placed.clause.start)
        return parties

    def phrase(self, found: FoundCue, masked: Masked, clause: Clause) -> Clause:
        """ "… ahead of talks between Putin and Erdogan": people before it are not in them."""
        start = max(clause.start, found.start)
        comma = masked.text.find(",", found.end, clause.end)
        phrase = replace(clause, start=start, end=comma if comma > 0 and found.cue.within else clause.end)
        parties = self._sides.parties(masked, phrase, found.span)
        both = len(parties.countries) >= 2 or found.cue.within
        return phrase if both and parties.people else clause

    def are_named(self, placed: PlacedCue, parties: Parties) -> bool:
        """Whether an official is named, or meant by "the two leaders", and acts where the verb asks for it."""
        known = parties.countries or self.is_anaphoric(placed) or placed.cue.status == "new_date"
        return bool(known) and self._has_subject(placed, parties)

    def is_anaphoric(self, placed: PlacedCue) -> bool:
        """ "The two leaders": who they are is said elsewhere."""
        return self._context["anaphora"].search(placed.text, *placed.whole) is not None

    def _has_subject(self, placed: PlacedCue, parties: Parties) -> bool:
        """Whether a party, or a word for one, is the subject of a verb of meeting."""
        cue = placed.cue
        if cue.kind not in _NEEDS_TRAVELLER or not self._svo or cue.status not in _ACTED:
            return True
        acting = [at for at in parties.positions if at < placed.found.end]
        if cue.kind == "travel":  # neither capitals nor countries travel, but their delegations do
            acting = [at for at in acting if self._travels(placed.text, at)]
        if parties.people or acting:
            return True
        return self._context["anaphora"].search(placed.text, *placed.before) is not None

    def _travels(self, text: str, at: int) -> bool:
        if text[at] == "C":
            return self._context["travels_behind"].match(text, at + 1) is not None
        return text[at] != "L"

    def _is_meant(self, placed: PlacedCue) -> bool:
        """Whether the "he" of a verb is not a person of its sentence."""
        start = placed.clause.start
        named = any(at < start and entity.people for at, entity in placed.masked.entities.items())
        said = self._context["pronoun"].search(placed.text, start, placed.found.end)
        return said is not None and not named

    # From where parties are completed: None where this is not how

    def come_for_talks(self, placed: PlacedCue, parties: Parties) -> bool:
        """ "The Bulgarian minister held talks in Skopje": where no other is named, those who are at home there."""
        alone = (len(parties.countries), len(parties.people)) == (1, 1)
        if not alone or placed.cue.format == "call":
            return False
        holds = self._context["holds_talks"].search(placed.text, *placed.found.span) is not None
        there = self._context["there_behind"].match(placed.text, placed.found.end, placed.clause.end) is not None
        first = min(parties.positions, default=placed.found.start)
        return holds and there and first < placed.found.start

    def _from_before(self, placed: PlacedCue, own: Parties) -> Parties | None:
        """The sentence in front of the clause names both sides, or who travels."""
        if len(own.countries) >= 2 or own.people or not placed.clause.start:
            return None
        earlier = replace(placed.clause, start=0, end=placed.clause.start)
        before = self._sides.parties(placed.masked, earlier, placed.found.span)
        if self.is_anaphoric(placed) and len(before.countries) >= 2 and own.countries <= before.countries:
            return before
        if placed.is_visit and before.positions and len(before.countries) == 1:
            return before.with_countries(own.countries)  # "…, but a stop in Taiwan is uncertain"
        return None

    def _from_seat(self, placed: PlacedCue, own: Parties) -> Parties | None:
        """The seat that speaks in front of a colon is the other side."""
        if len(own.countries) != 1 or not _SEAT_SPEAKS.fullmatch(placed.text, 0, placed.clause.start):
            return None
        return own.with_countries(frozenset(filter(None, [placed.masked.entities[0].country])))

    def _from_announcer(self, placed: PlacedCue, own: Parties) -> Parties | None:
        """ "In Tallinn it was said that the Kenyan minister's visit is off": who says so is the host."""
        says = self._context["announces_from"].match(placed.text)
        if says is None or len(own.countries) != 1 or not placed.is_visit:
            return None
        host = placed.masked.entities.get(says.end())
        return own.with_countries(frozenset({host.country})) if host is not None and host.country else None

    def _from_source(self, placed: PlacedCue, own: Parties) -> Parties | None:
        """ "No talks with Kenya, Uganda says": the country a headline ends with is the other side."""
        said = self._context["source_at_end"].search(placed.text) if placed.in_title else None
        told = placed.cue.status in _CONTESTED and len(own.countries) == 1
        if not told or said is None:
            return None
        return own.with_countries(frozenset(filter(None, [placed.masked.entities[said.start(1)].country])))

    def _from_spokesperson(self, placed: PlacedCue, own: Parties) -> Parties | None:
        """ "No call with the premier is planned, the Kremlin's spokesman said": who he speaks for is the other."""
        if len(own.countries) != 1 or placed.cue.status not in _CONTESTED or placed.cue.scope == "attendance":
            return None
        if any(at < placed.found.start and placed.text[at] != "P" for at in own.positions):
            return None
        speaks = (entity for entity in placed.masked.entities.values() if entity.rank == Rank.SPOKESPERSON)
        other = frozenset(entity.country for entity in speaks if entity.country) - own.countries
        return own.with_countries(other) if len(other) == 1 else None

    def _around_aside(self, placed: PlacedCue, own: Parties) -> Parties | None:
        """ "… demanded an answer for the cancelled visit to Kyiv"."""
        if not placed.clause.aside or (own.people and not self._has_no_goal(placed, own)):
            return None
        around = replace(placed.clause, excluded=placed.clause.reporting)
        whole = self._sides.parties(placed.masked, around, placed.found.span)
        return whole if len(whole.countries) >= 2 else whole.with_speaker()

    def _has_no_goal(self, placed: PlacedCue, own: Parties) -> bool:
        """ "The ministry of C told of the end of P's visit": its host is who speaks."""
        behind = (at for at in placed.masked.entities if at > placed.found.end and placed.clause.has(at))
        visit = placed.is_visit and len(own.countries) == 1
        return visit and all(placed.text[at] == "P" for at in behind)

    def _without_speaker(self, placed: PlacedCue, own: Parties) -> Parties | None:
        """Who stays away is named, so who says so is another."""
        named = any(at <= placed.found.start for at in own.positions)
        return own if placed.cue.scope == "attendance" and named else None

    def _with_speaker(self, placed: PlacedCue, own: Parties) -> Parties | None:
        """ "He said that will meet …": who speaks is the party that is missing."""
        acts = placed.cue.kind in _NEEDS_TRAVELLER and self._svo
        subjectless = acts and not any(at <= placed.found.start for at in own.positions)
        another = any(person.country not in own.countries for _, person in own.speakers[:1])
        anaphoric = another and placed.cue.kind != "travel" and self.is_anaphoric(placed)
        lacking = subjectless or not own.people or anaphoric
        return own.with_speaker() if lacking and len(own.countries) < 2 else None


_Completion = Callable[[ClaimParties, PlacedCue, Parties], Parties | None]
# The first that applies; else the parties of the clause.
_COMPLETED: tuple[_Completion, ...] = (
    ClaimParties._from_before,
    ClaimParties._from_seat,
    ClaimParties._from_announcer,
    ClaimParties._from_source,
    ClaimParties._from_spokesperson,
    ClaimParties._around_aside,
    ClaimParties._without_speaker,
    ClaimParties._with_speaker,
)
