"""The entries of the gazetteer: names, offices and their holders over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pipeline.records import Place

LANGUAGES = ("en", "ru", "tr")


class NameKind(StrEnum):
    """The kinds of names found in text."""

    COUNTRY = "country"
    ADJECTIVE = "adjective"
    CITY = "city"
    TITLE = "title"
    PERSON = "person"
    GROUP = "group"  # unnamed people of one or several countries


class Rank(StrEnum):
    """What holding an office means for a meeting."""

    PRINCIPAL = "principal"  # one holder per country: the office alone says who
    DEPUTY = "deputy"  # several holders: the office alone does not say who
    SPOKESPERSON = "spokesperson"  # speaks about meetings, is not a party of them


@dataclass(frozen=True, slots=True)
class Title:
    """The name of an office: its role code and, where the words imply one, its country."""

    role: str
    rank: Rank
    country: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Tenure:
    """One person in one office between two days; an open end is still in office."""

    person: str
    name: str
    office: str
    start: date
    end: date

    @property
    def country(self) -> str:
        """The country (or organisation) of the office."""
        return office_country(self.office)


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in text: [start, end) in code points and its possible meanings."""

    start: int
    end: int
    kind: NameKind
    country: str | None = None
    place: Place | None = None
    titles: tuple[Title, ...] = ()
    person: str | None = None
    sides: tuple[str, ...] = ()  # of a group


class Alias(NamedTuple):
    """One way to write a name, and the hit it makes (with offsets still to be filled in)."""

    starred: str  # an inflected name, folded, with an asterisk for each ending; empty: the key is the whole name
    case: str  # "any", "first" (capital letter), "exact"
    spelling: str
    hit: Hit


def office_country(office: str) -> str:
    """``off:RU.FM`` → ``RU``."""
    return office.removeprefix("off:").split(".", 1)[0]


def office_role(office: str) -> str:
    """``off:RU.FM`` → ``FM``."""
    return office.rsplit(".", 1)[1]
