"""Groups of statuses: plans, changes of a plan, and those of future meetings; marks in the names of rules."""

from __future__ import annotations

from pipeline.records import MeetingMention, MeetingStatus

PLANS = frozenset({MeetingStatus.SCHEDULED, MeetingStatus.CONFIRMED})
CHANGES = frozenset({MeetingStatus.POSTPONED, MeetingStatus.RESCHEDULED, MeetingStatus.CANCELLED})
FUTURE = PLANS | {MeetingStatus.UNCERTAIN}
LIVE = FUTURE | {MeetingStatus.RESCHEDULED}
DEPUTY = "deputy"  # ends the name of a rule by which a person stays away and sends another
SAME_DAY = "same_day"  # the same, by which only the hour or the place of a meeting is another


def is_marked(said: MeetingMention, mark: str) -> bool:
    """Whether a rule that read it leaves this mark."""
    return any(rule.endswith(f".{mark}") for rule in said.rules)
