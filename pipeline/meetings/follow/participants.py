"""The participants of a meeting, combined from all its reports.

Reports name a party by office, by name, in various spellings and alphabets, and sometimes wrongly. This keeps one
entry for each party, under the person named most often, in the spelling of English news if there is one. Names of
countries that write Cyrillic go into Latin letters: for others no spelling is made up from a Russian one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipeline.meetings.who.persons import name_key, same_name, same_person
from pipeline.meetings.who.spelling import CYRILLIC_COUNTRIES, is_latin, latin
from pipeline.records import MeetingMention, Participant

_OFTEN = 3  # a country is a side if more than one report in so many names it
_Rank = tuple[bool, int]  # how good a name is to read: full, then script and language


@dataclass(slots=True)
class _Name:
    """One person (or office) as reports name them."""

    first: Participant
    best: str
    rank: _Rank
    reports: int = 0


@dataclass(slots=True)
class _Party:
    """One party: everybody whom reports name in it, by the key of their name."""

    names: dict[str, _Name] = field(default_factory=dict)

    def add(self, person: Participant, rank: _Rank) -> None:
        alike = (key for key, name in self.names.items() if same_name(name.first.id, person.id))
        name = self.names.setdefault(next(alike, name_key(person.id)), _Name(person, person.name, rank))
        name.reports += 1
        if rank > name.rank:
            name.best, name.rank = person.name, rank

    @property
    def participant(self) -> Participant:
        """The person named most often, the first among equals; an office only if no person is named."""
        name = max(self.names.values(), key=lambda name: (name.first.id.startswith("per:"), name.reports))
        spelt = latin(name.best) if name.first.country in CYRILLIC_COUNTRIES else name.best
        return name.first if spelt == name.first.name else replace(name.first, name=spelt)


class Participants:
    """The parties of one meeting. Add reports in the order they were published."""

    def __init__(self) -> None:
        self._entries: list[_Party] = []

    def add(self, mention: MeetingMention) -> None:
        """Take in whom one report names."""
        for person in mention.participants:
            entry = next((entry for entry in self._entries if _is_in(person, entry)), None)
            if entry is None:
                entry = _Party()
                self._entries.append(entry)
            entry.add(person, _rank(person, mention.rules))

    @property
    def participants(self) -> tuple[Participant, ...]:
        """One participant for each party, in the order they were first named."""
        return tuple(entry.participant for entry in self._entries)


@dataclass(slots=True)
class Sides:
    """The countries that meet. A country in a stray report (a stop, a topic) is not one of them."""

    _reports: int = 0
    _named: Counter[str] = field(default_factory=Counter)

    def add(self, mention: MeetingMention) -> None:
        """Take in the countries one report names."""
        if mention.countries:
            self._reports += 1
            self._named.update(mention.countries)

    def named(self, *, every: bool) -> tuple[str, ...]:
        """Those in over a third of the reports, where at least two are left; `every`: in any, as at a summit."""
        often = sorted(country for country, times in self._named.items() if _OFTEN * times > self._reports)
        return tuple(sorted(self._named) if every or len(often) <= 1 else often)


def _is_in(person: Participant, entry: _Party) -> bool:
    return any(same_person(person, name.first) for name in entry.names.values())


def _rank(person: Participant, rules: Iterable[str]) -> _Rank:
    """English before other Latin spellings, those before Cyrillic; the id of a rule begins with its language."""
    english = next(iter(rules), "").startswith("en.")
    return " " in person.name, is_latin(person.name) + english
