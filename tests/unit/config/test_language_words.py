"""The tables of words in config/languages/: what a cell means, whose words are in force, and what the check reports."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.configuration.check import check_configuration
from pipeline.configuration.languages import language_codes, read_language_words
from pipeline.configuration.parts import Configuration, digest_of
from pipeline.errors import ConfigurationError
from pipeline.language.words import (
    FromWords,
    pattern,
    put_in_force,
    read_words,
    rows_of,
    spelled,
    words_in_force,
)
from pipeline.settings import shipped
from pipeline.text.date_words import read_moment
from pipeline.text.phrases import opens_furniture


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "config"
    shutil.copytree(shipped("config"), folder)
    before = words_in_force()
    yield folder
    put_in_force(before)


def _mistakes(config: Path) -> list[str]:
    return [problem for report in check_configuration(config) for problem in report.problems]


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("cell", "says", "says_not"),
    [
        ("read also", "read \u00a0 also", "readalso"),
        ("отзыв*", "отзывами", "отзы"),
        ("(tüm|her) hakk[ıi]", "her hakkı", "tüm hak"),
        (r"\d+ repl(y|ies)\W*", "12 replies …", "replies"),
        (r"[*] note", "* note", "x note"),
    ],
)
def test_a_cell_is_short_for_a_pattern(cell: str, says: str, says_not: str) -> None:
    assert re.fullmatch(spelled(cell), says)
    assert not re.fullmatch(spelled(cell), says_not)


def test_brackets_of_a_cell_capture_nothing() -> None:
    assert all(
        re.compile(spelled(row.words)).groups == 0
        for path in shipped("config").glob("languages/*/pages.csv")
        for row in rows_of(path)
    )


def test_a_slot_takes_the_words_of_all_languages() -> None:
    found = pattern(r"^{month} (\d{1,2})$", re.I)().match("ocak 12")
    assert found
    assert found[1] == "12"
    with pytest.raises(KeyError):
        pattern("{no such use}")()


def test_the_words_of_the_folder_are_in_force(config: Path) -> None:
    assert not opens_furniture("Peruse next:")
    _change(config / "languages/en/pages.csv", "read also,", "read also,peruse next\nread also,")
    Configuration(config, digest_of(config))
    assert opens_furniture("Peruse next:")


def test_what_is_made_of_words_is_made_once(config: Path) -> None:
    weekdays = FromWords(lambda words: list(words.each("weekday")))
    made = weekdays()
    put_in_force(read_words(config / "languages"))  # the same words: nothing to forget
    assert weekdays() is made
    _change(config / "languages/en/pages.csv", "weekday,monday", "weekday,moonday|monday")
    put_in_force(read_words(config / "languages"))
    assert sorted({*weekdays()} - {*made}) == ["moonday"]


def test_a_language_for_pages_alone_is_a_folder_with_one_file(config: Path) -> None:
    (config / "languages/fi").mkdir()
    (config / "languages/fi/pages.csv").write_text("use,words\nmonth 3,maaliskuuta\n", encoding="utf-8")
    assert _mistakes(config) == []
    assert "fi" not in language_codes(config)
    Configuration(config, digest_of(config))
    assert (moment := read_moment("4 maaliskuuta 2031"))
    assert (moment.when.month, moment.when.day) == (3, 4)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("reading time,", "readng time,", "did you mean reading time?"),
        ("live blog,", "live blog,(", "words: expected a pattern"),
        ("minutes to read,", "reading time,", "no minutes to read"),
        ("use,words", "use;words", "expected the columns use, words"),
    ],
)
def test_the_check_names_each_mistake(config: Path, old: str, new: str, mistake: str) -> None:
    _change(config / "languages/uk/pages.csv", old, new)
    assert [line for line in _mistakes(config) if mistake in line and "languages/uk/pages.csv:" in line]
    with pytest.raises(ConfigurationError, match=r"languages/uk/pages\.csv"):
        read_language_words(config)


def test_a_folder_without_its_words_is_incomplete(config: Path) -> None:
    (config / "languages/uk/pages.csv").unlink()
    assert any("languages/uk/pages.csv:1: expected a readable" in line for line in _mistakes(config))


def test_no_month_has_the_name_of_another() -> None:
    words = words_in_force()
    names = [(name, number) for number in range(1, 13) for name in set(words.each(f"month {number}"))]
    assert len({name for name, _ in names}) == len(names)


def test_a_blank_that_may_be_missing() -> None:
    assert re.fullmatch(spelled("(log|sign) ?in now"), "login  now")
    assert not re.fullmatch(spelled("(log|sign) in now"), "login now")
