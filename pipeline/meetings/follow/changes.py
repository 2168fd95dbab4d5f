"""The changes of a meeting: the facts of each, and the reports that only repeat it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.meetings.statuses import PLANS
from pipeline.meetings.when.ranges import near
from pipeline.records import Evidence, MeetingChange, MeetingState, MeetingStatus

SAME_CHANGE = timedelta(days=2)  # "cancelled" and "postponed" this close are two words for one change
_S = MeetingStatus


class Change(StrEnum):
    """A change of a planned meeting that is worth an alert."""

    POSTPONED = "postponed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"  # was off, is planned again
    CONTESTED = "contested"  # a change was reported, and now a source confirms the old plan
    WILL_NOT_ATTEND = "will_not_attend"  # one side stays away, the meeting goes on


class Flag(StrEnum):
    """What must be known of a meeting beside its status."""

    AT_RISK = "at_risk"  # planned, and in doubt
    CONTESTED = "contested"  # reports contradict each other, or one source alone contradicts several
    FIRST_SEEN_AS_CHANGE = "first_seen_as_change"  # no announcement was seen before it was moved or cancelled
    LAPSED = "lapsed"  # its day has passed and no source reported that it took place
    ATTENDANCE = "attendance"  # an expected participant will not attend
    WITHDRAWN = "withdrawn"  # every report of it was corrected or withdrawn


_OFF = frozenset({Change.CANCELLED, Change.WILL_NOT_ATTEND})


@dataclass
class OpenChange:
    """A change while further reports may still support or amend it."""

    kind: Change
    at: datetime
    proof: int
    before: MeetingState | None
    after: MeetingState
    support: set[int]

    @property
    def told(self) -> MeetingChange:
        """The change as far as it is known by now."""
        return MeetingChange(self.kind.value, self.proof, self.before, self.after, frozenset(self.support))

    def is_repeated_by(self, piece: Evidence) -> bool:
        """Whether a report tells of this change, which is known."""
        said, soon = piece.mention, abs(piece.published_at - self.at) <= SAME_CHANGE
        if said.status == _S.CANCELLED:
            return self.kind in _OFF or (self.kind == Change.POSTPONED and soon)
        if said.status == _S.POSTPONED:
            return self.kind == Change.POSTPONED or (self.kind == Change.RESCHEDULED and soon)
        if said.status == _S.RESCHEDULED or said.status in PLANS:
            return self.kind in (Change.RESCHEDULED, Change.REINSTATED) and near(self.after.when, said.when, 0)
        return False
