"""Compare the old and the new findings of a reprocessed page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

MAX_SHOWN = 200  # characters of a quoted sentence


@dataclass(frozen=True, slots=True)
class ComparedMention:
    """What a reading says of one meeting, as far as two readings are compared."""

    status: str
    participants: tuple[str, ...]
    countries: tuple[str, ...]
    place: str | None
    date: str | None
    previous_date: str | None
    format: str
    quote: str

    def __str__(self) -> str:
        where = f" in {self.place}" if self.place else ""
        return f"{self.status} {self.date or 'without a date'}{where}: {self.quote[:MAX_SHOWN]}"


@dataclass(frozen=True, slots=True)
class ComparedFindings:
    """One reading of a page."""

    text_hash: bytes
    published_at: datetime | None
    facts: tuple[str, ...]  # byline, kind, language, agency
    topics: frozenset[str]
    mentions: frozenset[ComparedMention]


@dataclass(frozen=True, slots=True)
class FindingsChange:
    """One difference: text, date, facts, tag_gained, tag_lost, mention_gained or mention_lost."""

    kind: str
    what: str = ""


def differences(then: ComparedFindings, now: ComparedFindings) -> Iterator[FindingsChange]:
    """Everything that two readings of one page differ in; nothing where the new one need not be kept."""
    if then.text_hash != now.text_hash:
        yield FindingsChange("text")
    if then.published_at != now.published_at:
        yield FindingsChange("date", f"{then.published_at} → {now.published_at}")
    for old, new in zip(then.facts, now.facts, strict=True):
        if old != new:
            yield FindingsChange("facts", f"{old or '–'} → {new or '–'}")
    yield from (FindingsChange("tag_gained", topic) for topic in sorted(now.topics - then.topics))
    yield from (FindingsChange("tag_lost", topic) for topic in sorted(then.topics - now.topics))
    yield from (FindingsChange("mention_gained", line) for line in sorted(map(str, now.mentions - then.mentions)))
    yield from (FindingsChange("mention_lost", line) for line in sorted(map(str, then.mentions - now.mentions)))
