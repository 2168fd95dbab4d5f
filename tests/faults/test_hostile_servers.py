"""Every attack on the wire, on real sockets: the right reason, in time, and at most 64 MiB more memory."""

from __future__ import annotations

import asyncio
import socket

import aiohttp.connector
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from attacks import WIRE
from hostile import Request, answer, fetch, serve
from measure import MIB, cost_of

from pipeline.errors import FetchError, NotNowError
from pipeline.records import Response
from pipeline.stages.poll.poll import MAX_FEED_BYTES
from pipeline.web_client.client import Timeouts, WebClient
from pipeline.web_client.memory import DownloadMemory

TIMEOUTS = Timeouts(connect=2.0, read=1.0, total=3.0)
MOST_MIB = 64


def attempt(path: str) -> str:
    """What fetching the path from a server that attacks with it comes to."""

    async def run() -> str:
        async with serve(
            {route: reply for route, (reply, _) in WIRE.items()}, WIRE["/redirect-maze"][0]
        ) as server:
            try:
                response = await fetch(server, path, timeouts=TIMEOUTS, max_bytes=MAX_FEED_BYTES)
            except FetchError as error:
                return error.reason
            return f"{response.status} with {len(response.body)} bytes"

    return asyncio.run(run())


@pytest.mark.parametrize("path", WIRE)
def test_attacks_on_the_wire(path: str) -> None:
    with cost_of() as cost:
        reason = attempt(path)
    assert reason in WIRE[path][1]
    assert cost.mib < MOST_MIB
    assert cost.seconds < TIMEOUTS.total + 3  # what is over is the load of the machine


class Rebinding(AbstractResolver):
    """A name server that gives another address each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, _: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        flags = socket.AI_NUMERICHOST
        return [
            ResolveResult(hostname=host, host=a, port=port, family=socket.AF_INET, proto=0, flags=flags)
            for a in self._answers.pop(0)
        ]

    async def close(self) -> None:
        pass


def test_a_name_that_changes_between_check_and_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each connection goes to what was checked for it; when the name turns inwards no connection is tried at all."""
    tried: list[str] = []

    async def start_connection(addr_infos: list[tuple[object, ...]], **_: object) -> socket.socket:
        tried.extend(info[4][0] for info in addr_infos)
        raise OSError("there is no network in this test")

    async def run() -> list[str]:
        answers = (["1.1.1.1"], ["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["169.254.169.254"], ["1.0.0.1"])
        reasons = []
        for number in range(len(answers)):
            resolver = Rebinding(*answers[number:])
            async with WebClient(contact="x", resolver=resolver) as client:
                with pytest.raises(FetchError) as caught:
                    await client.get("http://turncoat.example/", max_bytes=10, accept="*/*", robots=False)
                reasons.append(caught.value.reason)
        return reasons

    monkeypatch.setattr(aiohttp.connector.aiohappyeyeballs, "start_connection", start_connection)
    inside = ["forbidden_address"] * 3
    assert asyncio.run(run()) == ["connect_failed", *inside, "connect_failed"]
    assert set(tried) == {"1.1.1.1", "1.0.0.1"}


def test_fifty_attackers_at_once_do_not_hold_up_an_honest_server() -> None:
    async def run() -> float:
        async with (
            serve({route: reply for route, (reply, _) in WIRE.items()}, WIRE["/redirect-maze"][0]) as attackers,
            serve({"/": answer(b"news")}) as honest,
        ):
            tasks = [
                asyncio.create_task(fetch(attackers, path, timeouts=TIMEOUTS, max_bytes=1 << 20)) for path in WIRE
            ]
            await asyncio.sleep(0.2)
            response = await fetch(honest, timeouts=Timeouts())
            await asyncio.gather(*tasks, return_exceptions=True)
            return response.elapsed_s

    assert asyncio.run(run()) < 5


def test_a_hundred_big_pages_at_once_share_their_memory() -> None:
    """What finds no room is put off, small pages are not, and room is there again once answers are let go."""
    size, piece, memory = 10 * MIB, bytes(64 << 10), DownloadMemory(40 * MIB)

    async def run() -> None:
        async def big(_: Request, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(length=False, Content_Length=str(size)))
            for _ in range(size // len(piece)):
                writer.write(piece)
                await writer.drain()

        routes = {"/small": answer(b"news"), "/big": big}
        async with (
            serve(routes) as server,
            WebClient(contact="x", allow_private=frozenset({server.pair}), memory=memory) as client,
        ):

            async def get(path: str) -> Response:
                return await client.get(server.url(path), max_bytes=size, accept="*/*", robots=False)

            found = await asyncio.gather(*(get("/big") for _ in range(100)), return_exceptions=True)
            bodies = [one for one in found if isinstance(one, Response)]
            assert {one.reason for one in found if not isinstance(one, Response)} == {"memory_full"}
            assert all(isinstance(one, Response | NotNowError) for one in found)
            assert 0 < len(bodies) * size == memory.used <= 40 * MIB
            assert (await get("/small")).body == b"news"
            found.clear()
            bodies.clear()
            assert memory.used == 0
            assert len((await get("/big")).body) == size

    with cost_of() as cost:
        asyncio.run(run())
    assert cost.mib < 40 + 100 * 1 + MOST_MIB  # each of the hundred may have its first MiB
    assert memory.used == 0
