"""Check `pages.csv` and `copies.csv` of a language: known uses, all of them, and patterns that can be read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from pipeline.configuration.folder import shown
from pipeline.errors import ConfigurationError
from pipeline.language.words import TABLES, WordLine, rows_of, spelled

FOLDER = "languages"
PAGES_ALONE = "pages.csv"  # a folder with nothing else is a language whose pages are cleaned, and no more


def cleans_pages_alone(config_dir: Path, code: str) -> bool:
    """Whether a folder has words for pages and nothing else: a language that no meetings are read in."""
    names = {entry.name for entry in (config_dir / FOLDER / code).iterdir() if not entry.name.startswith(".")}
    return names == {PAGES_ALONE}


def wrong_words(config_dir: Path, code: str) -> list[str]:
    """One line for each mistake in the tables of words of a language."""
    whole = not cleans_pages_alone(config_dir, code)
    return [
        mistake
        for table in TABLES
        if whole or f"{table}.csv" == PAGES_ALONE
        for mistake in _wrong_rows(config_dir, code, table, whole)
    ]


def count_uses(config_dir: Path, code: str) -> str:
    """How much is in the table of a language for pages alone, for people."""
    rows = len(list(rows_of(config_dir / FOLDER / code / PAGES_ALONE)))
    return f"{rows} rows for pages alone, no meetings are read"


def _wrong_rows(config_dir: Path, code: str, table: str, whole: bool) -> Iterator[str]:
    file = f"{FOLDER}/{code}/{table}.csv"
    name, known = shown(config_dir, file), TABLES[table]
    try:
        rows = list(rows_of(config_dir / file))
    except ConfigurationError as error:
        yield from (problem.replace(str(config_dir / file), name) for problem in error.problems)
        return
    for row in rows:
        if wrong := _wrong(row, known):
            yield f"{name}:{row.line}: {wrong}"
    missing = [use for use in known if use not in {row.use for row in rows}]
    if whole and missing:
        yield f"{name}:1: expected a row for each use, an empty one for none (no {', '.join(missing)})"


def _wrong(row: WordLine, known: Collection[str]) -> str:
    if row.use not in known:
        guess = difflib.get_close_matches(row.use, known, n=1)
        return f"use: expected a known one (got {row.use!r}{f', did you mean {guess[0]}?' if guess else ''})"
    try:
        re.compile(spelled(row.words))
    except re.error as error:
        return f"words: expected a pattern ({error})"
    return ""
