"""The developments of a meeting that do not change its plan: announced, confirmed, in doubt, its day known, held.

A development is the difference between two recorded states, so it is found again whatever reports led there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.meetings.follow.changes import Flag
from pipeline.meetings.statuses import LIVE, PLANS
from pipeline.records import MeetingState, MeetingStatus, When

_S = MeetingStatus
_Test = Callable[[MeetingState, MeetingState], bool]
_Proof = Callable[[MeetingState], int]


@dataclass(frozen=True, slots=True)
class Development:
    """A kind of config/alerts.yml, and the id of the report that says so."""

    kind: str
    proof: int


def developments(before: MeetingState | None, after: MeetingState) -> list[Development]:
    """What is new in `after`; `before` is the state recorded last, None where there was none."""
    if before is None:
        return [Development("announced", after.proof)] if after.status in PLANS else []
    return [Development(kind, proof(after)) for kind, is_new, proof in _TABLE if is_new(before, after)]


def _is_confirmed(before: MeetingState, after: MeetingState) -> bool:
    return before.status == _S.SCHEDULED and after.status == _S.CONFIRMED


def _has_a_day(before: MeetingState, after: MeetingState) -> bool:
    """A first date, or one within the range that was known; a date after a postponement is a change."""
    if not {before.status, after.status} <= LIVE or after.when is None:
        return False
    moved = after.previous != before.previous
    return not moved and (before.when is None or _is_within(after.when, before.when))


def _is_elsewhere(before: MeetingState, after: MeetingState) -> bool:
    """Another country, or another city; a city of the country that was known is only more exact."""
    old, new = before.place, after.place
    if old is None or new is None:
        return False
    return old.country != new.country or (old.is_city and new.is_city and old.name != new.name)


def _has_others(before: MeetingState, after: MeetingState) -> bool:
    """One side sends another person; a name that only fills an office or a country is no change."""
    old, new = _persons(before), _persons(after)
    return any(side in new and not old[side] & new[side] for side in old)


def _persons(state: MeetingState) -> dict[str | None, set[str]]:
    by_side: dict[str | None, set[str]] = {}
    for person in state.participants:
        if person.id.startswith("per:"):
            by_side.setdefault(person.country, set()).add(person.id)
    return by_side


def _is_within(new: When, old: When) -> bool:
    inside = old.earliest <= new.earliest and new.latest <= old.latest
    return inside and new.latest - new.earliest < old.latest - old.earliest


def _took_place(before: MeetingState, after: MeetingState) -> bool:
    return after.status == _S.HELD and before.status != _S.HELD


def _newly(flag: Flag) -> _Test:
    return lambda before, after: flag in after.flags and flag not in before.flags


def _status(state: MeetingState) -> int:
    return state.proof


def _fact(name: str) -> _Proof:
    """The report that proves a fact; that of the status where none is noted."""
    return lambda state: dict(state.proofs).get(name, state.proof)


def _people(state: MeetingState) -> int:
    """The newest report that named one of them."""
    proofs = dict(state.proofs)
    return max((proofs.get(person.id, state.proof) for person in state.participants), default=state.proof)


_TABLE: tuple[tuple[str, _Test, _Proof], ...] = (
    ("confirmed", _is_confirmed, _status),
    ("date_set", _has_a_day, _fact("date")),
    ("at_risk", _newly(Flag.AT_RISK), _fact(Flag.AT_RISK)),
    ("place_changed", _is_elsewhere, _fact("place")),
    ("participants_changed", _has_others, _people),
    ("held", _took_place, _status),
    ("lapsed", _newly(Flag.LAPSED), _status),
)
