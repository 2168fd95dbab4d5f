"""Group the claims of one article that are about one meeting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipeline.meetings.read.claims import Claim
from pipeline.meetings.read.series import MeetingSeries
from pipeline.meetings.statuses import CHANGES, FUTURE
from pipeline.meetings.when.ranges import closest, disjoint
from pipeline.meetings.who.persons import same_person
from pipeline.meetings.who.places import apart
from pipeline.records import MeetingStatus, Participant, Place, When

_LATELY = timedelta(days=60)
_OFF = CHANGES | {MeetingStatus.DENIED, MeetingStatus.UNCERTAIN}


@dataclass(slots=True)
class ClaimGroup:
    """The claims of one article about one meeting."""

    claims: list[Claim] = field(default_factory=list)
    promised: list[Claim] = field(default_factory=list)  # "a new date will be agreed"
    people: list[Participant] = field(default_factory=list)
    countries: frozenset[str] = frozenset()
    numbers: list[int] = field(default_factory=list)  # of its claims, in the order of the text

    def add(self, claim: Claim, number: int) -> None:
        """Take a claim in, the `number`th of the article."""
        self.claims.append(claim)
        self.numbers.append(number)
        self.countries |= claim.countries
        for person in claim.people:
            if not any(same_person(person, known) for known in self.people):
                self.people.append(person)

    @property
    def told(self) -> list[Claim]:
        """The claims with a status; what only names the meeting in passing counts where nothing says more."""
        claims = [claim for claim in self.claims if isinstance(claim.status, MeetingStatus)]
        return [claim for claim in claims if not claim.passing] or claims

    @property
    def is_call(self) -> bool:
        return any(claim.format == "call" for claim in self.claims)

    @property
    def is_changed(self) -> bool:
        return any(claim.status in CHANGES for claim in self.claims)

    @property
    def place(self) -> Place | None:
        places = [claim.place for claim in self.claims if claim.place]
        return next((place for place in places if place.is_city), places[0] if places else None)

    @property
    def when(self) -> When | None:
        """The first date stated, or a later one that says it more exactly.

        Who leaves for Africa on Friday is in Kenya on no known day.
        """
        told = [claim for claim in self.claims if not claim.passing] or self.claims
        goals = [claim for claim in told if not claim.abroad] or told
        return closest(claim.when for claim in goals if claim.status not in CHANGES)

    def fits(self, claim: Claim, today: date) -> bool:
        """Whether a claim that names its sides is about this meeting."""
        return not any(differs(self, claim, today) for _, differs in _ANOTHER_MEETING)

    @property
    def series(self) -> MeetingSeries:
        """The series of the meeting and its number, from the first claims that name them."""
        said = [claim.series for claim in self.claims]
        return MeetingSeries(
            next((series.name for series in said if series.name), ""),
            next((series.number for series in said if series.number), None),
        )

    def _is_another_round(self, claim: Claim) -> bool:
        """ "The third round ended on Monday; the fourth will be held in May"."""
        known, said = self.series.number, claim.series.number
        return known is not None and said is not None and known != said

    def _is_of_others(self, claim: Claim) -> bool:
        """Whether a claim names other people than this meeting's, and not those of its other side."""
        if not (claim.people and self.people) or _share(claim.people, self.people):
            return False
        both = {person.country for person in claim.people} & {person.country for person in self.people}
        return bool(both) or claim.countries != self.countries

    def _is_another_day(self, claim: Claim) -> bool:
        """What took place on one day is not what was planned for another."""
        held = [c.when for c in (*self.claims, claim) if c.status == MeetingStatus.HELD and c.when]
        others = [c.previous or c.when for c in (*self.claims, claim) if c.status != MeetingStatus.HELD]
        planned = [when for when in others if when]
        return bool(held and planned) and all(disjoint(day, when) for day in held for when in planned)

    def _is_one_of_many(self, claim: Claim) -> bool:
        """Who stays away from a summit may still meet another leader."""
        one = [c for c in (*self.claims, claim) if c.is_of_many and c.status in _OFF]
        two = [c for c in (*self.claims, claim) if len(c.countries) > 1 and c.status not in _OFF]
        return bool(one and two)

    def has_people_of(self, claim: Claim, *, is_nearest: bool) -> bool:
        """Whether the people of a claim are those of this meeting; of the one named last some may be new."""
        if not self.people:  # "China cancels EU diplomat's visit", and the article tells who
            return bool(claim.countries) and claim.countries <= self.countries
        known = [any(same_person(person, other) for other in self.people) for person in claim.people]
        return any(known) if is_nearest else all(known)

    def allows(self, claim: Claim, today: date) -> bool:
        """Whether nothing a claim says keeps it from speaking of this meeting."""
        if claim.status in ("new_date", "planned"):
            return not self.is_call
        return not any(differs(self, claim, today) for _, differs in _NOT_SPOKEN_OF)

    def is_elsewhere(self, claim: Claim) -> bool:
        """Whether a claim gives another place or another day."""
        return apart(self.place, claim.place) or disjoint(self.when, claim.when)

    def _is_of_another_kind(self, claim: Claim) -> bool:
        return self.is_call != (claim.format == "call")

    def _has_other_sides(self, claim: Claim) -> bool:
        return not (claim.countries <= self.countries or self.countries <= claim.countries)

    def _changes_with(self, claim: Claim) -> bool:
        return claim.status in CHANGES or self.is_changed


def _held_and_planned(group: ClaimGroup, claim: Claim, today: date) -> bool:
    """One meeting has taken place and another is planned."""
    if claim.passing and claim.when is None:
        return False
    statuses = {known.status for known in group.claims if not (known.passing and known.when is None)}
    if not statuses:
        return False
    later = [c.when for c in (*group.claims, claim) if c.status in FUTURE and c.when]
    mixed = (claim.status == MeetingStatus.HELD) != (MeetingStatus.HELD in statuses)
    return mixed and any(when.earliest > today for when in later)


def _is_long_ago(claim: Claim, today: date) -> bool:
    """ "Last year the ministers met": not the meeting the sentence before told of."""
    held = claim.status == MeetingStatus.HELD and not claim.countries
    return held and claim.when is not None and claim.when.latest < today - _LATELY


def _names_a_day_in_passing(claims: list[Claim]) -> bool:
    """ "Their last talks, in June" are not those that were called off."""
    return any(claim.passing and claim.when is not None for claim in claims)


def _share(first: tuple[Participant, ...] | list[Participant], second: list[Participant]) -> bool:
    return any(same_person(a, b) for a in first for b in second)


_Difference = tuple[str, Callable[[ClaimGroup, Claim, date], bool]]
# Why a claim that names its sides is not about a meeting.
_ANOTHER_MEETING: tuple[_Difference, ...] = (
    ("a call, or no call", lambda group, claim, _: group._is_of_another_kind(claim)),
    ("other sides", lambda group, claim, _: group._has_other_sides(claim)),
    ("other people", lambda group, claim, _: group._is_of_others(claim)),
    ("another round", lambda group, claim, _: group._is_another_round(claim)),
    ("another day", lambda group, claim, _: group._is_another_day(claim)),
    ("one of many", lambda group, claim, _: group._is_one_of_many(claim)),
    (
        "a change beside a day in passing",
        lambda group, claim, _: group._changes_with(claim) and _names_a_day_in_passing([claim, *group.claims]),
    ),
    ("elsewhere", lambda group, claim, _: not group._changes_with(claim) and group.is_elsewhere(claim)),
    ("held and planned", _held_and_planned),
)
# Why a claim that names no sides does not speak of a meeting named before.
_NOT_SPOKEN_OF: tuple[_Difference, ...] = (
    ("a call, or no call", lambda group, claim, _: group._is_of_another_kind(claim)),
    ("another day", lambda group, claim, _: group._is_another_day(claim)),
    ("long ago", lambda _, claim, today: _is_long_ago(claim, today)),
    ("elsewhere", lambda group, claim, _: claim.status not in CHANGES and group.is_elsewhere(claim)),
    ("held and planned", _held_and_planned),
)
