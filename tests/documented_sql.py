"""The SQL that the documentation shows: statements to run, and the transcript of a session with its answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.settings import CHECKOUT

PAGES = ("README.md", "docs/sql.md")
TRANSCRIPT = "docs/sql.md"
_SQL = re.compile(r"^ *```sql\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_SESSION = re.compile(r"^```\n(.*?=> .*?)^```", re.DOTALL | re.MULTILINE)
_ANSWERED = re.compile(r"^=> (.*?);\n(.*?)\n-[-+]*\n(.*?)(?=^=> |^-- |\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shown:
    """One statement of a session, the names of its columns and its rows as psql prints them."""

    statement: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def statements(page: str) -> Iterator[str]:
    """The statements of a page, in order."""
    for block in _SQL.findall((CHECKOUT / page).read_text(encoding="utf-8")):
        yield from (part.strip() for part in block.split(";") if part.strip())


def session() -> Iterator[Shown]:
    """The answered statements of the page about SQL."""
    (block,) = _SESSION.findall((CHECKOUT / TRANSCRIPT).read_text(encoding="utf-8"))
    for statement, columns, rows in _ANSWERED.findall(block):
        yield Shown(statement, _cells(columns), tuple(_cells(row) for row in rows.splitlines() if row.strip()))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("|"))
