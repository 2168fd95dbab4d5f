"""Groups of statuses: plans, changes of a plan, and those of future meetings."""

from __future__ import annotations

from pipeline.records import MeetingStatus

PLANS = frozenset({MeetingStatus.SCHEDULED, MeetingStatus.CONFIRMED})
CHANGES = frozenset({MeetingStatus.POSTPONED, MeetingStatus.RESCHEDULED, MeetingStatus.CANCELLED})
FUTURE = PLANS | {MeetingStatus.UNCERTAIN}
LIVE = FUTURE | {MeetingStatus.RESCHEDULED}
