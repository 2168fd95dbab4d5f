"""Link a new piece of evidence to a known meeting, if any.

Vetoes first (see `vetoes`: every one has a name), then a weighted score over what agrees. Comparing offices rather
than names joins "Russia's foreign and defence ministers" with "Lavrov and Shoigu".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.meetings.follow.comparison import Candidate, Comparison, shared_people
from pipeline.meetings.follow.vetoes import NEAR_DAYS, STALE_DAYS, other_meeting, veto
from pipeline.meetings.statuses import CHANGES, FUTURE, LIVE
from pipeline.meetings.when.ranges import gap_days, is_rival, near, overlap
from pipeline.records import Evidence, MeetingStatus, Place, When

__all__ = ["STALE_DAYS", "Candidate", "Fit", "Judgement", "Link", "features", "judge", "link"]

# Of people, date, parties, place, format, recency; docs/design/meetings.md says how they were fitted.
WEIGHTS = (0.40, 0.25, 0.15, 0.10, 0.05, 0.05)
SURE = 0.55  # from here on a report belongs to the meeting
POSSIBLE = 0.45  # from here on a person should look; below, it begins a meeting of its own
_HALF_LIFE_DAYS = 7.0
_SAME_SIDES = 0.75  # for people, where neither names any and the countries are the same


class Fit(StrEnum):
    """How a report fits the meeting it is nearest to."""

    SURE = "sure"
    UNSURE = "unsure"  # a meeting of its own until a person decides
    SILENT_RESCHEDULE = (
        "silent_reschedule"  # same parties, another date, no source says that it moved: a person decides
    )


@dataclass(frozen=True, slots=True)
class Link:
    """The meeting of a report, certain or possible, and how well it fits (0..1)."""

    meeting_id: int
    score: float
    fit: Fit


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a report compares with one known meeting: what keeps it out, or how well it fits (0..1)."""

    meeting_id: int
    veto: str | None
    score: float
    is_open: bool
    is_likelier: bool  # a change without a day is a change of a plan, not of a possibility
    last_said: datetime


def judge(new: Evidence, candidate: Candidate) -> Judgement:
    """Compare a report with one known meeting."""
    pair = Comparison(new, candidate)
    known = candidate.state.status
    is_open = known != MeetingStatus.DENIED
    is_likelier = not (known == MeetingStatus.UNCERTAIN and new.mention.status in CHANGES and pair.said is None)
    return Judgement(candidate.meeting_id, veto(pair), _score(pair), is_open, is_likelier, candidate.last_said)


def link(new: Evidence, candidates: Sequence[Candidate]) -> Link | None:
    """The candidate `new` belongs to or may belong to; None where it begins one.

    A planned meeting is preferred to one that was ruled out; of two alike the one last
    written about wins, whichever was stored first.
    """
    judged = [judge(new, candidate) for candidate in candidates]
    fitting = [one for one in judged if one.veto is None and one.score >= POSSIBLE]
    if fitting:
        best = min(fitting, key=_rank)
        return Link(best.meeting_id, best.score, Fit.SURE if best.score >= SURE else Fit.UNSURE)
    pairs = [pair for candidate in candidates if _may_have_moved(pair := Comparison(new, candidate))]
    silent = [Link(pair.candidate.meeting_id, _score(pair), _moved(pair)) for pair in pairs]
    return min(silent, key=lambda found: (-found.score, found.meeting_id), default=None)


def _rank(one: Judgement) -> tuple[bool, bool, bool, float, float, int]:
    sure = one.score >= SURE
    return not sure, not one.is_open, not one.is_likelier, -one.score, -one.last_said.timestamp(), one.meeting_id


def _may_have_moved(pair: Comparison) -> bool:
    """Same people, both dates in the future, another day, and no source says that the meeting moved."""
    mention, state = pair.mention, pair.state
    if mention.when is None or state.when is None or mention.status not in FUTURE or state.status not in LIVE:
        return False
    if not (mention.when.is_day and state.when.is_day) or min(mention.when.latest, state.when.latest) < pair.today:
        return False
    return not near(mention.when, state.when, NEAR_DAYS) and pair.same_people and other_meeting(pair) is None


def _moved(pair: Comparison) -> Fit:
    """The same people to the same place days later: the meeting itself. Anything less a person decides."""
    rival = is_rival(pair.state.when, pair.mention.when)
    return Fit.SURE if rival and pair.same_journey else Fit.SILENT_RESCHEDULE


def features(new: Evidence, candidate: Candidate) -> tuple[float, ...]:
    """How far the report and the meeting agree, each 0..1: people, date, parties, place, format, recency."""
    return _features(Comparison(new, candidate))


def _features(pair: Comparison) -> tuple[float, ...]:
    mention, state = pair.mention, pair.state
    return (
        _people(pair),
        _date(pair),
        1.0 if set(mention.countries) == set(state.countries) else 0.7,
        _place(mention.place, state.place),
        1.0 if mention.format == state.format else 0.5,
        math.pow(0.5, pair.days_since / _HALF_LIFE_DAYS),
    )


# One of these is enough, whatever else differs.
_SURELY: tuple[Callable[[Comparison], bool], ...] = (
    lambda pair: pair.same_absence,
    lambda pair: pair.same_series_missed,
    lambda pair: pair.told_twice,
    lambda pair: pair.same_namesake_missed,
    lambda pair: pair.same_round,
    lambda pair: pair.same_summit_again,
)


def _score(pair: Comparison) -> float:
    if any(sure(pair) for sure in _SURELY):
        return 1.0
    return round(sum(weight * value for weight, value in zip(WEIGHTS, _features(pair), strict=True)), 4)


def _people(pair: Comparison) -> float:
    if pair.nameless and pair.mention.countries == pair.state.countries:
        return _SAME_SIDES
    return shared_people(pair.mention.participants, pair.state.participants)


# How far two dates agree; the first that holds counts.
_AGREEMENT: tuple[tuple[float, Callable[[When, When], bool]], ...] = (
    (1.0, lambda said, known: (said.earliest, said.latest) == (known.earliest, known.latest)),
    (0.8, overlap),
    (0.6, lambda said, known: gap_days(said, known) <= NEAR_DAYS),
)


def _date(pair: Comparison) -> float:
    said = pair.mention.previous_when or pair.mention.when
    known = [when for when in (pair.state.when, *pair.state.previous) if when is not None]
    if said is None or not known:
        return 0.4
    # Moved away from every day known: any day may be the new one.
    unlike = 0.4 if pair.state.when is None else 0.0
    return next((value for value, fits in _AGREEMENT if any(fits(said, when) for when in known)), unlike)


def _place(first: Place | None, second: Place | None) -> float:
    if first is None or second is None:
        return 0.5
    return 1.0 if first == second else 0.7
