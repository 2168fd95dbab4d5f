"""The trap suites: some thousand sentences of our own in tests/data/traps, read as articles with the shipped rules.

A line is ``text => what it says``. The text may be ``headline || body``. What it says is one of

- ``none``: nothing of any meeting; ``no change``: whatever else, nothing an alert could come of;
- mentions joined by `` + ``: ``status sides date <old-date @place``, what is not stated being absent in the mention
  too, but for the place; ``scheduled/confirmed`` and ``… / …`` are readings that are all right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
import yaml

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article, MeetingMention, MeetingStatus

SUITES = Path(__file__).parents[2] / "data" / "traps"
LANGUAGES = ("en", "ru", "tr")
CHANGES = frozenset({MeetingStatus.POSTPONED, MeetingStatus.RESCHEDULED, MeetingStatus.CANCELLED})


@dataclass(frozen=True)
class Trap:
    """One line of a suite."""

    kind: str
    article: Article
    expected: str


def traps(language: str, suite_file: Path | None = None) -> list[Trap]:
    suite = yaml.safe_load((suite_file or SUITES / f"{language}.yml").read_text(encoding="utf-8"))
    at = datetime.combine(suite["published"], time(12), tzinfo=UTC)
    found = []
    for kind, lines in suite["cases"].items():
        for line in lines.strip().split("\n"):
            text, expected = line.rsplit(" => ", 1)
            title, _, body = text.rpartition(" ||") if " ||" in text else ("", "", text)
            article = Article(title.strip(), body.strip(), at, "page", "UTC", language, 1.0)
            found.append(Trap(kind, article, expected.strip()))
    return found


def told(mention: MeetingMention, *, place: bool) -> str:
    """A mention as one line: status, sides, date, old date, place."""
    words = [mention.status.value, *mention.countries]
    words += [mention.when.edtf] if mention.when else []
    words += [f"<{mention.previous_when.edtf}"] if mention.previous_when else []
    words += [f"@{mention.place.name}"] if place and mention.place else []
    return " ".join(words)


def readings(expected: str) -> set[str]:
    """Every line that is all right for one expected mention: "a/b C D/e F" is "a C D", "b C D" and "e F"."""
    found = set()
    for reading in re.split(r"(?<=[A-Z0-9\]])/(?=[a-z])", expected):
        statuses, _, rest = reading.partition(" ")
        found |= {f"{status} {rest}".strip() for status in statuses.split("/")}
    if "none" in re.split(r"[ /]", expected):
        found.add("")
    return found


CASES = [
    pytest.param(trap, id=f"{language}-{trap.kind}-{number}")
    for language in LANGUAGES
    for number, trap in enumerate(traps(language), start=1)
]


@pytest.mark.parametrize("trap", CASES)
def test_trap(reader: MeetingReader, trap: Trap) -> None:
    mentions = reader.read(trap.article)
    if trap.expected == "no change":
        assert [told(mention, place=True) for mention in mentions if mention.status in CHANGES] == []
        return
    lines = [told(mention, place="@" in trap.expected) for mention in mentions]
    if trap.expected == "none":
        assert lines == []
        return
    wanted = [readings(one) for one in trap.expected.split(" + ")]
    assert len(lines) == len(wanted) or (not lines and "" in wanted[0]), lines
    assert all(any(line in one for one in wanted) for line in lines), lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_traps_and_none_twice(language: str) -> None:
    texts = [(trap.article.title, trap.article.body) for trap in traps(language)]
    assert len(texts) >= 300
    assert len(set(texts)) == len(texts)


def test_every_quote_stands_where_it_says(reader: MeetingReader) -> None:
    for language in LANGUAGES:
        for trap in traps(language):
            for mention in reader.read(trap.article):
                span = mention.quote.span
                assert getattr(trap.article, span.field)[span.start : span.end] == mention.quote.text
