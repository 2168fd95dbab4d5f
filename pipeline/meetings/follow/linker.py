"""Which known meeting a new piece of evidence speaks of, if any.

Vetoes first (other travellers, a phone call, another day, another place), then a weighted score over what agrees.
Comparing offices rather than names joins "Russia's foreign and defence ministers" with "Lavrov and Shoigu".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.meetings.statuses import CHANGES, LIVE, PLANS
from pipeline.meetings.when.ranges import JOURNEY_DAYS, gap_days, is_rival, near, overlap
from pipeline.meetings.who.persons import same_person
from pipeline.meetings.who.places import apart
from pipeline.records import Evidence, MeetingMention, MeetingState, MeetingStatus, Participant, Place, When

# Of people, date, parties, place, format, recency; docs/design/meetings.md says how they were fitted.
WEIGHTS = (0.40, 0.25, 0.15, 0.10, 0.05, 0.05)
SURE = 0.55  # from here on a report belongs to the meeting
POSSIBLE = 0.45  # from here on a person should look; below, it begins a meeting of its own
_NEAR_DAYS = 1  # "on Sunday" and "on 14 June" may differ by a time zone
_STALE_DAYS = 60  # without a date in common, older evidence is of another meeting
STALE_DAYS = 180  # unless the same people are to travel to the same place: announced long before, or moved
_OVER_DAYS = 7  # so long after its date a meeting is over, whatever was heard of it
_OLD_NEWS_DAYS = 14  # so long after one was called off, and with no date in common, another one is
_HALF_LIFE_DAYS = 7.0

_S = MeetingStatus


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known meeting that may be meant: how it stood when the new report was published."""

    meeting_id: int
    state: MeetingState
    last_said: datetime  # when the last report before the new one was published


class Fit(StrEnum):
    """How a report fits the meeting it is nearest to."""

    SURE = "sure"
    UNSURE = "unsure"  # a meeting of its own until a person decides
    SILENT_RESCHEDULE = (
        "silent_reschedule"  # same parties, other date, nobody says that it moved: a person decides
    )


@dataclass(frozen=True, slots=True)
class Link:
    """The meeting a report speaks of, or may speak of, and how well it fits (0..1)."""

    meeting_id: int
    score: float
    fit: Fit


def link(new: Evidence, candidates: Sequence[Candidate]) -> Link | None:
    """The candidate `new` belongs to or may belong to; None where it begins one. Ties go to the lowest id."""
    scored = [
        Link(candidate.meeting_id, score, Fit.SURE if score >= SURE else Fit.UNSURE)
        for candidate in candidates
        if not _vetoed(new, candidate)
        if (score := round(_score(new, candidate), 4)) >= POSSIBLE
    ]
    silent = (
        Link(candidate.meeting_id, round(_score(new, candidate), 4), _moved(new, candidate))
        for candidate in candidates
        if _may_have_moved(new, candidate)
    )
    return min(scored or silent, key=lambda found: (-found.score, found.meeting_id), default=None)


def _vetoed(new: Evidence, candidate: Candidate) -> bool:
    return _other_meeting(new.mention, candidate.state) or _other_time(new, candidate)


def _other_meeting(mention: MeetingMention, state: MeetingState) -> bool:
    """Other parties, other travellers, another place, or a call where they were to meet."""
    if (mention.format == "call") != (state.format == "call"):
        return True
    sides, known = set(mention.countries), set(state.countries)
    if not (sides <= known or known <= sides):
        return True
    if _strangers(mention.participants, state.participants):
        return True
    return apart(mention.place, state.place) and mention.status != _S.RESCHEDULED


def _may_have_moved(new: Evidence, candidate: Candidate) -> bool:
    """Same people, both dates to come, another day, and nobody says that the meeting was moved."""
    mention, state, today = new.mention, candidate.state, new.published_at.date()
    if mention.when is None or state.when is None or mention.status in CHANGES or state.status not in LIVE:
        return False
    if not (mention.when.is_day and state.when.is_day) or min(mention.when.latest, state.when.latest) < today:
        return False
    if near(mention.when, state.when, _NEAR_DAYS) or _other_meeting(mention, state):
        return False
    return _same_people(mention, state)


def _moved(new: Evidence, candidate: Candidate) -> Fit:
    """The same people to the same place days later: the meeting itself. Anything less a person decides."""
    rival = is_rival(candidate.state.when, new.mention.when)
    return Fit.SURE if rival and _same_journey(new.mention, candidate.state) else Fit.SILENT_RESCHEDULE


def _strangers(first: Sequence[Participant], second: Sequence[Participant]) -> bool:
    """Both name people and no one in common, or other people travel."""
    if not first or not second:
        return False
    if not any(same_person(a, b) for a in first for b in second):
        return True
    if _people(first, second) == 1.0 and min(len(first), len(second)) > 1:
        return False  # the same two; who travels is easily misread
    visitors = [p for p in first if p.role == "visitor"], [p for p in second if p.role == "visitor"]
    return all(visitors) and not any(same_person(a, b) for a in visitors[0] for b in visitors[1])


def _other_time(new: Evidence, candidate: Candidate) -> bool:
    mention, state = new.mention, candidate.state
    today = new.published_at.date()
    said = mention.previous_when or (mention.when if mention.status != _S.RESCHEDULED else None)
    if state.status == _S.HELD:
        return _after_held(new, candidate)
    if mention.status == _S.HELD and state.when is not None and (state.when.earliest - today).days > _NEAR_DAYS:
        return True
    if state.when is not None and (today - state.when.latest).days > _OVER_DAYS:
        return not (said is not None and overlap(said, state.when))
    if state.status == _S.CANCELLED and mention.status in PLANS and not _same_people(mention, state):
        return not (said is not None and state.when is not None and overlap(said, state.when))
    undated = said is None or state.when is None
    if state.status == _S.CANCELLED and mention.status == _S.CANCELLED and undated:
        return _days_since(new, candidate) > _OLD_NEWS_DAYS
    if state.status in (_S.POSTPONED, _S.CANCELLED) or said is None or state.when is None:
        return _days_since(new, candidate) > (STALE_DAYS if _same_journey(mention, state) else _STALE_DAYS)
    known = [state.when, *(state.previous if mention.status in CHANGES else ())]
    within = JOURNEY_DAYS if _same_journey(mention, state) else _NEAR_DAYS
    return all(gap_days(said, when) > within for when in known)


def _after_held(new: Evidence, candidate: Candidate) -> bool:
    """After a meeting was held only more reports of it belong to it."""
    mention, state = new.mention, candidate.state
    if mention.when is not None and state.when is not None:
        return gap_days(mention.when, state.when) > _NEAR_DAYS
    if mention.status in CHANGES or (mention.when and mention.when.latest > new.published_at.date()):
        return True
    return _days_since(new, candidate) > _OVER_DAYS


def _same_people(mention: MeetingMention, state: MeetingState) -> bool:
    """Everybody whom the one names is in the other, and both name somebody."""
    named = bool(mention.participants and state.participants)
    return named and _people(mention.participants, state.participants) == 1.0


def _same_journey(mention: MeetingMention, state: MeetingState) -> bool:
    """The same people to the same place."""
    known = mention.place is not None and state.place is not None
    return known and _same_people(mention, state) and not apart(mention.place, state.place)


def _days_since(new: Evidence, candidate: Candidate) -> int:
    """Days since the last report of the meeting."""
    return abs((new.published_at - candidate.last_said).days)


def features(new: Evidence, candidate: Candidate) -> tuple[float, ...]:
    """How far the report and the meeting agree, each 0..1: people, date, parties, place, format, recency."""
    mention, state = new.mention, candidate.state
    return (
        _people(mention.participants, state.participants),
        _date(mention, state),
        1.0 if set(mention.countries) == set(state.countries) else 0.7,
        _place(mention.place, state.place),
        1.0 if mention.format == state.format else 0.5,
        math.pow(0.5, _days_since(new, candidate) / _HALF_LIFE_DAYS),
    )


def _score(new: Evidence, candidate: Candidate) -> float:
    return sum(weight * value for weight, value in zip(WEIGHTS, features(new, candidate), strict=True))


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
    if any(gap_days(said, when) <= _NEAR_DAYS for when in known):
        return 0.6
    return 0.4 if state.when is None else 0.0  # moved away from every day known: any day may be the new one


def _place(first: Place | None, second: Place | None) -> float:
    if first is None or second is None:
        return 0.5
    return 1.0 if first == second else 0.7
