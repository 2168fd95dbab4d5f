"""Plan the next fetch of an article's page: by its age, and sooner if its text gives a reason.

Four of five edits happen on an article's first day, so fetches are frequent at first and thin out. A text that
announces more, one that was edited repeatedly, and one about a meeting that is near are fetched in between. Every
reason expires by itself: no page is fetched forever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from pipeline.records import FetchHistory

LADDER = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=30),
)
# Before the first hour of the meeting's day, by the earliest clock on earth.
BEFORE_MEETING = tuple(timedelta(hours=h) for h in (72, 48, 36, 24, 18, 12, 9, 6, 3))
_MEETING_DAY = timedelta(hours=3)  # between fetches while the day lasts
_VAGUE = timedelta(days=7)  # a date vaguer than this has no day to be near to
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)  # a date begins and ends at other times around the world
# While a text that promises more is younger than … it is fetched every …
_DEVELOPING = ((timedelta(hours=3), timedelta(minutes=15)), (timedelta(days=1), timedelta(hours=1)))
_EDITS_FADE = timedelta(days=1)
_OFTEN = 2  # edits within that time
_EDITS_COUNT_UNTIL = timedelta(days=3)  # of age: what still changes then is a running page, not a report
_CLOSEST = timedelta(minutes=15)
_WIDEST_EDITS = timedelta(hours=6)
_SERVED = timedelta(minutes=5)  # a fetch shortly before a rung was the fetch for it


class RefetchReason(StrEnum):
    """Why the next fetch falls when it does."""

    AGE = "age"
    DEVELOPING = "developing"
    EDITED_OFTEN = "edited_often"
    MEETING_NEAR = "meeting_near"


@dataclass(frozen=True, slots=True)
class PlannedFetch:
    """The next fetch of a page."""

    at: datetime
    why: RefetchReason


def next_refetch(known: FetchHistory, *, now: datetime) -> PlannedFetch | None:
    """The next fetch after one at `now`; None after the last one.

    A page that is gone is fetched by its age alone.
    """
    if known.ignored:
        return None
    reasons = (_by_age,) if known.withdrawn else _REASONS
    planned = [fetch for reason in reasons for fetch in reason(known, now)]
    return min(planned, key=lambda fetch: fetch.at, default=None)


def _by_age(known: FetchHistory, now: datetime) -> Iterator[PlannedFetch]:
    for age in LADDER:
        if known.first_seen_at + age > now + _SERVED:
            yield PlannedFetch(known.first_seen_at + age, RefetchReason.AGE)


def _developing(known: FetchHistory, now: datetime) -> Iterator[PlannedFetch]:
    if not known.developing:
        return
    age = now - max(known.texts_at, default=known.first_seen_at)
    for young, pause in _DEVELOPING:
        if age < young:
            yield PlannedFetch(now + pause, RefetchReason.DEVELOPING)


def _edited(known: FetchHistory, now: datetime) -> Iterator[PlannedFetch]:
    """At the pace at which the last edits came."""
    edits = [at for at in known.texts_at[1:] if now - at < _EDITS_FADE]
    if len(edits) < _OFTEN or now - known.first_seen_at >= _EDITS_COUNT_UNTIL:
        return
    pace = (edits[-1] - edits[0]) / (len(edits) - 1)
    # An edit that is overdue by its pace makes the next less likely: fetch less often.
    pause = max(pace, (now - edits[-1]) / 2)
    yield PlannedFetch(now + min(max(pause, _CLOSEST), _WIDEST_EDITS), RefetchReason.EDITED_OFTEN)


def _meetings(known: FetchHistory, now: datetime) -> Iterator[PlannedFetch]:
    for earliest, latest in known.meeting_days:
        if latest - earliest > _VAGUE:
            continue
        begins = datetime.combine(earliest, time(), UTC) - _EAST
        ends = datetime.combine(latest, time(), UTC) + timedelta(days=1) + _WEST
        for before in BEFORE_MEETING:
            if begins - before > now + _SERVED:
                yield PlannedFetch(begins - before, RefetchReason.MEETING_NEAR)
        if now + _MEETING_DAY <= ends:
            yield PlannedFetch(max(begins, now + _MEETING_DAY), RefetchReason.MEETING_NEAR)


_REASONS = (_by_age, _developing, _edited, _meetings)
