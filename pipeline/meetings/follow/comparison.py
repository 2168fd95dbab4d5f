"""A new report beside one known meeting: the facts that vetoes and scores ask about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.meetings.follow.changes import SAME_CHANGE
from pipeline.meetings.statuses import CHANGES, FUTURE
from pipeline.meetings.when.ranges import gap_days, near, overlap
from pipeline.meetings.who.persons import same_person, same_surname
from pipeline.meetings.who.places import apart
from pipeline.records import Evidence, MeetingMention, MeetingState, MeetingStatus, Participant, When

_SERIES_DAYS = 45  # so long reports of who stays away from one summit follow each other
_ABSENT_DAYS = 14  # so long reports of one absence follow each other
_OFF = CHANGES | {MeetingStatus.DENIED, MeetingStatus.UNCERTAIN}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known meeting that may be meant, in its state when the new report was published."""

    meeting_id: int
    state: MeetingState
    last_said: datetime  # publication of the last report before the new one
    last_url: str = ""  # the article of that report, where it was looked up


@dataclass(frozen=True, slots=True)
class Comparison:
    """One report and one candidate."""

    new: Evidence
    candidate: Candidate

    @property
    def mention(self) -> MeetingMention:
        """What the report says."""
        return self.new.mention

    @property
    def state(self) -> MeetingState:
        """The candidate's state before the report."""
        return self.candidate.state

    @property
    def today(self) -> date:
        """The day the report was published."""
        return self.new.published_at.date()

    @property
    def days_since(self) -> int:
        """Days between the report and the last one before it."""
        return abs((self.new.published_at - self.candidate.last_said).days)

    @property
    def said(self) -> When | None:
        """The date by which the report names the known plan: the old one of a move, else the one it states."""
        mention = self.mention
        return mention.previous_when or (mention.when if mention.status != MeetingStatus.RESCHEDULED else None)

    @property
    def days_meet(self) -> bool:
        """Whether the report names a date that may be the candidate's."""
        return self.said is not None and self.state.when is not None and overlap(self.said, self.state.when)

    def names_day_within(self, days: int) -> bool:
        """Whether a date of the report is within `days` of the candidate's, or of one it was moved from."""
        if self.same_new_day:
            return True
        moved = self.state.previous if self.mention.status in CHANGES else ()
        known = [when for when in (self.state.when, *moved) if when is not None]
        return self.said is not None and any(gap_days(self.said, when) <= days for when in known)

    @property
    def same_people(self) -> bool:
        """Whether both name people, and all those in one of them are in the other."""
        named = bool(self.mention.participants and self.state.participants)
        return named and shared_people(self.mention.participants, self.state.participants) == 1.0

    @property
    def both_change(self) -> bool:
        """Whether both tell of a change, within two days."""
        return self.both_off and self.days_since < SAME_CHANGE.days

    @property
    def both_off(self) -> bool:
        """Whether by both it is not on the day it was planned for."""
        return self.mention.status in CHANGES and self.state.status in CHANGES

    @property
    def same_new_day(self) -> bool:
        """Whether both move it to the same day, whichever day they move it from."""
        moved = self.mention.status == self.state.status == MeetingStatus.RESCHEDULED
        return moved and near(self.mention.when, self.state.when, 0)

    @property
    def is_echo(self) -> bool:
        """Whether it tells within two days a change of the same people: of two, or of one and the same day."""
        if not self.both_change:
            return False
        return self.people_shared > 1 or (self.people_shared == 1 and self._same_old_day)

    @property
    def same_city_missed(self) -> bool:
        """Whether by both, within two days, one person does not come to one city: one took the host for a side."""
        return self.both_change and self.people_shared > 0 and self.same_place and self._in_city

    @property
    def same_namesake_missed(self) -> bool:
        """Whether by both, at once, a person of one surname does not come to one place.

        Of a person who is not listed, texts give another country, or the given name for the surname's second half.
        """
        if not (self.both_change and self.same_place) or self.days_since:
            return False
        if self.said is not None and (self.state.when or self.state.previous) and not self.names_day_within(1):
            return False
        pairs = ((a.id, b.id) for a in self.mention.participants for b in self.state.participants)
        return any(a != b and same_surname(a, b) for a, b in pairs)

    @property
    def _same_old_day(self) -> bool:
        """Whether both name one day on which nothing takes place any more."""
        said, state = self.said, self.state
        gone = {when.edtf for when in state.previous}
        if state.status == MeetingStatus.CANCELLED and state.when is not None:
            gone.add(state.when.edtf)
        return said is not None and said.is_day and said.edtf in gone

    @property
    def in_one_article(self) -> bool:
        """Whether the last report before it is another sentence of the same text."""
        return self.new.url == self.candidate.last_url and self.new.published_at == self.candidate.last_said

    @property
    def told_twice(self) -> bool:
        """Whether one text tells a change of one person or side twice, with other words for the other side.

        "The president snubs EU-hosted talks", "he will not attend a meeting with Armenia's prime minister".
        """
        if not self.in_one_article:
            return False
        if not self.both_change:
            return self._same_stop
        shorter = min(len(self.mention.participants), len(self.state.participants))
        alike = self.people_shared == shorter if shorter else self.mention.status == self.state.status
        return alike and not set(self.mention.countries).isdisjoint(self.state.countries)

    @property
    def _same_stop(self) -> bool:
        """Whether both say the same of an unnamed delegation in one place: the host was once taken for a side."""
        alike = self.mention.status == self.state.status
        return all(
            (self.nameless, alike, self.same_place, set(self.mention.countries) & set(self.state.countries))
        )

    @property
    def same_call(self) -> bool:
        """Whether one says "talks" and the other "call", about the same people, at once and without a place."""
        held = self.mention.status == self.state.status == MeetingStatus.HELD
        nowhere = (self.mention.place, self.state.place) == (None, None)
        return all((held, nowhere, self.days_since < 1, self.same_people))

    @property
    def people_shared(self) -> int:
        """How many people the report names that are known to take part."""
        known = self.state.participants
        return sum(any(same_person(a, b) for b in known) for a in self.mention.participants)

    @property
    def same_absence(self) -> bool:
        """Whether both say, days apart, that the same person stays away, from whatever else they name."""
        if (
            MeetingStatus.CANCELLED not in (self.mention.status, self.state.status)
            or self.days_since > _ABSENT_DAYS
        ):
            return False
        away = self.mention.scope == "attendance", bool(self.state.absent)
        if not any(away) or not {self.mention.status, self.state.status} <= _OFF:
            return False
        known = self.state.absent or self.state.participants
        if not self.mention.participants:
            return all(away) and not {p.country for p in self.state.absent}.isdisjoint(self.mention.countries)
        return any(same_person(a, b) for a in self.mention.participants for b in known)

    @property
    def same_series(self) -> bool:
        """Whether both name one series."""
        return bool(self.mention.series) and self.mention.series == self.state.series

    @property
    def another_round(self) -> bool:
        """Whether both name a series or a number in it, and not the same: the fourth round is not the fifth."""
        said, known = self.mention, self.state
        names, numbers = {said.series, known.series} - {""}, {said.series_number, known.series_number} - {None}
        return len(names) > 1 or len(numbers) > 1

    @property
    def same_round(self) -> bool:
        """Whether both name one number of the same sides' series, whatever day they give."""
        numbered = self.mention.series_number is not None
        same = self.mention.series_number == self.state.series_number
        return all((numbered, same, not self.another_round, self.sides_nested))

    @property
    def only_new_is_numbered(self) -> bool:
        """Whether the report tells of a numbered round, and the meeting is not known to be one."""
        numbered = self.mention.series_number is not None and self.state.series_number is None
        return numbered and not (self.same_place or self.days_meet or self.people_shared)

    @property
    def sides_nested(self) -> bool:
        """Whether all sides of one are sides of the other."""
        sides, known = set(self.mention.countries), set(self.state.countries)
        return sides & known in (sides, known)

    @property
    def same_summit_again(self) -> bool:
        """Whether a summit of one series, off its day, is off again: "the Russian-Arab summit", a month later."""
        alike = self.mention.format == self.state.format == "summit"
        known = all((self.same_series, alike, not self.another_round, self.sides_nested))
        return all((known, self.both_off, not self.state.absent))

    @property
    def same_series_missed(self) -> bool:
        """Whether both tell that a person stays away from one summit, each another: "Putin and Xi skip it"."""
        away = self.mention.scope == "attendance" and self.mention.status in _OFF
        return all((away, self.state.absent, self.same_series, self.days_since <= _SERIES_DAYS))

    @property
    def same_summit(self) -> bool:
        """Whether both tell of a change of a summit that one named person hosts or calls off, at once."""
        return "summit" in (self.mention.format, self.state.format) and self.both_change and self.people_shared > 0

    @property
    def same_place(self) -> bool:
        """Whether both name a place, and it may be the same."""
        known = self.mention.place is not None and self.state.place is not None
        return known and not apart(self.mention.place, self.state.place)

    @property
    def same_plan_without_day(self) -> bool:
        """The same people and sides, planned in both, and no day in either."""
        planned = self.mention.status in FUTURE and self.state.status in FUTURE
        undated = self.said is None and self.state.when is None
        return all((planned, undated, self.same_people, self.mention.countries == self.state.countries))

    @property
    def same_journey(self) -> bool:
        """The same people to the same place; where neither names anybody, the same countries in one city."""
        if not self.same_place:
            return False
        return self.same_people or (self.nameless and self._same_sides_in_one_city)

    @property
    def nameless(self) -> bool:
        """Whether neither names anybody: the countries alone say whose meeting it is."""
        return not (self.mention.participants or self.state.participants)

    @property
    def _same_sides_in_one_city(self) -> bool:
        return self._in_city and self.mention.countries == self.state.countries

    @property
    def _in_city(self) -> bool:
        """Whether both name a city."""
        places = self.mention.place, self.state.place
        return all(place is not None and place.is_city for place in places)


def shared_people(first: Sequence[Participant], second: Sequence[Participant]) -> float:
    """Share of the shorter list found in the other, 0..1; 0.5 if one of them is empty."""
    if not first or not second:
        return 0.5
    shared = sum(any(same_person(a, b) for b in second) for a in first)
    return min(1.0, shared / min(len(first), len(second)))
