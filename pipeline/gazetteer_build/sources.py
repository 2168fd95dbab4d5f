"""Read the hand-kept tables of config/gazetteer/sources."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SourceRow = dict[str, str]


class SourceError(Exception):
    """A hand-kept table says something that cannot be used."""


@dataclass
class Sources:
    """Every table of the folder, as rows."""

    countries: list[SourceRow] = field(default_factory=list)
    cities: list[SourceRow] = field(default_factory=list)
    geonames: list[SourceRow] = field(default_factory=list)
    offices: list[SourceRow] = field(default_factory=list)
    people: list[SourceRow] = field(default_factory=list)
    tenures: list[SourceRow] = field(default_factory=list)
    given_names: list[SourceRow] = field(default_factory=list)
    not_cities: list[SourceRow] = field(default_factory=list)


def read_sources(folder: Path) -> Sources:
    """All tables of sources/."""
    return Sources(**{name: read_table(folder / f"{name}.csv") for name in Sources.__dataclass_fields__})


def read_table(path: Path) -> list[SourceRow]:
    """One table as rows by column name.

    Raises:
        SourceError: a row has more or fewer cells than the header.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader)
        rows = []
        for cells in reader:
            if len(cells) != len(header):
                raise SourceError(f"{path.name}:{reader.line_num}: expected {len(header)} cells, not {len(cells)}")
            rows.append(dict(zip(header, cells, strict=True)))
    return rows


def write_table(path: Path, columns: Sequence[str], rows: Iterable[SourceRow]) -> None:
    """One table with these columns, byte for byte the same from the same rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def split(cell: str) -> list[str]:
    """The names of a cell: they are set apart by bars."""
    return [name for name in cell.split("|") if name]


def joined(names: Iterable[str]) -> str:
    """Names as one cell, each once."""
    return "|".join(dict.fromkeys(names))
