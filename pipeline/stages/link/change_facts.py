"""The facts of a change that its alert tells: the meeting, its dates old and new, and how it is now."""

from __future__ import annotations

from typing import Any

from pipeline.meetings.follow.changes import Flag
from pipeline.records import MeetingChange, MeetingState


def what_changed(change: MeetingChange) -> dict[str, Any]:
    """The meeting and its change as an alert tells it; dates are EDTF."""
    old, new = change.before, change.after
    last = new.previous[-1] if new.previous else None
    known = old.when if old else None
    moved = change.kind in ("postponed", "rescheduled", "reinstated")
    was = last or known if moved else new.when or known or last
    return {
        "change": change.kind,
        "format": new.format,
        "participants": [p.name for p in new.participants],
        "countries": list(new.countries),
        "place": new.place.name if new.place else None,
        "old_date": was.edtf if was else None,
        "absent": [p.name for p in new.absent],
        "weight": {"for": new.weight[0], "against": new.weight[1]},
        "contested": Flag.CONTESTED in new.flags,
        "new_date": new.when.edtf if new.when and change.kind in ("rescheduled", "reinstated") else None,
    }


def since(change: MeetingChange, state: MeetingState) -> dict[str, Any] | None:
    """The current state of the meeting, if a report arrived so late that the change is no longer the last word."""
    same = (change.after.status, change.after.when) == (state.status, state.when)
    return None if same or change.kind == "contested" else stands(state)


def stands(state: MeetingState) -> dict[str, Any]:
    """How a meeting is now; its date as EDTF."""
    return {"status": state.status.value, "date": state.when.edtf if state.when else None}
