"""One meeting over time: its state is a pure fold over the evidence, its alerts are differences of states.

The fold sorts the evidence by the time it was published, so a text that arrives late, or twice, or in another
order gives the same state. What is older than a change therefore cannot undo it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.meetings.roll import Roll
from pipeline.records import Evidence, MeetingMention, MeetingState, MeetingStatus, Place, When

_SAME_CHANGE = timedelta(days=2)  # "cancelled" and "postponed" this close are two words for one change
_S = MeetingStatus
_LIVE = frozenset({_S.SCHEDULED, _S.CONFIRMED, _S.UNCERTAIN, _S.RESCHEDULED})
_PLANS = frozenset({_S.SCHEDULED, _S.CONFIRMED})


class Change(StrEnum):
    """A change of a planned meeting that is worth an alert."""

    POSTPONED = "postponed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


def fold(evidence: Sequence[Evidence]) -> MeetingState:
    """The state of a meeting as all its `evidence` (at least one piece, any order) tells it."""
    if not evidence:
        raise ValueError("a meeting without evidence has no state")
    ordered = sorted({piece.id: piece for piece in evidence}.values(), key=_order)
    folding = _Fold(ordered[0])
    for piece in ordered[1:]:
        folding.add(piece)
    return folding.state


def change(old: MeetingState | None, new: MeetingState) -> Change | None:
    """What changed between two states that an analyst must hear of; None where nothing did.

    A meeting first heard of when it is called off or moved (`old` is None) is such a change too.
    """
    before = old.status if old else None
    if new.status == _S.CANCELLED:
        return None if before == _S.CANCELLED else Change.CANCELLED
    if new.status == _S.POSTPONED:
        return None if before in (_S.POSTPONED, _S.CANCELLED) else Change.POSTPONED
    moved = len(new.previous) > (len(old.previous) if old else 0) or before in (_S.POSTPONED, _S.CANCELLED, None)
    if new.status == _S.RESCHEDULED and moved:
        return Change.RESCHEDULED
    return None


def overlap(first: When, second: When) -> bool:
    """Whether two dates can be one day."""
    return first.earliest <= second.latest and second.earliest <= first.latest


def gap_days(first: When, second: When) -> int:
    """Days between two dates; 0 where they overlap."""
    return max(0, (second.earliest - first.latest).days, (first.earliest - second.latest).days)


def _order(piece: Evidence) -> tuple[datetime, str, int]:
    return piece.published_at, piece.url, piece.id


class _Fold:
    """The state while evidence is added in the order it was published."""

    def __init__(self, first: Evidence) -> None:
        mention = first.mention
        previous = (mention.previous_when,) if mention.previous_when else ()
        when = None if mention.status == _S.POSTPONED else mention.when
        self._roll = Roll()
        self._roll.add(mention)
        self.state = MeetingState(
            mention.status,
            self._roll.participants,
            mention.countries,
            mention.place,
            when,
            previous,
            mention.format,
            first.id,
        )
        self._changed_at = first.published_at
        self._witnesses = {first.witness}

    def add(self, piece: Evidence) -> None:
        mention, state = piece.mention, self.state
        if state.status in _LIVE:
            self._from_live(piece)
        elif state.status == _S.POSTPONED:
            self._from_postponed(piece)
        elif state.status == _S.CANCELLED:
            self._from_cancelled(piece)
        elif state.status == _S.DENIED and mention.status != _S.DENIED:
            self._set(piece, mention.status, mention.when)
        self._details(mention)
        self._witnesses.add(piece.witness)

    # From each state ---------------------------------------------------------------------------------------

    def _from_live(self, piece: Evidence) -> None:
        mention, state = piece.mention, self.state
        if mention.status == _S.POSTPONED:
            self._set(piece, _S.POSTPONED, None, moved_from=state.when or mention.previous_when)
        elif mention.status == _S.RESCHEDULED:
            self._reschedule(piece)
        elif mention.status == _S.CANCELLED:
            self._set(piece, _S.CANCELLED, state.when or mention.when)
        elif mention.status == _S.HELD:
            if state.when is None or state.when.earliest <= piece.published_at.date() + timedelta(1):
                self._set(piece, _S.HELD, _narrower(state.when, mention.when))
        elif state.status == _S.UNCERTAIN and mention.status in (_S.SCHEDULED, _S.CONFIRMED, _S.DENIED):
            self._set(piece, mention.status, state.when)
        elif state.status == _S.SCHEDULED and mention.status == _S.CONFIRMED:
            self._set(piece, _S.CONFIRMED, state.when)

    def _from_postponed(self, piece: Evidence) -> None:
        mention = piece.mention
        if mention.status == _S.RESCHEDULED or (mention.status in _PLANS and self._is_new_date(piece)):
            self._set(piece, _S.RESCHEDULED, mention.when, moved_from=mention.previous_when)
        elif mention.status == _S.CANCELLED:
            if piece.published_at - self._changed_at > _SAME_CHANGE:
                self._set(piece, _S.CANCELLED, None)
        elif mention.status == _S.HELD and not self._is_old_date(mention.when):
            self._set(piece, _S.HELD, mention.when)

    def _from_cancelled(self, piece: Evidence) -> None:
        mention, state = piece.mention, self.state
        if mention.status == _S.POSTPONED:
            self._set(piece, _S.POSTPONED, None, moved_from=state.when or mention.previous_when)
        elif mention.status == _S.RESCHEDULED:
            self._set(piece, _S.RESCHEDULED, mention.when, moved_from=state.when or mention.previous_when)
        elif mention.status == _S.HELD:
            self._set(piece, _S.HELD, mention.when or state.when)
        elif mention.status in _PLANS and self._is_new_date(piece):
            self._set(piece, mention.status, mention.when, moved_from=state.when)

    def _reschedule(self, piece: Evidence) -> None:
        mention, state = piece.mention, self.state
        if mention.when is None:
            return
        known = state.when
        if known is not None and overlap(known, mention.when):
            if state.status != _S.RESCHEDULED and mention.previous_when and not state.previous:
                self._set(piece, _S.RESCHEDULED, mention.when, moved_from=mention.previous_when)
            return
        self._set(piece, _S.RESCHEDULED, mention.when, moved_from=known or mention.previous_when)

    def _is_new_date(self, piece: Evidence) -> bool:
        """A future date this meeting was not moved away from, from a source that had not spoken before."""
        when = piece.mention.when
        if when is None or piece.witness in self._witnesses or self._is_old_date(when):
            return False
        return when.latest >= piece.published_at.date()

    def _is_old_date(self, when: When | None) -> bool:
        old = [*self.state.previous, *([self.state.when] if self.state.when else [])]
        return when is not None and any(gap_days(known, when) <= 1 for known in old)

    # What changes ------------------------------------------------------------------------------------------

    def _set(
        self, piece: Evidence, status: MeetingStatus, when: When | None, moved_from: When | None = None
    ) -> None:
        previous = self.state.previous
        if moved_from is not None and moved_from not in previous:
            previous = (*previous, moved_from)
        if status != self.state.status:
            self._changed_at = piece.published_at
        self.state = replace(self.state, status=status, when=when, previous=previous, proof=piece.id)

    def _details(self, mention: MeetingMention) -> None:
        """Take over what is more exact: a day within a range, a city within a country, a name for an office."""
        state = self.state
        when = state.when
        if mention.status != _S.POSTPONED and state.status != _S.POSTPONED:
            when = _narrower(when, mention.when)
        self._roll.add(mention)
        self.state = replace(
            state,
            participants=self._roll.participants,
            countries=tuple(sorted({*state.countries, *mention.countries})),
            place=_closer(state.place, mention.place),
            when=when,
        )


def _narrower(known: When | None, stated: When | None) -> When | None:
    if known is None or stated is None:
        return known or stated
    inside = known.earliest <= stated.earliest and stated.latest <= known.latest
    return stated if inside and (stated.earliest, stated.latest) != (known.earliest, known.latest) else known


def _closer(known: Place | None, stated: Place | None) -> Place | None:
    if known is None or stated is None:
        return known or stated
    return stated if stated.is_city and not known.is_city and stated.country == known.country else known
