"""The files of the folder `config/`, each read by itself."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from pipeline.errors import ConfigurationError
from pipeline.yaml_file import load

if TYPE_CHECKING:
    from pipeline.meetings.who.gazetteer import Gazetteer

GAZETTEER = ("countries", "cities", "offices", "people", "holders")

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
CsvRow = dict[str, str]


def read_yaml(config_dir: Path, name: str, model: type[M], *, checked: bool = False) -> M:
    """One YAML file of the folder. Messages name it from the folder on: ``config/feeds.yml:12: …``.

    `checked`: the very same files were read before without mistakes.

    Raises:
        ConfigurationError: with all its mistakes.
    """
    folder = config_dir.resolve()
    return load(folder / name, model, root=folder.parent, checked=checked)


def read_gazetteer(config_dir: Path) -> Gazetteer:
    """The tables of gazetteer/ and the parties of each language.

    Raises:
        ConfigurationError: with the mistakes of all of them.
    """
    from pipeline.meetings.who.entries import LANGUAGES  # here: most readers of the folder need no names
    from pipeline.meetings.who.gazetteer import Gazetteer

    problems: list[str] = []
    tables = [collect(problems, read_table, config_dir, name) for name in GAZETTEER]
    codes = sorted(path.parent.name for path in (config_dir / "languages").glob("*/parties.csv"))
    parties, names = (
        {code: collect(problems, read_table, config_dir, table, f"languages/{code}") or [] for code in found}
        for table, found in (("parties", codes), ("names", [code for code in codes if code not in LANGUAGES]))
    )
    if problems:
        raise ConfigurationError(problems)
    countries, cities, offices, people, holders = (table or [] for table in tables)
    return Gazetteer.from_rows(countries, cities, offices, people, holders, parties, names)


def collect(problems: list[str], read: Callable[..., T], *arguments: object) -> T | None:
    """What `read` gives, or None after adding its mistakes to `problems`."""
    try:
        return read(*arguments)
    except ConfigurationError as error:
        problems.extend(error.problems)
        return None


def read_table(config_dir: Path, table: str, folder: str = "gazetteer") -> list[CsvRow]:
    """One table of a folder of the configuration, by its column names.

    Raises:
        ConfigurationError: with all its mistakes.
    """
    name = shown(config_dir, f"{folder}/{table}.csv")
    try:
        with (config_dir / folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            return _checked_rows(csv.reader(file, strict=True), name)
    except OSError as error:
        message = f"{name}:1: expected a readable file ({error.strerror or error})"
        raise ConfigurationError([message]) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError([f"{name}:1: expected UTF-8 text"]) from error
    except csv.Error as error:
        raise ConfigurationError([f"{name}:1: expected a CSV file: {error}"]) from error


def _checked_rows(lines: Iterable[list[str]], name: str) -> list[CsvRow]:
    header: list[str] = []
    rows = []
    problems = []
    for number, cells in enumerate(lines, start=1):
        if number == 1:
            header = cells
        elif len(cells) != len(header):
            problems.append(f"{name}:{number}: expected {len(header)} cells (got {len(cells)})")
        else:
            rows.append(dict(zip(header, cells, strict=True)))
    if not rows and not problems:
        problems.append(f"{name}:1: expected a header and rows (got an empty table)")
    if problems:
        raise ConfigurationError(problems)
    return rows


def shown(config_dir: Path, name: str) -> str:
    """A file as messages name it: from the folder on."""
    return f"{config_dir.resolve().name}/{name}"
