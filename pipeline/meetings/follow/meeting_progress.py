"""The progress of one meeting: its state after the reports so far, its changes, and their witnesses."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from pipeline.meetings.follow.changes import SAME_CHANGE, Change, Flag, OpenChange
from pipeline.meetings.follow.participants import Participants, Sides
from pipeline.meetings.follow.witnesses import SEVERAL, Weighing, Witnesses, is_on
from pipeline.meetings.statuses import CHANGES, DEPUTY, PLANS, SAME_DAY, is_marked
from pipeline.meetings.when.ranges import is_open, is_vague, narrower, near, overlap
from pipeline.meetings.who.persons import same_person
from pipeline.records import (
    Evidence,
    MeetingChange,
    MeetingMention,
    MeetingState,
    MeetingStatus,
    Participant,
    Place,
    When,
)

ATTENDANCE = "attendance"  # the scope of a mention: one side stays away, the meeting goes on
_S = MeetingStatus
_AWAY = CHANGES | {_S.DENIED}
_SIDES = 2  # so many are left where a meeting goes on without one
_NOWHERE = Place("", None, False)


@dataclass
class Course:
    """A meeting's state after the reports handed over so far, and the changes that led to it."""

    state: MeetingState
    steps: list[OpenChange] = field(default_factory=list)
    witnesses: Witnesses = field(default_factory=Witnesses)
    weighing: Weighing = field(default_factory=Weighing)
    is_disputed: bool = False  # a source confirmed the plan after the change
    _participants: Participants = field(default_factory=Participants)
    _sides: Sides = field(default_factory=Sides)

    @classmethod
    def begin(cls, first: Evidence) -> Course:
        """The state after the first report."""
        said = first.mention
        status = _S.POSTPONED if said.status == _S.RESCHEDULED and said.when is None else said.status
        previous = (said.previous_when,) if said.previous_when else ()
        when = None if status == _S.POSTPONED else said.when
        state = MeetingState(
            status, (), said.countries, said.place, when, previous, said.format, first.id, confidence=0.0,
            series=said.series, series_number=said.series_number,
        )  # fmt: skip
        course = cls(state)
        course._participants.add(said)
        course._sides.add(said)
        course.prove(first, "date" if when or previous else None, "place" if said.place else None)
        if status in CHANGES:
            course.flag(Flag.FIRST_SEEN_AS_CHANGE)
        course.believe(first)
        course.state = replace(course.state, participants=course._participants.participants)
        course.prove(first, *(person.id for person in course.state.participants))
        course.witnesses.add(first)
        course.weighing.hear(first, course.state)
        if is_absence(said) and status != _S.DENIED:  # a refusal is a change of a plan only where there was one
            course.stay_away(first)
        elif status in CHANGES:
            course.tell(Change(status.value), first, None)
        return course

    @property
    def changes(self) -> tuple[MeetingChange, ...]:
        """The changes of this meeting, oldest first."""
        return tuple(step.told for step in self.steps)

    # What is known ------------------------------------------------------------------------------------------

    def is_told(self, piece: Evidence) -> bool:
        """Whether a report repeats a known change: the date it names is no longer the date."""
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

    def is_old_day(self, when: When | None) -> bool:
        """A day it was moved away from. Of a month it was moved within, any day may still be the new one."""
        return any(near(known, when) for known in self.state.previous if not is_open(known))

    def is_over(self, piece: Evidence) -> bool:
        """Whether its day, or the last one it had, was over when a report was published."""
        planned = self.state.when or (self.state.previous[-1] if self.state.previous else None)
        return planned is not None and planned.latest < piece.published_at.date()

    def knows_absent(self, piece: Evidence) -> bool:
        """Whether everybody who stays away by this report was said to before."""
        known = self.state.absent
        return all(any(_is_or_speaks_for(other, p) for other in known) for p in _absentees(piece.mention))

    def is_lifted_by(self, piece: Evidence) -> bool:
        """Whether a plan reported again outweighs a change that one source alone had reported."""
        if self.is_over(piece) or not (self.state.when or self.state.previous):
            return False
        heard = copy.deepcopy(self.weighing)
        heard.hear(piece, self.state)
        return heard.is_alone and heard.since.count >= SEVERAL

    def since_change(self, piece: Evidence) -> timedelta:
        """Time from the last change to the report; the maximum if there was none."""
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
        if is_on(status) != is_on(self.state.status) or moved_from is not None:
            self.weighing.turn()
            self.is_disputed = False
            self.unflag(Flag.CONTESTED)  # who contradicts the new state is counted from here
        if when is not None and when == piece.mention.when:
            self.prove(piece, "date")
        self.state = replace(self.state, status=status, when=when, previous=previous, proof=piece.id)
        if status not in PLANS:
            self.unflag(Flag.AT_RISK, Flag.CONTESTED)

    def tell(self, kind: Change, piece: Evidence, before: MeetingState | None) -> None:
        """Note a change that led from `before` to the present state."""
        self.steps.append(OpenChange(kind, piece.published_at, piece.id, before, self.state, {piece.id}))

    def stay_away(self, piece: Evidence) -> None:
        """A participant will not come; where too few are left, the meeting is off."""
        said = piece.mention
        before = None if piece.id == self.state.proof else self.state
        known = {person.id for person in self.state.absent}
        away = [person for person in _absentees(said) if person.id not in known]
        absent = (*self.state.absent, *away)
        self._participants.add(said)
        is_off = not self._is_anybody_left(said, absent)
        if is_off:
            self.become(piece, _S.CANCELLED, self.state.when)
        self.state = replace(self.state, absent=absent)
        self.prove(piece, *(f"absent {person.id}" for person in away))
        self.flag(Flag.ATTENDANCE)
        goes_on = self.state.format == "summit" or not is_off  # a summit has others than those we know of
        self._tell_absence(Change.WILL_NOT_ATTEND if goes_on else Change.CANCELLED, piece, before)

    def _is_anybody_left(self, said: MeetingMention, absent: tuple[Participant, ...]) -> bool:
        """Whether two sides are left, one of them by a deputy; at a summit, whether anybody else travels there."""
        if is_marked(said, DEPUTY):
            return True
        away = {person.country for person in absent}
        if self.state.format != "summit":
            people = {person.country for person in self._participants.participants}
            sides = people | {*self.state.countries, *said.countries}
            return len(sides - away) >= _SIDES
        host = (self.state.place or said.place or _NOWHERE).country
        if {*self.state.countries} - away - {host}:
            return True
        coming = (p for p in self._participants.participants if p.country != host)
        return any(not any(same_person(p, other) for other in absent) for p in coming)

    def _tell_absence(self, kind: Change, piece: Evidence, before: MeetingState | None) -> None:
        """One change for all whom one text names."""
        same = [step for step in self.steps[-1:] if (step.kind, step.at) == (kind, piece.published_at)]
        for step in same:
            step.after = self.state
            step.support.add(piece.id)
        if not same:
            self.tell(kind, piece, before)

    def prove(self, piece: Evidence, *facts: str | None) -> None:
        """Note which report proves a fact."""
        known = dict(self.state.proofs)
        known.update({fact: piece.id for fact in facts if fact is not None})
        self.state = replace(self.state, proofs=tuple(sorted(known.items())))

    def weigh(self, piece: Evidence) -> None:
        """Count who is for and against the present state; one source alone against several is contested."""
        self.weighing.hear(piece, self.state)
        if self.weighing.counts != self.state.weight:
            self.state = replace(self.state, weight=self.weighing.counts)
        if self.state.status not in CHANGES:
            return
        alone, sure = self.weighing.is_alone, self.witnesses.confidence
        confidence = round(sure * self.weighing.share, 3) if alone else sure
        if confidence != self.state.confidence:
            self.state = replace(self.state, confidence=confidence)
        if alone and Flag.CONTESTED not in self.state.flags:
            self.flag(Flag.CONTESTED)
        elif not alone and not self.is_disputed:
            self.unflag(Flag.CONTESTED)

    def learn_old_day(self, piece: Evidence) -> None:
        """The day a meeting was planned for, from a later report of its end; the first may not have named it."""
        old = piece.mention.previous_when
        if old is not None and self.state.when is None and not self.state.previous:
            self.state = replace(self.state, previous=(old,))
            self.prove(piece, "date")

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

    def take_details(self, piece: Evidence) -> None:
        """Take over what is more exact: a day within a range, its hour, a city within a country, a name.

        And the place to which only the place was moved.
        """
        state, said = self.state, piece.mention
        moved = is_marked(said, SAME_DAY)
        self._participants.add(said)
        self._sides.add(said)
        when = state.when
        if said.status != _S.POSTPONED and state.status != _S.POSTPONED:
            when = _with_hour(narrower(when, said.when), said.when)
        details: dict[str, Any] = {
            "participants": self._participants.participants,
            "countries": self._sides.named(every=state.format == "summit"),
            "place": _place_after(state, said, moved=moved),
            "when": when,
            "series": state.series or said.series,
            "series_number": state.series_number or said.series_number,
        }
        if all(getattr(state, name) == value for name, value in details.items()):
            return  # the very same state where nothing is new: long lists of them stay small
        self.state = detailed = replace(state, **details)
        known = {person.id for person in state.participants}
        self.prove(
            piece,
            "date" if when != state.when else None,
            "place" if detailed.place != state.place else None,
            *(person.id for person in detailed.participants if person.id not in known),
        )


def _place_after(state: MeetingState, said: MeetingMention, *, moved: bool) -> Place | None:
    if moved and said.place is not None:
        return said.place
    return state.place if _leads_elsewhere(state, said) else _closer(state.place, said.place)


def _leads_elsewhere(state: MeetingState, said: MeetingMention) -> bool:
    """Whether a report of a longer journey names a stop in a country that is no party of this meeting."""
    place, added = said.place, set(said.countries) - set(state.countries)
    return place is not None and place.country in added and state.format != "summit"


def is_absence(said: MeetingMention) -> bool:
    """Whether a report says that one side will not attend a meeting that goes on."""
    return said.scope == ATTENDANCE and said.status in _AWAY


def _is_or_speaks_for(known: Participant, said: Participant) -> bool:
    """Whether one who is known to stay away is the one named, or the country named stays away with them."""
    return same_person(said, known) or (said.id.startswith("cty:") and said.country == known.country)


def _absentees(said: MeetingMention) -> tuple[Participant, ...]:
    """Who stays away: the visitors named, else everybody named from outside the place, else their countries."""
    host = said.place.country if said.place else None
    visitors = tuple(p for p in said.participants if p.role == "visitor")
    guests = tuple(p for p in said.participants if p.country != host)
    countries = tuple(Participant(f"cty:{code}", code, code) for code in said.countries if code != host)
    return visitors or guests or said.participants or countries[:1]


def _with_hour(known: When | None, stated: When | None) -> When | None:
    """The hour stated last for the same day."""
    if known is None or stated is None or stated.time is None or known.edtf != stated.edtf:
        return known
    return stated


def _closer(known: Place | None, stated: Place | None) -> Place | None:
    if known is None or stated is None:
        return known or stated
    return stated if stated.is_city and not known.is_city and stated.country == known.country else known
