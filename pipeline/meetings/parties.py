"""Who a text speaks of: names, offices and countries put together into the parties a meeting can have.

"Russian Foreign Minister Sergei Lavrov" is one party; "Russia's foreign and defence ministers" are two; "Russian
ministers" say only of which country they are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from pipeline.meetings.entities import Entity, Field, field_of, named
from pipeline.meetings.entries import Hit, Kind, Rank
from pipeline.meetings.folding import fold
from pipeline.meetings.gazetteer import Gazetteer
from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.names import LearntNames, name_at, name_before
from pipeline.meetings.offices import Office, OfficeReader
from pipeline.records import Participant

_BEFORE = re.compile(r"(?P<opens>(?:^|\n|[.!?][\"”»]? |[\"“«])?)\b(?P<word>[^\W\d_][\w-]+) $")


class PartyReader:
    """Composes the names of a gazetteer by the rules of one language."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.language = lexicon.language
        self.home = lexicon.home
        self.offices = OfficeReader(lexicon, gazetteer)
        self.not_name = lexicon.compile(lexicon.not_names)
        self.opener = lexicon.compile(lexicon.openers)

    def read(self, title: str, body: str, today: date) -> tuple[list[Entity], list[Entity]]:
        """Entities of the title and of the body, in order. Names learnt in one count in the other."""
        return _ArticleParties(self, title, body, today).entities()


class _ArticleParties:
    """The parties of one article, and what it teaches about names."""

    def __init__(self, rules: PartyReader, title: str, body: str, today: date) -> None:
        self._rules = rules
        self._gazetteer = rules.gazetteer
        self._today = today
        self._learnt = LearntNames(rules.language, rules.gazetteer.lists)
        self._holders: dict[str, Participant] = {}  # office → whom the article names in it
        self._title = self._field(title, headline=True)
        self._body = self._field(body, headline=False)

    def _field(self, text: str, *, headline: bool) -> Field:
        folded = fold(text)
        hits = self._gazetteer.find(text, folded, self._rules.language)
        return field_of(text, folded, hits, headline=headline)

    def entities(self) -> tuple[list[Entity], list[Entity]]:
        for part in (self._body, self._title):  # the body explains the names of the title
            self._compose(part)
        for part in (self._title, self._body):
            self._add_learnt(part)
            part.entities = [self._with_holders(entity) for entity in part.entities]
        return self._title.entities, self._body.entities

    def _with_holders(self, entity: Entity) -> Entity:
        """An office alone takes the name the article gives its holder, else the listed holder's."""
        if entity.kind != Kind.TITLE:
            return entity
        return replace(entity, people=tuple(self._holder(person, entity.rank) for person in entity.people))

    def _holder(self, person: Participant, rank: Rank) -> Participant:
        if person.office is None:
            return person
        if person.office in self._holders:
            return self._holders[person.office]
        tenure = self._gazetteer.holder(person.office, self._today) if rank == Rank.PRINCIPAL else None
        return replace(person, id=tenure.person, name=tenure.name) if tenure else person

    def _compose(self, part: Field) -> None:
        position = free = 0  # hits before `free` belong to an office already
        while position < len(part.hits):
            hit = part.hits[position]
            if hit.kind == Kind.TITLE:
                office = self._rules.offices.phrase(part, position, free)
                entity, taken = self._party(part, office, position + office.taken)
                if entity is not None:
                    while part.entities and part.entities[-1].start >= entity.start:
                        part.entities.pop()  # the country in front, now part of the office
                    part.entities.append(entity)
                position = free = position + office.taken + taken if entity else position + 1
                continue
            self._append(part, hit)
            position += 1
        part.entities.sort(key=lambda entity: entity.start)

    def _append(self, part: Field, hit: Hit) -> None:
        if hit.kind != Kind.PERSON:
            part.entities.append(Entity(hit.start, hit.end, hit.kind, (), hit.country, hit.place))
            return
        person = self._person(hit, part.text)
        if person is not None and not self._is_namesake(part, hit):
            part.entities.append(named(hit.start, hit.end, person))

    def _person(self, hit: Hit, text: str) -> Participant | None:
        """Who a listed name stands for; None for a lone surname of somebody not in office."""
        tenure = self._gazetteer.tenure_of(hit.person or "", self._today)
        if tenure is None and " " not in text[hit.start : hit.end]:
            return None
        listed = tenure or self._gazetteer.person(hit.person or "")
        return Participant(listed.person, listed.name, listed.country, tenure.office if tenure else None)

    def _is_namesake(self, part: Field, hit: Hit) -> bool:
        """A surname after another given name than that of the listed person is somebody else's."""
        if part.headline_case or " " in part.text[hit.start : hit.end]:
            return False
        before = _BEFORE.search(part.text[max(0, hit.start - 40) : hit.start])
        if not before or not before["word"][0].isupper():
            return False
        word, start = fold(before["word"]), hit.start - len(before["word"]) - 1
        if any(other.start <= start < other.end for other in part.hits) or self._rules.not_name.fullmatch(word):
            return False
        if (before["opens"] or start == 0) and self._rules.opener.fullmatch(word):
            return False
        return not self._gazetteer.is_name_of(hit.person or "", word)

    # Offices -----------------------------------------------------------------------------------------------

    def _party(self, part: Field, office: Office, following: int) -> tuple[Entity | None, int]:
        """The party of an office phrase and how many more hits it took: the name behind it."""
        listed = part.hits[following] if following < len(part.hits) else None
        if listed and listed.kind == Kind.PERSON and re.fullmatch(",? ", part.text[office.end : listed.start]):
            return self._listed_party(part, office, listed), 1
        name, end = self._name_behind(part, office, listed)
        taken = int(listed is not None and end > listed.start)
        if listed and taken and self._gazetteer.is_name_of(listed.person or "", fold(name.split()[0])):
            return self._listed_party(part, office, listed), 1
        countries = office.countries or self._rules.offices.inherited(part, office)
        if not countries and name and self._rules.home:
            countries = (self._rules.home,)
        people = self._rules.offices.holders(part, office, countries, self._learnt)
        if not people and countries and office.is_vague:
            return self._vague_party(part, office, countries, name, end), taken
        if not people:
            return None, 0
        if name:
            person = self._learn(part, office, people[0], name)
            return replace(named(office.start, end, person), rank=office.rank), taken
        if office.former:
            return None, 0
        return self._with_name_before(part, office, people), 0

    def _name_behind(self, part: Field, office: Office, listed: Hit | None) -> tuple[str, int]:
        """The name right behind an office and its end; it may end in a surname that somebody listed has too."""
        if part.headline_case or part.text[office.end : office.end + 1] != " ":
            return "", office.end
        limit = listed.start if listed else len(part.text)
        name, end = name_at(part.text, office.end + 1, limit, self._rules.not_name)
        if name and listed and listed.kind == Kind.PERSON and end + 1 == listed.start:
            return f"{name} {part.text[listed.start : listed.end]}", listed.end
        return name, end

    def _vague_party(self, part: Field, office: Office, countries: tuple[str, ...], name: str, end: int) -> Entity:
        if name:
            person = self._learnt.learn(name, countries[0], None, office.words(part))
            return replace(named(office.start, end, person), rank=office.rank)
        return Entity(office.start, office.end, Kind.PERSON, rank=office.rank, sides=countries)

    def _listed_party(self, part: Field, office: Office, hit: Hit) -> Entity:
        person = self._person(hit, part.text)
        if person is None:
            listed = self._gazetteer.person(hit.person or "")
            person = Participant(listed.person, listed.name, listed.country)
        people = self._rules.offices.holders(part, office, office.countries, self._learnt)
        if people and people[0].country == person.country:
            person = replace(person, office=people[0].office)
        if office.former:
            person = replace(person, office=None)
        if person.office:
            self._holders.setdefault(person.office, person)
        entity = named(office.start, hit.end, person)
        return replace(entity, rank=office.rank) if office.rank == Rank.SPOKESPERSON else entity

    # Names nobody has listed -------------------------------------------------------------------------------

    def _learn(self, part: Field, office: Office, holder: Participant, name: str) -> Participant:
        held = None if office.former else holder.office
        person = self._learnt.learn(name, holder.country, held, office.words(part))
        if person.office:
            self._holders.setdefault(person.office, person)
        return person

    def _with_name_before(self, part: Field, office: Office, people: tuple[Participant, ...]) -> Entity:
        """ "Selim Aksoy, Turkey's trade minister": the name stands before the office."""
        alone = Entity(office.start, office.end, Kind.TITLE, people, rank=office.rank)
        comma = re.search(r", (?:the |a )?$", part.text[: office.start])
        if not comma or len(people) != 1 or part.headline_case:
            return alone
        last = next((entity for entity in reversed(part.entities) if entity.start < office.start), None)
        if last is not None and last.kind == Kind.PERSON and last.people and last.end == comma.start():
            same = last.people[0].country in (None, people[0].country)
            return replace(last, end=office.end) if same else alone
        name, start = name_before(part.text, comma.start(), self._rules.not_name)
        if not name:
            return alone
        return replace(named(start, office.end, self._learn(part, office, people[0], name)), rank=office.rank)

    def _add_learnt(self, part: Field) -> None:
        """Find the names the article has introduced wherever they stand alone."""
        taken = [(entity.start, entity.end) for entity in part.entities]
        for start, end, person in self._learnt.find(part.text, part.folded):
            if not any(start < other_end and other < end for other, other_end in taken):
                part.entities.append(named(start, end, person))
        part.entities.sort(key=lambda entity: entity.start)
