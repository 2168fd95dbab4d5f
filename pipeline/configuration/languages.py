"""The folders of config/languages/, one for each language: all its words, and nothing else."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from pipeline.configuration.folder import collect, read_table, read_yaml, shown
from pipeline.configuration.language_tables import FOLDER, cleans_pages_alone, wrong_words
from pipeline.errors import ConfigurationError
from pipeline.language.words import TABLES as WORD_TABLES
from pipeline.language.words import WordTables, read_words
from pipeline.meetings.change_words import ChangeWords
from pipeline.meetings.date_words import DateWords
from pipeline.meetings.language import Language
from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.who.entries import LANGUAGES
from pipeline.yaml_file import line_of

TABLES = ("verbs", "forms", "stance", "bodies", "not_official", "series")
PARTIES = "parties.csv"
FILES = (
    "dates.yml",
    PARTIES,
    *(f"{table}.csv" for table in (*TABLES, *WORD_TABLES)),
)  # what every folder must hold
NAMES = "names.csv"  # of a language that has no columns in the tables of gazetteer/
_CODE = re.compile(r"[a-z]{2}")


def language_codes(config_dir: Path) -> tuple[str, ...]:
    """The languages that meetings are read in by their codes (ISO 639-1), in order.

    Raises:
        ConfigurationError: no language, or an entry that is not one.
    """
    folder = config_dir / FOLDER
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        message = f"{shown(config_dir, FOLDER)}: expected a folder of languages ({error.strerror or error})"
        raise ConfigurationError([message]) from error
    problems = [
        f"{shown(config_dir, FOLDER)}/{entry.name}: expected a folder named after a language code, such as `uk`"
        for entry in entries
        if not (entry.is_dir() and _CODE.fullmatch(entry.name))
    ]
    if problems or not entries:
        raise ConfigurationError(problems or [f"{shown(config_dir, FOLDER)}: expected a folder for each language"])
    return tuple(entry.name for entry in entries if not cleans_pages_alone(config_dir, entry.name))


def page_languages(config_dir: Path) -> tuple[str, ...]:
    """The languages that pages are cleaned in and no meetings are read, by their codes."""
    return tuple(
        entry.name
        for entry in sorted((config_dir / FOLDER).iterdir())
        if entry.is_dir() and cleans_pages_alone(config_dir, entry.name)
    )


def read_language_words(config_dir: Path) -> WordTables:
    """The words for pages and copies of every language.

    Raises:
        ConfigurationError: with the mistakes of all of them.
    """
    codes = (*language_codes(config_dir), *page_languages(config_dir))
    if problems := [mistake for code in codes for mistake in wrong_words(config_dir, code)]:
        raise ConfigurationError(problems)
    return read_words(config_dir / FOLDER)


def read_languages(config_dir: Path, *, checked: bool = False) -> dict[str, Language]:
    """Every language of the folder by its code; `checked`: the very same files were read before without mistakes.

    Raises:
        ConfigurationError: with the mistakes of all of them.
    """
    problems: list[str] = []
    languages = {
        code: collect(problems, read_language, config_dir, code, checked) for code in language_codes(config_dir)
    }
    if problems:
        raise ConfigurationError(problems)
    return {code: language for code, language in languages.items() if language}


def read_language(config_dir: Path, code: str, checked: bool = False) -> Language:
    """One language: each file it must have, and no other; `checked` as for `read_languages`.

    Raises:
        ConfigurationError: with all its mistakes.
    """
    problems = [*_strangers(config_dir, code), *_missing(config_dir, code)]
    dates = collect(
        problems, partial(read_yaml, checked=checked), config_dir, f"{FOLDER}/{code}/dates.yml", DateWords
    )
    lexicon = collect(problems, _read_lexicon, config_dir, code, checked)
    tables = {name: collect(problems, read_table, config_dir, name, f"{FOLDER}/{code}") for name in TABLES}
    if problems or dates is None or lexicon is None:
        raise ConfigurationError(problems)
    return Language(lexicon, dates, {name: tuple(rows or ()) for name, rows in tables.items()})


def read_words_of_change(config_dir: Path) -> ChangeWords:
    """The words of change of every language; the files were checked before.

    Raises:
        ConfigurationError: a file cannot be read any more.
    """
    return ChangeWords(
        {name: read_table(config_dir, name, f"{FOLDER}/{code}") for name in ("verbs", "forms")}
        for code in language_codes(config_dir)
    )


def count_words(language: Language) -> str:
    """How much is in one language, for people."""
    verbs = len(language.tables["verbs"])
    return f"{verbs} verbs, {len(language.lexicon.cues)} cues, {len(language.dates.rules)} ways to write a date"


def _expected(code: str) -> tuple[str, ...]:
    return FILES if code in LANGUAGES else (*FILES, NAMES)


def _missing(config_dir: Path, code: str) -> list[str]:
    """The files that the gazetteer reads; the others are missed where they are read."""
    return [
        f"{shown(config_dir, FOLDER)}/{code}/{name}:1: expected a readable file"
        for name in _expected(code)
        if name in (PARTIES, NAMES) and not (config_dir / FOLDER / code / name).is_file()
    ]


def _strangers(config_dir: Path, code: str) -> list[str]:
    """An unknown file is a mistake: its words would silently be missing."""
    known = _expected(code)
    names = sorted(entry.name for entry in (config_dir / FOLDER / code).iterdir())
    return [
        f"{shown(config_dir, FOLDER)}/{code}/{name}: expected one of {', '.join(known)}"
        for name in names
        if name not in known and not name.startswith(".")
    ]


def _read_lexicon(config_dir: Path, code: str, checked: bool) -> Lexicon:
    name = f"meetings/{code}.yml"
    lexicon = read_yaml(config_dir, name, Lexicon, checked=checked)
    if lexicon.language != code:
        place = f"{shown(config_dir, name)}:{line_of(config_dir / name, ('language',))}"
        raise ConfigurationError([f"{place}: language: expected {code} (got {lexicon.language!r})"])
    return lexicon
