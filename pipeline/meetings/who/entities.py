"""A party, country or place found in one field of an article."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.meetings.who.entries import Hit, NameKind, Rank, Title, office_role
from pipeline.records import Participant, Place

SEATS = {"Brussels": "EU"}  # these cities stand for the body that is there, not for their country
_SPEAKING_ROLES = frozenset({"SPO", "AIDE", "AMB"})
_HEADLINE_SHARE = 0.85  # of its longer words begin with a capital: the words of such a title are not names
_MASK = {
    NameKind.PERSON: "P",
    NameKind.TITLE: "P",
    NameKind.COUNTRY: "C",
    NameKind.ADJECTIVE: "A",
    NameKind.CITY: "L",
}


@dataclass(frozen=True, slots=True)
class Entity:
    """A party, country or place at [start, end) of a field."""

    start: int
    end: int
    kind: NameKind  # PERSON: a named person; TITLE: an office alone
    people: tuple[Participant, ...] = ()
    country: str | None = None
    place: Place | None = None
    rank: Rank = Rank.PRINCIPAL
    sides: tuple[str, ...] = ()  # the countries of people who are not said to be anyone ("Russian ministers")
    titles: tuple[Title, ...] = ()  # an office without a country: no name, it only tells the level

    @property
    def mask(self) -> str:
        """Its letter in masked text."""
        return _MASK[self.kind]

    @property
    def side(self) -> str | None:
        """The country it stands for where it acts: "Brussels refused" is the EU."""
        return SEATS.get(self.place.name, self.country) if self.place is not None else self.country


@dataclass(slots=True)
class Field:
    """The title or the body of an article while its parties are read."""

    text: str
    folded: str
    hits: list[Hit]
    headline_case: bool  # nearly all words begin with a capital
    entities: list[Entity] = field(default_factory=list)
    levels: list[Entity] = field(default_factory=list)  # offices without a country


def named(start: int, end: int, person: Participant) -> Entity:
    """A person named at [start, end)."""
    speaks = person.office is not None and office_role(person.office) in _SPEAKING_ROLES
    rank = Rank.SPOKESPERSON if speaks else Rank.PRINCIPAL
    return Entity(start, end, NameKind.PERSON, (person,), person.country, rank=rank)


def field_of(text: str, folded: str, hits: list[Hit], *, headline: bool) -> Field:
    """A field with the names of the gazetteer found in it; `folded` is its folded text."""
    words = re.findall(r"[^\W\d_]{4,}", text) if headline else []
    capitals = sum(word[0].isupper() for word in words)
    return Field(text, folded, hits, len(words) > 2 and capitals >= _HEADLINE_SHARE * len(words))
