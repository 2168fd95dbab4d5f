"""Read the claims of one sentence.

A sentence is masked (names and dates become single letters), the cues of the language are looked for, and each cue
becomes a claim: a status with the parties, place and dates of its clause.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pipeline.language.folding import fold
from pipeline.meetings.language import Language
from pipeline.meetings.lexicon import Cue
from pipeline.meetings.read.causes import CauseReader
from pipeline.meetings.read.claim_dates import DateSorter
from pipeline.meetings.read.claim_parties import ClaimParties
from pipeline.meetings.read.claims import Claim, Step
from pipeline.meetings.read.clauses import ClauseReader, MaskedSpan, context_of
from pipeline.meetings.read.cue_search import CueSearch
from pipeline.meetings.read.dated_acts import Act
from pipeline.meetings.read.gate import TextGate
from pipeline.meetings.read.hosts import HostReader
from pipeline.meetings.read.levels import LevelReader, OfficeName
from pipeline.meetings.read.loose_dates import LooseDate, loose_dates
from pipeline.meetings.read.masking import Masked, mask
from pipeline.meetings.read.nouns import FoundCue, Noun, NounReader, format_of
from pipeline.meetings.read.official import Officials, is_known
from pipeline.meetings.read.placed import PlacedCue
from pipeline.meetings.read.sentences import Sentence
from pipeline.meetings.read.series import SeriesReader
from pipeline.meetings.read.sides import Parties, SideReader
from pipeline.meetings.read.status import StatusReader
from pipeline.meetings.read.unread import Unread
from pipeline.meetings.statuses import CHANGES, DEPUTY, SAME_DAY
from pipeline.meetings.when.dates import DateReader
from pipeline.meetings.when.shifts import ShiftReader
from pipeline.meetings.who.entities import Entity
from pipeline.records import MeetingStatus, Participant, When

_CERTAIN, _NOMINAL = 0.75, 0.6  # confidence in a verb and in a noun alone
_CAUSED = CHANGES | {MeetingStatus.DENIED}  # a side makes these, for a reason
_ROLES = {"travel": ("visitor", "counterpart"), "host": ("host", "visitor")}  # left and right of the cue


@dataclass(frozen=True, slots=True)
class _Reading:
    """One sentence while it is read."""

    sentence: Sentence
    masked: Masked
    nouns: list[Noun]
    cues: list[MaskedSpan]  # of all its cues
    today: date
    antecedent: Participant | None


class SentenceReader:
    """Reads sentences of one language."""

    def __init__(self, language: Language, office_name: OfficeName) -> None:
        lexicon = language.lexicon
        self._dates = DateReader(language.dates)
        self._shifts = ShiftReader(language.dates, svo=lexicon.order == "svo")
        self._context = context_of(lexicon)
        self._clauses = ClauseReader(self._context)
        self._sides = SideReader(lexicon, self._context)
        self._hosts = HostReader(lexicon, self._context)
        self._date_sorter = DateSorter(
            language.dates,
            reporting=self._context["reporting"],
            nouns=lexicon.compile(r"\b(?:{noun})\b"),
            svo=lexicon.order == "svo",
        )
        self._nouns = NounReader(language, self._context)
        self._cues = CueSearch(language, self._nouns, self._context)
        self._parties = ClaimParties(self._sides, self._context, svo=lexicon.order == "svo")
        self._status = StatusReader(self._context)
        self._causes = CauseReader(self._context, svo=lexicon.order == "svo")
        self._noun = lexicon.compile(r"\b(?:{noun})\b")
        self._officials = Officials(language.tables["not_official"], lexicon.compile(lexicon.abroad), self._nouns)
        self._series = SeriesReader(language.tables["series"])
        self._levels = LevelReader(language.tables["series"], office_name)
        self._gate = TextGate(language)

    def is_triggered(self, folded: str) -> bool:
        """Whether a folded text has any word of meetings at all."""
        return self._gate.opens(folded)

    def read(
        self,
        sentence: Sentence,
        entities: list[Entity],
        today: date,
        antecedent: Participant | None = None,
        *,
        zone: str = "",
    ) -> tuple[list[Claim], list[Unread]]:
        """The claims of one sentence, and its words of change that made none beside a party.

        `entities` are those inside it, with offsets in its field.

        `today` is the day of publication in `zone`, the outlet's time zone.
        `antecedent` is whom "he" means where the sentence itself does not tell.
        """
        folded = fold(sentence.text)
        if not self.is_triggered(folded):
            return [], []
        reading, found = self._reading(sentence, folded, entities, today, antecedent, zone)
        told_of = self._told(found, reading)
        named = any(entity.country or entity.people or entity.sides for entity in entities)
        unread = [
            Unread(sentence, self._words(reading, *one.span), told)
            for one, _, told in told_of
            if isinstance(told, str) and named and one.cue.status in CHANGES
        ]
        return [told for _, _, told in told_of if isinstance(told, Claim)], unread

    def explain(
        self, sentence: Sentence, entities: list[Entity], today: date, *, zone: str = ""
    ) -> tuple[str, list[Step]]:
        """The masked text of a sentence, and what became of every verb and noun of meeting."""
        reading, found = self._reading(sentence, fold(sentence.text), entities, today, None, zone)
        return reading.masked.text, [self._step(*told, reading) for told in self._told(found, reading)]

    def _told(self, found: list[FoundCue], reading: _Reading) -> list[tuple[FoundCue, Noun | None, Claim | str]]:
        """In the order of the text; what is read first, a change before a plan, keeps the noun it is about."""
        told_of: list[tuple[FoundCue, Noun | None, Claim | str]] = []
        spoken_of: set[int] = set()
        used: set[int] = set()  # positions of nouns that have their claim
        for one in found:
            head = self._nouns.head(one, reading.masked.text, reading.nouns)
            taken = head is not None and (
                head.start in used or (one.cue.id.endswith(".noun") and head.start in spoken_of)
            )
            if head is not None:
                spoken_of.add(head.start)
            told = "its noun is another claim's" if taken else self._claim(one, head, reading)
            claim = told if isinstance(told, Claim) else None
            if claim is not None and head is not None and isinstance(claim.status, MeetingStatus):
                used.add(head.start)
            told_of.append((one, head, told))
        return sorted(told_of, key=lambda placed: placed[0].start)

    @staticmethod
    def _words(reading: _Reading, start: int, end: int) -> str:
        """What stands at [start, end) of masked text, as the sentence has it."""
        origins = reading.masked.origins
        return reading.sentence.text[origins[start] : origins[end]].strip()

    def _step(self, found: FoundCue, head: Noun | None, told: Claim | str, reading: _Reading) -> Step:
        """For people: never needed to read."""

        words = partial(self._words, reading)
        noun = words(head.start, head.end) if head else ""
        claim, why_not = (told, "") if isinstance(told, Claim) else (None, told)
        core = (min(found.start, head.start), max(found.end, head.end)) if head else found.span
        clause = self._clauses.clause(reading.masked.text, core, reading.cues)
        out = {at: reason for at, reason in self._sides.left_out(reading.masked, clause, found.span)}
        names = {at: words(at, at + 1) for at in reading.masked.entities}
        parties = tuple(name for at, name in names.items() if at not in out)
        return Step(
            found.cue.id, words(found.start, found.end), noun, claim, why_not, parties,
            tuple((names[at], reason) for at, reason in out.items()), found.stance,
        )  # fmt: skip

    def loose_dates(
        self, number: int, sentence: Sentence, entities: list[Entity], today: date, *, zone: str
    ) -> list[LooseDate]:
        """The dates of the `number`th sentence of an article that are not the day of a statement."""
        folded = fold(sentence.text)
        masked = mask(folded, entities, self._dates.find(folded, today, zone=zone), sentence.start)
        standing = self._date_sorter.standing(masked.text, masked.dates, today)
        return loose_dates(number, masked, self._noun, standing)

    def _reading(
        self,
        sentence: Sentence,
        folded: str,
        entities: list[Entity],
        today: date,
        antecedent: Participant | None,
        zone: str,
    ) -> tuple[_Reading, list[FoundCue]]:
        masked = mask(folded, entities, self._dates.find(folded, today, zone=zone), sentence.start)
        found, nouns = self._cues.find(masked.text, headline=sentence.field == "title")
        return _Reading(sentence, masked, nouns, [one.span for one in found], today, antecedent), found

    # One cue -----------------------------------------------------------------------------------------------

    def _claim(self, found: FoundCue, head: Noun | None, reading: _Reading) -> Claim | str:
        """The claim of a cue, or why it makes none."""
        if reason := self._nouns.why_no_meeting(found, head, reading.masked.text):
            return reason
        placed = self._placed(found, head, reading)
        if reason := self._status.why_unreal(placed):
            return reason
        parties = self._parties.find(placed, reading.antecedent)
        if reason := self._why_not_official(placed, parties, reading.nouns):
            return reason
        claim = self._claim_of(placed, parties, reading)
        opens = (
            not reading.sentence.start and len(claim.people) > 1
        )  # "After talks with P, P said": the news itself
        anchors = (claim.when, claim.place, reading.sentence.field == "title", opens)
        if found.cue.anchored and not any(anchors):
            return "it names neither day nor place"
        return claim

    def _placed(self, found: FoundCue, head: Noun | None, reading: _Reading) -> PlacedCue:
        text = reading.masked.text
        core = (min(found.start, head.start), max(found.end, head.end)) if head else found.span
        clause = self._clauses.clause(text, core, reading.cues)
        if found.cue.kind == "noun":
            clause = self._parties.phrase(found, reading.masked, clause)
        dates = self._date_sorter.sort(_act(found, core), text, reading.masked.dates, clause, reading.today)
        in_title = reading.sentence.field == "title"
        return PlacedCue(found, head, reading.masked, core, clause, dates, reading.today, in_title)

    def _why_not_official(self, placed: PlacedCue, parties: Parties, nouns: list[Noun]) -> str | None:
        """Why a cue is about no official meeting; None where it is."""
        if not self._parties.are_named(placed, parties):
            return "nobody official is named for it"
        if reason := self._officials.why_not(placed, parties, nouns):
            return reason
        start, end = placed.before
        acting = self._context["other_actor"].finditer(f" {placed.text[start:end]}")
        other = any(not placed.clause.reports(start + found.start()) for found in acting)
        # "the Turkish national team will meet Greece"
        return "who acts is no official" if other and not parties.people else None

    def _claim_of(self, placed: PlacedCue, parties: Parties, reading: _Reading) -> Claim:
        cue, clause, masked = placed.cue, placed.clause, reading.masked
        many = self._officials.meets_many(placed, reading.nouns)
        comes = placed.is_visit or self._parties.come_for_talks(placed, parties)
        place, side = self._hosts.place(masked, clause, placed.core, parties.countries, visit=comes)
        sides = parties.countries | ({side} if side else set())
        deputy = _stays_away(cue) and self._context["deputy_comes"].search(placed.text) is not None
        when, previous = placed.dates.when or self._shifted(placed), placed.dates.previous
        if cue.id.endswith(f".{SAME_DAY}"):  # "the talks on 14 May were moved to 3 p.m."
            when, previous = when or previous, None
        return Claim(
            status=self._status.status(placed),
            rule=f"{cue.id}.{DEPUTY}" if deputy else cue.id,
            sentence=reading.sentence,
            people=_with_roles(cue, placed.found.end, parties) or self._levels.offices(placed, sides),
            countries=sides,
            place=place,
            when=self._with_clock(when, reading.sentence),
            previous=previous,
            format=format_of(placed.found, placed.head, reading.nouns),
            anaphora=self._parties.is_anaphoric(placed),
            confidence=_NOMINAL if cue.kind == "noun" else _CERTAIN,
            attribution=self._clauses.attribution(masked, clause, reading.sentence.text),
            aside=clause.aside,
            passing=cue.passing,
            has_pronoun=self._context["pronoun"].search(placed.text, *placed.whole) is not None,
            series=self._series.read(placed),
            sooner=cue.sooner,
            there=placed.is_visit and self._context["there"].search(placed.text, *placed.whole) is not None,
            abroad=self._officials.goes_abroad(placed, parties),
            official=many and is_known(cue, parties),
            scope="attendance" if deputy else _scope(placed, parties, many=many),
            **(self._cause(placed, sides, reading) if cue.status in _CAUSED else {}),
        )

    def _cause(self, placed: PlacedCue, sides: frozenset[str], reading: _Reading) -> dict[str, str]:
        """Who made a change, and why, as far as its clause says."""
        return {
            "reason": self._causes.reason(placed, reading.sentence.text),
            "initiator": self._causes.initiator(placed, sides),
        }

    def _shifted(self, placed: PlacedCue) -> When | None:
        """The new day where a text tells the old one and by how much it was moved."""
        if placed.cue.status not in (MeetingStatus.POSTPONED, MeetingStatus.RESCHEDULED):
            return None
        return self._shifts.moved(placed.dates.previous, placed.text, *placed.found.span, sooner=placed.cue.sooner)

    def _with_clock(self, when: When | None, sentence: Sentence) -> When | None:
        if when is None or not when.is_day:
            return when
        return replace(when, time=self._dates.clock(fold(sentence.text)))


def _stays_away(cue: Cue) -> bool:
    return cue.scope == "attendance" or (cue.kind == "travel" and cue.status == MeetingStatus.CANCELLED)


def _scope(placed: PlacedCue, parties: Parties, *, many: bool) -> str:
    """Who stays away from what goes on without him: "will not travel to the summit"."""
    if not many and parties.people:
        return "meeting"
    travels = placed.cue.kind == "travel" and placed.head is None
    away = travels and placed.cue.status == MeetingStatus.CANCELLED and len(parties.countries) == 1
    return "attendance" if away and many else placed.cue.scope


def _act(found: FoundCue, core: MaskedSpan) -> Act:
    cue = found.cue
    return Act(cue.status, found.span, core, cue.kind == "change", cue.kind == "noun", cue.past, cue.present)


def _with_roles(cue: Cue, end: int, parties: Parties) -> tuple[Participant, ...]:
    left, right = _ROLES.get(cue.kind, ("party", "party"))
    return tuple(replace(person, role=left if at < end else right) for at, person in parties.people)
