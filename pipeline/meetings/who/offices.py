"""Read office phrases: a title with the countries before or after it, and the offices it denotes."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.who.entities import Entity, Field
from pipeline.meetings.who.entries import Hit, NameKind, Rank, Title, office_role
from pipeline.meetings.who.gazetteer import Gazetteer
from pipeline.meetings.who.names import LearntNames
from pipeline.records import Participant

VAGUE_ROLES = frozenset({"LEADER", "MIN", "COUNTERPART"})  # they give a person's country, not the office
_FORMER_REACH = 20
_COUNTERPART_REACH = 200  # characters back to the party a counterpart is compared with


@dataclass(frozen=True, slots=True)
class Office:
    """An office phrase: its title, the countries in front of or behind it, and how many hits it took."""

    title: Hit
    start: int
    end: int
    countries: tuple[str, ...]
    taken: int
    former: bool

    @property
    def rank(self) -> Rank:
        """A phrase of spokespersons only never names a party."""
        ranks = [title.rank for title in self.title.titles]
        return Rank.SPOKESPERSON if set(ranks) == {Rank.SPOKESPERSON} else ranks[0]

    def words(self, part: Field) -> str:
        """The first word of the title, as in the text: the name after it has the same case."""
        return part.text[self.title.start : self.title.end].split()[0]

    @property
    def is_vague(self) -> bool:
        """True if it gives a person's country, not the office."""
        return self.title.titles[0].role in VAGUE_ROLES


class OfficeReader:
    """Reads office phrases by the rules of one language."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._title_left = lexicon.compile(lexicon.title_left)
        self._title_right = lexicon.compile(lexicon.title_right)
        self._joined = lexicon.compile(lexicon.joined)
        self._former = lexicon.compile(lexicon.context.former)
        self._owned_behind = lexicon.grammar == "ru"  # "in Kenya the minister of Uganda": by cases
        self._several = lexicon.compile(lexicon.several)

    def phrase(self, part: Field, position: int, free: int) -> Office:
        """The office phrase around the title at hits[position]; hits before `free` belong to another."""
        hit = part.hits[position]
        start, countries = self._countries_before(part, position, free)
        if countries and self._owned_behind and self._is_of_next(part, position):
            start, countries = hit.start, []
        end, taken = hit.end, 1
        if not countries:
            countries = self._countries_after(part, position)
            taken += len(countries)
            end = part.hits[position + taken - 1].end
        implied = [title.country for title in hit.titles if title.country]
        former = self._former_at(part, start) or self._former_at(part, hit.start)
        return Office(
            hit, min(start, former or start), end, tuple(countries or implied[:1]), taken, former is not None
        )

    def _former_at(self, part: Field, start: int) -> int | None:
        """The position of "former" before `start`, if there is one."""
        window = max(0, start - _FORMER_REACH)
        found = self._former.search(part.folded[window:start])
        return window + found.start() if found else None

    def _countries_before(self, part: Field, position: int, free: int) -> tuple[int, list[str]]:
        title = part.hits[position]
        start, found, gap, following = title.start, list[str](), self._title_left, title
        for hit in reversed(part.hits[free:position]):
            is_country = hit.kind in (NameKind.COUNTRY, NameKind.ADJECTIVE)
            between = part.folded[hit.end : start]
            if not is_country or not gap.fullmatch(between):
                break
            if found and between == ", " and not (hit.kind == following.kind and self._is_several(part, title)):
                break  # "… visit Turkey, Russian Foreign Minister …"
            found.insert(0, hit.country or "")
            start, gap, following = hit.start, self._joined, hit
        return start, found

    def _is_of_next(self, part: Field, position: int) -> bool:
        """Whether the country in front is only where it is: the one behind has the office."""
        noun = part.hits[position - 1].kind == NameKind.COUNTRY
        return noun and bool(self._countries_after(part, position))

    def _is_several(self, part: Field, title: Hit) -> bool:
        """Whether a title is in the plural, as far as its language shows."""
        return self._several.search(part.folded, title.start, title.end) is not None

    def _countries_after(self, part: Field, position: int) -> list[str]:
        end, found, gap = part.hits[position].end, list[str](), self._title_right
        for hit in part.hits[position + 1 :]:
            if hit.kind != NameKind.COUNTRY or not gap.fullmatch(part.folded[end : hit.start]):
                break
            found.append(hit.country or "")
            end, gap = hit.end, self._joined
        return found

    def country_of_name(self, part: Field, end: int, following: int) -> Hit | None:
        """The country behind a name that ends at `end`: "Foreign Minister Selim Aksoy of Turkey"."""
        hit = part.hits[following] if following < len(part.hits) else None
        if (
            hit is None
            or hit.kind != NameKind.COUNTRY
            or not self._title_right.fullmatch(part.folded[end : hit.start])
        ):
            return None
        return hit

    def inherited(self, part: Field, office: Office) -> tuple[str, ...]:
        """The country of the party this one is joined to: "Russia's foreign minister and defence minister".

        One country has not two presidents: of "the Russian president and the president" it says nothing.
        """
        last = part.entities[-1] if part.entities else None
        before = last.people[-1] if last is not None and last.people else None
        if last is None or before is None or not before.country:
            return ()
        same = before.office is not None and office_role(before.office) == office.title.titles[0].role
        return (before.country,) if self.is_joined(part, last.end, office.start) and not same else ()

    def is_joined(self, part: Field, end: int, start: int) -> bool:
        """Whether what ends and what starts there are two of one list."""
        return self._joined.fullmatch(part.folded[end:start]) is not None

    def holders(
        self, part: Field, office: Office, countries: tuple[str, ...], learnt: LearntNames
    ) -> tuple[Participant, ...]:
        """One participant for each office of each country; () where the words say no office."""
        titles = [title for title in office.title.titles if title.country in countries]
        titles = titles or [title for title in office.title.titles if not title.country]
        if titles and titles[0].role == "COUNTERPART":
            titles = self._counterparts(part, office, learnt)
        titles = [title for title in titles if title.role not in VAGUE_ROLES]
        return tuple(
            Participant(
                f"off:{country}.{title.role}",
                title.name if title.country else self._gazetteer.office_name(title.name, country),
                country,
                f"off:{country}.{title.role}",
            )
            for country in dict.fromkeys(countries)
            for title in titles
        )

    def level(self, office: Office) -> list[Entity]:
        """An office without a country, as it may tell the level of a meeting."""
        plain = not (office.countries or office.former or office.is_vague or office.rank == Rank.SPOKESPERSON)
        titles = tuple(title for title in office.title.titles if not title.country)
        if not plain or not titles or titles[0].role in VAGUE_ROLES:
            return []
        return [Entity(office.title.start, office.title.end, NameKind.TITLE, rank=office.rank, titles=titles)]

    def _counterparts(self, part: Field, office: Office, learnt: LearntNames) -> list[Title]:
        """A counterpart has the office of the party named before, counterparts those of its compatriots too."""
        window = max(part.text.rfind("\n", 0, office.start) + 1, office.start - _COUNTERPART_REACH)
        met = [
            (entity.start, person)
            for entity in part.entities
            if window <= entity.start < office.start and entity.rank != Rank.SPOKESPERSON
            for person in entity.people
        ]
        before = part.text[window : office.start], part.folded[window : office.start]
        met += [(window + at, person) for at, _, person in learnt.find(*before)]
        people = [person for _, person in sorted(met, key=lambda found: found[0]) if person.office]
        if not self._several.search(part.folded, office.title.start, office.title.end):
            people = people[-1:]
        roles = [office_role(p.office) for p in people if p.office and p.country == people[-1].country]
        return [
            Title(role, Rank.PRINCIPAL, None, self._gazetteer.role_name(role)) for role in dict.fromkeys(roles)
        ]
