"""The examples of verbs.csv: those shipped come out right, and one that does not is named with its line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.meetings.language import Language
from pipeline.meetings.read.examples import WrongExample, counted_examples, wrong_examples
from pipeline.meetings.read.reader import MeetingReader


@pytest.mark.parametrize("code", ["en", "ru", "tr", "uk"])
def test_every_example_comes_out_as_its_row_says(
    code: str, reader: MeetingReader, languages: dict[str, Language]
) -> None:
    assert list(wrong_examples(reader, code, languages[code])) == []


def test_examples_that_come_out_wrong(reader: MeetingReader, languages: dict[str, Language]) -> None:
    russian = languages["ru"]
    row = dict(next(row for row in russian.tables["verbs"] if row["lemma"] == "посетить"))
    silent = row | {"match": "Президент Чехии пьет чай", "must_not": ""}
    told = row | {"match": "", "must_not": "Президент Чехии посетит Польшу"}
    wrong = replace(russian, tables={**russian.tables, "verbs": (row, silent, told)})
    assert counted_examples(wrong) == 4
    assert list(wrong_examples(reader, "ru", wrong)) == [
        WrongExample(3, "посетить", "match", "Президент Чехии пьет чай"),
        WrongExample(4, "посетить", "must_not", "Президент Чехии посетит Польшу"),
    ]
