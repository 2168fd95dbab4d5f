"""Ten thousand feeds on one local server: what the polling benchmark asks, and a log of who asked when.

Most feeds have a host of their own; every tenth shares its host with three others, and every second of those hosts
shares its domain with a second one. One feed in twenty has something new each time it is asked; of the others half
say so with a 304 and half just send the same again.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from multiprocessing.connection import Connection

_ITEMS = 15
_PER_HOST = 4
_CHANGING = 20


def host_of(number: int) -> str:
    """The host of a feed."""
    if number % 10:
        return f"www.outlet{number}.example"
    shared = number // 10 // _PER_HOST
    return f"feeds{shared % 2}.house{shared // 2}.example"


def changes(number: int) -> bool:
    """Whether a feed has something new each time."""
    return number % _CHANGING == 1


class Newsroom:
    """A server process's state: how often each feed was asked, and by whom when."""

    def __init__(self) -> None:
        self.log: list[tuple[float, str]] = []
        self._asked: Counter[int] = Counter()

    def answer(self, request: str) -> bytes:
        """A whole HTTP/1.1 answer to a whole request."""
        line, *fields = request.split("\r\n")
        said = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        self.log.append((time.monotonic(), said["host"].partition(":")[0]))
        number = int(line.split(" ")[1].strip("/"))
        self._asked[number] += 1
        version = self._asked[number] if changes(number) else 1
        etag = f'"{number}-{version}"'
        if number % 2 == 0 and said.get("if-none-match") == etag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
        body = _feed(number, version).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n"
        return (head + (f"ETag: {etag}\r\n" if number % 2 == 0 else "") + "\r\n").encode() + body


def _feed(number: int, version: int) -> str:
    items = "".join(
        f"<item><title>Report {n} of outlet {number}</title><guid>{number}-{n}</guid>"
        f"<link>https://{host_of(number)}/{n}.html</link>"
        f"<description>{'The ministers will speak about grain. ' * 6}</description></item>"
        for n in range(version, version + _ITEMS)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Outlet {number}</title>{items}</channel></rss>'
    )


class _Talk(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            request, _, self._heard = self._heard.partition(b"\r\n\r\n")
            self._transport.write(self._newsroom.answer(request.decode("latin-1")))


def serve(orders: Connection) -> None:
    """Run the server: it says its port, hands over its log and CPU seconds when asked, and ends at None."""
    asyncio.run(_serve(orders))


async def _serve(orders: Connection) -> None:
    newsroom = Newsroom()
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Talk(newsroom), "127.0.0.1", 0, backlog=4096)
    orders.send(server.sockets[0].getsockname()[1])

    def obey() -> None:
        while orders.recv() is not None:
            log, newsroom.log = newsroom.log, []
            orders.send((log, time.process_time()))
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=obey, daemon=True).start()
    await over.wait()
    server.close()
