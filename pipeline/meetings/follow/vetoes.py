"""Reasons why a report cannot be about a known meeting: two tables of names and tests, first match wins.

`why` shows the names, so each names its objection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.meetings.follow.comparison import Comparison, shared_people
from pipeline.meetings.statuses import CHANGES, LIVE, PLANS, SAME_DAY, is_marked
from pipeline.meetings.when.ranges import JOURNEY_DAYS, gap_days
from pipeline.meetings.who.persons import same_person
from pipeline.meetings.who.places import apart
from pipeline.records import MeetingStatus, Participant

NEAR_DAYS = 1  # "on Sunday" and "on 14 June" may differ by a time zone
STALE_DAYS = 180  # the same people travelling to the same place: announced long before, or moved
_UNDATED_DAYS = 60  # without a date in common, older evidence is about another meeting
_SAME_VISIT_DAYS = 120  # the same people to the same country, and neither plan has a day yet
_FOLLOWS_DAYS = 4  # within this time, a report without names continues the last one
_OVER_DAYS = 7  # this long after its date a meeting is over, whatever was reported
_FATE_DAYS = 7  # the same people hardly go to the same place twice within a week
_TWO_SIDES = 2
_OLD_NEWS_DAYS = 14  # so long after a cancellation, and with no date in common, another one is meant

_S = MeetingStatus
_NOT_YET = CHANGES | {_S.DENIED, _S.UNCERTAIN}  # what is said of a meeting that was not held
PairTest = Callable[[Comparison], bool]


# Another meeting ----------------------------------------------------------------------------------------------


def _call_or_meeting(pair: Comparison) -> bool:
    return not pair.same_call and (pair.mention.format == "call") != (pair.state.format == "call")


def _other_parties(pair: Comparison) -> bool:
    """Neither names all sides of the other. A stray third country is forgiven where the same people are named."""
    sides, known = set(pair.mention.countries), set(pair.state.countries)
    if any((pair.sides_nested, pair.same_summit, pair.told_twice, pair.same_city_missed)):
        return False
    return not (len(sides & known) > 1 and pair.is_echo)


def _other_people(pair: Comparison) -> bool:
    first, second = pair.mention.participants, pair.state.participants
    return bool(first and second) and not any(same_person(a, b) for a in first for b in second)


def _other_visitors(pair: Comparison) -> bool:
    """Others travel. Where both name the same two, who travels is easily misread."""
    first, second = pair.mention.participants, pair.state.participants
    if shared_people(first, second) == 1.0 and min(len(first), len(second)) > 1:
        return False
    visitors = _visitors(first), _visitors(second)
    return all(visitors) and not any(same_person(a, b) for a in visitors[0] for b in visitors[1])


def _visitors(people: Sequence[Participant]) -> list[Participant]:
    return [person for person in people if person.role == "visitor"]


def _nobody_named(pair: Comparison) -> bool:
    """The meeting has named people, the report names none, and neither place, day nor hour links them.

    Days after the last report of the same two countries a bare "the visit was postponed" still means that visit.
    """
    if pair.mention.participants or not any(p.id.startswith("per:") for p in pair.state.participants):
        return False
    sides = set(pair.mention.countries)
    one_summit = pair.mention.format == pair.state.format == "summit" and sides <= set(pair.state.countries)
    same = pair.mention.countries == pair.state.countries or one_summit
    again = one_summit and pair.both_off and pair.days_since <= _UNDATED_DAYS  # off its day, and moved again
    follows = same and pair.days_since <= _FOLLOWS_DAYS
    return not any((pair.same_place, pair.names_day_within(NEAR_DAYS), follows, again))


def _summit_or_margins(pair: Comparison) -> bool:
    """A summit of three sides and the talks of two of them on its margins are two meetings."""
    if pair.is_echo:
        return False
    said, known = ((len(one.countries), one.format == "summit") for one in (pair.mention, pair.state))
    (fewer, is_summit), (more, among_many) = sorted((said, known))
    return fewer == _TWO_SIDES < more and among_many and not is_summit


def _another_place(pair: Comparison) -> bool:
    if pair.mention.status == _S.RESCHEDULED or (pair.is_echo and pair.names_day_within(NEAR_DAYS)):
        return False
    moved = is_marked(pair.mention, SAME_DAY) and pair.days_meet
    return apart(pair.mention.place, pair.state.place) and not moved


OTHER_MEETING: tuple[tuple[str, PairTest], ...] = (
    ("another series, or another number in it", lambda pair: pair.another_round),
    ("a numbered round, and no day, place or person in common", lambda pair: pair.only_new_is_numbered),
    ("a phone call is not a meeting in person", _call_or_meeting),
    ("other parties", _other_parties),
    ("other people", _other_people),
    ("other people travel", _other_visitors),
    ("the report names none of the people, nor the place or the day", _nobody_named),
    ("a summit and two-sided talks on its margins", _summit_or_margins),
    ("another place", _another_place),
)


# Another time -------------------------------------------------------------------------------------------------


def _always(_: Comparison) -> bool:
    return True


def _is_held(pair: Comparison) -> bool:
    return pair.state.status == _S.HELD


def _new_after_held(pair: Comparison) -> bool:
    """After a meeting was held only more reports of it belong to it."""
    mention, state = pair.mention, pair.state
    if mention.when is not None and state.when is not None:
        return gap_days(mention.when, state.when) > (JOURNEY_DAYS if pair.same_journey else NEAR_DAYS)
    if pair.same_journey and mention.status in PLANS and pair.days_since <= _FOLLOWS_DAYS:
        return False  # who has arrived still has meetings ahead
    if mention.status in _NOT_YET or (mention.when is not None and mention.when.latest > pair.today):
        return True
    return pair.days_since > _OVER_DAYS


def _held_too_early(pair: Comparison) -> bool:
    """Reports give different days for an arrival and for the meeting after it."""
    planned, early = pair.state.when, JOURNEY_DAYS if pair.same_journey else NEAR_DAYS
    held = pair.mention.status == _S.HELD
    return held and planned is not None and (planned.earliest - pair.today).days > early


def _is_over(pair: Comparison) -> bool:
    return pair.state.when is not None and (pair.today - pair.state.when.latest).days > _OVER_DAYS


def _plan_of_others(pair: Comparison) -> bool:
    return pair.state.status == _S.CANCELLED and pair.mention.status in PLANS and not pair.same_people


def _cancelled_again(pair: Comparison) -> bool:
    undated = pair.said is None or pair.state.when is None
    return pair.state.status == _S.CANCELLED and pair.mention.status == _S.CANCELLED and undated


def _no_day_to_compare(pair: Comparison) -> bool:
    off = pair.state.status in (_S.POSTPONED, _S.CANCELLED)
    return off or pair.said is None or pair.state.when is None


def _no_day_in_common(pair: Comparison) -> bool:
    return not pair.days_meet


def _long_over(pair: Comparison) -> bool:
    """A day may be known wrongly: who stayed away is written about until days after the last report of it."""
    return _no_day_in_common(pair) and not (pair.same_absence and pair.days_since <= _FOLLOWS_DAYS)


def _old_news(pair: Comparison) -> bool:
    return pair.days_since > _OLD_NEWS_DAYS


def _too_long_ago(pair: Comparison) -> bool:
    if pair.same_journey:
        return pair.days_since > STALE_DAYS
    return pair.days_since > (_SAME_VISIT_DAYS if pair.same_plan_without_day else _UNDATED_DAYS)


def _another_day(pair: Comparison) -> bool:
    """Reports of one journey give different days; its outcome is reported with the most slips."""
    if pair.same_round:
        return pair.days_since > _UNDATED_DAYS
    if not pair.same_journey:
        return not pair.names_day_within(NEAR_DAYS)
    fate = pair.mention.status in CHANGES or (pair.mention.status == _S.HELD and pair.state.status in LIVE)
    return not pair.names_day_within(_FATE_DAYS if fate else JOURNEY_DAYS)


# (reason, when it applies, whether it objects): the first that applies decides.
OTHER_TIME: tuple[tuple[str, PairTest, PairTest], ...] = (
    ("it was held already", _is_held, _new_after_held),
    ("its day has not come", _held_too_early, _always),
    ("its day is over", _is_over, _long_over),
    ("it was cancelled, and this is a plan of others", _plan_of_others, _no_day_in_common),
    ("it was cancelled too long ago", _cancelled_again, _old_news),
    ("last written about too long ago", _no_day_to_compare, _too_long_ago),
    ("another day", _always, _another_day),
)


def other_meeting(pair: Comparison) -> str | None:
    """The reason why it is another meeting, regardless of its day; None if it may be the same."""
    if pair.same_absence or pair.same_series_missed or pair.same_namesake_missed:
        return None
    return next((reason for reason, objects in OTHER_MEETING if objects(pair)), None)


def other_time(pair: Comparison) -> str | None:
    """Why it is a meeting at another time; None where nothing objects."""
    reason, _, objects = next(row for row in OTHER_TIME if row[1](pair))
    return reason if objects(pair) else None


def veto(pair: Comparison) -> str | None:
    """The first reason that keeps a report out of a meeting; None where it may belong there."""
    return other_meeting(pair) or other_time(pair)
