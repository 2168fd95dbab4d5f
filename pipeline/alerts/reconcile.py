"""Decide which alerts to raise: compare the changes of a meeting with those already alerted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.records import MeetingChange, Told

_TAKEN_BACK = frozenset({"postponed", "rescheduled", "cancelled", "reinstated", "will_not_attend"})


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The steps: alert new changes, correct earlier alerts, take others back."""

    new: tuple[MeetingChange, ...] = ()
    amended: tuple[tuple[Told, MeetingChange], ...] = ()
    retracted: tuple[Told, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.amended or self.retracted)


def reconcile(changes: Sequence[MeetingChange], told: Sequence[Told], counted: Collection[int]) -> Reconciliation:
    """Match the changes of a meeting with earlier alerts, first by proof, then by kind.

    A report that arrives late may become the proof of a change alerted long ago: that is not a new change. One
    that only has a better word for it (postponed, not cancelled) amends it. An alert whose proof no longer
    counts (it is not in `counted`), without other support, is taken back.
    """
    open_changes = list(changes)
    left: list[Told] = []
    for was in told:
        supported = (c for c in open_changes if not was.mentions.isdisjoint(c.support))
        found = next((c for c in supported if c.kind == was.kind), None)
        if found is None:
            left.append(was)
        else:
            open_changes.remove(found)
    amended: list[tuple[Told, MeetingChange]] = []
    unmatched: list[Told] = []
    for was in left:
        found = next((c for c in open_changes if c.kind == was.kind), None)
        reworded = next((c for c in open_changes if not was.mentions.isdisjoint(c.support)), None)
        if found is None and reworded is not None:
            found = reworded
            if was.alert_id is not None:
                amended.append((was, found))
        if found is None:
            unmatched.append(was)
        else:
            open_changes.remove(found)
    retracted = tuple(
        was
        for was in unmatched
        if was.alert_id is not None and was.kind in _TAKEN_BACK and was.mentions.isdisjoint(counted)
    )
    return Reconciliation(tuple(open_changes), tuple(amended), retracted)
