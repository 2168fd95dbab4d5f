"""Read the rows of config/gazetteer/*.csv, and say of every bad one where it is and what was expected."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from pipeline.language.folding import fold
from pipeline.language.words import FromWords, pattern
from pipeline.meetings.who.entries import LANGUAGES, Alias, Hit, NameKind, Rank, Tenure, Title, office_country
from pipeline.records import Place

GazetteerRow = Mapping[str, str]

# "глава МИД": news puts the country between its words, "глава турецкого МИД".
_SPLIT_TITLE = pattern(r"(?P<head>{head of a title}) (?P<tail>.+)")
# Two offices with one word for both, by language: "foreign and defence ministers"
_SHARED_TITLES = FromWords(
    lambda words: {
        language: [form.replace("X", "{}").replace("Y", "{}") for form in forms]
        for language, forms in words.by_language("shared title").items()
    }
)
_HEADS = FromWords(lambda words: tuple(f" {word}" for word in words.each("office word")))
_FIRST_HALVES = FromWords(lambda words: words.pairs("first half"))


class RowReader:
    """Turns the rows of the four files into aliases and tenures; `problems` has one line for each mistake."""

    def __init__(self, languages: Iterable[str] = ()) -> None:
        """`languages` have a table of names of their own, beside those with columns in the five tables."""
        self.problems: list[str] = []
        self.tenures: list[Tenure] = []
        self.aliases: dict[str, dict[str, list[Alias]]] = {
            lang: defaultdict(list) for lang in (*LANGUAGES, *languages)
        }
        self.roles: dict[str, str] = {}
        self.split_titles: dict[str, dict[str, Title]] = {}
        self.capitals: set[tuple[str, str]] = set()
        self._digest = hashlib.blake2b(digest_size=8)
        self._codes: set[str] = set()
        self._countries: dict[str, Place] = {}
        self._cities: dict[str, Hit] = {}  # "Kyiv/UA" → what is found where its name stands
        self._titles: dict[str, Title] = {}  # "FM", "FM:US" → the office
        self._people: dict[str, str] = {}  # id → name
        self._unheld: dict[str, str] = {}  # people no holder row has named yet: id → the row that lists them

    @property
    def version(self) -> str:
        """Another one for other rows."""
        return self._digest.hexdigest()

    def countries(self, rows: Iterable[GazetteerRow]) -> None:
        """Read countries.csv: first, because the other files name its codes."""
        for place, row in self._numbered(rows, "countries.csv"):
            code, name = self._need(row, place, "code"), self._need(row, place, "name")
            if not code or not name:
                continue
            self._codes.add(code)
            if row.get("body"):  # an organisation that meets, but is not a side of meetings
                continue
            self._countries[code] = Place(name, code, is_city=False)
            noun = Hit(0, 0, NameKind.COUNTRY, code, self._countries[code])
            adjective = Hit(0, 0, NameKind.ADJECTIVE, code, noun.place)
            self._add("en", name, noun)
            for language in LANGUAGES:
                self._names(language, row.get(language) or "", noun)
                self._names(language, row.get(f"adjectives_{language}") or "", adjective, lower=language == "ru")
            for half in _first_halves(row.get("adjectives_ru") or ""):
                self._add("ru", half, adjective, lower=True)

    def cities(self, rows: Iterable[GazetteerRow]) -> None:
        """Read cities.csv."""
        for place, row in self._numbered(rows, "cities.csv"):
            name, code = self._need(row, place, "name"), self._need(row, place, "country")
            if code and code not in self._codes:
                self.problems.append(f"{place}: country: {code!r} is not in countries.csv")
            hit = Hit(0, 0, NameKind.CITY, code, Place(name, code, is_city=True))
            self._cities[f"{name}/{code}"] = hit
            if row.get("capital"):
                self.capitals.add((name, code))
            self._add("en", name, hit)
            for language in LANGUAGES:
                self._names(language, row.get(language) or "", hit)

    def offices(self, rows: Iterable[GazetteerRow]) -> None:
        """Read offices.csv."""
        shared: dict[str, dict[str, Title]] = {language: {} for language in _SHARED_TITLES()}
        for place, row in self._numbered(rows, "offices.csv"):
            title = self._office(place, row)
            if title is None:
                continue
            for language in LANGUAGES:
                for name in _split(row.get(language) or ""):
                    self._title(language, name, (title,))
                    if language == "ru" and not title.country and (split := _SPLIT_TITLE().fullmatch(name)):
                        self.split_titles.setdefault(fold(split["head"]), {})[fold(split["tail"])] = title
                    if language in shared and title.rank == Rank.PRINCIPAL and not title.country:
                        shared[language] |= _head_words(name, title)
        for language, forms in _SHARED_TITLES().items():
            self._shared_titles(language, shared[language], *forms)

    def _office(self, place: str, row: GazetteerRow) -> Title | None:
        """The office of a row of offices.csv; None, with the mistake kept, where it has no rank."""
        role, rank, country = self._need(row, place, "role"), row.get("rank") or "", row.get("country") or None
        if rank not in set(Rank):
            self.problems.append(f"{place}: rank: expected {', '.join(Rank)}, not {rank!r}")
            return None
        if country and country not in self._codes:
            self.problems.append(f"{place}: country: {country!r} is not in countries.csv")
        name = self._need(row, place, "name")
        title = Title(role, Rank(rank), country, name)
        self.roles.setdefault(role, name)
        self._titles[f"{role}:{country}" if country else role] = title
        return title

    def _shared_titles(self, language: str, heads: dict[str, Title], *forms: str) -> None:
        """Register "foreign and defence ministers" for every two offices that share a head word."""
        for first, one in heads.items():
            for second, other in heads.items():
                if one.role != other.role:
                    for form in forms:
                        self._title(language, form.format(first, second), (one, other))

    def people(self, rows: Iterable[GazetteerRow]) -> None:
        """Read people.csv."""
        for place, row in self._numbered(rows, "people.csv"):
            person, name = self._need(row, place, "person"), self._need(row, place, "name")
            if not re.fullmatch(r"per:[a-z]+\.[a-z0-9_]+", person):
                self.problems.append(f"{place}: person: expected per:country.name, not {person!r}")
                continue
            self._people[person], self._unheld[person] = name, place
            hit = Hit(0, 0, NameKind.PERSON, _country_of(person), person=person)
            for language, column in (("en", "en"), ("tr", "en"), ("tr", "tr"), ("ru", "ru")):
                self._names(language, row.get(column) or "", hit)
            self._add("en", name, hit)
            self._add("tr", name, hit)

    def holders(self, rows: Iterable[GazetteerRow]) -> None:
        """Read holders.csv: after the people it names."""
        for place, row in self._numbered(rows, "holders.csv"):
            person, office = self._need(row, place, "person"), self._need(row, place, "office")
            self._unheld.pop(person, None)
            start, end = self._day(row, place, "from", date.min), self._day(row, place, "to", date.max)
            if not re.fullmatch(r"off:[A-Z]+\.[A-Z]+", office):
                self.problems.append(f"{place}: office: expected off:COUNTRY.ROLE, not {office!r}")
                continue
            if office_country(office) not in self._codes:
                self.problems.append(f"{place}: office: {office!r} names a country not in countries.csv")
            if person not in self._people:
                self.problems.append(f"{place}: person: {person!r} is not in people.csv")
            if end < start:
                self.problems.append(f"{place}: to: is before from")
            self.tenures.append(Tenure(person, self._people.get(person, ""), office, start, end))
        for person, listed in self._unheld.items():
            self.problems.append(f"{listed}: person: {person!r} has no tenure in holders.csv")

    def parties(self, language: str, rows: Iterable[GazetteerRow]) -> None:
        """Read languages/<code>/parties.csv: seats of power, groups, and people known by their first name."""
        for place, row in self._numbered(rows, f"parties.csv of {language}"):
            name, sides = self._need(row, place, "name"), tuple(self._need(row, place, "stands_for").split())
            for code in sides:
                if code not in self._codes:
                    self.problems.append(f"{place}: stands_for: {code!r} is not in countries.csv")
            if row.get("as") == "seat":
                where = Place(name, sides[0], is_city=False) if sides else None
                self._add(language, name, Hit(0, 0, NameKind.COUNTRY, sides[0] if sides else None, where))
            elif row.get("as") in ("group", "person"):
                self._add(language, name, Hit(0, 0, NameKind.GROUP, sides=sides))
            else:
                self.problems.append(f"{place}: as: expected seat, group or person, not {row.get('as')!r}")

    def names(self, language: str, rows: Iterable[GazetteerRow]) -> None:
        """Read names.csv of a language: last, because it names what the other files list."""
        for place, row in self._numbered(rows, f"languages/{language}/names.csv"):
            entity, names = self._need(row, place, "entity"), self._need(row, place, "names")
            kind, _, key = entity.partition(":")
            hit = self._entity(kind, key)
            if hit is None:
                self.problems.append(f"{place}: entity: {entity!r} is not in the tables of config/gazetteer")
            elif hit.kind == NameKind.TITLE:
                for name in _split(names):
                    self._title(language, name, hit.titles)
            else:
                self._names(language, names, hit, lower=hit.kind == NameKind.ADJECTIVE)

    def _entity(self, kind: str, key: str) -> Hit | None:
        """What is found where a name of an entity stands; None where the tables do not list it."""
        if kind in ("country", "adjective") and key in self._codes:
            place = self._countries.get(key)
            return Hit(0, 0, NameKind(kind), key, place) if place else None
        if kind == "office" and key in self._titles:
            return Hit(0, 0, NameKind.TITLE, titles=(self._titles[key],))
        if kind == "person" and key in self._people:
            return Hit(0, 0, NameKind.PERSON, _country_of(key), person=key)
        return self._cities.get(key) if kind == "city" else None

    def _names(self, language: str, field: str, hit: Hit, *, lower: bool = False) -> None:
        for name in _split(field):
            self._add(language, name, hit, lower=lower)

    def _title(self, language: str, name: str, titles: tuple[Title, ...]) -> None:
        one = titles[0].country is not None  # "Greek and Turkish leaders" are no "Turkish leader" in the plural
        if language == "en" and not one and not name.endswith(("*", "s")):
            name += "*"  # the plural
        abbreviation = name.rstrip("*").isupper()
        self._add(language, name, Hit(0, 0, NameKind.TITLE, titles=titles), lower=not abbreviation)

    def _add(self, language: str, name: str, hit: Hit, *, lower: bool = False) -> None:
        stem, star, _ = name.partition("*")
        capitals = stem.isupper() and len(stem) <= 5
        case = "any" if lower else "exact" if capitals else "first"
        alias = Alias(fold(name) if star else "", case, stem, hit)
        entries = self.aliases[language][fold(stem)]
        if alias not in entries:
            entries.append(alias)

    def _numbered(self, rows: Iterable[GazetteerRow], file: str) -> Iterator[tuple[str, GazetteerRow]]:
        """Rows with their place in the file; the header is line 1."""
        folder = "config/" if "/" in file else "config/gazetteer/"
        for number, row in enumerate(rows, start=2):
            self._digest.update("\x1f".join((file, *row, *row.values())).encode())
            yield f"{folder}{file}:{number}", row

    def _need(self, row: GazetteerRow, place: str, column: str) -> str:
        value = row.get(column) or ""
        if not value:
            self.problems.append(f"{place}: {column}: expected a value")
        return value

    def _day(self, row: GazetteerRow, place: str, column: str, default: date) -> date:
        value = row.get(column) or ""
        if not value:
            return default
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.problems.append(f"{place}: {column}: expected YYYY-MM-DD, not {value!r}")
            return default


def _country_of(person: str) -> str:
    """``per:ru.lavrov`` → ``RU``."""
    return person.removeprefix("per:").split(".")[0].upper()


def _first_halves(adjectives: str) -> Iterator[str]:
    """ "российский" as the first half of "российско-турецкий", "иранский" as that of "ирано-турецкий"."""
    for adjective in _split(adjectives):
        for ending, half in _FIRST_HALVES():
            if adjective.endswith(ending):
                yield adjective.removesuffix(ending) + half


def _head_words(name: str, title: Title) -> dict[str, Title]:
    """ "foreign" of "foreign minister*", which "foreign and defence ministers" share."""
    plain = name.rstrip("*")
    return {plain.removesuffix(head): title for head in _HEADS() if plain.endswith(head)}


def _split(field: str) -> list[str]:
    return [name.strip() for name in field.split("|") if name.strip()]
