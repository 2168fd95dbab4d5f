"""Who and where: countries, cities, offices and the people who held them, found in text by name."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, cached_property

from ahocorasick_rs import AhoCorasick

from pipeline.errors import ConfigurationError
from pipeline.meetings.entries import Alias, Hit, Kind, Tenure
from pipeline.meetings.gazetteer_rows import Row, RowReader
from pipeline.meetings.spelling import slug, sound

_Match = tuple[int, int, Hit]  # start, end and what stands there
_ORDER = {Kind.TITLE: 0, Kind.PERSON: 1, Kind.CITY: 2, Kind.COUNTRY: 3, Kind.ADJECTIVE: 4}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when first met: most names of a gazetteer never are."""
    return re.compile(pattern)


class Gazetteer:
    """Finds the names of one configuration in a text. Built once, used for every article; immutable."""

    def __init__(
        self,
        aliases: Mapping[str, Mapping[str, tuple[Alias, ...]]],
        tenures: tuple[Tenure, ...],
        roles: Mapping[str, str],
    ) -> None:
        self._aliases = aliases
        self._tenures = tenures
        self._roles = dict(roles)
        self._keys = {language: tuple(names) for language, names in aliases.items()}
        self._automata = {language: AhoCorasick(list(keys)) for language, keys in self._keys.items()}
        people: dict[str, list[Tenure]] = defaultdict(list)
        offices: dict[str, list[Tenure]] = defaultdict(list)
        for tenure in tenures:
            people[tenure.person].append(tenure)
            offices[tenure.office].append(tenure)
        names = sorted(
            f"{language}:{key}:{alias.pattern}:{alias.case}:{alias.hit!r}"
            for language, keys in aliases.items()
            for key, entries in keys.items()
            for alias in entries
        )
        digest = hashlib.blake2b("\n".join([*names, *map(repr, tenures)]).encode(), digest_size=8)
        self.version = digest.hexdigest()  # changes with every row
        self._people = {key: tuple(value) for key, value in people.items()}
        self._offices = {key: tuple(value) for key, value in offices.items()}

    @classmethod
    def from_rows(
        cls, countries: Iterable[Row], cities: Iterable[Row], offices: Iterable[Row], holders: Iterable[Row]
    ) -> Gazetteer:
        """Build from the rows of the four CSV files (column names as in config/gazetteer).

        Raises ConfigurationError with one line per bad row, naming the file and the line.
        """
        reader = RowReader()
        reader.countries(countries)
        reader.cities(cities)
        reader.offices(offices)
        reader.holders(holders)
        if reader.problems:
            raise ConfigurationError(reader.problems)
        frozen = {
            language: {key: tuple(value) for key, value in names.items()}
            for language, names in reader.aliases.items()
        }
        return cls(frozen, tuple(reader.tenures), reader.roles)

    def __reduce__(self) -> tuple[type[Gazetteer], tuple[object, ...]]:
        """Travels to worker processes as its rows: an automaton cannot."""
        return Gazetteer, (self._aliases, self._tenures, self._roles)

    def find(self, text: str, folded: str, language: str) -> list[Hit]:
        """Find names in `text` (`folded` is its folded form): longest first from the left, not overlapping."""
        found: list[_Match] = []
        keys = self._keys[language]
        aliases = self._aliases[language]
        for number, start, key_end in self._automata[language].find_matches_as_indexes(folded, overlapping=True):
            if start and folded[start - 1].isalnum():
                continue
            for alias in aliases[keys[number]]:
                end = self._end_of(alias, text, folded, start, key_end)
                if end:
                    found.append((start, end, alias.hit))
        return _leftmost_longest(found)

    @staticmethod
    def _end_of(alias: Alias, text: str, folded: str, start: int, key_end: int) -> int:
        """The end of the word the alias was found in, or 0 where it is part of another word."""
        if alias.case == "first" and not text[start].isupper():
            return 0
        if alias.case == "exact" and text[start:key_end] != alias.spelling:
            return 0
        if alias.pattern:
            match = _compiled(alias.pattern).match(folded, start)
            return match.end() if match else 0
        return 0 if key_end < len(folded) and folded[key_end].isalnum() else key_end

    def tenure_of(self, person: str, day: date) -> Tenure | None:
        """The office `person` held on `day`, the highest listed first."""
        return next((t for t in self._people.get(person, ()) if t.start <= day <= t.end), None)

    def person(self, person: str) -> Tenure:
        """Any tenure of a listed `person`: for the name and country."""
        return self._people[person][0]

    def lists(self, person: str) -> bool:
        """Whether `person` is the id of anybody."""
        return person in self._people

    def is_name_of(self, person: str, word: str) -> bool:
        """Whether a folded `word` is part of the name of a listed person, in some spelling."""
        return any(sound(slug(word)) == sound(slug(part)) for part in self.person(person).name.split())

    def office_name(self, name: str, country: str) -> str:
        """``foreign minister``, ``TR`` → ``Turkish foreign minister``."""
        return f"{self._adjectives.get(country, country)} {name}"

    @cached_property
    def _adjectives(self) -> dict[str, str]:
        """Country → its first English adjective, or its name."""
        found: dict[str, tuple[Kind, str]] = {}
        for aliases in self._aliases["en"].values():
            for alias in aliases:
                hit = alias.hit
                if hit.kind == Kind.ADJECTIVE and found.get(hit.country or "", (None,))[0] != Kind.ADJECTIVE:
                    found[hit.country or ""] = Kind.ADJECTIVE, alias.spelling
                elif hit.kind == Kind.COUNTRY and hit.place:
                    found.setdefault(hit.country or "", (Kind.COUNTRY, hit.place.name))
        return {country: words for country, (_, words) in found.items()}

    def role_name(self, role: str) -> str:
        """``FM`` → ``foreign minister``."""
        return self._roles[role]

    def holder(self, office: str, day: date) -> Tenure | None:
        """Who held `office` on `day`."""
        return next((t for t in self._offices.get(office, ()) if t.start <= day <= t.end), None)


def _leftmost_longest(found: list[_Match]) -> list[Hit]:
    found.sort(key=lambda match: (match[0], -match[1], _ORDER[match[2].kind], match[2].person or ""))
    kept: list[Hit] = []
    for start, end, hit in found:
        if not kept or start >= kept[-1].end:
            kept.append(Hit(start, end, hit.kind, hit.country, hit.place, hit.titles, hit.person))
        elif (start, end, hit.kind) == (kept[-1].start, kept[-1].end, Kind.TITLE):
            kept[-1] = Hit(start, end, Kind.TITLE, titles=kept[-1].titles + hit.titles)
    return kept
