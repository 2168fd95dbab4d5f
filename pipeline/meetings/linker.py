"""Which known meeting a new piece of evidence speaks of, if any.

Vetoes first (other travellers, a phone call, another day, another place), then a weighted score over what agrees.
Comparing offices rather than names joins "Russia's foreign and defence ministers" with "Lavrov and Shoigu".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.meetings.persons import same_person
from pipeline.meetings.timeline import gap_days, overlap
from pipeline.records import Evidence, MeetingMention, MeetingState, MeetingStatus, Participant, Place, When

THRESHOLD = 0.6  # below it the evidence begins a meeting of its own
_NEAR_DAYS = 1  # "on Sunday" and "on 14 June" may differ by a time zone
_STALE_DAYS = 60  # without a date in common, older evidence is of another meeting
_OVER_DAYS = 7  # so long after its date a meeting is over, whatever was heard of it
_HALF_LIFE_DAYS = 7.0

_S = MeetingStatus
_CHANGES = frozenset({_S.POSTPONED, _S.RESCHEDULED, _S.CANCELLED})


@dataclass(frozen=True)
class Candidate:
    """A known meeting that may be meant: its state and when it was written about."""

    meeting_id: int
    state: MeetingState
    said_at: tuple[datetime, ...]  # publication times of its evidence, at least one


@dataclass(frozen=True)
class Link:
    """The meeting a piece of evidence belongs to and how well it fits (0..1)."""

    meeting_id: int
    score: float


def link(new: Evidence, candidates: Sequence[Candidate]) -> Link | None:
    """The candidate `new` belongs to; None where it begins a meeting. Ties go to the lowest id."""
    links = [
        Link(candidate.meeting_id, round(_score(new, candidate), 4))
        for candidate in candidates
        if not _vetoed(new, candidate)
    ]
    best = min(links, key=lambda found: (-found.score, found.meeting_id), default=None)
    return best if best is not None and best.score >= THRESHOLD else None


def _vetoed(new: Evidence, candidate: Candidate) -> bool:
    mention, state = new.mention, candidate.state
    if (mention.format == "call") != (state.format == "call"):
        return True
    sides, known = set(mention.countries), set(state.countries)
    if not (sides <= known or known <= sides):
        return True
    if _strangers(mention.participants, state.participants):
        return True
    changed = mention.status in _CHANGES
    if _elsewhere(mention.place, state.place) and mention.status != _S.RESCHEDULED:
        return True
    return _other_time(new, candidate, changed=changed)


def _strangers(first: Sequence[Participant], second: Sequence[Participant]) -> bool:
    """Both name people and no one in common, or other people travel."""
    if not first or not second:
        return False
    if not any(same_person(a, b) for a in first for b in second):
        return True
    visitors = [p for p in first if p.role == "visitor"], [p for p in second if p.role == "visitor"]
    return all(visitors) and not any(same_person(a, b) for a in visitors[0] for b in visitors[1])


def _elsewhere(first: Place | None, second: Place | None) -> bool:
    if first is None or second is None:
        return False
    if first.is_city and second.is_city:
        return first.name != second.name
    return first.country != second.country


def _other_time(new: Evidence, candidate: Candidate, *, changed: bool) -> bool:
    mention, state = new.mention, candidate.state
    today = new.published_at.date()
    said = mention.previous_when or (mention.when if mention.status != _S.RESCHEDULED else None)
    if state.status == _S.HELD:
        return _after_held(new, candidate)
    if mention.status == _S.HELD and state.when is not None and (state.when.earliest - today).days > _NEAR_DAYS:
        return True
    if state.when is not None and (today - state.when.latest).days > _OVER_DAYS:
        return not (said is not None and overlap(said, state.when))
    if state.status in (_S.POSTPONED, _S.CANCELLED):
        return _days_since(new, candidate) > _STALE_DAYS
    if said is not None and state.when is not None:
        known = [state.when, *(state.previous if changed else ())]
        return all(gap_days(said, when) > _NEAR_DAYS for when in known)
    return _days_since(new, candidate) > _STALE_DAYS


def _after_held(new: Evidence, candidate: Candidate) -> bool:
    """After a meeting was held only more reports of it belong to it."""
    mention, state = new.mention, candidate.state
    if mention.when is not None and state.when is not None:
        return gap_days(mention.when, state.when) > _NEAR_DAYS
    if mention.status in _CHANGES or (mention.when and mention.when.latest > new.published_at.date()):
        return True
    return _days_since(new, candidate) > _OVER_DAYS


def _days_since(new: Evidence, candidate: Candidate) -> int:
    """Days between `new` and the evidence nearest to it in time."""
    return min(abs((new.published_at - moment).days) for moment in candidate.said_at)


def _score(new: Evidence, candidate: Candidate) -> float:
    mention, state = new.mention, candidate.state
    return (
        0.40 * _people(mention.participants, state.participants)
        + 0.25 * _date(mention, state)
        + 0.15 * (1.0 if set(mention.countries) == set(state.countries) else 0.7)
        + 0.10 * _place(mention.place, state.place)
        + 0.05 * (1.0 if mention.format == state.format else 0.5)
        + 0.05 * math.pow(0.5, _days_since(new, candidate) / _HALF_LIFE_DAYS)
    )


def _people(first: Sequence[Participant], second: Sequence[Participant]) -> float:
    if not first or not second:
        return 0.5
    shared = sum(any(same_person(a, b) for b in second) for a in first)
    return min(1.0, shared / min(len(first), len(second)))


def _date(mention: MeetingMention, state: MeetingState) -> float:
    said: When | None = mention.previous_when or mention.when
    known = [when for when in (state.when, *state.previous) if when is not None]
    if said is None or not known:
        return 0.4
    if any((when.earliest, when.latest) == (said.earliest, said.latest) for when in known):
        return 1.0
    if any(overlap(said, when) for when in known):
        return 0.8
    return 0.6 if any(gap_days(said, when) <= _NEAR_DAYS for when in known) else 0.0


def _place(first: Place | None, second: Place | None) -> float:
    if first is None or second is None:
        return 0.5
    return 1.0 if first == second else 0.7
