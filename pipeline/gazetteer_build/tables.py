"""From hand-kept tables to what the gazetteer reads: every name in every form that text may have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from babel import Locale

from pipeline.gazetteer_build.latin import english_spellings, transliterated, turkish_spelling
from pipeline.gazetteer_build.russian import (
    adjective_forms,
    is_common_word,
    is_known_place,
    person_forms,
    person_of_country_forms,
    phrase_forms,
)
from pipeline.gazetteer_build.sources import SourceError, SourceRow, Sources, joined, split
from pipeline.language.folding import fold
from pipeline.meetings.who.spelling import CYRILLIC_COUNTRIES, latin, slug, sound

COLUMNS = {
    "countries": ("code", "name", "body", "en", "ru", "tr", "adjectives_en", "adjectives_ru", "adjectives_tr"),
    "cities": ("geonames", "name", "country", "capital", "en", "ru", "tr"),
    "offices": ("role", "country", "rank", "name", "en", "ru", "tr"),
    "people": ("person", "wikidata", "name", "en", "ru", "tr"),
    "holders": ("person", "office", "from", "to", "precision", "source"),
}
_NOT_IN_TEXT = re.compile(r"\(|о-в|SAR |САР|ÖİB| - | — ")  # names CLDR has for lists, not for sentences
_FRONT_VOWEL = re.compile("[eiöü][^aeıioöuü]*$")
_MOST_RUSSIAN_NAMES = 2  # of one city


def build(sources: Sources) -> dict[str, list[SourceRow]]:
    """All tables of config/gazetteer, by name.

    Raises:
        SourceError: where two tables do not fit each other.
    """
    countries = list(_countries(sources))
    return {
        "countries": countries,
        "cities": list(_unrivalled(_cities(sources), countries)),
        "offices": list(_offices(sources)),
        "people": list(_people(sources)),
        "holders": list(_holders(sources)),
    }


# Countries --------------------------------------------------------------------------------------------------


def _countries(sources: Sources) -> Iterator[SourceRow]:
    locales = {language: Locale(language).territories for language in ("en", "ru", "tr")}
    for row in sources.countries:
        names: dict[str, list[str]] = {}
        for language, territories in locales.items():
            more = row[language]
            listed = [] if more.startswith("=") else [territories.get(row["code"], "")]
            named = (*listed, *split(more.removeprefix("=")))
            names[language] = [name for name in named if name and not _NOT_IN_TEXT.search(name)]
        if not names["en"]:
            raise SourceError(f"countries.csv: {row['code']}: no English name")
        lower = {form.lower() for n in names["ru"] for form in phrase_forms(n)}
        name, *more_english = [_plain_english(n) for n in names["en"]]
        yield {
            "code": row["code"],
            "name": name,
            "body": row["body"],
            "en": joined(more_english),
            "ru": joined(form for n in names["ru"] for form in phrase_forms(n)),
            "tr": joined(names["tr"]),
            "adjectives_en": row["adjectives_en"],
            "adjectives_ru": joined(form for form in _russian_adjectives(row) if form not in lower),
            "adjectives_tr": joined(n for word in split(row["adjectives_tr"]) for n in (word, _plural(word))),
        }


def _russian_adjectives(row: SourceRow) -> Iterator[str]:
    for word in split(row["adjectives_ru"]):
        yield from adjective_forms(word)
    for word in split(row["people_ru"]):
        yield from person_of_country_forms(word)


def _plain_english(name: str) -> str:
    return name.replace("’", "'").replace(" & ", " and ")


def _plural(word: str) -> str:
    """The Turkish plural with any ending: "Rus" → "Ruslar*"."""
    return word + ("ler*" if _FRONT_VOWEL.search(word) else "lar*")


# Cities -----------------------------------------------------------------------------------------------------


def _cities(sources: Sources) -> Iterator[SourceRow]:
    """The hand-kept ones with the number GeoNames has for them, then the other ones of GeoNames by their size."""
    found = _by_name(sources.geonames)
    taken: set[str] = set()
    for row in sources.cities:
        name, *more = split(row["name"])
        match = next((found[key] for n in (name, *more) if (key := (_key(n), row["country"])) in found), None)
        if match:
            taken.add(match["geonames"])
        numbered = {**row, "name": name, "geonames": match["geonames"] if match else ""}
        yield _city(numbered, more, split(row["ru"]), split(row["tr"]))
    is_ambiguous = _ambiguity(sources)
    hand_kept = {(_key(name), row["country"]) for row in sources.cities for name in split(row["name"])}
    countries = {row["code"] for row in sources.countries}
    for row in sorted(sources.geonames, key=lambda row: -int(row["population"])):
        name, is_capital = _ascii(row["name"]), row["capital"] == "yes"
        known = row["geonames"] in taken or (_key(name), row["country"]) in hand_kept
        if known or row["country"] not in countries:
            continue
        if is_ambiguous(name, capital=is_capital):
            continue
        russian = [n for n in _russian_names(row) if is_capital or not is_common_word(n)]
        yield _city({**row, "name": name}, [], russian, [row["name"]] if row["country"] == "TR" else [])


def _unrivalled(cities: Iterable[SourceRow], countries: list[SourceRow]) -> Iterator[SourceRow]:
    """Cities without the names that a country or an earlier city has: one name is one place."""
    taken = {
        language: {fold(name) for row in countries for name in (row["name"], *split(row[language]))}
        for language in ("en", "ru", "tr")
    }
    for city in cities:
        own: dict[str, list[str]] = {}
        for language, names in taken.items():
            forms = [city["name"], *split(city["en"])] if language == "en" else split(city[language])
            own[language] = [form for form in forms if fold(form) not in names]
            names.update(fold(form) for form in own[language])
        if city["name"] in own["en"]:
            yield {**city, "en": joined(own["en"][1:]), "ru": joined(own["ru"]), "tr": joined(own["tr"])}


def _city(city: SourceRow, english: list[str], russian: list[str], turkish: list[str]) -> SourceRow:
    return {
        **{column: city[column] for column in ("geonames", "name", "country", "capital")},
        "en": joined(english),
        "ru": joined(form for name in russian for form in phrase_forms(name)),
        "tr": joined(turkish or [city["name"]]),
    }


def _by_name(rows: list[SourceRow]) -> dict[tuple[str, str], SourceRow]:
    """The largest city of each name in each country."""
    found: dict[tuple[str, str], SourceRow] = {}
    for row in sorted(rows, key=lambda row: -int(row["population"])):
        for name in (row["name"], *split(row["russian"])):
            found.setdefault((_key(latin(name)), row["country"]), row)
            found.setdefault((_key(name), row["country"]), row)
    return found


def _key(name: str) -> str:
    return fold(_ascii(name) if not re.search("[а-я]", name, re.IGNORECASE) else name)


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ı", "i")).encode("ascii", "ignore").decode()
    return plain.replace("'", "").replace("`", "")


def _russian_names(row: SourceRow) -> list[str]:
    """The Russian names among a city's Cyrillic ones: GeoNames does not give their language."""
    wanted = sound(slug(row["name"]))
    names = split(row["russian"])
    alike = [name for name in names if sound(slug(name)) == wanted and " " not in name]
    return ([name for name in alike if is_known_place(name)] or [n for n in names if is_known_place(n)] or alike)[
        :_MOST_RUSSIAN_NAMES
    ]


def _ambiguity(sources: Sources) -> Callable[..., bool]:
    """Whether a city has a name that usually means something else: a word, a country, a person."""
    words = {fold(row["name"]) for row in sources.not_cities}
    unclear = {fold(name) for row in sources.countries for name in split(row["en"].removeprefix("="))}
    unclear |= {fold(name) for name in Locale("en").territories.values()}
    unclear |= {fold(word.strip("*")) for row in sources.people for word in re.split(r"[ |]", row["en"])}
    unclear |= {fold(name) for row in sources.cities for name in (*split(row["name"]), *split(row["tr"]))}

    def is_ambiguous(name: str, *, capital: bool) -> bool:
        if fold(name) in words:
            return True
        return not capital and (fold(name) in unclear or len(name) < 4 or "(" in name)

    return is_ambiguous


# Offices and people -----------------------------------------------------------------------------------------


def _offices(sources: Sources) -> Iterator[SourceRow]:
    for row in sources.offices:
        russian = (form for title in split(row["ru"]) for form in _title_forms(title))
        yield row | {"ru": joined(russian)}


def _title_forms(title: str) -> list[str]:
    """A title with a star keeps it: it is a stem, for words whose forms are too many to list."""
    if "*" in title:
        return [title]
    return [form for form in phrase_forms(title, plural=True) if form != "после"]  # which means "after", too


def _people(sources: Sources) -> Iterator[SourceRow]:
    given = {row["name"]: split(row["variants"]) for row in sources.given_names}
    seen: set[str] = set()
    for row in sources.people:
        if row["person"] in seen:
            raise SourceError(f"people.csv: {row['person']} is there twice")
        seen.add(row["person"])
        english = [spelling for name in split(row["en"]) for spelling in english_spellings(name, given)]
        turkish = split(row["tr"])
        if row["country"] in CYRILLIC_COUNTRIES:
            english += [transliterated(name) for name in split(row["ru"])]
            turkish += [turkish_spelling(name) for name in split(row["ru"])]
        yield {
            "person": row["person"],
            "wikidata": row["wikidata"],
            "name": english[0].replace("*", ""),
            "en": joined(form for name in english for form in _full_and_alone(name)),
            "ru": joined(form for name in split(row["ru"]) for form in _russian_person(name, row)),
            "tr": joined(form for name in turkish for form in _full_and_alone(name)),
        }


def _full_and_alone(name: str) -> list[str]:
    """ "Sergei *Lavrov" → both "Sergei Lavrov" and "Lavrov": the star begins the part that may be used alone."""
    _, star, alone = name.partition("*")
    return [name.replace("*", ""), *([alone] if star else [])]


def _russian_person(name: str, row: SourceRow) -> list[str]:
    forms: list[str] = []
    for one in _full_and_alone(name):
        forms += person_forms(one, row["country"], woman=row["woman"] == "yes")
    return forms


def _holders(sources: Sources) -> Iterator[SourceRow]:
    people = {row["person"] for row in sources.people}
    roles = {row["role"] for row in sources.offices}
    for row in sources.tenures:
        if row["person"] not in people:
            raise SourceError(f"tenures.csv: {row['person']} is not in people.csv")
        if row["office"].rsplit(".", 1)[-1] not in roles:
            raise SourceError(f"tenures.csv: {row['office']} has no title in offices.csv")
        start, end = _first_day(row["from"]), _last_day(row["to"])
        precision = min((_precision(row[cell]) for cell in ("from", "to") if row[cell]), key=_ORDER.index)
        yield {
            "person": row["person"],
            "office": row["office"],
            "from": start,
            "to": end,
            "precision": precision,
            "source": row["source"],
        }


_ORDER = ("year", "month", "day")


def _precision(day: str) -> str:
    return _ORDER[day.count("-")]


def _first_day(day: str) -> str:
    return (day + "-01-01")[:10] if day.count("-") == 0 and day else (day + "-01")[:10]


def _last_day(day: str) -> str:
    """The last day a date of month or year precision may mean: a tenure rather lasts too long than too short."""
    if not day:
        return ""
    if _precision(day) == "year":
        return f"{day}-12-31"
    return f"{day}-28" if _precision(day) == "month" else day
