"""What is to be told now: the changes of a meeting as they are understood today, against what was told of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.records import MeetingChange, Told

_TAKEN_BACK = frozenset({"postponed", "rescheduled", "cancelled", "reinstated", "will_not_attend"})


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What to do: tell the new changes, correct the word of some told before, take others back."""

    new: tuple[MeetingChange, ...] = ()
    amended: tuple[tuple[Told, MeetingChange], ...] = ()
    retracted: tuple[Told, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.amended or self.retracted)


def reconcile(changes: Sequence[MeetingChange], told: Sequence[Told], counted: Collection[int]) -> Reconciliation:
    """Match the changes of a meeting with what was told, first by proof, then by kind.

    A report that arrives late may become the proof of a change told long ago: that is no new change. One that only
    finds a better word for it (postponed, not cancelled) amends it. What was told on a proof that does not count
    any more (it is not in `counted`), and that nothing else supports, is taken back.
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
