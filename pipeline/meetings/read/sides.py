"""The parties of a meeting: who of a clause is in, and who is out for which reason.

Everybody named in the clause of a verb is a party unless one of the named reasons of `_VERDICTS` holds: who only
speaks, what is a place, what the meeting is about, what belongs to another word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass

from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.read.clauses import Clause, ContextPatterns, MaskedSpan
from pipeline.meetings.read.masking import Masked
from pipeline.meetings.who.entities import Entity
from pipeline.meetings.who.entries import Rank, office_role
from pipeline.records import Participant

_FRAMES = frozenset({"NATO", "UN", "OSCE"})  # beside the noun of a meeting they only frame it
_LISTED = re.compile(r"(?:,|[-–]| \w{1,3}) ?[CAP]\b")
_COMPOUND_BEFORE = re.compile(r"[CA][-–]$")
_COMPOUND_AFTER = re.compile(r"[-–][CA]")
_SENDS = "sends another"
_SENDERS = frozenset({"HS", "HG"})
_AHEAD = 40  # characters behind a clause that may still say what a name at its end belongs to


@dataclass(frozen=True, slots=True)
class _Here:
    """A name, and what is around it in its clause."""

    entity: Entity
    clause: Clause
    cue: MaskedSpan
    masked: Masked
    position: int

    @property
    def text(self) -> str:
        """The sentence, masked."""
        return self.masked.text

    @property
    def letter(self) -> str:
        return self.text[self.position]

    def follows(self, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern that ends in ``$`` fits what is in front of the name in its clause."""
        return self.clause.leads_to(self.position, pattern, self.text)

    @property
    def after(self) -> str:
        return self.text[self.position + 1 : self.clause.end + _AHEAD]

    @property
    def inside(self) -> bool:
        return self.clause.has(self.position)

    @property
    def is_person(self) -> bool:
        return self.entity.mask == "P"


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


class SideReader:
    """Finds the parties of a clause by the context rules of one language."""

    def __init__(self, lexicon: Lexicon, context: ContextPatterns) -> None:
        self._svo = lexicon.order == "svo"
        self._context = context

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
            elif reason in (None, _SENDS) and entity.side:
                acting.append((position, entity.side))
        people = people or self._meant_by_pronoun(masked, clause, cue)
        countries |= {person.country for _, person in people.values() if person.country}
        acting = self._without_speakers(acting, masked.text, cue)
        if len(countries) > 1:
            acting = self._in_list(acting, masked.text, {*positions, *(at for at, _ in people.values())})
        countries |= self._without_topics(acting, masked.text, cue, known=len(countries))
        positions += [at for at, _ in acting] + [at for at, _ in people.values()]
        return Parties(tuple(people.values()), frozenset(countries), tuple(speakers.values()), tuple(positions))

    def left_out(self, masked: Masked, clause: Clause, cue: MaskedSpan) -> list[tuple[int, str]]:
        """Who is named in the clause without being a party: positions in masked text, each with its reason."""
        return [
            (position, reason)
            for position, entity in masked.entities.items()
            if (reason := self._why_out(masked, clause, position, entity, cue)) is not None
        ]

    def _why_out(
        self, masked: Masked, clause: Clause, position: int, entity: Entity, cue: MaskedSpan
    ) -> str | None:
        """Why a name of the sentence is no party of the meeting: the first verdict that fits; None for a party."""
        here = _Here(entity, clause, cue, masked, position)
        return next((reason for reason, holds in _VERDICTS if holds(self, here)), None)

    def _without_speakers(
        self, acting: list[tuple[int, str]], text: str, cue: MaskedSpan
    ) -> list[tuple[int, str]]:
        """ "Oman says talks of Iran and Iraq are off": the third who only speaks."""
        if len({country for at, country in acting if at < cue[0]}) <= 2:
            return acting
        return [(at, country) for at, country in acting if not self._only_speaks(text, at, cue)]

    @staticmethod
    def _without_topics(acting: list[tuple[int, str]], text: str, cue: MaskedSpan, *, known: int) -> set[str]:
        """ "Orlov met Arda for Israel-Syria talks": where the sides are known, a pair behind is the topic."""
        topic = known > 1
        return {country for at, country in acting if not (topic and at > cue[0] and _is_compound(text, at))}

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

    def _is_speaker(self, here: _Here) -> bool:
        spoken = self._context["speaker"].match(here.text, here.position + 1)
        if spoken and not here.position < here.cue[0] < spoken.end():
            return True
        return here.clause.reports(here.position)

    def _sends(self, here: _Here) -> bool:
        """ "Putin's envoy Orlov": who is named for another's office, or for an order, is not there."""
        if here.follows(self._context["ordered_by"]):
            return True
        found = self._context["sends_after"].match(here.text, here.position + 1)
        if found is None or here.text[found.end() - 1] != "P":
            return found is not None
        sent = here.masked.entities[found.end() - 1]
        return sent.country == here.entity.country and _is_leader(here.entity) and not _is_leader(sent)

    def _reacts(self, here: _Here) -> bool:
        """ "Norway criticised Kenya's decision to cancel …"; but "Norway condemned it and cancelled …" acts."""
        if here.position >= here.cue[1] or not self._context["reacts"].match(here.text, here.position + 1):
            return False
        before = here.text[here.position + 1 : here.cue[0]]
        return self._context["goes_on"].search(before[-_AHEAD:]) is None

    def _is_frame(self, here: _Here) -> bool:
        """ "The NATO summit" says what meets, not who."""
        if here.entity.country not in _FRAMES or _LISTED.match(here.text, here.position + 1):
            return False
        return (
            here.follows(self._context["frame_before"])
            or self._context["frame_after"].match(here.text, here.position + 1) is not None
        )

    def _in_list(self, acting: list[tuple[int, str]], text: str, parties: Set[int]) -> list[tuple[int, str]]:
        """Countries in one list with a party: "Orlov, Arda and a delegation of Iran".

        Where people of two countries are named they meet; any other country behind them is what they talk about.
        """
        first = min(parties)

        def is_listed(position: int) -> bool:
            apart = (text[min(at, position) + 1 : max(at, position)] for at in parties)
            return any(self._context["side_list"].fullmatch(between) for between in apart)

        return [(at, country) for at, country in acting if at < first or is_listed(at)]


def _is_leader(entity: Entity) -> bool:
    """Whether it is a head of state or of government, whose name may come with his envoy's office."""
    return any(person.office and office_role(person.office) in _SENDERS for person in entity.people)


def _is_compound(text: str, position: int) -> bool:
    """Whether a country is half of "Israel-Syria"."""
    ahead = _COMPOUND_AFTER.match(text, position + 1) is not None
    return ahead or _COMPOUND_BEFORE.search(text[:position]) is not None


# (why a name is out, or None where it is a party; the test): the first that holds decides, and none makes a party.
_VERDICTS: tuple[tuple[str | None, Callable[[SideReader, _Here], object]], ...] = (
    ("another clause", lambda _, at: not at.clause.start <= at.position < at.clause.end),
    ("spokesperson", lambda _, at: at.entity.rank == Rank.SPOKESPERSON),
    ("speaks", lambda by, at: at.is_person and by._is_speaker(at)),
    ("mediates", lambda by, at: at.is_person and at.follows(by._context["mediates_before"])),
    (_SENDS, lambda by, at: at.is_person and at.inside and by._sends(at)),
    (None, lambda _, at: at.is_person and at.inside),
    ("background", lambda _, at: at.is_person),
    ("no country", lambda _, at: not at.entity.country),
    ("reacts", lambda by, at: by._reacts(at)),
    ("names the meeting", lambda by, at: by._is_frame(at)),
    ("background", lambda _, at: not at.inside),
    (
        "mediates",
        lambda by, at: at.follows(by._context["mediates_before"]) or by._context["mediates_after"].match(at.after),
    ),
    ("what it is about", lambda by, at: by._context["topic_after"].match(at.after)),
    ("place", lambda by, at: at.letter == "L" and by._context["held_there"].match(at.after)),
    ("no official", lambda by, at: at.letter == "C" and by._context["other_owned"].match(at.after)),
    # A country, an adjective of one or a city:
    ("place", lambda by, at: by._context["locative"].match(at.text, at.position + 1)),
    (None, lambda by, at: at.letter == "L" and by._context["after_capital"].match(at.text, at.position + 1)),
    (None, lambda by, at: at.letter != "L" and by._context["after_side"].match(at.after)),
    ("place", lambda by, at: at.letter == "L" and at.follows(by._context["before_place"])),
    ("no official", lambda by, at: at.letter == "A" and by._svo and by._context["other_actor"].match(at.after)),
    ("topic", lambda by, at: at.follows(by._context["topic_before"])),
    (None, lambda by, at: at.follows(by._context["before_side"])),
    ("only an adjective", lambda _, at: at.letter == "A"),
    ("place or topic", lambda by, at: at.follows(by._context["not_side_before"])),
    ("belongs to another word", lambda by, at: by._context["not_side_after"].match(at.after)),
    ("does not act", lambda by, at: at.letter == "L" and not by._context["acts_after"].match(at.after)),
)
