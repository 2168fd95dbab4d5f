"""Names of people, offices, countries and places in the reader's language, by their ids in config/gazetteer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.configuration.folder import read_table, read_yaml
from pipeline.language.folding import fold
from pipeline.language.words import FromWords
from pipeline.topics.rules import TopicRules

_IN_FULL = FromWords(lambda words: words.pairs("office ending"))


class Names:
    """Read once; answers with what the gazetteer has, else with what the texts say."""

    def __init__(self, config_dir: Path) -> None:
        self._config_dir = config_dir
        self._people = {row["person"]: row for row in read_table(config_dir, "people")}
        self._countries = {row["code"]: row for row in read_table(config_dir, "countries")}
        self._cities = {(row["name"], row["country"]): row for row in read_table(config_dir, "cities")}
        self._tenures: dict[str, list[Mapping[str, str]]] = {}
        for row in read_table(config_dir, "holders"):
            self._tenures.setdefault(row["person"], []).append(row)
        offices = read_table(config_dir, "offices")
        self._roles: dict[tuple[str, str], Mapping[str, str]] = {}
        for row in offices:
            self._roles.setdefault((row["role"], row["country"]), row)

    def person(self, person_id: str, said: str, language: str) -> str:
        """Full name of a participant, who may be a country or an office too."""
        if person_id.startswith("cty:"):
            return self.country(person_id[4:], language)
        if person_id.startswith("off:"):
            return self.office(person_id, language) or said
        return _best(self._people.get(person_id), "name", language, two=True) or said

    def short(self, person_id: str, said: str, language: str) -> str:
        """Surname of a person; the whole name of anything else."""
        name = self.person(person_id, said, language)
        return name.split()[-1] if person_id.startswith("per:") else name

    def office(self, office_id: str | None, language: str) -> str:
        """`off:TR.FM` → foreign minister; "" where none is known."""
        if not office_id:
            return ""
        _, _, rest = office_id.partition(":")
        country, _, role = rest.partition(".")
        row = self._roles.get((role, "")) or self._roles.get((role, country))
        name = _best(row, "name", language)
        for star, ending in _IN_FULL():
            name = name.replace(star, ending)
        return name.replace("*", "")

    def country(self, code: str | None, language: str) -> str:
        """`TR` → Turkey, Турция, Türkiye; the code itself where it is not listed."""
        return _best(self._countries.get(code or ""), "name", language) or code or ""

    def place(self, name: str | None, country: str | None, language: str) -> str:
        """A city or country, by its canonical English name."""
        if not name:
            return ""
        row = self._cities.get((name, country or "")) or self._countries.get(country or "")
        if row is None or row["name"] != name:
            return name
        return _best(row, "name", language) or name

    def where(self, row: Mapping[str, Any], language: str) -> str:
        """Istanbul, Turkey; "" where no place is known."""
        place = self.place(row["place"], row["place_country"], language)
        country = self.country(row["place_country"], language)
        return place if not place or place == country or not country else f"{place}, {country}"

    def topic(self, slug: str) -> str:
        """`russia-turkey` → Russia and Turkey: its title in config/topics.yml, else what the slug says."""
        return self._topics.get(slug) or slug.rpartition("/")[2].replace("-", " ").capitalize()

    @cached_property
    def _topics(self) -> dict[str, str]:
        rules = read_yaml(self._config_dir, "topics.yml", TopicRules)
        return {topic.slug: topic.title for topic in rules.topics}

    def codes(self, words: str) -> list[str]:
        """`Russia, TR` → RU, TR: codes or names in any of our languages, separated by commas or blanks.

        Raises:
            KeyError: a word that is no country, as it was given.
        """
        found = []
        for part in (piece.strip() for piece in words.replace(";", ",").split(",")):
            if not part:
                continue
            for word in [part] if fold(part) in self._by_name else part.split():
                code = self._by_name.get(fold(word))
                if code is None:
                    raise KeyError(word)
                found.append(code)
        return list(dict.fromkeys(found))

    @cached_property
    def _by_name(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for code, row in self._countries.items():
            for words in (code, row["name"], *(row.get(language) or "" for language in ("en", "ru", "tr"))):
                for name in words.split("|"):
                    if name.strip():
                        found.setdefault(fold(name.strip()), code)
        return found

    def tenures(self, person_id: str) -> list[Mapping[str, str]]:
        """Offices a listed person held, the newest first."""
        return sorted(self._tenures.get(person_id, ()), key=lambda row: row["from"], reverse=True)

    def listed(self, person_id: str) -> dict[str, str] | None:
        """A listed person's name by language; None for one only texts name."""
        row = self._people.get(person_id)
        if row is None:
            return None
        found: dict[str, str] = {}
        for language in ("en", "ru", "tr"):
            name = _best(row, "name", language, two=True)
            if name not in found.values():
                found[language] = name
        return found

    @cached_property
    def surnames(self) -> list[str]:
        """Of everybody listed, in every alphabet."""
        return sorted({_best(row, "name", lang, two=True).split()[-1] for row in self._people.values()
                       for lang in ("en", "ru", "tr")})  # fmt: skip

    def person_ids(self, words: str, most: int = 200) -> list[str]:
        """Listed people whose name has these words in it, in any of our alphabets."""
        wanted = fold(words.strip())
        rows = self._people.items()
        return [key for key, row in rows if wanted in fold(f"{row['name']}|{row['en']}|{row['ru']}|{row['tr']}")][
            :most
        ]


def _best(row: Mapping[str, str] | None, plain: str, language: str, *, two: bool = False) -> str:
    """The first name in that language, else the plain one; `two`: of two words at least."""
    if row is None:
        return ""
    if language != "en":
        first = (row.get(language) or "").split("|")[0].strip()
        if first and (not two or " " in first):
            return first
    return row[plain]
