"""Days stated beside a meeting: in the headline, or in the sentence before or after the mention.

"Orlov to visit Ankara. The talks will take place on Friday." A mention that got no day of its own takes one only
if it cannot belong to another: one day near it, tied to it by its sides or its noun, on the right side of today.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.meetings.read.claim_dates import Standing
from pipeline.meetings.read.masking import Masked
from pipeline.meetings.read.sentences import Sentence
from pipeline.meetings.read.stated import span_of
from pipeline.meetings.statuses import CHANGES, FUTURE
from pipeline.meetings.when.dates import DateHit
from pipeline.meetings.when.ranges import is_open, overlap
from pipeline.records import MeetingMention, MeetingStatus, When

_OFF = CHANGES | {MeetingStatus.DENIED}
_LEAD = 3  # sentences, the headline counted
_RECENT = timedelta(days=14)  # what was held longer ago is not the news of an article
_STILL_NEWS = timedelta(days=7)  # so long after its day a meeting is still said to have been off
_AHEAD = timedelta(days=180)  # a day further away rarely belongs to a meeting reported without it


@dataclass(frozen=True, slots=True)
class LooseDate:
    """A date of a sentence, of any meeting."""

    number: int  # of its sentence in the article; the headline is 0
    hit: DateHit
    sides: frozenset[str]  # countries its sentence names
    named: bool  # its sentence has a noun of meetings
    planned: bool  # said to be the day of a plan
    said: bool  # today or yesterday, in a sentence with a verb of saying: perhaps the day of the statement


def loose_dates(
    number: int, masked: Masked, nouns: re.Pattern[str], standing: Mapping[int, Standing]
) -> list[LooseDate]:
    """The dates of one masked sentence, but those of something else; `standing` tells what is known of each."""
    sides: set[str] = set()
    for entity in masked.entities.values():
        named = (entity.country, *entity.sides, *(person.country for person in entity.people))
        sides.update(side for side in named if side)
    has_noun = nouns.search(masked.text) is not None
    return [
        LooseDate(number, hit, frozenset(sides), has_noun, standing[at].planned, standing[at].said)
        for at, hit in masked.dates.items()
        if not standing[at].foreign
    ]


def with_days(
    mentions: tuple[MeetingMention, ...],
    pieces: Sequence[Sentence],
    told: Callable[[int], list[LooseDate]],
    today: date,
) -> tuple[MeetingMention, ...]:
    """The mentions of an article, those without a day completed from the sentences around them.

    `told` gives the dates of one of `pieces`, the sentences of the article, by its number.
    """
    found = []
    for mention in mentions:
        others = [other for other in mentions if other is not mention]
        near = (
            [loose for number in _near(mention, pieces) for loose in told(number)] if _lacks_day(mention) else []
        )
        found.append(_with_day(mention, near, others, today, pieces))
    return tuple(found)


def _lacks_day(mention: MeetingMention) -> bool:
    """Whether a day beside it may be its own: it has none, or one unknown day out of a range."""
    known = _known(mention)
    return known is None or (is_open(known) and None in (mention.when, mention.previous_when))


def _near(mention: MeetingMention, pieces: Sequence[Sentence]) -> list[int]:
    """The numbers of the sentences around the proof of a mention, and of those that tell the news."""
    span = mention.quote.span
    at = next(n for n, piece in enumerate(pieces) if (piece.field, piece.start) == (span.field, span.start))
    return sorted(number for number in {*range(_LEAD), at - 1, at, at + 1} if 0 <= number < len(pieces))


def _with_day(
    mention: MeetingMention,
    near: Sequence[LooseDate],
    others: Sequence[MeetingMention],
    today: date,
    pieces: Sequence[Sentence],
) -> MeetingMention:
    """`mention` with the one day that `near` gives it; unchanged if there is none, or more than one.

    `others` are the further mentions of the article, whose days are theirs.
    """
    taken = [when for other in others for when in (other.when, other.previous_when) if when]
    sides = frozenset(mention.countries)
    known = _known(mention)
    days: dict[str, tuple[When, int]] = {}
    for loose in near:
        when = _reading(mention.status, loose, today)
        if (
            when is not None
            and _can_be(known, when)
            and when not in taken
            and _tells_of(sides, loose, alone=not others)
        ):
            days.setdefault(when.edtf, (when, loose.number))
    if len(days) != 1:
        return mention
    ((day, number),) = days.values()
    told = tuple(fact for fact in mention.stated if fact[0] != "date")
    if (place := span_of(pieces[number])) != mention.quote.span:
        told = tuple(sorted((("date", place), *told), key=lambda fact: fact[0]))
    mention = replace(mention, stated=told)
    is_old = mention.status in _OFF if known is None else known is mention.previous_when
    return replace(mention, previous_when=day) if is_old else replace(mention, when=day)


def _known(mention: MeetingMention) -> When | None:
    return mention.when or mention.previous_when


def _can_be(known: When | None, day: When) -> bool:
    return known is None or overlap(known, day)


def _tells_of(sides: frozenset[str], loose: LooseDate, *, alone: bool) -> bool:
    """Whether the sentence of a date is about the meeting of these sides, `alone` in its article."""
    if loose.said:
        return bool(sides) and sides <= loose.sides
    return (loose.sides <= sides or loose.named) if alone else bool(loose.sides & sides)


def _reading(status: MeetingStatus, loose: LooseDate, today: date) -> When | None:
    """The day as it reads for a meeting of that status, or None where it can be none of its."""
    hit = loose.hit
    if hit.ends:
        return None
    if status == MeetingStatus.HELD:
        day = hit.past
        return day if day.is_day and today - _RECENT <= day.earliest <= today else None
    day = hit.future
    first = today - _STILL_NEWS if status in _OFF and loose.planned else today
    if not day.is_day or not first <= day.earliest <= today + _AHEAD:
        return None
    if status in _OFF:
        return day if loose.planned or (not hit.weekday and day.earliest > today) else None
    return day if status in FUTURE else None
