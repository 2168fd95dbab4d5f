"""How often one host is asked, by one process: the shared ledger has its tests in tests/database."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable

import pytest

from pipeline.errors import FetchError, NotNowError
from pipeline.web_client.manners import PaceLimits
from pipeline.web_client.pace import Pace


def starts(hosts: list[str], limits: PaceLimits, *, work_s: float = 0.0) -> tuple[list[float], int]:
    """When each of the requests began, s, and how many ran at once at most."""

    async def run() -> tuple[list[float], int]:
        pace, loop = Pace(limits), asyncio.get_running_loop()
        began: list[float] = []
        running = most = 0

        async def one(host: str) -> None:
            nonlocal running, most
            async with pace.turn(host):
                began.append(loop.time())
                running += 1
                most = max(most, running)
                await asyncio.sleep(work_s)
                running -= 1

        await asyncio.gather(*(one(host) for host in hosts))
        await pace.close()
        return began, most

    return asyncio.run(run())


def run(story: Callable[[Pace], Awaitable[None]], limits: PaceLimits) -> None:
    """Live through a story with a pace of its own."""

    async def whole() -> None:
        pace = Pace(limits, chance=random.Random(7))
        await story(pace)
        await pace.close()

    asyncio.run(whole())


async def ask(pace: Pace, host: str, failure: FetchError | None = None) -> None:
    """One request that ends as told."""
    async with pace.turn(host):
        if failure:
            raise failure


def test_one_host_is_asked_with_the_delay_between_starts() -> None:
    began, _ = starts(["a.example"] * 4, PaceLimits(delay_s=0.1))
    # A busy machine wakes us late: a start may seem to come up to half the delay too soon after a late one.
    assert all(later - earlier > 0.05 for earlier, later in itertools.pairwise(began))


def test_hosts_do_not_wait_for_each_other() -> None:
    began, most = starts(
        [f"www.{n}.example" for n in range(20)], PaceLimits(delay_s=5, domain_delay_s=5), work_s=0.1
    )
    assert max(began) - min(began) < 2
    assert most > 10


def test_hosts_of_one_domain_do() -> None:
    hosts = [f"{n}.herald.co.uk" for n in range(4)]
    began, most = starts(hosts, PaceLimits(delay_s=5, domain_delay_s=0.1, domain_at_once=2), work_s=0.05)
    assert max(began) - min(began) > 0.25
    assert most <= 2


def test_no_more_than_two_at_once() -> None:
    assert starts(["a.example"] * 6, PaceLimits(delay_s=0, domain_delay_s=0), work_s=0.02)[1] == 2


def test_a_cancelled_wait_gives_its_place_back() -> None:
    async def story(pace: Pace) -> None:
        await ask(pace, "a.example")
        for _ in range(5):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ask(pace, "a.example"), 0.001)
        await asyncio.wait_for(ask(pace, "a.example"), 5)

    run(story, PaceLimits(delay_s=0.2, domain_delay_s=0))


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_wants_a_pause_is_not_asked_by_the_others(status: int) -> None:
    async def story(pace: Pace) -> None:
        with pytest.raises(FetchError):
            await ask(pace, "news.example", FetchError("busy", retry=True, status=status, retry_after_s=60))
        await ask(pace, "other.example")
        with pytest.raises(NotNowError) as caught:
            await ask(pace, "news.example")
        assert caught.value.reason == "host_paused"
        assert 59 < caught.value.retry_after_s < 76

    run(story, PaceLimits(delay_s=0, domain_delay_s=0))


def test_a_turn_too_far_away_is_given_back_at_once() -> None:
    async def story(pace: Pace) -> None:
        results = await asyncio.gather(*(ask(pace, "a.example") for _ in range(9)), return_exceptions=True)
        late = [result for result in results if isinstance(result, NotNowError)]
        assert late
        assert all(result.reason == "host_busy" and result.retry_after_s > 0 for result in late)
        assert None in results

    run(story, PaceLimits(delay_s=0.2, domain_delay_s=0, max_wait_s=0.5))


def test_a_dead_host_is_left_alone_while_others_answer() -> None:
    down = FetchError("connect_failed", retry=True)

    async def story(pace: Pace) -> None:
        await ask(pace, "living.example")
        with pytest.raises(FetchError):
            await ask(pace, "dead.example", down)
        with pytest.raises(FetchError, match="connect_failed") as caught:
            await ask(pace, "dead.example")
        assert 590 < (caught.value.retry_after_s or 0) <= 600

    run(story, PaceLimits(delay_s=0, domain_delay_s=0))


def test_where_nobody_answers_our_own_line_is_suspected() -> None:
    down = FetchError("dns_failure", retry=True)

    async def story(pace: Pace) -> None:
        for host in ("a.example", "b.example"):
            with pytest.raises(FetchError):
                await ask(pace, host, down)
            with pytest.raises(FetchError) as caught:
                await ask(pace, host)
            assert 0 < (caught.value.retry_after_s or 0) <= 60

    run(story, PaceLimits(delay_s=0, domain_delay_s=0))


def test_whoever_waits_for_a_lost_ledger_hears_of_it() -> None:
    class Lost:
        def exchange(self, *_: object) -> object:
            raise ConnectionError("the server went away")

    async def story() -> None:
        pace = Pace(PaceLimits(), Lost())
        results = await asyncio.gather(*(ask(pace, f"{n}.example") for n in range(3)), return_exceptions=True)
        assert [str(result) for result in results] == ["the server went away"] * 3
        with pytest.raises(ConnectionError):
            await pace.close()

    asyncio.run(story())
