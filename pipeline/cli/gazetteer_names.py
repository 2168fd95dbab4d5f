"""Names a person types, in any of the languages and cases, as the codes and ids the database knows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

import typer

from pipeline.language.folding import fold


def country_code(config_dir: Path, name: str) -> str:
    """The code of a country or body by its code or one of its names: TR for tr, Turkey, Türkiye or Турции.

    Raises:
        typer.BadParameter: config/gazetteer/countries.csv has no such name.
    """
    rows = _table(config_dir, "countries")
    codes = {fold(alias): row["code"] for row in rows for alias in (row["code"], *_names(row))}
    wanted = fold(name)
    if wanted not in codes:
        near = difflib.get_close_matches(wanted, codes, n=1)
        guess = f"; did you mean {codes[near[0]]}?" if near else ""
        expected = "a code or name of gazetteer/countries.csv, as RU, NATO or Turkey"
        raise typer.BadParameter(f"expected {expected} (got {name!r}){guess}", param_hint="--country")
    return codes[wanted]


def person_ids(config_dir: Path, name: str) -> list[str]:
    """The ids of all people in config/gazetteer/people.csv with this name or surname; [] if there are none."""
    wanted = fold(name)
    if not wanted:
        return []
    rows = _table(config_dir, "people")
    return sorted({row["person"] for row in rows if wanted in {fold(alias) for alias in _names(row)}})


def _table(config_dir: Path, name: str) -> list[dict[str, str]]:
    from pipeline.configuration.folder import read_table  # only where a name was given: it loads all rules

    return [dict(row) for row in read_table(config_dir, name)]


def _names(row: Mapping[str, str]) -> Iterator[str]:
    for column in ("name", "en", "ru", "tr"):
        yield from (alias for alias in row.get(column, "").split("|") if alias)
