"""The course of one meeting: its state after the reports so far, the changes that led there, and who told them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from pipeline.meetings.follow.changes import SAME_CHANGE, Change, Flag, OpenChange
from pipeline.meetings.follow.participants import Participants
from pipeline.meetings.follow.witnesses import Witnesses
from pipeline.meetings.statuses import CHANGES, PLANS
from pipeline.meetings.when.ranges import is_vague, narrower, near, overlap
from pipeline.records import Evidence, MeetingChange, MeetingMention, MeetingState, MeetingStatus, Place, When

_S = MeetingStatus


@dataclass
class Course:
    """A meeting's state after the reports handed over so far, and the changes that led to it."""

    state: MeetingState
    steps: list[OpenChange] = field(default_factory=list)
    witnesses: Witnesses = field(default_factory=Witnesses)
    _participants: Participants = field(default_factory=Participants)

    @classmethod
    def begin(cls, first: Evidence) -> Course:
        """The state after the first report."""
        said = first.mention
        status = _S.POSTPONED if said.status == _S.RESCHEDULED and said.when is None else said.status
        previous = (said.previous_when,) if said.previous_when else ()
        when = None if status == _S.POSTPONED else said.when
        state = MeetingState(
            status, (), said.countries, said.place, when, previous, said.format, first.id, confidence=0.0
        )
        course = cls(state)
        course._participants.add(said)
        if status in CHANGES:
            course.flag(Flag.FIRST_SEEN_AS_CHANGE)
        course.believe(first)
        course.state = replace(course.state, participants=course._participants.participants)
        course.witnesses.add(first)
        if status in CHANGES:
            course.tell(Change(status.value), first, None)
        return course

    @property
    def changes(self) -> tuple[MeetingChange, ...]:
        """What must be told of this meeting, oldest first."""
        return tuple(step.told for step in self.steps)

    # What is known ------------------------------------------------------------------------------------------

    def is_told(self, piece: Evidence) -> bool:
        """Whether a report of a change speaks of one that is known: the date it names is no longer the date."""
        said, state = piece.mention, self.state
        old = said.previous_when or (said.when if said.status == _S.CANCELLED else None)
        if old is not None and state.when is not None:
            return not overlap(old, state.when) and any(overlap(old, known) for known in state.previous)
        moved = state.status == _S.RESCHEDULED and said.status == _S.POSTPONED
        return moved and self.since_change(piece) <= SAME_CHANGE

    def is_new_date(self, piece: Evidence) -> bool:
        """A future date this meeting was not moved away from, from a source that had not spoken before."""
        when = piece.mention.when
        if when is None or is_vague(when) or self.witnesses.has_heard(piece) or self.is_old_date(when):
            return False
        return when.latest >= piece.published_at.date()

    def is_old_date(self, when: When | None) -> bool:
        """The date it has, or one it was moved away from."""
        return any(near(known, when) for known in (*self.state.previous, self.state.when))

    def is_over(self, piece: Evidence) -> bool:
        """Whether its day, or the last one it had, was over when a report was published."""
        planned = self.state.when or (self.state.previous[-1] if self.state.previous else None)
        return planned is not None and planned.latest < piece.published_at.date()

    def since_change(self, piece: Evidence) -> timedelta:
        """From the last change to the report; for ever where there was none."""
        return piece.published_at - self.steps[-1].at if self.steps else timedelta.max

    # What changes ------------------------------------------------------------------------------------------

    def become(
        self, piece: Evidence, status: MeetingStatus, when: When | None, moved_from: When | None = None
    ) -> None:
        """Take the status and the date a report proves."""
        previous = self.state.previous
        if moved_from is not None and moved_from not in previous:
            previous = (*previous, moved_from)
        if status != self.state.status or when != self.state.when:
            self.witnesses.begin_status()
        self.state = replace(self.state, status=status, when=when, previous=previous, proof=piece.id)
        if status not in PLANS:
            self.unflag(Flag.AT_RISK, Flag.CONTESTED)

    def tell(self, kind: Change, piece: Evidence, before: MeetingState | None) -> None:
        """Note a change that led from `before` to the present state."""
        self.steps.append(OpenChange(kind, piece.published_at, piece.id, before, self.state, {piece.id}))

    def flag(self, flag: Flag) -> None:
        """Say it beside the status."""
        self.state = replace(self.state, flags=tuple(sorted({*self.state.flags, flag.value})))

    def unflag(self, *flags: Flag) -> None:
        """Say none of these any more."""
        if not set(flags).isdisjoint(self.state.flags):
            self.state = replace(self.state, flags=tuple(f for f in self.state.flags if f not in flags))

    def believe(self, piece: Evidence) -> None:
        """Each independent witness of the present status makes it likelier; copies of one are one."""
        state = self.state
        if piece.mention.status != state.status and piece.id != state.proof:
            return
        if self.witnesses.believe(piece):
            self.state = replace(state, confidence=self.witnesses.confidence)

    def take_details(self, said: MeetingMention) -> None:
        """Take over what is more exact: a day within a range, a city within a country, a name for an office."""
        state = self.state
        self._participants.add(said)
        when = state.when
        if said.status != _S.POSTPONED and state.status != _S.POSTPONED:
            when = narrower(when, said.when)
        detailed = replace(
            state,
            participants=self._participants.participants,
            countries=tuple(sorted({*state.countries, *said.countries})),
            place=_closer(state.place, said.place),
            when=when,
        )
        if detailed != state:  # the very same value where nothing is new: long lists of states stay small
            self.state = detailed


def _closer(known: Place | None, stated: Place | None) -> Place | None:
    if known is None or stated is None:
        return known or stated
    return stated if stated.is_city and not known.is_city and stated.country == known.country else known
