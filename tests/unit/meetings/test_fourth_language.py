"""A language is a folder: Ukrainian is read from config/languages/uk and config/meetings/uk.yml, by no code of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.meetings.read.reader import MeetingReader
from tests.unit.meetings.test_trap_suites import Trap, readings, told, traps

SENTENCES = traps("uk", Path(__file__).parents[2] / "data" / "fourth_language.yml")


def test_there_are_a_hundred_and_none_twice() -> None:
    assert len({trap.article.body for trap in SENTENCES}) == 100


@pytest.mark.parametrize("trap", [pytest.param(trap, id=f"{trap.kind}-{at}") for at, trap in enumerate(SENTENCES)])
def test_sentence(reader: MeetingReader, trap: Trap) -> None:
    lines = [told(mention, place=False) for mention in reader.read(trap.article)]
    if trap.expected == "none":
        assert lines == []
        return
    (line,) = lines
    assert line in readings(trap.expected)
