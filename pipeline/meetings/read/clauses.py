"""Find the clause of a cue, and the parties, places and dates that belong to it.

Reasons, topics, earlier events ("after talks between …", "as agreed by …") and the people who only speak
("the ministry said on Saturday") are in the sentence but not in the meeting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.read.masking import Masked
from pipeline.meetings.who.entities import Entity
from pipeline.meetings.who.entries import NameKind, Rank
from pipeline.records import Participant, Place

MaskedSpan = tuple[int, int]  # of masked text
ContextPatterns = Mapping[str, re.Pattern[str]]

_NOWHERE = frozenset({"EU", "NATO", "UN", "OSCE"})  # sides of meetings, but not places
_FRAMES = frozenset({"NATO", "UN", "OSCE"})  # beside the noun of a meeting they only frame it
_LISTED = re.compile(r"(?:,|[-–]| \w{1,3}) ?[CAP]\b")
_SEGMENT = re.compile(r"[^,\"]+")


@dataclass(frozen=True, slots=True)
class Clause:
    """[start, end) of masked text without what does not belong to the cue."""

    start: int
    end: int
    excluded: tuple[MaskedSpan, ...]
    reporting: tuple[MaskedSpan, ...]  # who says so
    aside: bool  # the cue itself is in a background clause

    def has(self, position: int) -> bool:
        """Whether the word at `position` belongs to the cue."""
        return self.start <= position < self.end and not any(a <= position < b for a, b in self.excluded)

    def reports(self, position: int) -> bool:
        """Whether `position` is in "…, the ministry said on Saturday"."""
        return any(a <= position < b for a, b in self.reporting)


@dataclass(frozen=True, slots=True)
class _Here:
    """A country, an adjective of one or a city, and what stands around it in its clause."""

    letter: str
    before: str
    after: str
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Parties:
    """The people of a clause with their positions, the sides, and those who only speak."""

    people: tuple[tuple[int, Participant], ...]
    countries: frozenset[str]
    speakers: tuple[tuple[int, Participant], ...]
    positions: tuple[int, ...] = ()  # of its sides

    def with_speaker(self) -> Parties:
        """ "Putin said he will visit …": the speaker is a party."""
        known = {person.id for _, person in self.people}
        extra = tuple((at, person) for at, person in self.speakers[:1] if person.id not in known)
        countries = self.countries | {person.country for _, person in extra if person.country}
        positions = self.positions + tuple(at for at, _ in extra)
        return Parties(self.people + extra, countries, self.speakers[1:], positions)

    def with_person(self, person: Participant, position: int) -> Parties:
        """The same with one more party, at `position`."""
        countries = self.countries | ({person.country} if person.country else set())
        people = (*self.people, (position, person))
        return Parties(people, countries, self.speakers, (*self.positions, position))

    def with_countries(self, countries: frozenset[str]) -> Parties:
        """The same with more sides."""
        return Parties(self.people, self.countries | countries, self.speakers, self.positions)


def context_of(lexicon: Lexicon) -> ContextPatterns:
    """The context patterns of a language, compiled."""
    return {name: lexicon.compile(pattern) for name, pattern in lexicon.context.model_dump().items()}


class ClauseReader:
    """Finds clauses and what is in them by the context rules of one language."""

    def __init__(self, lexicon: Lexicon, context: ContextPatterns) -> None:
        self._svo = lexicon.order == "svo"
        self._context = context
        self._frame_before = lexicon.compile(r"\b(?:{noun}|{gathering})(?: (?:of|at|на|в|во|по))?(?: the)? $")
        self._frame_after = lexicon.compile(
            r"(?:''?s?|''?n?[iu]n)?[ -](?:[^\W_A-Z]+ ){0,2}?(?:{noun}|{gathering})\b"
        )

    def clause(self, text: str, core: MaskedSpan, cues: list[MaskedSpan]) -> Clause:
        """The clause around `core` (the cue and its noun); `cues` are the spans of all cues of the sentence."""
        start, end = self._bounds(text, core)
        reporting = tuple(self._reporting(text, start, end, core, cues))
        excluded, aside = list(reporting), False
        for kind in ("background", "reason"):
            for found in self._context[kind].finditer(text, start, end):
                begin = found.start()
                stop = self._context[f"{kind}_end"].search(text, found.end(), end)
                finish = stop.start() if stop else end
                if begin < core[0] < finish:  # the cue itself is in it: nothing before it belongs
                    relative = self._context["relative"].match(text, begin)
                    before = re.search(r"P,? $", text[:begin]) if relative else None
                    excluded.append((start, before.start() if before else begin))
                    aside = aside or not relative
                elif not core[0] <= begin < core[1]:
                    excluded.append((begin, finish))
        return Clause(start, end, tuple(excluded), reporting, aside)

    def _bounds(self, text: str, core: MaskedSpan) -> MaskedSpan:
        start, end = 0, len(text)
        for barrier in self._context["barrier"].finditer(text):
            if barrier.end() <= core[0]:
                start = barrier.end()
            elif barrier.start() >= core[1]:
                end = barrier.start()
                break
        return start, end

    def _reporting(
        self, text: str, start: int, end: int, core: MaskedSpan, cues: list[MaskedSpan]
    ) -> list[MaskedSpan]:
        """The parts between commas that only say who said it."""
        found = []
        for segment in _SEGMENT.finditer(text, start, end):
            a, b = segment.span()
            if a < core[1] and core[0] < b:
                continue
            if self._context["reporting"].search(text, a, b) and not any(a <= at < b for at, _ in cues):
                found.append((a, b))
        return found

    def attribution(self, masked: Masked, clause: Clause, sentence: str) -> str:
        """Who says so: "official: the ministry said on Saturday"; "" where the sentence does not tell."""
        if not clause.reporting:
            return ""
        start, end = clause.reporting[0]
        words = sentence[masked.origins[start] : masked.origins[end]].strip(' ,."“”«»')
        voices = ("anonymous", "official", "media")
        told = (voice for voice in voices if self._context[voice].search(masked.text, start, end))
        return f"{next(told, 'named')}: {words}"

    # Parties -----------------------------------------------------------------------------------------------

    def parties(self, masked: Masked, clause: Clause, cue: MaskedSpan) -> Parties:
        """The parties of a clause; a spokesperson never is one."""
        people: dict[str, tuple[int, Participant]] = {}
        speakers: dict[str, tuple[int, Participant]] = {}
        countries: set[str] = set()
        acting: list[tuple[int, str]] = []
        positions: list[int] = []
        for position, entity in masked.entities.items():
            reason = self._why_out(masked, clause, position, entity, cue)
            if reason == "speaks":
                speakers.update((p.id, (position, p)) for p in entity.people if p.id not in speakers)
            elif reason is None and entity.mask == "P":
                people.update((p.id, (position, p)) for p in entity.people if p.id not in people)
                positions.append(position)
                countries.update(entity.sides)
            elif reason is None and entity.country:
                acting.append((position, entity.country))
        if not people:
            people = self._meant_by_pronoun(masked, clause, cue)
        countries |= {person.country for _, person in people.values() if person.country}
        if (
            len({country for at, country in acting if at < cue[0]}) > 2
        ):  # "Oman says talks of Iran and Iraq are off"
            acting = [(at, country) for at, country in acting if not self._only_speaks(masked.text, at, cue)]
        topic = len(countries) > 1  # "Orlov met Arda for Israel-Syria talks"
        countries.update(
            country for at, country in acting if not (topic and at > cue[0] and _is_compound(masked.text, at))
        )
        positions += [at for at, _ in acting] + [at for at, _ in people.values()]
        return Parties(tuple(people.values()), frozenset(countries), tuple(speakers.values()), tuple(positions))

    def _meant_by_pronoun(
        self, masked: Masked, clause: Clause, cue: MaskedSpan
    ) -> dict[str, tuple[int, Participant]]:
        """ "The trip of Ivan Orlov is not affected: he will …": the one person named before the clause."""
        if not self._context["pronoun"].search(masked.text, clause.start, cue[0]):
            return {}
        before = [
            person
            for position, entity in masked.entities.items()
            if position < clause.start and entity.rank != Rank.SPOKESPERSON
            for person in entity.people
        ]
        return {person.id: (clause.start, person) for person in before} if len(before) == 1 else {}

    def _only_speaks(self, text: str, position: int, cue: MaskedSpan) -> bool:
        return position < cue[0] and self._context["speaker"].match(text, position + 1, cue[0]) is not None

    def _is_speaker(self, text: str, clause: Clause, position: int, cue: MaskedSpan) -> bool:
        spoken = self._context["speaker"].match(text, position + 1)
        if spoken and not position < cue[0] < spoken.end():
            return True
        return clause.reports(position)

    def left_out(self, masked: Masked, clause: Clause, cue: MaskedSpan) -> list[tuple[int, str]]:
        """Who stands in the clause without being a party: positions in masked text, each with its reason."""
        return [
            (position, reason)
            for position, entity in masked.entities.items()
            if (reason := self._why_out(masked, clause, position, entity, cue)) is not None
        ]

    def _why_out(
        self, masked: Masked, clause: Clause, position: int, entity: Entity, cue: MaskedSpan
    ) -> str | None:
        """Why a name of the sentence is no party of the meeting; None where it is one."""
        text = masked.text
        if not clause.start <= position < clause.end:
            return "another clause"
        if entity.rank == Rank.SPOKESPERSON:
            return "spokesperson"
        if entity.mask == "P":
            if self._is_speaker(text, clause, position, cue):
                return "speaks"
            return None if clause.has(position) else "background"
        if not entity.country:
            return "no country"
        if entity.country in _FRAMES and self._is_frame(text, clause, position):
            return "names the meeting"  # "the NATO summit" says what meets, not who
        return self._why_no_side(text, clause, position) if clause.has(position) else "background"

    def _is_frame(self, text: str, clause: Clause, position: int) -> bool:
        if _LISTED.match(text, position + 1):
            return False
        before = self._frame_before.search(text[clause.start : position])
        return before is not None or self._frame_after.match(text, position + 1) is not None

    def _why_no_side(self, text: str, clause: Clause, position: int) -> str | None:
        """The first verdict that fits a country, an adjective of one or a city; a country is a side by default."""
        here = _Here(
            text[position], text[clause.start : position], text[position + 1 : clause.end + 40], text, position
        )
        return next((reason for reason, holds in _VERDICTS if holds(self, here)), None)

    # Place -------------------------------------------------------------------------------------------------

    def place(
        self, masked: Masked, clause: Clause, cue: MaskedSpan, countries: frozenset[str], *, visit: bool
    ) -> tuple[Place | None, str | None]:
        """(place, the country that is a side of it as its host)."""
        found = [
            (position, entity)
            for position, entity in masked.entities.items()
            if entity.kind in (NameKind.CITY, NameKind.COUNTRY)
            and entity.country not in _NOWHERE
            and clause.has(position)
            and self._is_place(masked.text, clause, position)
        ]
        if not found:
            return None, None
        entity = self._nearest(found, cue)
        is_host = visit or (len(countries) == 1 and self._acts(masked, entity.country))
        is_side = is_host and (len(countries) < 2 or entity.country in countries)
        return entity.place, entity.country if is_side else None

    def _acts(self, masked: Masked, country: str | None) -> bool:
        """Whether anybody of the country has a part in the sentence, if only as a speaker."""
        return any(
            entity.country == country
            and (entity.mask == "P" or self._context["after_side"].match(masked.text, position + 1) is not None)
            for position, entity in masked.entities.items()
        )

    def _nearest(self, found: list[tuple[int, Entity]], cue: MaskedSpan) -> Entity:
        after = [item for item in found if item[0] >= cue[0]] if self._svo else []
        pool = after or found
        cities = [entity for _, entity in pool if entity.kind == NameKind.CITY]
        return cities[0] if cities else pool[0][1]

    def _is_place(self, text: str, clause: Clause, position: int) -> bool:
        if self._context["before_place"].search(text[clause.start : position]):
            return True
        return self._context["after_place"].match(text, position + 1) is not None


def _is_compound(text: str, position: int) -> bool:
    """Whether a country is half of "Israel-Syria"."""
    return (
        re.match(r"[CA][-–][CA]", text[position:]) is not None
        or re.search(r"[CA][-–]$", text[:position]) is not None
    )


# (why a country is out, or None where it is a side; the test): the first that holds decides.
_VERDICTS: tuple[tuple[str | None, Callable[[ClauseReader, _Here], object]], ...] = (
    ("place", lambda by, at: by._context["locative"].match(at.text, at.position + 1)),
    (None, lambda by, at: at.letter == "L" and by._context["after_capital"].match(at.text, at.position + 1)),
    (None, lambda by, at: at.letter != "L" and by._context["after_side"].match(at.after)),
    ("no official", lambda by, at: at.letter == "A" and by._svo and by._context["other_actor"].match(at.after)),
    ("place", lambda by, at: at.letter == "L" and by._context["before_place"].search(at.before)),
    ("topic", lambda by, at: by._context["topic_before"].search(at.before)),
    (None, lambda by, at: by._context["before_side"].search(at.before)),
    ("only an adjective", lambda _, at: at.letter == "A"),
    ("place or topic", lambda by, at: by._context["not_side_before"].search(at.before)),
    ("belongs to another word", lambda by, at: by._context["not_side_after"].match(at.after)),
    ("does not act", lambda by, at: at.letter == "L" and not by._context["acts_after"].match(at.after)),
)
