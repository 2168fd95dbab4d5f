"""How often one host is asked."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from pipeline.errors import FetchError
from pipeline.web_client.pace import Pace


def starts(hosts: list[str], *, delay_s: float, work_s: float = 0.0) -> tuple[list[float], int]:
    """When each of the requests began, s, and how many ran at once at most."""

    async def run() -> tuple[list[float], int]:
        pace, loop = Pace(delay_s), asyncio.get_running_loop()
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
        return began, most

    return asyncio.run(run())


def test_one_host_is_asked_with_the_delay_between_starts() -> None:
    began, _ = starts(["a.example"] * 4, delay_s=0.1)
    # A busy machine wakes us late: a start may seem to come up to half the delay too soon after a late one.
    assert all(later - earlier > 0.05 for earlier, later in itertools.pairwise(began))


def test_hosts_do_not_wait_for_each_other() -> None:
    began, most = starts([f"{n}.example" for n in range(20)], delay_s=5, work_s=0.01)
    assert max(began) - min(began) < 1
    assert most == 20


def test_no_more_than_two_at_once() -> None:
    assert starts(["a.example"] * 6, delay_s=0, work_s=0.02)[1] == 2


def test_a_cancelled_wait_gives_its_place_back() -> None:
    async def run() -> None:
        pace = Pace(0.2)

        async def hold() -> None:
            async with pace.turn("a.example"):
                pass

        await hold()
        for _ in range(5):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(hold(), 0.001)
        await asyncio.wait_for(hold(), 5)

    asyncio.run(run())


def test_a_host_that_asked_for_a_pause_is_not_asked_by_the_others() -> None:
    async def run() -> FetchError:
        pace = Pace(0)
        pace.close("news.example", "http_429", 60)
        async with pace.turn("other.example"):
            pass
        with pytest.raises(FetchError) as caught:
            async with pace.turn("news.example"):
                raise AssertionError("it was asked")
        return caught.value

    error = asyncio.run(run())
    assert (error.reason, error.retry) == ("http_429", True)
    assert error.retry_after_s == pytest.approx(60, abs=1)
