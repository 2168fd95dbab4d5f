"""How one report moves a meeting: the table of states, and the guards of each move.

Reports are handed over in the order they were published. A report moves the state, or repeats a change that is
known already (then it supports it), or only adds detail. Nothing here knows of databases, alerts or the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.meetings.ranges import is_open, is_rival, is_vague, narrower, near, overlap
from pipeline.meetings.roll import Roll
from pipeline.records import Evidence, MeetingChange, MeetingMention, MeetingState, MeetingStatus, Place, When

SAME_CHANGE = timedelta(days=2)  # "cancelled" and "postponed" this close are two words for one change
_S = MeetingStatus
LIVE = frozenset({_S.SCHEDULED, _S.CONFIRMED, _S.UNCERTAIN, _S.RESCHEDULED})
PLANS = frozenset({_S.SCHEDULED, _S.CONFIRMED})
CHANGES = frozenset({_S.POSTPONED, _S.RESCHEDULED, _S.CANCELLED})
_RIVAL_WITNESSES = 2  # so many name another day: then it is the day
_ATTRIBUTED, _UNATTRIBUTED = 0.7, 0.5  # how far one witness is believed who says by whom it was told, or does not


class Change(StrEnum):
    """A change of a planned meeting that is worth an alert."""

    POSTPONED = "postponed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"  # was off, is planned again
    CONTESTED = "contested"  # a change was reported, and now somebody confirms the old plan


class Flag(StrEnum):
    """What must be known of a meeting beside its status."""

    AT_RISK = "at_risk"  # planned, and in doubt
    CONTESTED = "contested"  # reports contradict each other
    FIRST_SEEN_AS_CHANGE = "first_seen_as_change"  # nobody had announced it before it moved or fell off
    LAPSED = "lapsed"  # its day is over and nobody reported that it took place
    WITHDRAWN = "withdrawn"  # every report of it was corrected or withdrawn


# What a report does to a meeting, by what was known and what the report says. The names are methods of Folding.
_OF_A_PLAN = {
    _S.SCHEDULED: "plan", _S.CONFIRMED: "confirm", _S.UNCERTAIN: "doubt", _S.POSTPONED: "postpone",
    _S.RESCHEDULED: "move", _S.CANCELLED: "cancel", _S.HELD: "hold", _S.DENIED: "deny",
}  # fmt: skip
_OF_NOTHING_PLANNED = dict.fromkeys(_S, "repeat") | {_S.RESCHEDULED: "move", _S.HELD: "hold"}
TRANSITIONS: dict[MeetingStatus, dict[MeetingStatus, str]] = {
    _S.UNCERTAIN: _OF_A_PLAN | {_S.SCHEDULED: "settle", _S.UNCERTAIN: "repeat", _S.DENIED: "settle"},
    _S.SCHEDULED: _OF_A_PLAN,
    _S.CONFIRMED: _OF_A_PLAN,
    _S.RESCHEDULED: _OF_A_PLAN,
    _S.POSTPONED: _OF_NOTHING_PLANNED
    | {_S.SCHEDULED: "set_date", _S.CONFIRMED: "set_date", _S.CANCELLED: "cancel"},
    _S.CANCELLED: _OF_NOTHING_PLANNED | {_S.SCHEDULED: "revive", _S.CONFIRMED: "revive", _S.POSTPONED: "soften"},
    _S.HELD: dict.fromkeys(_S, "repeat"),
    _S.DENIED: dict.fromkeys(_S, "settle") | {_S.DENIED: "repeat"},
}


@dataclass
class _Step:
    """A change while further reports may still support or amend it."""

    kind: Change
    at: datetime
    proof: int
    before: MeetingState | None
    after: MeetingState
    support: set[int]


@dataclass
class Folding:
    """A meeting's state after the reports handed over so far, and the changes that led to it."""

    state: MeetingState
    steps: list[_Step] = field(default_factory=list)
    _roll: Roll = field(default_factory=Roll)
    _spoke: set[int] = field(default_factory=set)  # every witness so far
    _doubts: dict[int, float] = field(default_factory=dict)  # by witness of the present status: how likely it errs
    _doubt: float = 1.0  # that all of them do
    _rivals: dict[When | None, dict[int, int]] = field(default_factory=dict)  # other days, by witness the proof

    @classmethod
    def begin(cls, first: Evidence) -> Folding:
        """The state after the first report."""
        said = first.mention
        status = _S.POSTPONED if said.status == _S.RESCHEDULED and said.when is None else said.status
        previous = (said.previous_when,) if said.previous_when else ()
        when = None if status == _S.POSTPONED else said.when
        state = MeetingState(
            status, (), said.countries, said.place, when, previous, said.format, first.id, confidence=0.0
        )
        folding = cls(state)
        folding._roll.add(said)
        if status in CHANGES:
            folding._flag(Flag.FIRST_SEEN_AS_CHANGE)
        folding._believe(first)
        folding.state = replace(folding.state, participants=folding._roll.participants)
        folding._spoke.add(first.witness)
        if status in CHANGES:
            folding._step(Change(status.value), first, None)
        return folding

    @property
    def changes(self) -> tuple[MeetingChange, ...]:
        """What must be told of this meeting, oldest first."""
        return tuple(
            MeetingChange(s.kind.value, s.proof, s.before, s.after, frozenset(s.support)) for s in self.steps
        )

    def add(self, piece: Evidence) -> None:
        """Take in the next report in the order of publication."""
        before = self.state
        known = len(self.steps)
        move: Callable[[Evidence], None] = getattr(self, TRANSITIONS[before.status][piece.mention.status])
        move(piece)
        self._details(piece.mention)
        self._believe(piece)
        self._spoke.add(piece.witness)
        if len(self.steps) > known:
            self.steps[-1].after = self.state  # with the details of the report that brought it

    # Moves -------------------------------------------------------------------------------------------------

    def repeat(self, piece: Evidence) -> None:
        """Nothing new; where it repeats a change, it is one more report of that."""
        step = next((step for step in reversed(self.steps) if _repeats(piece, step)), None)
        if step is not None:
            step.support.add(piece.id)

    def plan(self, piece: Evidence) -> None:
        """The same plan again, or the same meeting on another day without a word of its having moved."""
        if not self._moves_silently(piece):
            self.repeat(piece)

    def settle(self, piece: Evidence) -> None:
        """What was open is decided, either way."""
        status, when = piece.mention.status, piece.mention.when or self.state.when
        before = self.state
        self._set(piece, status, None if status == _S.POSTPONED else when, piece.mention.previous_when)
        if status in CHANGES:
            self._step(Change(status.value), piece, before)

    def confirm(self, piece: Evidence) -> None:
        """A plan reported before is confirmed; one that was moved stays a moved one."""
        if self._moves_silently(piece):
            return
        if self.state.status != _S.RESCHEDULED:
            self._set(piece, _S.CONFIRMED, self.state.when)
        self._unflag(Flag.AT_RISK, Flag.CONTESTED)
        self.repeat(piece)

    def doubt(self, piece: Evidence) -> None:
        """A plan is called into question by somebody who had not spoken before."""
        if piece.witness not in self._spoke and not self._is_over(piece):
            self._flag(Flag.AT_RISK)

    def deny(self, piece: Evidence) -> None:
        """A side rules out what was announced: by an office it is off, else both stand until one gives way."""
        official, fresh = _is_official(piece.mention), piece.witness not in self._spoke
        if official and not self._is_over(piece):
            before = self.state
            self._set(piece, _S.CANCELLED, before.when)
            self._step(Change.CANCELLED, piece, before)
        elif fresh and not self._is_over(piece):
            self._flag(Flag.CONTESTED)

    def postpone(self, piece: Evidence) -> None:
        if self._is_told(piece):
            self.repeat(piece)
            return
        before = self.state
        self._set(piece, _S.POSTPONED, None, before.when or piece.mention.previous_when)
        self._step(Change.POSTPONED, piece, before)

    def cancel(self, piece: Evidence) -> None:
        soon_after = self.state.status == _S.POSTPONED and self._since_change(piece) <= SAME_CHANGE
        if soon_after or self._is_told(piece):
            self.repeat(piece)
            return
        before = self.state
        postponed = before.status == _S.POSTPONED
        self._set(piece, _S.CANCELLED, None if postponed else before.when or piece.mention.when)
        self._step(Change.CANCELLED, piece, before)

    def soften(self, piece: Evidence) -> None:
        """Said to be off, now said to be only postponed: within two days the same change in a better word.

        A text that uses both words, and promises no new date, has no better one.
        """
        rules = piece.mention.rules
        if any(".cancelled." in rule for rule in rules) and not any(".new_date." in rule for rule in rules):
            self.repeat(piece)
            return
        before = self.state
        self._set(piece, _S.POSTPONED, None, before.when or piece.mention.previous_when)
        if self.steps and self._since_change(piece) <= SAME_CHANGE and self.steps[-1].kind == Change.CANCELLED:
            last = self.steps[-1]
            last.kind, last.proof, last.after = Change.POSTPONED, piece.id, self.state
            last.support.add(piece.id)
        else:
            self._step(Change.POSTPONED, piece, before)

    def move(self, piece: Evidence) -> None:
        """A new date, said in so many words."""
        said, before = piece.mention, self.state
        if said.when is None:
            if before.status in LIVE:
                self.postpone(piece)
            else:
                self.repeat(piece)
            return
        if before.status in LIVE and before.when is not None and overlap(before.when, said.when):
            # The new date is known. That it is not the first one may be news.
            if before.previous or said.previous_when is None or overlap(said.when, said.previous_when):
                self.repeat(piece)
                return
        elif self._is_told(piece) or near(said.when, before.previous[-1] if before.previous else None, 0):
            self.repeat(piece)
            return
        moved_from = before.when if before.when and not overlap(before.when, said.when) else said.previous_when
        self._set(piece, _S.RESCHEDULED, said.when, moved_from)
        self._step(Change.RESCHEDULED, piece, before)

    def set_date(self, piece: Evidence) -> None:
        """A plan for a postponed meeting gives it its new date; a plan for the old one only comes late."""
        if self._is_new_date(piece):
            before = self.state
            when = piece.mention.when
            self._set(piece, _S.RESCHEDULED, when, piece.mention.previous_when)
            begins = when is None or (when.earliest <= piece.published_at.date() and not is_open(when))
            if not begins:  # else nothing has changed in the plan
                self._step(Change.RESCHEDULED, piece, before)
        else:
            self.contest(piece)

    def revive(self, piece: Evidence) -> None:
        """A plan for a cancelled meeting on another day: it is on again."""
        before = self.state
        if self._is_new_date(piece):
            self._set(piece, piece.mention.status, piece.mention.when, before.when)
            self._step(Change.REINSTATED, piece, before)
        else:
            self.contest(piece)

    def contest(self, piece: Evidence) -> None:
        """Somebody confirms, and says on whose word, what another reported as off or moved."""
        said = piece.mention
        fresh = piece.witness not in self._spoke and not self._is_over(piece)
        if not (fresh and said.status == _S.CONFIRMED and said.attribution) or Flag.CONTESTED in self.state.flags:
            self.repeat(piece)
            return
        before = self.state
        self._flag(Flag.CONTESTED)
        self._step(Change.CONTESTED, piece, before)

    def hold(self, piece: Evidence) -> None:
        """It took place: on its day, not on one it was moved away from, and not before it."""
        said, before = piece.mention, self.state
        today = piece.published_at.date() + timedelta(1)  # where it is later than in UTC
        if before.status in LIVE:
            if before.when is None or before.when.earliest <= today:
                self._set(piece, _S.HELD, narrower(before.when, said.when))
        elif before.status == _S.POSTPONED:
            if not self._is_old_date(said.when):
                self._set(piece, _S.HELD, said.when)
        elif said.when is None or before.when is None or near(said.when, before.when):
            self._set(piece, _S.HELD, said.when or before.when)
            self._flag(Flag.CONTESTED)

    def _moves_silently(self, piece: Evidence) -> bool:
        """Another day to come for a plan: a change once an office or a second witness says so, open until then."""
        said, before = piece.mention, self.state
        if not is_rival(before.when, said.when) or self._is_old_date(said.when) or self._is_over(piece):
            return False
        told = self._rivals.setdefault(said.when, {})
        told[piece.witness] = piece.id
        if len(told) < _RIVAL_WITNESSES and not _is_official(said):
            self._flag(Flag.CONTESTED)
            return True
        self._rivals.clear()
        self._unflag(Flag.CONTESTED)
        self._set(piece, _S.RESCHEDULED, said.when, before.when)
        self._step(Change.RESCHEDULED, piece, before)
        self.steps[-1].support.update(told.values())
        return True

    # Guards ------------------------------------------------------------------------------------------------

    def _is_told(self, piece: Evidence) -> bool:
        """Whether a report of a change speaks of one that is known: the date it names is no longer the date."""
        said, state = piece.mention, self.state
        old = said.previous_when or (said.when if said.status == _S.CANCELLED else None)
        if old is not None and state.when is not None:
            return not overlap(old, state.when) and any(overlap(old, known) for known in state.previous)
        moved = state.status == _S.RESCHEDULED and said.status == _S.POSTPONED
        return moved and self._since_change(piece) <= SAME_CHANGE

    def _is_new_date(self, piece: Evidence) -> bool:
        """A future date this meeting was not moved away from, from a source that had not spoken before."""
        when = piece.mention.when
        if when is None or is_vague(when) or piece.witness in self._spoke or self._is_old_date(when):
            return False
        return when.latest >= piece.published_at.date()

    def _is_old_date(self, when: When | None) -> bool:
        return any(near(known, when) for known in (*self.state.previous, self.state.when))

    def _is_over(self, piece: Evidence) -> bool:
        planned = self.state.when or (self.state.previous[-1] if self.state.previous else None)
        return planned is not None and planned.latest < piece.published_at.date()

    def _since_change(self, piece: Evidence) -> timedelta:
        return piece.published_at - self.steps[-1].at if self.steps else timedelta.max

    # What changes ------------------------------------------------------------------------------------------

    def _set(
        self, piece: Evidence, status: MeetingStatus, when: When | None, moved_from: When | None = None
    ) -> None:
        previous = self.state.previous
        if moved_from is not None and moved_from not in previous:
            previous = (*previous, moved_from)
        if status != self.state.status or when != self.state.when:
            self._doubts.clear()
            self._doubt = 1.0
        self.state = replace(self.state, status=status, when=when, previous=previous, proof=piece.id)
        if status not in PLANS:
            self._unflag(Flag.AT_RISK, Flag.CONTESTED)

    def _step(self, kind: Change, piece: Evidence, before: MeetingState | None) -> None:
        self.steps.append(_Step(kind, piece.published_at, piece.id, before, self.state, {piece.id}))

    def _flag(self, flag: Flag) -> None:
        self.state = replace(self.state, flags=tuple(sorted({*self.state.flags, flag.value})))

    def _unflag(self, *flags: Flag) -> None:
        if not set(flags).isdisjoint(self.state.flags):
            self.state = replace(self.state, flags=tuple(f for f in self.state.flags if f not in flags))

    def _believe(self, piece: Evidence) -> None:
        """Each independent witness of the present status makes it likelier; copies of one are one."""
        said, state = piece.mention, self.state
        if said.status != state.status and piece.id != state.proof:
            return
        doubt = 1 - (_ATTRIBUTED if said.attribution else _UNATTRIBUTED) * said.confidence
        known = self._doubts.get(piece.witness, 1.0)
        if doubt < known:
            self._doubts[piece.witness] = doubt
            self._doubt *= doubt / known
            self.state = replace(state, confidence=round(1 - self._doubt, 3))

    def _details(self, said: MeetingMention) -> None:
        """Take over what is more exact: a day within a range, a city within a country, a name for an office."""
        state = self.state
        self._roll.add(said)
        when = state.when
        if said.status != _S.POSTPONED and state.status != _S.POSTPONED:
            when = narrower(when, said.when)
        detailed = replace(
            state,
            participants=self._roll.participants,
            countries=tuple(sorted({*state.countries, *said.countries})),
            place=_closer(state.place, said.place),
            when=when,
        )
        if detailed != state:  # the very same value where nothing is new: long lists of states stay small
            self.state = detailed


def _is_official(said: MeetingMention) -> bool:
    return said.attribution.startswith("official: ")


def _repeats(piece: Evidence, step: _Step) -> bool:
    """Whether a report tells of a change that is known."""
    said, soon = piece.mention, abs(piece.published_at - step.at) <= SAME_CHANGE
    if said.status == _S.CANCELLED:
        return step.kind == Change.CANCELLED or (step.kind == Change.POSTPONED and soon)
    if said.status == _S.POSTPONED:
        return step.kind == Change.POSTPONED or (step.kind == Change.RESCHEDULED and soon)
    if said.status == _S.RESCHEDULED or said.status in PLANS:
        return step.kind in (Change.RESCHEDULED, Change.REINSTATED) and near(step.after.when, said.when, 0)
    return False


def _closer(known: Place | None, stated: Place | None) -> Place | None:
    if known is None or stated is None:
        return known or stated
    return stated if stated.is_city and not known.is_city and stated.country == known.country else known
