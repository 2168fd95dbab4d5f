"""Read the rows of config/gazetteer/*.csv, and say of every bad one where it is and what was expected."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.meetings.entries import LANGUAGES, Alias, Hit, Kind, Rank, Tenure, Title, office_country
from pipeline.meetings.folding import fold
from pipeline.records import Place

Row = Mapping[str, str]

# What an asterisk in a name stands for ("Росси*", "bakan*"): the ending of an inflected word.
_ENDING = {
    "en": "s?",
    "ru": "(?:[аяоеуюыийьъ]|[оеиы]й|ая|яя|[оые]е|ие|ую|юю|[оеиы]м|[оеиы]х|[оеё]го|[ое]му|[ьию]ю|и[яиюе]|"
    "[ое]в|[ая]м|[ая]ми|[ая]х|[иы]ми|ец|ц[аеуы]|цем)?",
    "tr": "[a-z]{0,9}",
}


class RowReader:
    """Turns the rows of the four files into aliases and tenures; `problems` has one line for each mistake."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.tenures: list[Tenure] = []
        self.aliases: dict[str, dict[str, list[Alias]]] = {lang: defaultdict(list) for lang in LANGUAGES}
        self.roles: dict[str, str] = {}
        self._codes: set[str] = set()

    def countries(self, rows: Iterable[Row]) -> None:
        """Read countries.csv: first, because the other files name its codes."""
        for place, row in _numbered(rows, "countries.csv"):
            code, name = self._need(row, place, "code"), self._need(row, place, "name")
            if not code or not name:
                continue
            self._codes.add(code)
            noun = Hit(0, 0, Kind.COUNTRY, code, Place(name, code, is_city=False))
            adjective = Hit(0, 0, Kind.ADJECTIVE, code, noun.place)
            self._add("en", name, noun)
            for language in LANGUAGES:
                self._names(language, row.get(language) or "", noun)
                self._names(language, row.get(f"adjectives_{language}") or "", adjective, lower=language == "ru")

    def cities(self, rows: Iterable[Row]) -> None:
        """Read cities.csv."""
        for place, row in _numbered(rows, "cities.csv"):
            name, code = self._need(row, place, "name"), self._need(row, place, "country")
            if code and code not in self._codes:
                self.problems.append(f"{place}: country: {code!r} is not in countries.csv")
            hit = Hit(0, 0, Kind.CITY, code, Place(name, code, is_city=True))
            self._add("en", name, hit)
            for language in LANGUAGES:
                self._names(language, row.get(language) or "", hit)

    def offices(self, rows: Iterable[Row]) -> None:
        """Read offices.csv."""
        shared: dict[str, dict[str, Title]] = {"en": {}, "tr": {}}
        for place, row in _numbered(rows, "offices.csv"):
            role, rank = self._need(row, place, "role"), row.get("rank") or ""
            if rank not in set(Rank):
                self.problems.append(f"{place}: rank: expected {', '.join(Rank)}, not {rank!r}")
                continue
            name = self._need(row, place, "name")
            title = Title(role, Rank(rank), row.get("country") or None, name)
            self.roles.setdefault(role, name)
            for language in LANGUAGES:
                for name in _split(row.get(language) or ""):
                    self._title(language, name, (title,))
                    plain = name.rstrip("*")
                    for tail in (" minister", " bakan"):
                        if plain.endswith(tail) and rank == Rank.PRINCIPAL and not title.country:
                            shared.setdefault(language, {})[plain.removesuffix(tail)] = title
        self._shared_titles("en", shared["en"], "{} and {} minister*", "{} and {} secretar*")
        self._shared_titles("tr", shared["tr"], "{} ve {} bakan*")

    def _shared_titles(self, language: str, heads: dict[str, Title], *forms: str) -> None:
        """Register "foreign and defence ministers" for every two offices that share a head word."""
        for first, one in heads.items():
            for second, other in heads.items():
                if one.role != other.role:
                    for form in forms:
                        self._title(language, form.format(first, second), (one, other))

    def holders(self, rows: Iterable[Row]) -> None:
        """Read holders.csv."""
        for place, row in _numbered(rows, "holders.csv"):
            person, name = self._need(row, place, "person"), self._need(row, place, "name")
            office = self._need(row, place, "office")
            start, end = self._day(row, place, "from", date.min), self._day(row, place, "to", date.max)
            if not re.fullmatch(r"off:[A-Z]+\.[A-Z]+", office):
                self.problems.append(f"{place}: office: expected off:COUNTRY.ROLE, not {office!r}")
                continue
            if office_country(office) not in self._codes:
                self.problems.append(f"{place}: office: {office!r} names a country not in countries.csv")
            if end < start:
                self.problems.append(f"{place}: to: is before from")
            self.tenures.append(Tenure(person, name, office, start, end))
            hit = Hit(0, 0, Kind.PERSON, office_country(office), person=person)
            self._add("en", name, hit)
            self._add("tr", name, hit)
            for language in LANGUAGES:
                self._names(language, row.get(language) or "", hit)

    def _names(self, language: str, field: str, hit: Hit, *, lower: bool = False) -> None:
        for name in _split(field):
            self._add(language, name, hit, lower=lower)

    def _title(self, language: str, name: str, titles: tuple[Title, ...]) -> None:
        if language == "en" and not name.endswith("*") and not name.endswith("s"):
            name += "*"  # the plural
        abbreviation = name.rstrip("*").isupper()
        self._add(language, name, Hit(0, 0, Kind.TITLE, titles=titles), lower=not abbreviation)

    def _add(self, language: str, name: str, hit: Hit, *, lower: bool = False) -> None:
        stem = name.split("*", 1)[0]
        pattern = ""
        if "*" in name:
            parts = [re.escape(part) for part in fold(name).split("*")]
            pattern = _ENDING[language].join(parts) + r"(?!\w)"
        capitals = stem.isupper() and len(stem) <= 5
        case = "any" if lower else "exact" if capitals else "first"
        alias = Alias(pattern, case, stem, hit)
        entries = self.aliases[language][fold(stem)]
        if alias not in entries:
            entries.append(alias)

    def _need(self, row: Row, place: str, column: str) -> str:
        value = row.get(column) or ""
        if not value:
            self.problems.append(f"{place}: {column}: expected a value")
        return value

    def _day(self, row: Row, place: str, column: str, default: date) -> date:
        value = row.get(column) or ""
        if not value:
            return default
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.problems.append(f"{place}: {column}: expected YYYY-MM-DD, not {value!r}")
            return default


def _split(field: str) -> list[str]:
    return [name.strip() for name in field.split("|") if name.strip()]


def _numbered(rows: Iterable[Row], file: str) -> Iterable[tuple[str, Row]]:
    """Rows with their place in the file; the header is line 1."""
    for number, row in enumerate(rows, start=2):
        yield f"config/gazetteer/{file}:{number}", row
