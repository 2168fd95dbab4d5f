"""Try the examples of verbs.csv: each verb says what its row promises, and keeps silent where the row says so.

Columns ``match`` and ``must_not`` hold sentences as of Monday 2025-10-06. ``match`` wants a meeting that the rule
of the verb has read, a change where the row is one; ``must_not`` wants none by that rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.meetings.language import Language, WordRow
from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.statuses import CHANGES
from pipeline.meetings.who.spelling import slug
from pipeline.records import Article, MeetingMention, MeetingStatus

_AT = datetime(2025, 10, 6, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WrongExample:
    """One sentence that does not come out as its row says."""

    line: int  # of verbs.csv, the head being the first
    verb: str
    column: str  # "match" or "must_not"
    text: str


def wrong_examples(reader: MeetingReader, code: str, language: Language) -> Iterator[WrongExample]:
    """The examples of a language that come out wrong, in the order of its verbs."""
    for line, row, column in _examples(language):
        if not _HOLDS[column](row, _told(row, reader.read(_article(row[column], code)))):
            yield WrongExample(line, row["lemma"], column, row[column])


def counted_examples(language: Language) -> int:
    """How many examples the verbs of a language have."""
    return len(list(_examples(language)))


def _examples(language: Language) -> Iterator[tuple[int, WordRow, str]]:
    for line, row in enumerate(language.tables["verbs"], start=2):
        for column in filter(row.get, _HOLDS):
            yield line, row, column


def _article(text: str, code: str) -> Article:
    return Article("", f"{text}.", _AT, "page", "UTC", code, 1.0)


def _told(row: WordRow, mentions: tuple[MeetingMention, ...]) -> list[MeetingMention]:
    """The meetings that the verb of a row has told of."""
    name = slug("_".join((row["lemma"], *row["particle"].split())).replace(" ", "_"))
    return [one for one in mentions if name in {part for rule in one.rules for part in rule.split(".")[2:3]}]


def _says(row: WordRow, told: list[MeetingMention]) -> bool:
    """ "Moved to Friday" is rescheduled, so any change will do."""
    wanted = CHANGES if row["effect"] in CHANGES else frozenset(MeetingStatus)
    return any(mention.status in wanted for mention in told)


_HOLDS: dict[str, Callable[[WordRow, list[MeetingMention]], bool]] = {
    "match": _says,
    "must_not": lambda _, told: not told,
}
