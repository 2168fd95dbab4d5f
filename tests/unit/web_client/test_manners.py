"""The rules of politeness, in made-up time."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import FetchError, NotNowError
from pipeline.records import HostPace
from pipeline.web_client.manners import Departure, Full, PaceLimits, PendingRequest, Scope, Turn, arrive, leave

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
LIMITS = PaceLimits(delay_s=2, at_once=2, domain_delay_s=0.5, domain_at_once=3, max_wait_s=30, hold_s=100)


def fresh(*hosts: str) -> dict[str, HostPace]:
    """A ledger page nobody has written on."""
    return {name: HostPace(datetime(1970, 1, 1, tzinfo=UTC)) for name in (*hosts, "*.herald.example")}


def come(paces: dict[str, HostPace], host: str, after_s: float = 0, **wish: float) -> object:
    """Ask for a turn some seconds later."""
    return arrive(paces, PendingRequest(host, "herald.example", **wish), NOW + timedelta(seconds=after_s), LIMITS)


def go(paces: dict[str, HostPace], turn: object, host: str = "www", after_s: float = 0, **outcome: object) -> None:
    """Give a turn back."""
    assert isinstance(turn, Turn)
    leave(paces, Departure(host, "herald.example", turn.place, **outcome), NOW + timedelta(seconds=after_s))


def wait(answer: object) -> float:
    assert isinstance(answer, Turn), answer
    return answer.wait_s


def test_host_and_domain_are_both_kept() -> None:
    paces = fresh("www", "m")
    assert wait(come(paces, "www")) == 0
    assert wait(come(paces, "m")) == 0.5
    assert wait(come(paces, "www")) == 2
    assert isinstance(come(paces, "m"), Full)  # three at once in the domain


def test_the_places_of_a_killed_process_come_back() -> None:
    paces = fresh("www")
    come(paces, "www")
    come(paces, "www")
    assert isinstance(come(paces, "www", after_s=99), Full)
    assert wait(come(paces, "www", after_s=103)) == 0


def test_what_robots_txt_wants_holds_for_all_from_then_on() -> None:
    paces = fresh("www")
    go(paces, come(paces, "www", delay_s=10.0))
    assert wait(come(paces, "www", after_s=1)) == 9
    go(paces, come(paces, "www", after_s=30, delay_s=0.0), after_s=30)
    assert wait(come(paces, "www", after_s=31)) == 1


@pytest.mark.parametrize(
    ("scope", "www", "m"), [("url", False, False), ("host", True, False), ("domain", True, True)]
)
def test_what_a_pause_is_for(scope: Scope, www: bool, m: bool) -> None:
    paces = fresh("www", "m")
    go(paces, come(paces, "www"), reason="http_429", overloaded=True, pause_s=600.0, scope=scope)
    assert isinstance(come(paces, "www", after_s=500), NotNowError) == www
    assert isinstance(come(paces, "m", after_s=500), NotNowError) == m
    assert isinstance(come(paces, "www", after_s=700), Turn)


def pauses(*outcomes: dict[str, object]) -> list[float]:
    """How long the host is closed after each of several requests in a row."""
    paces, found, after_s = fresh("www"), [], 0.0
    for outcome in outcomes:
        go(paces, come(paces, "www", after_s), after_s=after_s, **outcome)
        until = paces["www"].closed_until or NOW
        found.append(max(0.0, (until - NOW).total_seconds() - after_s))
        after_s += found[-1] + 1000
    return found


BUSY = {"reason": "http_429", "overloaded": True}
DOWN = {"reason": "connect_timeout"}


def test_penalties_grow_have_a_ceiling_and_are_forgiven() -> None:
    assert pauses(*[BUSY] * 3, {}, BUSY) == [30, 60, 120, 0, 30]
    assert pauses(*[BUSY] * 30)[-1] == 3600


def test_a_wish_for_a_pause_is_kept_within_a_day_and_never_undercut() -> None:
    assert pauses(BUSY | {"pause_s": 88 * 3600.0}) == [86_400]
    assert pauses(BUSY, BUSY | {"pause_s": 5.0}) == [30, 60]
    assert pauses({"reason": "http_5xx", "pause_s": 5.0}) == [5]


def test_jitter_only_adds() -> None:
    assert pauses(BUSY | {"pause_s": 100.0, "jitter": 1.0}) == [125]
    assert pauses(BUSY | {"pause_s": 86_400.0, "jitter": 1.0}) == [86_460]


def test_a_dead_host_is_asked_ever_more_rarely_and_never_given_up() -> None:
    assert pauses(*[DOWN] * 5) == [600, 1200, 2400, 3600, 3600]
    assert pauses(DOWN, DOWN, {"reason": "http_404"}, DOWN) == [600, 1200, 0, 600]


def test_a_dead_host_is_a_failure_a_paused_one_is_not() -> None:
    paces = fresh("www")
    go(paces, come(paces, "www"), reason="dns_failure")
    assert isinstance(come(paces, "www", after_s=10), FetchError)


def test_one_that_answers_again_is_open_at_once() -> None:
    paces = fresh("www")
    first, second = come(paces, "www"), come(paces, "www")
    go(paces, first, reason="connect_failed")
    go(paces, second)
    assert isinstance(come(paces, "www", after_s=5), Turn)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["www", "m"]),
            st.floats(0, 5),
            st.sampled_from([{}, BUSY, DOWN, {"reason": "http_5xx", "pause_s": 3.0}]),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_whatever_happens_spacing_and_places_are_kept(
    events: list[tuple[str, float, dict[str, object], bool]],
) -> None:
    paces, after_s = fresh("www", "m"), 0.0
    begun: dict[str, list[float]] = {"www": [], "m": []}
    for host, step_s, outcome, ends in events:
        after_s += step_s
        answer = come(paces, host, after_s)
        assert all(len(paces[name].places) <= LIMITS.at_once for name in ("www", "m"))
        assert len(paces["*.herald.example"].places) <= LIMITS.domain_at_once
        if isinstance(answer, Turn):
            begun[host].append(after_s + answer.wait_s)
            assert 0 <= answer.wait_s <= LIMITS.max_wait_s
            if ends:
                go(paces, answer, host, after_s + answer.wait_s, **outcome)
    for moments in (begun["www"], begun["m"]):
        assert all(b - a >= LIMITS.delay_s - 1e-5 for a, b in itertools.pairwise(moments))
    both = sorted(begun["www"] + begun["m"])
    assert all(b - a >= LIMITS.domain_delay_s - 1e-5 for a, b in itertools.pairwise(both))


def test_what_is_kept_can_be_copied() -> None:
    paces = fresh("www")
    come(paces, "www")
    assert dataclasses.replace(paces["www"]) == paces["www"]
