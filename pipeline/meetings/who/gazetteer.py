"""The gazetteer: find countries, cities, offices and their holders in text by name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from functools import cache, cached_property
from types import MappingProxyType

from ahocorasick_rs import AhoCorasick

from pipeline.errors import ConfigurationError
from pipeline.language.words import FromWords, pattern
from pipeline.meetings.who.entries import Alias, Hit, NameKind, Tenure, Title
from pipeline.meetings.who.gazetteer_rows import GazetteerRow, RowReader
from pipeline.meetings.who.spelling import slug, sound

_Match = tuple[int, int, Hit]  # start, end and the match
_RANKING = (
    NameKind.TITLE, NameKind.PERSON, NameKind.GROUP, NameKind.CITY, NameKind.COUNTRY, NameKind.ADJECTIVE,
)  # fmt: skip
_ORDER = {kind: number for number, kind in enumerate(_RANKING)}

# An asterisk in a name ("Росси*", "bakan*") matches the ending of an inflected word.
_STARS = FromWords(lambda words: words.patterns("star"))
# Turkish writes an apostrophe between a name and its ending, and much of the press does not. Of people only the
# endings that no other surname has: "Lavrova" is a woman, not "to Lavrov".
_BEHIND_A_PLACE = pattern(r"{bare ending of a place}(?!\w)")
_BARE_ENDING = {
    NameKind.COUNTRY: _BEHIND_A_PLACE,
    NameKind.CITY: _BEHIND_A_PLACE,
    NameKind.PERSON: pattern(r"{bare ending of a person}(?!\w)"),
}
_DEPUTY = pattern(r" {deputy behind a title}")
_SHORTEST_WITH_ENDING = 5


@cache
def _inflected(ending: str, starred: str) -> re.Pattern[str]:
    """Compiled when first met: most names of a gazetteer never are."""
    parts = [re.escape(part) for part in starred.split("*")]
    return re.compile(ending.join(parts) + r"(?!\w)")


class Gazetteer:
    """Finds the names of one configuration in a text. Built once, used for every article; immutable."""

    def __init__(
        self,
        aliases: Mapping[str, Mapping[str, Sequence[Alias]]],
        tenures: tuple[Tenure, ...],
        roles: Mapping[str, str],
        split_titles: Mapping[str, Mapping[str, Title]],
        capitals: frozenset[tuple[str, str]],
        version: str,
    ) -> None:
        self.version = version  # changes with every row
        self._aliases = aliases
        self._tenures = tenures
        self._roles = dict(roles)
        self._split_titles = split_titles  # first word → the rest → title
        self._capitals = capitals  # (name, country)
        self._keys = {language: tuple(names) for language, names in aliases.items()}
        self._automata = {language: AhoCorasick(list(keys)) for language, keys in self._keys.items()}
        people: dict[str, list[Tenure]] = defaultdict(list)
        offices: dict[str, list[Tenure]] = defaultdict(list)
        for tenure in tenures:
            people[tenure.person].append(tenure)
            offices[tenure.office].append(tenure)
        self._people = {key: tuple(value) for key, value in people.items()}
        self._offices = {key: tuple(value) for key, value in offices.items()}

    @classmethod
    def from_rows(
        cls,
        countries: Iterable[GazetteerRow],
        cities: Iterable[GazetteerRow],
        offices: Iterable[GazetteerRow],
        people: Iterable[GazetteerRow],
        holders: Iterable[GazetteerRow],
        parties: Mapping[str, Iterable[GazetteerRow]] | None = None,
        names: Mapping[str, Iterable[GazetteerRow]] = MappingProxyType({}),
    ) -> Gazetteer:
        """Build from the rows of the five CSV files, columns as in config/gazetteer, and the parties by language.

        `names` are the tables of names of further languages, by their codes.

        Raises ConfigurationError with one line per bad row, naming the file and the line.
        """
        reader = RowReader(names)
        reader.countries(countries)
        reader.cities(cities)
        reader.offices(offices)
        reader.people(people)
        reader.holders(holders)
        for language, rows in (parties or {}).items():
            reader.parties(language, rows)
        for language, rows in sorted(names.items()):
            reader.names(language, rows)
        if reader.problems:
            raise ConfigurationError(reader.problems)
        return cls(
            reader.aliases,
            tuple(reader.tenures),
            reader.roles,
            reader.split_titles,
            frozenset(reader.capitals),
            reader.version,
        )

    def __reduce__(self) -> tuple[type[Gazetteer], tuple[object, ...]]:
        """Travels to worker processes as its rows: an automaton cannot."""
        return Gazetteer, (
            self._aliases,
            self._tenures,
            self._roles,
            self._split_titles,
            self._capitals,
            self.version,
        )

    def find(self, text: str, folded: str, language: str, day: date | None = None) -> list[Hit]:
        """Find names in `text` (`folded` is its folded form): longest first from the left, not overlapping.

        If several people share a name, it means the one in office on `day`.
        """
        found: list[_Match] = []
        keys = self._keys[language]
        aliases = self._aliases[language]
        for number, start, key_end in self._automata[language].find_matches_as_indexes(folded, overlapping=True):
            if start and folded[start - 1].isalnum():
                continue
            for alias in aliases[keys[number]]:
                end = self._end_of(alias, language, text, folded, start, key_end)
                if end and not (alias.hit.kind == NameKind.TITLE and _DEPUTY().match(folded, end)):
                    found.append((start, end, alias.hit))
        found += [split for match in found if (split := self._split_title(folded, match))]
        in_office = {hit.person for _, _, hit in found if hit.person and day and self.tenure_of(hit.person, day)}
        return _leftmost_longest(found, in_office)

    def _end_of(self, alias: Alias, language: str, text: str, folded: str, start: int, key_end: int) -> int:
        """The end of the word the alias was found in, or 0 where it is part of another word."""
        if alias.case == "first" and not text[start].isupper():
            return 0
        if alias.case == "exact" and text[start:key_end] != alias.spelling:
            return 0
        if alias.starred:
            match = _inflected(_STARS()[language], alias.starred).match(folded, start)
            return match.end() if match else 0
        if key_end == len(folded) or not folded[key_end].isalnum():
            return key_end
        if language == "tr" and key_end - start >= _SHORTEST_WITH_ENDING and alias.hit.kind in _BARE_ENDING:
            ending = _BARE_ENDING[alias.hit.kind]().match(folded, key_end)
            return ending.end() if ending else 0
        return 0

    def _split_title(self, folded: str, match: _Match) -> _Match | None:
        """The title around an adjective of country: "глава турецкого МИД"."""
        start, end, hit = match
        if hit.kind != NameKind.ADJECTIVE:
            return None
        head = folded[:start].rstrip().rpartition(" ")[2]
        for tail, title in self._split_titles.get(head, {}).items():
            after = end + 1 + len(tail)
            if folded.startswith(tail, end + 1) and not folded[after : after + 1].isalnum():
                whole = Title(title.role, title.rank, hit.country, self.office_name(title.name, hit.country or ""))
                return start - len(head) - 1, after, Hit(0, 0, NameKind.TITLE, titles=(whole,))
        return None

    def tenure_of(self, person: str, day: date) -> Tenure | None:
        """The office `person` held on `day`, the highest listed first."""
        return next((t for t in self._people.get(person, ()) if t.start <= day <= t.end), None)

    def person(self, person: str) -> Tenure:
        """Any tenure of a listed `person`: for the name and country."""
        return self._people[person][0]

    def lists(self, person: str) -> bool:
        """Whether `person` is the id of anybody."""
        return person in self._people

    def has_office(self, office: str) -> bool:
        """Whether anybody is known to have held `office`."""
        return office in self._offices

    def is_name_of(self, person: str, word: str) -> bool:
        """Whether a folded `word` is part of the name of a listed person, in some spelling."""
        return any(sound(slug(word)) == sound(slug(part)) for part in self.person(person).name.split())

    def office_name(self, name: str, country: str) -> str:
        """``foreign minister``, ``TR`` → ``Turkish foreign minister``."""
        return f"{self._adjectives.get(country, country)} {name}"

    @cached_property
    def _adjectives(self) -> dict[str, str]:
        """Country → its first English adjective, or its name."""
        found: dict[str, tuple[NameKind, str]] = {}
        for aliases in self._aliases["en"].values():
            for alias in aliases:
                hit = alias.hit
                if (
                    hit.kind == NameKind.ADJECTIVE
                    and found.get(hit.country or "", (None,))[0] != NameKind.ADJECTIVE
                ):
                    found[hit.country or ""] = NameKind.ADJECTIVE, alias.spelling
                elif hit.kind == NameKind.COUNTRY and hit.place:
                    found.setdefault(hit.country or "", (NameKind.COUNTRY, hit.place.name))
        return {country: words for country, (_, words) in found.items()}

    def role_name(self, role: str) -> str:
        """``FM`` → ``foreign minister``."""
        return self._roles[role]

    @cached_property
    def terms(self) -> Mapping[str, dict[str, list[str]]]:
        """The terms topic rules can use, by entity and language: ``country:RU`` → ``en`` → Russia, Russian, …

        A star matches any ending.
        """
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for language, keys in self._aliases.items():
            for alias in (alias for aliases in keys.values() for alias in aliases):
                if alias.starred.count("*") < 2:  # the rules know one star, at the end
                    term = alias.spelling + ("*" if alias.starred else "")
                    for entity in self._entities_of(alias):
                        found[entity][language].append(term)
        return {entity: dict(languages) for entity, languages in found.items()}

    def _entities_of(self, alias: Alias) -> list[str]:
        hit = alias.hit
        if hit.kind == NameKind.GROUP:
            return []
        if hit.kind in (NameKind.COUNTRY, NameKind.ADJECTIVE):
            return [f"country:{hit.country}"]
        if hit.kind == NameKind.CITY:
            capital = hit.place is not None and (hit.place.name, hit.country) in self._capitals
            return [f"city:{hit.country}", *([f"capital:{hit.country}"] if capital else [])]
        if hit.kind == NameKind.TITLE:
            return sorted({f"office:{title.country}" for title in hit.titles if title.country})
        return sorted({f"person:{tenure.country}" for tenure in self._people.get(hit.person or "", ())})

    def holder(self, office: str, day: date) -> Tenure | None:
        """Who held `office` on `day`."""
        return next((t for t in self._offices.get(office, ()) if t.start <= day <= t.end), None)


def _leftmost_longest(found: list[_Match], in_office: Set[str | None]) -> list[Hit]:
    def order(match: _Match) -> tuple[int, int, int, bool, str]:
        start, end, hit = match
        return start, -end, _ORDER[hit.kind], hit.person not in in_office, hit.person or ""

    found.sort(key=order)
    kept: list[Hit] = []
    for start, end, hit in found:
        if not kept or start >= kept[-1].end:
            kept.append(Hit(start, end, hit.kind, hit.country, hit.place, hit.titles, hit.person, hit.sides))
        elif (start, end, hit.kind) == (kept[-1].start, kept[-1].end, NameKind.TITLE):
            kept[-1] = Hit(start, end, NameKind.TITLE, titles=kept[-1].titles + hit.titles)
    return kept
