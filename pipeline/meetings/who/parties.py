"""Combine names, offices and countries of a text into the parties a meeting can have.

"Russian Foreign Minister Sergei Lavrov" is one party; "Russia's foreign and defence ministers" are two; "Russian
ministers" give only their country.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from pipeline.language.folding import fold
from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.who.entities import Entity, Field, field_of, named
from pipeline.meetings.who.entries import Hit, NameKind, Rank, office_role
from pipeline.meetings.who.gazetteer import Gazetteer
from pipeline.meetings.who.names import LearntNames, name_at, name_before, name_in_commas, stands_behind
from pipeline.meetings.who.offices import VAGUE_ROLES, Office, OfficeReader
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
        self.not_of_home = lexicon.compile(lexicon.not_of_home)
        self.region = lexicon.compile(lexicon.abroad)
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
        self._in_full: set[str] = set()  # listed people the article names in full
        self._title = self._field(title, headline=True)
        self._body = self._field(body, headline=False)

    def _field(self, text: str, *, headline: bool) -> Field:
        folded = fold(text)
        hits = self._gazetteer.find(text, folded, self._rules.language, self._today)
        return field_of(text, folded, hits, headline=headline)

    def entities(self) -> tuple[list[Entity], list[Entity]]:
        for part in (self._body, self._title):  # the body explains the names of the title
            self._compose(part)
        for part in (self._title, self._body):
            self._add_learnt(part)
            part.entities = self._outside_regions(part)
            part.entities = [self._with_holders(entity) for entity in part.entities]
            part.entities = sorted((*part.entities, *part.levels), key=lambda entity: entity.start)
        return self._title.entities, self._body.entities

    def _outside_regions(self, part: Field) -> list[Entity]:
        """ "Latin America" is not America."""
        regions = [found.span() for found in self._rules.region.finditer(part.folded)]
        return [
            entity
            for entity in part.entities
            if not any(start <= entity.start and entity.end <= end for start, end in regions)
        ]

    def _with_holders(self, entity: Entity) -> Entity:
        """An office alone takes the name the article gives its holder, else the listed holder's."""
        if entity.kind != NameKind.TITLE:
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
            if hit.kind == NameKind.TITLE:
                office = self._rules.offices.phrase(part, position, free)
                entity, taken = self._party(part, office, position + office.taken)
                if entity is not None:
                    while part.entities and part.entities[-1].start >= entity.start:
                        part.entities.pop()  # the country in front, now part of the office
                    if self._is_second_office(part, entity):
                        entity = replace(entity, start=part.entities.pop().start)
                    part.entities.append(entity)
                if entity is None:
                    part.levels += self._rules.offices.level(office)
                position = free = position + office.taken + taken if entity else position + 1
                continue
            if not self._rules_elsewhere(part, position):
                self._append(part, hit)
            position += 1
        part.entities.sort(key=lambda entity: entity.start)

    def _is_second_office(self, part: Field, entity: Entity) -> bool:
        """ "Deputy Prime Minister and Foreign Minister Kemal Arda" is one person."""
        last = part.entities[-1] if part.entities else None
        if last is None or last.kind != NameKind.TITLE or entity.kind != NameKind.PERSON or not entity.people:
            return False
        deputy = [p.country for p in last.people if p.office and office_role(p.office) == "DPM"]
        return deputy == [entity.people[0].country] and self._rules.offices.is_joined(part, last.end, entity.start)

    def _rules_elsewhere(self, part: Field, position: int) -> bool:
        """ "The King of Spain" is not the King that a text of this language means where it names no country."""
        hit = part.hits[position]
        if hit.kind != NameKind.GROUP:
            return False
        follows = self._rules.offices.country_of_name(part, hit.end, position + 1)
        return follows is not None and follows.country not in hit.sides

    def _append(self, part: Field, hit: Hit) -> None:
        if hit.kind == NameKind.GROUP:
            part.entities.append(Entity(hit.start, hit.end, NameKind.PERSON, sides=hit.sides))
            return
        if hit.kind != NameKind.PERSON:
            part.entities.append(Entity(hit.start, hit.end, hit.kind, (), hit.country, hit.place))
            return
        person = self._person(hit, part.text)
        if person is not None and not self._is_namesake(part, hit):
            self._meet(part, hit, person)
            part.entities.append(named(hit.start, hit.end, person))

    def _person(self, hit: Hit, text: str) -> Participant | None:
        """The person of a listed name; None for a lone surname of a person not in office and not named before."""
        tenure = self._gazetteer.tenure_of(hit.person or "", self._today)
        if " " in text[hit.start : hit.end]:
            self._in_full.add(hit.person or "")
        elif tenure is None and hit.person not in self._in_full:
            return None
        listed = tenure or self._gazetteer.person(hit.person or "")
        return Participant(listed.person, listed.name, listed.country, tenure.office if tenure else None)

    def _meet(self, part: Field, hit: Hit, person: Participant) -> None:
        name = part.text[hit.start : hit.end]
        if " " in name and not part.headline_case:
            self._learnt.meet(name, person)

    def _is_namesake(self, part: Field, hit: Hit) -> bool:
        """A surname after a given name that is not the listed person's belongs to another person."""
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
        skipped = int(listed is not None and self._is_given_name(part, office, listed))
        if skipped:
            listed, following = None, following + 1
        name, end = self._name_behind(part, office, listed)
        taken = skipped + int(listed is not None and end > listed.start)
        if listed and self._is_the_listed(part, office, listed, name if taken else ""):
            return self._listed_party(part, office, listed), 1
        countries = office.countries
        if not countries and name and (home := self._rules.offices.country_of_name(part, end, following)):
            countries, taken = (home.country or "",), taken + 1
        countries = countries or self._unnamed_countries(part, office, name)
        entity = self._unlisted_party(part, office, countries, name, end)
        return entity, taken if entity is not None and (name or entity.sides) else 0

    def _is_the_listed(self, part: Field, office: Office, listed: Hit, name: str) -> bool:
        """Whether a listed person holds an office phrase: directly behind it, or by given name and surname."""
        if listed.kind == NameKind.PERSON and stands_behind(part.text[office.end : listed.start]):
            return True
        return bool(name) and self._gazetteer.is_name_of(listed.person or "", fold(name.split()[0]))

    def _unnamed_countries(self, part: Field, office: Office, name: str) -> tuple[str, ...]:
        """The countries of an office that names none: those of the office before it, or the language's own."""
        starts_anew = bool(name and self._rules.home) and part.text[: office.start].endswith(", ")
        countries = () if starts_anew else self._rules.offices.inherited(part, office)
        if not countries and self._is_of_home(office, name):
            return (self._rules.home or "",)
        return countries

    def _unlisted_party(
        self, part: Field, office: Office, countries: tuple[str, ...], name: str, end: int
    ) -> Entity | None:
        people = self._rules.offices.holders(part, office, countries, self._learnt)
        if not people:
            vague = bool(countries) and office.is_vague
            return self._vague_party(part, office, countries, name, end) if vague else None
        if name:
            person = self._learn(part, office, people[0], name)
            return replace(named(office.start, end, person), rank=office.rank)
        party = self._with_name_before(part, office, people)
        return None if office.former and party.kind == NameKind.TITLE else party

    def _is_of_home(self, office: Office, name: str) -> bool:
        """Whether an office without a country is one of the country where the language is at home.

        The country must have had it ("the king" is of elsewhere); in Russian a lone word behind it rather says
        what it is an office of ("президент Ассоциации").
        """
        roles = {title.role for title in office.title.titles}
        known = any(
            role in VAGUE_ROLES or self._gazetteer.has_office(f"off:{self._rules.home}.{role}") for role in roles
        )
        whole = " " in name or self._rules.language != "ru"
        return all((name, self._rules.home, known, whole, not self._is_foreign(name)))

    def _is_foreign(self, name: str) -> bool:
        """Whether people of the language's own country bear no such surname: the country remains open."""
        return self._rules.not_of_home.fullmatch(fold(name.rpartition(" ")[2])) is not None

    def _is_given_name(self, part: Field, office: Office, hit: Hit) -> bool:
        """Whether a surname listed for another country is but a given name here: "Ukrainian President Petro …"."""
        if hit.kind != NameKind.PERSON or " " in part.text[hit.start : hit.end] or not office.countries:
            return False
        behind = re.match(r" [^\W\d_]\w+", part.text[hit.end :])
        is_name = behind is not None and behind.group()[1].isupper()
        return is_name and self._gazetteer.person(hit.person or "").country not in office.countries

    def _name_behind(self, part: Field, office: Office, listed: Hit | None) -> tuple[str, int]:
        """The name directly after an office and its end; a listed person may have the same surname."""
        limit = listed.start if listed else len(part.text)
        if part.headline_case:
            return "", office.end
        if part.text[office.end : office.end + 1] != " ":
            return name_in_commas(part.text, office.end, limit, self._rules.not_name)
        name, end = name_at(part.text, office.end + 1, limit, self._rules.not_name)
        if name and listed and listed.kind == NameKind.PERSON and part.text[end : listed.start] in {" ", ". "}:
            return f"{name} {part.text[listed.start : listed.end]}", listed.end
        return name, end

    def _vague_party(self, part: Field, office: Office, countries: tuple[str, ...], name: str, end: int) -> Entity:
        if name:
            person = self._learnt.learn(name, countries[0], None, office.words(part))
            return replace(named(office.start, end, person), rank=office.rank)
        return Entity(office.start, office.end, NameKind.PERSON, rank=office.rank, sides=countries)

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
        self._meet(part, hit, person)
        entity = named(office.start, hit.end, person)
        return replace(entity, rank=office.rank) if office.rank == Rank.SPOKESPERSON else entity

    # Unlisted names ----------------------------------------------------------------------------------------

    def _learn(self, part: Field, office: Office, holder: Participant, name: str) -> Participant:
        held = None if office.former else holder.office
        person = self._learnt.learn(name, holder.country, held, office.words(part))
        if person.office:
            self._holders.setdefault(person.office, person)
        return person

    def _with_name_before(self, part: Field, office: Office, people: tuple[Participant, ...]) -> Entity:
        """ "Selim Aksoy, Turkey's trade minister": the name comes before the office."""
        alone = Entity(office.start, office.end, NameKind.TITLE, people, rank=office.rank)
        comma = re.search(r", (?:the |a )?$", part.text[: office.start])
        if not comma or len(people) != 1 or part.headline_case:
            return alone
        last = next((entity for entity in reversed(part.entities) if entity.start < office.start), None)
        if last is not None and last.kind == NameKind.PERSON and last.people and last.end == comma.start():
            same = last.people[0].country in (None, people[0].country)
            return replace(last, end=office.end) if same else alone
        name, start = name_before(part.text, comma.start(), self._rules.not_name)
        if not name or any(hit.start < comma.start() and start < hit.end for hit in part.hits):
            return alone
        return replace(named(start, office.end, self._learn(part, office, people[0], name)), rank=office.rank)

    def _add_learnt(self, part: Field) -> None:
        """Find the names the article has introduced wherever they appear alone."""
        taken = [(entity.start, entity.end) for entity in part.entities]
        for start, end, person in self._learnt.find(part.text, part.folded):
            if not any(start < other_end and other < end for other, other_end in taken):
                part.entities.append(named(start, end, person))
        part.entities.sort(key=lambda entity: entity.start)
