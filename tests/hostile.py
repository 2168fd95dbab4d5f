"""A server on 127.0.0.1 that says, byte for byte, what a test wants it to."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from pipeline.errors import FetchError
from pipeline.records import Response
from pipeline.web_client.client import Timeouts, WebClient

Handler = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]

QUICK = Timeouts(connect=2.0, read=0.3, total=1.0)


class Request:
    """Request line and headers, names in lower case."""

    def __init__(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        self.method, self.path, _ = first.split(" ")
        self.headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
        }


class Server:
    """What was asked, and where to ask."""

    def __init__(self, routes: dict[str, bytes | Handler], default: bytes | Handler | None = None) -> None:
        self.routes = routes
        self.default = default or answer(status="404 Not Found")
        self.requests: list[Request] = []
        self.started: list[float] = []
        self.port = 0

    @property
    def pair(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def asked(self) -> Counter[str]:
        return Counter(request.path for request in self.requests)

    def url(self, path: str = "/") -> str:
        return f"http://{self.pair}{path}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ValueError, asyncio.IncompleteReadError), hanging_up(writer):
            request = Request((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
            self.requests.append(request)
            self.started.append(asyncio.get_running_loop().time())
            route = self.routes.get(request.path, self.default)
            if isinstance(route, bytes):
                writer.write(route)
                await writer.drain()
            else:
                await route(request, writer)
            writer.close()
            await writer.wait_closed()


@contextmanager
def hanging_up(writer: asyncio.StreamWriter) -> Iterator[None]:
    """Leave no socket open, whatever happens."""
    try:
        yield
    finally:
        writer.transport.abort()


def answer(body: bytes = b"", *, status: str = "200 OK", length: bool = True, **headers: str) -> bytes:
    """A whole HTTP/1.1 answer; `length=False` leaves Content-Length out. Underscores in names become dashes."""
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    lines += [f"Content-Length: {len(body)}"] if length else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    """A redirect to `location`."""
    return answer(status=status, Location=location)


def endless(pieces: Iterator[bytes], *, every_s: float = 0.0, head: bytes = b"") -> Handler:
    """Send `head`, then pieces until the client goes away."""

    async def handle(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every_s)

    return handle


@asynccontextmanager
async def serve(
    routes: dict[str, bytes | Handler], default: bytes | Handler | None = None
) -> AsyncIterator[Server]:
    """Listen on a free port of 127.0.0.1; on leaving, hang up on everybody. Other paths get `default` or a 404."""
    server = Server(routes, default)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(server.handle(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


async def fetch(
    server: Server, path: str = "/", *, timeouts: Timeouts = QUICK, max_bytes: int = 100_000, **options: object
) -> Response:
    """One `get` with a client of its own, robots left out."""
    async with WebClient(
        contact="desk@monitor.example", allow_private=frozenset({server.pair}), timeouts=timeouts
    ) as client:
        return await client.get(
            server.url(path), max_bytes=max_bytes, accept="*/*", **{"robots": False, **options}
        )


def get(routes: dict[str, bytes | Handler], path: str = "/", **options: object) -> Response:
    """Serve `routes` and fetch `path` once."""

    async def run() -> Response:
        async with serve(routes) as server:
            return await fetch(server, path, **options)

    return asyncio.run(run())


def failure(routes: dict[str, bytes | Handler], path: str = "/", **options: object) -> FetchError:
    """Serve `routes`, fetch `path` once, and hand back how it failed."""
    try:
        response = get(routes, path, **options)
    except FetchError as error:
        return error
    raise AssertionError(f"no failure but {response.status} with {len(response.body)} bytes")
