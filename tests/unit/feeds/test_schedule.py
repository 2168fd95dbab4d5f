"""When a feed is asked again: by its rhythm, its hints, its failures."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import FeedError, FetchError
from pipeline.feeds import rhythm as rhythms
from pipeline.feeds.rhythm import Rhythm
from pipeline.feeds.schedule import (
    GONE_SPAN,
    MOVED_SPAN,
    MOVED_TIMES,
    Hints,
    PermanentRedirect,
    PollLimits,
    after_answer,
    after_failure,
    arrivals,
    fresh_for,
    observe_move,
    quiet_at,
)

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LIMITS = PollLimits(timedelta(minutes=2), timedelta(hours=24), 5.0, timedelta(minutes=10))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def every(pause: timedelta, count: int, until: datetime = NOW) -> Rhythm:
    """The rhythm of a feed whose items come at about equal distances, the last one at `until`."""
    chance = random.Random(1)
    items = [until, *(until - pause * (i + chance.uniform(-0.4, 0.4)) for i in range(1, count))]
    found = rhythms.learn(None, items, now=until)
    assert found is not None
    return found


def pause(rhythm: Rhythm | None, now: datetime = NOW, hints: Hints | None = None, **more: object) -> timedelta:
    return after_answer(rhythm, hints or Hints(), LIMITS, now=now, spread=0.0, **more).wait  # type: ignore[arg-type]


def test_a_busier_feed_is_asked_sooner_but_not_in_proportion() -> None:
    slow, busy = pause(every(6 * HOUR, 100)), pause(every(40 * MINUTE, 100))
    assert busy < slow
    assert slow / busy < 9


def test_a_clockwork_feed_is_asked_after_its_clock() -> None:
    items = [datetime(2026, 11, 1, hour, 5, tzinfo=UTC) for hour in range(24)]
    rhythm = rhythms.learn(None, [one - DAY * d for one in items for d in range(10)], now=NOW)
    assert rhythm is not None
    assert rhythms.leading_guess(rhythm) == "clock"
    asked = NOW + pause(rhythm, datetime(2026, 11, 2, 12, 15, tzinfo=UTC) - timedelta(0)) + 15 * MINUTE
    assert datetime(2026, 11, 2, 13, 0, tzinfo=UTC) <= asked <= datetime(2026, 11, 2, 13, 20, tzinfo=UTC)


def test_a_daily_feed_is_left_alone_until_its_hour() -> None:
    items = [datetime(2026, 11, 2, 7, 0, tzinfo=UTC) - DAY * d + MINUTE * (d % 5) for d in range(28)]
    rhythm = rhythms.learn(None, items, now=NOW)
    assert rhythm is not None
    assert pause(rhythm, datetime(2026, 11, 2, 9, tzinfo=UTC)) > 3 * HOUR
    assert pause(rhythm, datetime(2026, 11, 3, 6, 59, tzinfo=UTC)) < 30 * MINUTE


def test_a_feed_that_died_is_asked_ever_more_rarely_and_never_given_up() -> None:
    rhythm = every(HOUR, 100)
    pauses = [pause(rhythm, NOW + DAY * days) for days in (0, 3, 10, 40, 400)]
    assert pauses == sorted(pauses)
    assert pauses[0] < HOUR
    assert pauses[-1] == LIMITS.ceiling


def test_a_burst_is_followed_closely() -> None:
    quiet = every(12 * HOUR, 40, until=NOW - 12 * HOUR)
    burst: Rhythm | None = quiet
    for before in (8 * HOUR, 3 * HOUR):  # it has brought bursts before
        burst = rhythms.learn(burst, [NOW - before + 4 * MINUTE * i for i in range(8)], now=NOW)
    burst = rhythms.learn(burst, [NOW - 4 * MINUTE * i for i in range(8)], now=NOW)
    assert pause(burst) < pause(quiet) / 2


def test_a_near_meeting_makes_it_faster() -> None:
    rhythm = every(3 * HOUR, 100)
    assert pause(rhythm, urgent=True) < pause(rhythm) / 2
    assert pause(rhythm, fixed=MINUTE) == MINUTE
    assert pause(rhythm, overflow=True) == pause(rhythm) / 2


def test_hints_slow_down_what_does_not_contradict_them() -> None:
    hourly = Hints(period=HOUR)
    assert pause(None, hints=hourly) == HOUR
    assert pause(every(6 * HOUR, 100), hints=Hints(period=5 * HOUR)) == 5 * HOUR
    assert pause(every(5 * MINUTE, 200), hints=hourly) < HOUR, "it brings an item every five minutes"
    assert pause(every(5 * MINUTE, 200), hints=Hints(fresh=20 * MINUTE)) == 20 * MINUTE
    assert pause(every(5 * MINUTE, 200), hints=Hints(fresh=30 * DAY)) == HOUR


@given(
    st.lists(st.integers(0, 60 * 24 * 40), max_size=80),
    st.integers(0, 60 * 24 * 400),
    st.floats(0.01, 1000),
    st.booleans(),
)
def test_whatever_the_rhythm_the_pause_stays_within_the_limits(
    minutes: list[int], later: int, patience: float, urgent: bool
) -> None:
    limits = PollLimits(LIMITS.floor, LIMITS.ceiling, patience, LIMITS.unknown)
    rhythm = rhythms.learn(None, [NOW - MINUTE * one for one in minutes], now=NOW)
    plan = after_answer(rhythm, Hints(), limits, now=NOW + MINUTE * later, spread=0.999, urgent=urgent)
    assert limits.floor <= plan.wait <= limits.ceiling + 5 * MINUTE
    if rhythm is not None:
        again = rhythms.from_json(rhythms.to_json(rhythm))
        assert rhythms.wait(again, NOW, patience=5, longest=1440) == pytest.approx(
            rhythms.wait(rhythm, NOW, patience=5, longest=1440), rel=0.05
        )


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "public, max-age=300", "age": "100"}, 200),
        ({"cache-control": "max-age=60, s-maxage=600"}, 600),
        ({"cache-control": "max-age=600, no-cache"}, 0),
        ({"cache-control": "stale-while-revalidate=600"}, 0),
        ({"expires": "Mon, 02 Nov 2026 12:10:00 GMT", "date": "Mon, 02 Nov 2026 12:00:00 GMT"}, 600),
        ({"expires": "0"}, 0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
    ],
)
def test_how_long_caches_may_keep_an_answer(headers: dict[str, str], seconds: int) -> None:
    assert fresh_for(headers, NOW) == timedelta(seconds=seconds)


def failing(
    reason: str, failures: int, since: datetime, *, retry: bool = True, after: float | None = None
) -> timedelta:
    error = FetchError(reason, retry=retry, retry_after_s=after)
    return after_failure(error, failures=failures, since=since, now=NOW, spread=0.0).wait


def test_failures_are_met_with_growing_patience_by_kind_and_never_with_silence() -> None:
    first = [failing("read_timeout", 1, NOW), failing("http_404", 1, NOW, retry=False)]
    first.append(failing("http_403", 1, NOW, retry=False))
    assert first == [5 * MINUTE, 15 * MINUTE, HOUR]
    growing = [failing("http_5xx", n, NOW - HOUR * n) for n in range(1, 12)]
    assert growing == sorted(growing)
    assert growing[-1] == 6 * HOUR
    assert failing("http_404", 5000, NOW - 900 * DAY, retry=False) == 2 * DAY


def test_gone_is_believed_only_after_days() -> None:
    assert failing("http_410", 1, NOW, retry=False) == 15 * MINUTE
    assert failing("http_410", 60, NOW - HOUR, retry=False) <= DAY
    assert failing("http_410", 5, NOW - GONE_SPAN, retry=False) == 7 * DAY


def test_a_wish_for_a_pause_is_kept_within_reason() -> None:
    assert failing("http_429", 1, NOW, after=7200) == 2 * HOUR
    assert failing("http_429", 1, NOW, after=88 * 3600) == DAY


def test_a_page_in_place_of_the_feed_is_the_feeds_failure() -> None:
    plan = after_failure(FeedError("feed_is_html"), failures=1, since=NOW, now=NOW, spread=0.0)
    assert (plan.why, plan.wait) == ("feed", 15 * MINUTE)


def test_a_permanent_redirect_is_believed_when_seen_often_and_long_enough() -> None:
    move = PermanentRedirect()
    for n in range(MOVED_TIMES + 3):
        move = observe_move(move, "https://new.example/rss", NOW + n * HOUR)
    assert not move.is_settled(NOW + DAY)
    assert move.is_settled(NOW + MOVED_SPAN)
    assert observe_move(move, None, NOW) == PermanentRedirect()
    assert observe_move(move, "https://other.example/", NOW).times == 1


def test_items_are_taken_to_have_come_between_two_polls() -> None:
    last = NOW - HOUR
    assert arrivals([NOW - 10 * MINUTE, NOW - DAY, None, NOW + DAY], last_poll=last, now=NOW) == [
        NOW - 10 * MINUTE, *[NOW - 30 * MINUTE] * 3,
    ]  # fmt: skip
    assert arrivals([NOW - DAY, None], last_poll=None, now=NOW) == [NOW - DAY]
    midnights = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2)]
    assert arrivals(midnights, last_poll=None, now=NOW) == [], "mere days say nothing of the hour"


def test_silence_is_measured_by_the_feeds_own_rhythm() -> None:
    assert quiet_at(None, None, NOW) is None
    assert quiet_at(None, 100, NOW) == NOW + DAY
    busy, slow = quiet_at(every(HOUR, 50), None, NOW), quiet_at(every(3 * DAY, 50), None, NOW)
    assert busy is not None
    assert slow is not None
    assert DAY <= busy - NOW < 2 * DAY
    assert slow - NOW >= 9 * DAY
