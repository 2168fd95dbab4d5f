"""Words of every language for pages, copies and names: pages.csv, copies.csv and people.csv of a language.

The language of a page is not known before it is read, so the words of all languages are looked for at once. They
are in force for the whole process, as a locale is: `Configuration` puts those of its folder in force, and what is
made of them (`pattern`, `FromWords`) is made when it is first used.

A row names a use and gives its words, or patterns, with bars between them: a blank means any white space, a
star behind a letter for any ending, and brackets group; the rest is a regular expression. A row without words says
that the language has none for this use.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from pipeline.errors import ConfigurationError
from pipeline.language.word_uses import COPIES, PAGES, PEOPLE, Use
from pipeline.shipped_files import shipped

T = TypeVar("T")
TABLES: Mapping[str, Mapping[str, Use]] = {"pages": PAGES, "copies": COPIES, "people": PEOPLE}
COLUMNS = ["use", "words"]
_SLOT = re.compile(r"\{([a-z][a-z0-9+ -]*)\}")  # quantifiers begin with a figure
_PART = re.compile(
    r"(?P<slot>\{[a-z][^{}]*\})|(?P<class>\[(?:\\.|[^\]\\])+\])|(?P<escape>\\.\*?)"
    r"|(?P<any>(?<=[^\W\d_])\*)|(?P<group>\((?!\?))|(?P<may> +\?)|(?P<blank> +)"
)


class WordLine(NamedTuple):
    """One row of a table: its line, what it is used for, and its words."""

    line: int
    use: str
    words: str


class WordTables:
    """The tables of all languages. Immutable, and it may be pickled."""

    def __init__(self, cells: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        self._cells = cells  # by use, then by the code of the language

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WordTables) and self._cells == other._cells

    def __hash__(self) -> int:
        return id(self)

    def any_of(self, use: str) -> str:
        """A pattern for the words of all languages, as one group that captures nothing; `month` is every month."""
        uses = [use] if use in self._cells else [one for one in self._cells if one.startswith(f"{use} ")]
        found = [filled(spelled(cell), self) for one in uses for cell in self.rows(one)]
        if not found:
            raise KeyError(use)
        return f"(?:{'|'.join(found)})"

    def patterns(self, use: str) -> dict[str, str]:
        """A pattern for the words of each language that has some."""
        return {
            code: f"(?:{'|'.join(filled(spelled(cell), self) for cell in cells)})"
            for code, cells in self._cells[use].items()
        }

    def pairs(self, use: str) -> tuple[tuple[str, str], ...]:
        """The words of all languages that are written in pairs: ``ский: ско``."""
        return tuple(map(named, self.each(use)))

    def rows(self, use: str) -> tuple[str, ...]:
        """The rows of all languages as they are written, English first."""
        return tuple(cell for cells in self._cells[use].values() for cell in cells)

    def each(self, use: str) -> tuple[str, ...]:
        """The plain words of all languages, English first."""
        return tuple(word for words in self.by_language(use).values() for word in words)

    def by_language(self, use: str) -> dict[str, tuple[str, ...]]:
        """The plain words of each language that has some."""
        return {
            code: tuple(word for cell in cells for word in cell.split("|"))
            for code, cells in self._cells[use].items()
        }


class FromWords(Generic[T]):
    """Something made of the words in force: made when it is first called for, and again after they change."""

    def __init__(self, make: Callable[[WordTables], T]) -> None:
        self._make = make
        self._made: T | None = None
        _made_of_words.append(self)
        _kept.append(self.forget)

    def __call__(self) -> T:
        """It, as made of the words in force."""
        if self._made is None:
            self._made = self._make(words_in_force())
        return self._made

    def forget(self) -> None:
        """Make it again when it is next called for."""
        self._made = None


_made_of_words: list[FromWords[Any]] = []
_kept: list[Callable[[], None]] = []  # what to forget when other words come into force
_in_force: WordTables | None = None


def pattern(template: str, flags: int = 0) -> FromWords[re.Pattern[str]]:
    """A pattern with words in it: ``{read also}`` is replaced by the words of that use."""
    return FromWords(lambda words: re.compile(filled(template, words), flags))


def filled(template: str, words: WordTables) -> str:
    """A template with words in the place of their uses."""
    return _SLOT.sub(lambda slot: words.any_of(slot[1]), template)


def named(row: str) -> tuple[str, str]:
    """The name and the words of a row that gives both: ``AFP: AFP|Agence France-Presse``."""
    name, _, words = row.partition(": ")
    return name, words


def make_ready() -> None:
    """Make whatever the modules loaded so far make of words, for processes that are forked from this one."""
    for one in _made_of_words:
        one()


def when_words_change(forget: Callable[[], None]) -> None:
    """Have a cache of something that depends on the words emptied when they change."""
    _kept.append(forget)


def words_in_force() -> WordTables:
    """The tables in force; those that came with the program where none were put in force."""
    global _in_force
    if _in_force is None:
        _in_force = read_words(shipped("config") / "languages")
    return _in_force


def put_in_force(words: WordTables) -> None:
    """Use these tables in this process from now on."""
    global _in_force
    if words != _in_force:
        _in_force = words
        for forget in _kept:
            forget()


def spelled(cell: str) -> str:
    """A cell as a regular expression."""
    return _PART.sub(_spell, cell)


def _spell(part: re.Match[str]) -> str:
    return {"any": r"\w*", "group": "(?:", "may": r"\s*", "blank": r"\s+"}.get(part.lastgroup or "", part[0])


@cache
def _uses() -> frozenset[str]:
    return frozenset(use for uses in TABLES.values() for use in uses)


def read_words(folder: Path) -> WordTables:
    """The tables of every language of a folder `languages/`, which were checked before.

    Raises:
        ConfigurationError: a table cannot be read.
    """
    cells: dict[str, dict[str, tuple[str, ...]]] = {use: {} for use in sorted(_uses())}
    for table in TABLES:
        for path in sorted(folder.glob(f"*/{table}.csv"), key=lambda path: (path.parent.name != "en", path)):
            for row in rows_of(path):
                if row.words and row.use in cells:
                    said = cells[row.use]
                    said[path.parent.name] = (*said.get(path.parent.name, ()), row.words)
    return WordTables(cells)


def rows_of(path: Path) -> Iterator[WordLine]:
    """The rows of one table.

    Raises:
        ConfigurationError: it is no table of two columns, `use` and `words`.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            if next(lines, None) != COLUMNS:
                raise ConfigurationError([f"{path}:1: expected the columns {', '.join(COLUMNS)}"])
            for cells in lines:
                if len(cells) != len(COLUMNS):
                    raise ConfigurationError([f"{path}:{lines.line_num}: expected 2 cells (got {len(cells)})"])
                yield WordLine(lines.line_num, *cells)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError([f"{path}:1: expected a readable CSV file ({error})"]) from error
