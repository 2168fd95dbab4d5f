"""Names of the gazetteer in each language, for messages; and the id of a name written in a watch."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.language.folding import fold

NameRow = Mapping[str, str]
LANGUAGES = ("en", "ru", "tr")


@dataclass(frozen=True)
class GazetteerNames:
    """`shown` has the names to show by id and language, `meant` the ids by folded name."""

    shown: Mapping[str, Mapping[str, str]]
    meant: Mapping[str, frozenset[str]]
    sides: Mapping[str, str] = field(default_factory=dict)  # by country, a pattern for its names and adjectives

    @classmethod
    def from_rows(
        cls,
        countries: Iterable[NameRow],
        cities: Iterable[NameRow],
        offices: Iterable[NameRow],
        people: Iterable[NameRow],
    ) -> GazetteerNames:
        """Build from the rows of config/gazetteer, by their column names."""
        builder = _Builder()
        for row in countries:
            builder.country(row)
        for row in offices:
            builder.office(row)
        for row in people:
            builder.add(row.get("person", ""), row)
        for row in cities:
            builder.add(f"city:{row.get('name', '')}", row)
        return builder.done()

    def name(self, thing: str, language: str, otherwise: str = "") -> str:
        """What an id is called in a language; else `otherwise`, else its English name, else nothing."""
        names = self.shown.get(thing, {})
        return names.get(language) or otherwise or names.get("en", "")

    def all_of(self, thing: str, otherwise: str) -> dict[str, str]:
        """The name in every language it is known in; English always."""
        return {"en": otherwise, **self.shown.get(thing, {})}

    def find(self, name: str) -> frozenset[str]:
        """The ids a name may stand for: "Lavrov", "Лавров", "Turkey", "foreign minister of Turkey", an id."""
        if name in self.shown:
            return frozenset({name})
        folded = fold(name).strip()
        if found := self.meant.get(folded):
            return found
        for pattern in _OFFICE_OF:
            if match := pattern.fullmatch(folded):
                return self._office(match["office"], match["country"])
        return frozenset()

    def _office(self, office: str, country: str) -> frozenset[str]:
        roles = {i.split(".")[-1] for i in self.meant.get(office, ()) if i.startswith("off:")}
        codes = {i[4:] for i in self.meant.get(country, ()) if i.startswith("cty:")}
        return frozenset(f"off:{code}.{role}" for code in codes for role in roles)

    def side(self, words: str, countries: Iterable[str]) -> str | None:
        """The one of `countries` that "the Turkish Foreign Ministry said" names; None: none or several."""
        folded = fold(words)
        found = {code for code in countries if code in self.sides and re.search(self.sides[code], folded)}
        return found.pop() if len(found) == 1 else None


_OFFICE_OF = (
    re.compile(r"(?P<office>.+) of (?:the )?(?P<country>.+)"),
    re.compile(r"(?P<country>\S+) (?P<office>.+)"),
)


class _Builder:
    def __init__(self) -> None:
        self.shown: dict[str, dict[str, str]] = {}
        self.meant: dict[str, set[str]] = defaultdict(set)
        self.sides: dict[str, str] = {}

    def add(self, thing: str, row: NameRow) -> None:
        """One row: the first name of each language is the one to show."""
        shown = {"en": row.get("name", "")}
        for language in LANGUAGES:
            written = [name for name in row.get(language, "").split("|") if name]
            if written and "*" not in written[0] and language != "en":
                shown[language] = written[0]
            for name in written:
                self.meant[fold(name.replace("*", "")).strip()].add(thing)
        self.meant[fold(shown["en"])].add(thing)
        self.shown[thing] = shown

    def country(self, row: NameRow) -> None:
        code = row.get("code", "")
        self.add(f"cty:{code}", row)
        self.meant[fold(code)].add(f"cty:{code}")
        forms = [row.get("name", "")]
        for language in LANGUAGES:
            adjectives = [a for a in row.get(f"adjectives_{language}", "").split("|") if a]
            forms += [name for name in row.get(language, "").split("|") if name] + adjectives
            for adjective in adjectives:
                self.meant[fold(adjective.replace("*", ""))].add(f"cty:{code}")
        words = "|".join(
            sorted({re.escape(fold(f)).replace(r"\*", r"\w*") for f in forms if f}, key=len, reverse=True)
        )
        self.sides[code] = rf"(?<!\w)(?:{words})(?!\w)"

    def office(self, row: NameRow) -> None:
        thing = f"off:{row['country']}.{row['role']}" if row.get("country") else f"off:.{row.get('role', '')}"
        self.add(thing, row)

    def done(self) -> GazetteerNames:
        return GazetteerNames(self.shown, {name: frozenset(ids) for name, ids in self.meant.items()}, self.sides)
