"""Read the claims of one sentence.

A sentence is masked (names and dates become single letters), the cues of the language are looked for, and each cue
becomes a claim: a status with the parties, place and dates of its clause.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pipeline.folding import fold
from pipeline.meetings.language import Language
from pipeline.meetings.lexicon import Cue
from pipeline.meetings.read.claim_dates import Act, ClaimDates, DateSorter
from pipeline.meetings.read.claims import Claim, Step
from pipeline.meetings.read.clauses import Clause, ClauseReader, MaskedSpan, context_of
from pipeline.meetings.read.engine import Engine
from pipeline.meetings.read.loose_dates import LooseDate, loose_dates
from pipeline.meetings.read.masking import Masked, mask
from pipeline.meetings.read.nouns import FoundCue, Noun, NounReader, format_of
from pipeline.meetings.read.official import Officials
from pipeline.meetings.read.phrases import PhraseReader
from pipeline.meetings.read.plans import PlanEngine
from pipeline.meetings.read.sentences import Sentence
from pipeline.meetings.read.sides import Parties, SideReader
from pipeline.meetings.read.unread import Unread
from pipeline.meetings.read.words import Words
from pipeline.meetings.statuses import CHANGES, PLANS
from pipeline.meetings.when.dates import DateReader
from pipeline.meetings.who.entities import Entity
from pipeline.records import MeetingStatus, Participant, When

_Rule = tuple[Cue, re.Pattern[str]]

_SEAT_SPEAKS = re.compile(r"[CL]: ")  # "White House: visit of P put on ice"
_Gated = tuple[tuple[re.Pattern[str], list[_Rule]], ...]
_LATE = frozenset({MeetingStatus.SCHEDULED, MeetingStatus.HELD, "planned"})
_GATE_CUES = 4  # cues tried together first: most sentences have none of them
_DATED = CHANGES | {MeetingStatus.HELD, MeetingStatus.SCHEDULED}  # what words of history turn into history
_ACTED = frozenset({MeetingStatus.SCHEDULED, MeetingStatus.HELD, MeetingStatus.UNCERTAIN})
_NEEDS_TRAVELLER = frozenset({"travel", "meet", "host"})
_CERTAIN, _NOMINAL = 0.75, 0.6  # confidence in a verb and in a noun alone
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

    def __init__(self, language: Language) -> None:
        lexicon = language.lexicon
        self._dates = DateReader(language.dates)
        self._context = context_of(lexicon)
        self._clauses = ClauseReader(self._context)
        self._sides = SideReader(lexicon, self._context)
        self._date_sorter = DateSorter(
            language.dates,
            reporting=self._context["reporting"],
            nouns=lexicon.compile(r"\b(?:{noun})\b"),
            svo=lexicon.order == "svo",
        )
        cues = [(cue, lexicon.compile(cue.pattern)) for cue in lexicon.cues]
        self._title_cues = _in_order(cues)
        self._body_cues = _in_order([(cue, pattern) for cue, pattern in cues if not cue.headline])
        self._nouns = NounReader(language, self._context)
        self._engine = Engine(lexicon.language, lexicon.grammar, language.tables, self._context)
        self._plans = PlanEngine(lexicon, language.tables, self._context)
        self._phrases = PhraseReader(lexicon.language, language.tables["stance"], self._context)
        self._noun = lexicon.compile(r"\b(?:{noun})\b")
        self._officials = Officials(language.tables["not_official"])
        bodies = "|".join(re.escape(fold(row["name"])) for row in language.tables["bodies"])
        self._triggers = lexicon.compile(rf"{lexicon.triggers}|\b(?:{bodies or '(?!)'})\b")
        self._abroad = lexicon.compile(lexicon.abroad)
        self._svo = lexicon.order == "svo"

    def is_triggered(self, folded: str) -> bool:
        """Whether a folded text has any word of meetings at all."""
        return self._triggers.search(folded) is not None

    def goes_abroad(self, folded: str) -> bool:
        """Whether a folded text names a goal of a journey that is no country."""
        return self._abroad.search(folded) is not None

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
        if not self.is_triggered(fold(sentence.text)):
            return [], []
        reading, found = self._reading(sentence, entities, today, antecedent, zone)
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
        """The masked text of a sentence, and what became of every verb and noun that speaks of a meeting."""
        reading, found = self._reading(sentence, entities, today, None, zone)
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
            tuple((names[at], reason) for at, reason in out.items()),
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
        self, sentence: Sentence, entities: list[Entity], today: date, antecedent: Participant | None, zone: str
    ) -> tuple[_Reading, list[FoundCue]]:
        folded = fold(sentence.text)
        entities = [entity for entity in entities if not self._is_in_region(entity, folded, sentence)]
        masked = mask(folded, entities, self._dates.find(folded, today, zone=zone), sentence.start)
        words = Words(masked.text)
        found = self._find_cues(masked.text, words, headline=sentence.field == "title")
        nouns = self._nouns.find(masked.text, found)
        found += self._phrases.find(masked.text, words, nouns, found, self._engine.predicates(words))
        return _Reading(sentence, masked, nouns, [one.span for one in found], today, antecedent), found

    def _is_in_region(self, entity: Entity, folded: str, sentence: Sentence) -> bool:
        """ "Latin America" is not America."""
        start, end = entity.start - sentence.start, entity.end - sentence.start
        near = self._abroad.finditer(folded, max(0, start - 20), min(len(folded), end + 20))
        return any(found.start() <= start and end <= found.end() for found in near)

    def _find_cues(self, text: str, words: Words, *, headline: bool) -> list[FoundCue]:
        """Cues in the order of the rules; one that overlaps an earlier one is dropped."""
        found = self._engine.find(text, words, headline=headline)
        early, late = self._title_cues if headline else self._body_cues
        self._add(found, early, text)
        for plan in self._plans.find(text, words, headline=headline):
            if not any(
                plan.start < one.end and one.start < plan.end for one in found if one.cue.status != "new_date"
            ):
                found.append(plan)
        self._add(found, late, text)
        return found

    @staticmethod
    def _add(found: list[FoundCue], gated: _Gated, text: str) -> None:
        groups = (group for gate, group in gated if gate.search(text))
        for cue, pattern in itertools.chain.from_iterable(groups):
            for match in pattern.finditer(text):
                start, end = match.span()
                rivals = (one for one in found if one.cue.status != "new_date")
                if not any(start < one.end and one.start < end for one in rivals):
                    found.append(FoundCue(cue, start, end))

    # One cue -----------------------------------------------------------------------------------------------

    def _claim(self, found: FoundCue, head: Noun | None, reading: _Reading) -> Claim | str:
        """The claim of a cue, or why it makes none."""
        cue, masked = found.cue, reading.masked
        if reason := self._nouns.why_no_meeting(found, head, masked.text):
            return reason
        core = (min(found.start, head.start), max(found.end, head.end)) if head else found.span
        clause = self._clauses.clause(masked.text, core, reading.cues)
        if cue.kind == "noun":
            clause = self._phrase(found, masked, clause)
        dates = self._date_sorter.sort(_act(found, core), masked.text, masked.dates, clause, reading.today)
        if dates.history or self._is_unreal(found, masked.text, clause, dates, reading.today):
            return "told as history or as a condition"
        anaphora = self._context["anaphora"].search(masked.text, clause.start, clause.end) is not None
        visit = cue.kind == "travel" or "visit" in (cue.format, head.format if head else None)
        visit = visit or cue.scope == "attendance"  # who stays away from talks in Moscow does not go there
        parties = self._parties(found, masked, clause, anaphora=anaphora, visit=visit)
        if not parties.people and reading.antecedent is not None and self._is_meant(found, masked, clause):
            parties = parties.with_person(reading.antecedent, clause.start)
        if not (parties.countries or anaphora or cue.status == "new_date") or not self._has_subject(
            found, masked.text, clause, parties
        ):
            return "nobody official is named for it"
        if reason := self._officials.why_not(masked.text, *core):
            return f"no official meeting: {reason}"
        if not parties.people and self._context["other_actor"].search(
            f" {masked.text[clause.start : found.start]}"
        ):
            return "who acts is no official"  # "the Turkish national team will meet Greece"
        place, side = self._sides.place(masked, clause, core, parties.countries, visit=visit)
        if cue.anchored and not (dates.when or place or reading.sentence.field == "title"):
            return "it names neither day nor place"
        many = self._meets_many(found, head, reading, clause)
        return Claim(
            status=self._status(found, dates, masked.text, clause, reading.today),
            rule=cue.id,
            sentence=reading.sentence,
            people=_with_roles(cue, found.end, parties),
            countries=parties.countries | ({side} if side else set()),
            place=place,
            when=self._with_clock(dates.when, reading.sentence),
            previous=dates.previous,
            format=format_of(found, head, reading.nouns),
            anaphora=anaphora,
            confidence=_NOMINAL if cue.kind == "noun" else _CERTAIN,
            attribution=self._clauses.attribution(masked, clause, reading.sentence.text),
            aside=clause.aside,
            passing=cue.passing,
            abroad=self._is_abroad(found, head, masked.text, clause, parties, visit=visit),
            official=many and _is_known(found, parties),
            scope=cue.scope if many else "meeting",
        )

    def _is_abroad(
        self, found: FoundCue, head: Noun | None, text: str, clause: Clause, parties: Parties, *, visit: bool
    ) -> bool:
        """Whether somebody travels to what is no country: "his trip to Latin America"."""
        if found.cue.passing or not parties.people:
            return False
        travels = visit or (head is not None and head.format == "summit")
        return travels and self._abroad.search(text, clause.start, clause.end) is not None

    def _meets_many(self, found: FoundCue, head: Noun | None, reading: _Reading, clause: Clause) -> bool:
        """Whether who is named need not say whom they meet: a summit, a body, talks known by their subject."""
        if head is None:  # "dropped plans to attend a summit"
            summit = any(noun.format == "summit" and clause.has(noun.start) for noun in reading.nouns)
            return found.cue.status in CHANGES and found.cue.scope == "attendance" and summit
        known = head.is_body or head.format == "summit"
        return known or self._nouns.meets_many(reading.masked.text, clause.start, clause.end)

    def _status(
        self, found: FoundCue, dates: ClaimDates, text: str, clause: Clause, today: date
    ) -> MeetingStatus | str:
        """The status of the cue, as far as its clause leaves it certain, still to come, and as planned."""
        status, before, after = found.cue.status, (clause.start, found.start), (found.end, clause.end)
        if status in CHANGES:
            unsaid = found.cue.scope == "meeting" and self._is_unsaid(text, before, after)
            return MeetingStatus.UNCERTAIN if unsaid else status
        if status == MeetingStatus.HELD and found.cue.present:
            ahead = dates.when is not None and dates.when.latest >= today
            if ahead or (dates.when is None and self._context["ahead"].search(text, clause.start, clause.end)):
                status = MeetingStatus.SCHEDULED
        if status not in PLANS:
            return status
        waits = dates.when is None and dates.previous is None
        if waits and self._context["conditional"].search(text, clause.start, clause.end):
            return MeetingStatus.UNCERTAIN  # "they will meet when the texts are ready"
        if self._context["plan_doubt"].search(text, *before):
            return MeetingStatus.UNCERTAIN
        if self._context["reaffirmed"].search(text, clause.start, clause.end):
            return MeetingStatus.CONFIRMED
        moved = dates.previous is not None or self._context["moved"].search(text, clause.start, clause.end)
        return MeetingStatus.RESCHEDULED if moved and dates.when is not None else status

    def _is_unsaid(self, text: str, before: MaskedSpan, after: MaskedSpan) -> bool:
        """Whether the words around a change say that it has not happened, or not yet."""
        said = text[slice(*before)]
        if self._context["unsaid"].search(said) or self._context["unsaid_after"].match(text, *after):
            return True
        return self._context["would"].search(said) is not None and not self._context["reporting"].search(text)

    def _is_meant(self, found: FoundCue, masked: Masked, clause: Clause) -> bool:
        """Whether the "he" of a verb is not a person of its sentence."""
        named = any(at < clause.start and entity.people for at, entity in masked.entities.items())
        said = self._context["pronoun"].search(masked.text, clause.start, found.end)
        return said is not None and not named

    def _phrase(self, found: FoundCue, masked: Masked, clause: Clause) -> Clause:
        """ "… ahead of talks between Putin and Erdogan": people before it are not in them."""
        start = max(clause.start, found.start)
        comma = masked.text.find(",", found.end, clause.end)
        phrase = replace(clause, start=start, end=comma if comma > 0 and found.cue.within else clause.end)
        parties = self._sides.parties(masked, phrase, found.span)
        both = len(parties.countries) >= 2 or found.cue.within
        return phrase if both and parties.people else clause

    def _has_subject(self, found: FoundCue, text: str, clause: Clause, parties: Parties) -> bool:
        """Whether a party, or a word for one, is the subject of a verb of meeting."""
        if found.cue.kind not in _NEEDS_TRAVELLER or not self._svo or found.cue.status not in _ACTED:
            return True
        acting = [at for at in parties.positions if at < found.end]
        if found.cue.kind == "travel":  # capitals do not travel
            acting = [at for at in acting if text[at] != "L"]
        if parties.people or acting:
            return True
        return self._context["anaphora"].search(text, clause.start, found.start) is not None

    def _parties(self, found: FoundCue, masked: Masked, clause: Clause, *, anaphora: bool, visit: bool) -> Parties:
        parties = self._sides.parties(masked, clause, found.span)
        if len(parties.countries) < 2 and not parties.people and clause.start:
            before = self._sides.parties(masked, replace(clause, start=0, end=clause.start), found.span)
            if anaphora and len(before.countries) >= 2 and parties.countries <= before.countries:
                return before
            if visit and before.positions and len(before.countries) == 1:  # "…, but a stop in Taiwan is uncertain"
                return before.with_countries(parties.countries)
        if len(parties.countries) == 1 and _SEAT_SPEAKS.fullmatch(masked.text, 0, clause.start):
            return parties.with_countries(frozenset(filter(None, [masked.entities[0].country])))
        if clause.aside and not parties.people:  # "… demanded an answer for the cancelled visit to Kyiv"
            whole = self._sides.parties(masked, replace(clause, excluded=clause.reporting), found.span)
            return whole if len(whole.countries) >= 2 else whole.with_speaker()
        acts = found.cue.kind in _NEEDS_TRAVELLER and self._svo
        subjectless = acts and not any(at < found.start for at in parties.positions)  # "he said that will meet …"
        if found.cue.scope == "attendance" and any(at < found.start for at in parties.positions):
            return parties  # who stays away is named, so who says so is another
        if (anaphora or subjectless or not parties.people) and len(parties.countries) < 2:
            return parties.with_speaker()
        return parties

    def _is_unreal(self, found: FoundCue, text: str, clause: Clause, dates: ClaimDates, today: date) -> bool:
        """Told as history, or as a condition."""
        status = found.cue.status
        start, end = clause.start, clause.end
        if status == MeetingStatus.SCHEDULED:  # "the visit, postponed several times, will …"
            start, end = max(start, text.rfind(",", 0, found.start)), max(found.end, text.find(",", found.end))
            if dates.when is not None and dates.when.earliest >= today:
                return False
        if status in _DATED and self._context["history"].search(text, start, max(end, found.end)):
            return True
        if status in CHANGES and self._context["past_perfect"].search(text, clause.start, clause.end):
            return self._context["reporting"].search(text, 0, found.start) is None
        if found.cue.present and dates.when is not None and dates.when.latest >= today:
            return False  # "when the presidents meet on Friday"
        return status == MeetingStatus.HELD and bool(
            self._context["hedge"].search(text, clause.start, found.start)
        )

    def _with_clock(self, when: When | None, sentence: Sentence) -> When | None:
        if when is None or not when.is_day:
            return when
        return replace(when, time=self._dates.clock(fold(sentence.text)))


def _in_order(cues: list[_Rule]) -> tuple[_Gated, _Gated]:
    """Cues that are read before the plans that verbs express, and those read after them."""
    early = [rule for rule in cues if rule[0].status not in _LATE]
    return _gated(early), _gated([rule for rule in cues if rule not in early])


def _gated(cues: list[_Rule]) -> _Gated:
    """Cues in groups, each behind one pattern that finds any of the group."""
    groups = [cues[at : at + _GATE_CUES] for at in range(0, len(cues), _GATE_CUES)]
    patterns = ["|".join(f"(?:{pattern.pattern})" for _, pattern in group) for group in groups]
    return tuple(zip(map(re.compile, patterns), groups, strict=True))


def _act(found: FoundCue, core: MaskedSpan) -> Act:
    cue = found.cue
    return Act(cue.status, found.span, core, cue.kind == "change", cue.kind == "noun", cue.past, cue.present)


def _with_roles(cue: Cue, end: int, parties: Parties) -> tuple[Participant, ...]:
    left, right = _ROLES.get(cue.kind, ("party", "party"))
    return tuple(replace(person, role=left if at < end else right) for at, person in parties.people)


def _is_known(found: FoundCue, parties: Parties) -> bool:
    """Whether one side is enough where it meets a body or many."""
    if found.cue.passing or len(parties.countries) != 1:
        return False
    return bool(parties.people) or found.cue.status in CHANGES
