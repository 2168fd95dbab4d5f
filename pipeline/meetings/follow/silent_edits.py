"""Edits of an article that change the fate of a meeting: planned before, now off or on another day, or back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.meetings.statuses import PLANS
from pipeline.meetings.when.ranges import disjoint
from pipeline.records import Evidence, MeetingMention, MeetingStatus

_S = MeetingStatus
_FATES: dict[MeetingStatus, str] = {
    **dict.fromkeys(PLANS, "on"),
    _S.RESCHEDULED: "moved",
    _S.POSTPONED: "off",
    _S.CANCELLED: "off",
    _S.DENIED: "off",
}  # what may happen or took place is no fate: an article that is kept up to date goes from one to the other


@dataclass(frozen=True, slots=True)
class SilentEdit:
    """What the text says now, and what it said before, of one meeting."""

    before: Evidence
    after: Evidence


def silent_edits(old: Sequence[Evidence], new: Sequence[Evidence]) -> Iterator[SilentEdit]:
    """Pair the reports of two texts of one article that are about one meeting and contradict each other.

    A sentence that stayed makes the new one an addition: only a report that is gone was edited.
    """
    for after in new:
        said_before = [before for before in old if before.mention.countries == after.mention.countries]
        if any(_agree(before.mention, after.mention) for before in said_before):
            continue
        gone = [b for b in said_before if not any(_agree(b.mention, other.mention) for other in new)]
        found = next((before for before in gone if _contradict(before.mention, after.mention)), None)
        if found is not None:
            yield SilentEdit(found, after)


def _agree(one: MeetingMention, other: MeetingMention) -> bool:
    return (one.status, one.when, one.previous_when) == (other.status, other.when, other.previous_when)


def _contradict(before: MeetingMention, after: MeetingMention) -> bool:
    old, new = _FATES.get(before.status, "open"), _FATES.get(after.status, "open")
    if "open" in (old, new):
        return False
    return old != new or (old in ("on", "moved") and disjoint(before.when, after.when))
