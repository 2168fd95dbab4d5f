"""Single misses and false hits of the reader, as they are listed on request."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.records import MeetingMention, When
from tests.evaluation.meetings_match import Matched, Pair
from tests.evaluation.report import Case


def cases_of(one: Matched) -> Iterator[Case]:
    """Every miss, false hit and wrong field of one text."""
    where = f"{one.text.id} {one.text.article.language} {one.text.half} set {one.text.set} {one.text.group}"
    for label in one.missed:
        sides = " ".join(sorted(label.countries))
        yield Case(
            "missed", where, f"{label.status} {sides} {label.place or ''} {label.date or ''}: {label.quote}", ""
        )
    for mention in one.false:
        yield Case("false", where, one.text.hard_negative, _told(mention))
    for pair in one.pairs:
        if pair.mention.status not in pair.label.accepted:
            yield Case("status", where, f"{pair.label.status}: {pair.label.quote}", _told(pair.mention))
        if not pair.label.has_sides(frozenset(pair.mention.countries)):
            yield Case(
                "sides",
                where,
                f"{' '.join(sorted(pair.label.countries))}: {pair.label.quote}",
                _told(pair.mention),
            )
        when, previous = edtf(pair.mention.when), edtf(pair.mention.previous_when)
        dates = {
            "date": (pair.label.date, when, pair.label.has_date(when)),
            "previous date": (pair.label.previous_date, previous, pair.label.previous_date == previous),
        }
        for kind, (wanted, got, right) in dates.items():
            if pair.text.dated and not right:
                yield Case(kind, where, f"{wanted}: {pair.label.quote}", f"{got}: {_told(pair.mention)}")
        if not quotes_agree(pair):
            yield Case("quote", where, pair.label.quote, pair.mention.quote.text)


def _told(mention: MeetingMention) -> str:
    place = mention.place.name if mention.place else ""
    people = ", ".join(person.name for person in mention.participants)
    rules = " ".join(mention.rules)
    return f"{mention.status} {' '.join(mention.countries)} ({people}) {place} [{rules}]: {mention.quote.text}"


def quotes_agree(pair: Pair) -> bool:
    """Whether one quote lies inside the other, whatever the white space."""
    wanted, got = " ".join(pair.label.quote.split()), " ".join(pair.mention.quote.text.split())
    return wanted in got or got in wanted


def edtf(when: When | None) -> str | None:
    """A date as it is compared."""
    return when.edtf if when else None
