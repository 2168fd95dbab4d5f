"""Read one sentence: what it says of which meeting.

A sentence is masked (names and dates become single letters), the cues of the language are looked for, and each cue
becomes a claim: a status with the parties, place and dates of its clause.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from datetime import date

from pipeline.meetings.claim_dates import CHANGES, ClaimDates, DateSorter
from pipeline.meetings.clauses import Clause, ClauseReader, Parties, Span, context_of
from pipeline.meetings.dates import DateReader
from pipeline.meetings.entities import Entity
from pipeline.meetings.folding import fold
from pipeline.meetings.lexicon import Cue, Lexicon
from pipeline.meetings.masking import Masked, mask
from pipeline.meetings.nouns import Found, Noun, NounReader, format_of
from pipeline.meetings.sentences import Sentence
from pipeline.records import MeetingStatus, Participant, Place, When

_Rule = tuple[Cue, re.Pattern[str]]

_GATE_CUES = 4  # cues tried together first: most sentences have none of them
_DATED = CHANGES | {MeetingStatus.HELD, MeetingStatus.SCHEDULED}  # what words of history turn into history
_CERTAIN, _NOMINAL = 0.75, 0.6  # confidence in a verb and in a noun alone
_ROLES = {"travel": ("visitor", "counterpart"), "host": ("host", "visitor")}  # left and right of the cue


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
    anaphora: bool  # speaks of a meeting named before
    confidence: float
    attribution: str
    aside: bool  # stands in a background clause ("after cancelling his trip")

    @property
    def is_complete(self) -> bool:
        """Two sides are named."""
        return len(self.countries) >= 2


@dataclass(frozen=True, slots=True)
class _Reading:
    """One sentence while it is read."""

    sentence: Sentence
    masked: Masked
    nouns: list[Noun]
    cues: list[Span]  # where all its cues stand
    today: date


class SentenceReader:
    """Reads sentences of one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._dates = DateReader(lexicon)
        self._context = context_of(lexicon)
        self._clauses = ClauseReader(lexicon, self._context)
        self._date_sorter = DateSorter(self._context)
        cues = [(cue, lexicon.compile(cue.pattern)) for cue in lexicon.cues]
        self._title_cues = _gated(cues)
        self._body_cues = _gated([(cue, pattern) for cue, pattern in cues if not cue.headline])
        self._nouns = NounReader(lexicon, self._context)
        self._triggers = lexicon.compile(lexicon.triggers)

    def is_triggered(self, folded: str) -> bool:
        """Whether a folded text has any word of meetings at all."""
        return self._triggers.search(folded) is not None

    def read(self, sentence: Sentence, entities: list[Entity], today: date) -> list[Claim]:
        """The claims of one sentence; `entities` are those inside it, with offsets in its field."""
        folded = fold(sentence.text)
        if not self.is_triggered(folded):
            return []
        masked = mask(folded, entities, self._dates.find(folded, today), sentence.start)
        found = self._find_cues(masked.text, headline=sentence.field == "title")
        if not found:
            return []
        reading = _Reading(sentence, masked, self._nouns.find(masked.text), [one.span for one in found], today)
        claims: list[Claim] = []
        used: set[int] = set()  # positions of nouns that have their claim
        for one in found:
            head = self._nouns.head(one, masked.text, reading.nouns)
            if head is not None and head.start in used:
                continue
            claim = self._claim(one, head, reading)
            if claim is not None:
                claims.append(claim)
                if head is not None:
                    used.add(head.start)
        return claims

    def _find_cues(self, text: str, *, headline: bool) -> list[Found]:
        """Cues in the order of the rules; one that overlaps an earlier one is dropped."""
        found: list[Found] = []
        gated = self._title_cues if headline else self._body_cues
        groups = (group for gate, group in gated if gate.search(text))
        for cue, pattern in itertools.chain.from_iterable(groups):
            for match in pattern.finditer(text):
                start, end = match.span()
                rivals = (one for one in found if one.cue.status != "new_date")
                if not any(start < one.end and one.start < end for one in rivals):
                    found.append(Found(cue, start, end))
        return found

    # One cue -----------------------------------------------------------------------------------------------

    def _claim(self, found: Found, head: Noun | None, reading: _Reading) -> Claim | None:
        cue, masked = found.cue, reading.masked
        if not self._nouns.is_about_meeting(found, head, masked.text):
            return None
        core = (min(found.start, head.start), max(found.end, head.end)) if head else found.span
        clause = self._clauses.clause(masked.text, core, reading.cues)
        if self._is_unreal(found, masked.text, clause):
            return None
        dates = self._date_sorter.sort(cue, found.span, masked, clause, reading.today)
        if dates.history:
            return None
        anaphora = self._context["anaphora"].search(masked.text[clause.start : clause.end]) is not None
        parties = self._parties(found, masked, clause, anaphora=anaphora)
        visit = cue.kind == "travel" or "visit" in (cue.format, head.format if head else None)
        place, side = self._clauses.place(masked, clause, found.span, parties.countries, visit=visit)
        return Claim(
            status=self._status(cue, dates, masked.text, clause),
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
        )

    def _status(self, cue: Cue, dates: ClaimDates, text: str, clause: Clause) -> MeetingStatus | str:
        """ "They will meet when the texts are ready" is no plan yet."""
        waits = cue.status == MeetingStatus.SCHEDULED and dates.when is None and dates.previous is None
        if waits and self._context["conditional"].search(text, clause.start, clause.end):
            return MeetingStatus.UNCERTAIN
        return cue.status

    def _parties(self, found: Found, masked: Masked, clause: Clause, *, anaphora: bool) -> Parties:
        parties = self._clauses.parties(masked, clause, found.span)
        if (anaphora or not parties.people) and len(parties.countries) < 2:
            return parties.with_speaker()
        return parties

    def _is_unreal(self, found: Found, text: str, clause: Clause) -> bool:
        """Told as history, or as a condition."""
        status = found.cue.status
        if status in _DATED and self._context["history"].search(text, clause.start, clause.end):
            return True
        return status == MeetingStatus.HELD and bool(
            self._context["hedge"].search(text, clause.start, found.start)
        )

    def _with_clock(self, when: When | None, sentence: Sentence) -> When | None:
        if when is None or not when.is_day:
            return when
        return replace(when, time=self._dates.clock(fold(sentence.text)))


def _gated(cues: list[_Rule]) -> tuple[tuple[re.Pattern[str], list[_Rule]], ...]:
    """Cues in groups, each behind one pattern that finds any of the group."""
    groups = [cues[at : at + _GATE_CUES] for at in range(0, len(cues), _GATE_CUES)]
    patterns = ["|".join(f"(?:{pattern.pattern})" for _, pattern in group) for group in groups]
    return tuple(zip(map(re.compile, patterns), groups, strict=True))


def _with_roles(cue: Cue, end: int, parties: Parties) -> tuple[Participant, ...]:
    left, right = _ROLES.get(cue.kind, ("party", "party"))
    return tuple(replace(person, role=left if at < end else right) for at, person in parties.people)
