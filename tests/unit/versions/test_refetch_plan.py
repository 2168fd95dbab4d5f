"""The rhythm of refetching: the ladder, the reasons to fetch sooner, and that every rhythm ends."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import FetchHistory
from pipeline.versions.refetch_plan import (
    LADDER,
    PlannedFetch,
    RefetchReason,
    next_refetch,
)

SEEN = datetime(2031, 5, 6, 9, tzinfo=UTC)


def refetches(known: FetchHistory, *, start: datetime = SEEN, most: int = 500) -> list[PlannedFetch]:
    """Every refetch after the first fetch, as long as we learn nothing new."""
    found: list[PlannedFetch] = []
    now = start
    while (planned := next_refetch(known, now=now)) is not None:
        found.append(planned)
        assert len(found) < most, "the page would be asked for ever"
        now = planned.at
    return found


def test_a_quiet_article_is_fetched_on_the_ladder() -> None:
    assert refetches(FetchHistory(SEEN)) == [PlannedFetch(SEEN + age, RefetchReason.AGE) for age in LADDER]


def test_a_fetch_shortly_before_a_rung_was_the_fetch_for_it() -> None:
    assert next_refetch(FetchHistory(SEEN), now=SEEN + timedelta(minutes=12)) == PlannedFetch(
        SEEN + timedelta(hours=1), RefetchReason.AGE
    )


def test_a_text_that_promises_more_is_fetched_every_quarter_of_an_hour_and_then_hourly() -> None:
    found = refetches(FetchHistory(SEEN, (SEEN,), developing=True))
    young = [planned for planned in found if planned.at <= SEEN + timedelta(hours=3)]
    assert len(young) == 12
    gaps = {b.at - a.at for a, b in itertools.pairwise(found) if b.at <= SEEN + timedelta(days=1)}
    assert gaps == {timedelta(minutes=15), timedelta(hours=1)}
    assert found[-3:] == [PlannedFetch(SEEN + age, RefetchReason.AGE) for age in LADDER[-3:]]


def test_the_promise_counts_from_the_newest_text() -> None:
    edited = FetchHistory(SEEN, (SEEN, SEEN + timedelta(hours=20)), developing=True)
    planned = next_refetch(edited, now=SEEN + timedelta(hours=21))
    assert planned == PlannedFetch(SEEN + timedelta(hours=21, minutes=15), RefetchReason.DEVELOPING)


def test_frequent_edits_set_their_own_pace() -> None:
    texts = tuple(SEEN + timedelta(minutes=m) for m in (0, 60, 100, 130))
    planned = next_refetch(FetchHistory(SEEN, texts), now=SEEN + timedelta(minutes=131))
    assert planned == PlannedFetch(SEEN + timedelta(minutes=166), RefetchReason.EDITED_OFTEN)


def test_one_edit_is_not_often() -> None:
    planned = next_refetch(FetchHistory(SEEN, (SEEN, SEEN + timedelta(hours=3))), now=SEEN + timedelta(hours=3))
    assert planned == PlannedFetch(SEEN + timedelta(days=1), RefetchReason.AGE)


def test_edits_that_stop_coming_are_waited_for_ever_less_often() -> None:
    texts = tuple(SEEN + timedelta(minutes=m) for m in (0, 20, 40))
    found = refetches(FetchHistory(SEEN, texts), start=SEEN + timedelta(minutes=41))
    edited = [planned.at for planned in found if planned.why is RefetchReason.EDITED_OFTEN]
    gaps = [b - a for a, b in itertools.pairwise(edited)]
    assert gaps == sorted(gaps)
    assert max(edited) <= SEEN + timedelta(days=1, hours=7)


def test_an_announced_day_is_fetched_ever_more_closely_and_through_the_day() -> None:
    day = date(2031, 6, 20)  # after the last rung of the ladder
    found = refetches(FetchHistory(SEEN, (SEEN,), meeting_days=((day, day),)))
    near = [planned.at for planned in found if planned.why is RefetchReason.MEETING_NEAR]
    assert near[0] == datetime(2031, 6, 16, 10, tzinfo=UTC)  # three days before the day begins in the Far East
    assert near[-1] >= datetime(2031, 6, 21, 9, tzinfo=UTC)  # until it is over in the far West
    assert near[-1] <= datetime(2031, 6, 21, 12, tzinfo=UTC)
    last_day = [at for at in near if at >= datetime(2031, 6, 19, 10, tzinfo=UTC)]
    assert {b - a for a, b in itertools.pairwise(last_day)} == {timedelta(hours=3)}


def test_a_meeting_without_a_day_is_not_near() -> None:
    vague = (date(2031, 5, 1), date(2031, 5, 31))
    assert refetches(FetchHistory(SEEN, meeting_days=(vague,))) == refetches(FetchHistory(SEEN))


def test_a_meeting_that_is_over_changes_nothing() -> None:
    over = (date(2031, 5, 1), date(2031, 5, 2))
    assert refetches(FetchHistory(SEEN, meeting_days=(over,))) == refetches(FetchHistory(SEEN))


moments = st.integers(0, 60 * 24 * 40).map(lambda m: SEEN + timedelta(minutes=m))
days = st.integers(-40, 400).map(lambda n: SEEN.date() + timedelta(days=n))


@given(
    texts=st.lists(moments, max_size=6).map(sorted),
    developing=st.booleans(),
    meetings=st.lists(st.builds(lambda a, n: (a, a + timedelta(days=n)), days, st.integers(0, 9)), max_size=3),
    start=moments,
)
def test_every_rhythm_moves_forward_keeps_its_distance_and_ends(
    texts: list[datetime], developing: bool, meetings: list[tuple[date, date]], start: datetime
) -> None:
    known = FetchHistory(SEEN, tuple(at for at in texts if at <= start), developing, meeting_days=tuple(meetings))
    now = start
    for planned in refetches(known, start=start):
        assert planned.at - now > timedelta(minutes=5)
        now = planned.at


def test_a_page_that_is_gone_is_fetched_by_its_age_alone() -> None:
    gone = FetchHistory(SEEN, (SEEN,), developing=True, withdrawn=True)
    assert refetches(gone) == refetches(FetchHistory(SEEN))


def test_an_ignored_page_is_never_fetched_again() -> None:
    assert next_refetch(FetchHistory(SEEN, ignored=True), now=SEEN) is None
