"""The one polite, guarded HTTP client: GET only, HTTP/1.1, no cookies, no surprises.

A request costs at most its timeouts in time and about twice `max_bytes` in memory, whatever the server does.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from pipeline import __version__
from pipeline.errors import FetchError
from pipeline.records import Response
from pipeline.web_client import decode, failures, robots
from pipeline.web_client.guard import Guard, GuardedResolver, parse_url
from pipeline.web_client.pace import Pace

_MAX_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `total` covers one `get` with its redirects, without the wait for the host's turn."""

    connect: float = 10.0  # name, TCP and TLS together
    read: float = 20.0  # between two pieces of the answer
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class _Answer:
    """One hop: either a target to go on to, or a status with a decoded body."""

    status: int
    headers: dict[str, str]
    body: bytes
    location: URL | None
    elapsed_s: float


class WebClient:
    """Async context manager; one per run of a stage. Safe for concurrent `get`s within its event loop.

    `allow_private` names "host:port" pairs that may be private and are not paced (the demo, tests).
    `robots_texts` carries robots.txt files by origin from one client to the next.
    `resolver` replaces the system's name lookup; what it answers is checked like any other.
    """

    def __init__(
        self,
        *,
        contact: str,
        allow_private: frozenset[str] = frozenset(),
        host_delay_s: float = 2.0,
        timeouts: Timeouts | None = None,
        resolver: AbstractResolver | None = None,
        robots_texts: MutableMapping[str, str] | None = None,
    ) -> None:
        self._user_agent = f"{robots.AGENT}/{__version__} (+{contact})"
        self._guard = Guard(allow_private)
        self._pace = Pace(host_delay_s)
        self._no_pace = Pace(0)
        self._timeouts = timeouts or Timeouts()
        self._inner_resolver = resolver
        self._robots = robots.RobotsRules(self._fetch_robots, {} if robots_texts is None else robots_texts)
        self._session: aiohttp.ClientSession | None = None
        self._resolver: GuardedResolver | None = None

    async def __aenter__(self) -> Self:
        self._resolver = GuardedResolver(self._inner_resolver or aiohttp.DefaultResolver(), self._guard)
        self._session = aiohttp.ClientSession(
            # Addresses are looked up and checked for each connection; the pace limits how many there are.
            connector=aiohttp.TCPConnector(resolver=self._resolver, use_dns_cache=False, limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._user_agent, "Accept-Encoding": decode.ACCEPT_ENCODING},
            timeout=aiohttp.ClientTimeout(
                total=None, connect=self._timeouts.connect, sock_read=self._timeouts.read
            ),
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        assert self._resolver is not None
        await self._session.close()
        await self._resolver.close()
        self._session = None

    async def get(
        self,
        url: str,
        *,
        max_bytes: int,
        accept: str,
        etag: str | None = None,
        last_modified: str | None = None,
        robots: bool = True,
    ) -> Response:
        """Fetch `url`, following redirects.

        `max_bytes` caps the body both on the wire and decompressed. With `etag` or `last_modified` (as the
        server gave them) the answer may be a 304 with an empty body. `robots=False` is for feeds, which exist
        to be polled.

        Raises:
            FetchError: with one of the reasons bad_url, forbidden_scheme, forbidden_port, forbidden_address,
                robots_disallowed, robots_unreachable, dns_failure, connect_failed, connect_timeout,
                tls_error, read_timeout, total_timeout, too_large, bad_encoding, empty_body, protocol_error,
                bad_redirect, redirect_loop, too_many_redirects, http_401, http_403, http_404, http_410,
                http_429, http_4xx, http_5xx.
        """
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = _header_value(etag)
        if last_modified:
            headers["If-Modified-Since"] = _header_value(last_modified)
        hop = parse_url(url)
        seen = {hop}
        elapsed_s = 0.0
        for _ in range(_MAX_REDIRECTS + 1):
            self._guard.check_url(hop)
            if robots:
                await self._robots.require_allowed(hop)
            answer = await self._ask(hop, headers, max_bytes, self._timeouts.total - elapsed_s)
            elapsed_s += answer.elapsed_s
            if answer.location is None:
                return Response(
                    url=url,
                    final_url=str(hop),
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                    fetched_at=datetime.now(UTC),
                    elapsed_s=elapsed_s,
                )
            hop = answer.location
            if hop in seen:
                raise FetchError("redirect_loop", str(hop), retry=False)
            seen.add(hop)
        raise FetchError("too_many_redirects", f"more than {_MAX_REDIRECTS}", retry=False)

    async def _fetch_robots(self, url: str) -> Response:
        return await self.get(url, max_bytes=robots.MAX_BYTES, accept="text/plain, */*;q=0.5", robots=False)

    async def _ask(self, hop: URL, headers: dict[str, str], max_bytes: int, timeout_s: float) -> _Answer:
        """One request in its host's turn, within `timeout_s`."""
        host = hop.raw_host or ""
        pace = self._no_pace if self._guard.is_allowed_private(host, hop.port or 0) else self._pace
        async with pace.turn(host):
            try:
                async with asyncio.timeout(timeout_s):
                    return await self._exchange(hop, headers, max_bytes)
            except FetchError as error:
                if error.retry_after_s:
                    pace.close(host, error.reason, error.retry_after_s)
                raise
            except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
                raise failures.from_exception(error) from error

    async def _exchange(self, hop: URL, headers: dict[str, str], max_bytes: int) -> _Answer:
        if self._session is None:
            raise RuntimeError("use the client in `async with`")
        loop = asyncio.get_running_loop()
        started = loop.time()
        async with self._session.get(hop, headers=headers, allow_redirects=False) as reply:
            status = reply.status
            fields = {name.lower(): _text_of(", ".join(reply.headers.getall(name))) for name in reply.headers}
            location = None
            body = b""
            if status in _REDIRECTS:
                location = _redirect_target(hop, reply.headers.get("Location", ""))
            elif status == 200:
                body = await _read(reply, max_bytes)
            elif status != 304 or not ({"If-None-Match", "If-Modified-Since"} & headers.keys()):
                raise failures.from_status(status, fields, datetime.now(UTC))
        return _Answer(status, fields, body, location, loop.time() - started)


def _text_of(value: str) -> str:
    """A header value that can be stored: bytes that are not UTF-8 reach us as lone surrogates."""
    return value.encode("utf-8", "replace").decode()


async def _read(reply: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    wire = bytearray()
    async for piece in reply.content.iter_any():
        wire += piece
        if len(wire) > max_bytes:
            raise FetchError("too_large", f"more than {max_bytes} bytes", retry=False)
    codings = ",".join(reply.headers.getall("Content-Encoding", ()))
    body = decode.decode(bytes(wire), codings, max_bytes=max_bytes) if wire else b""
    if not body:
        raise FetchError("empty_body", retry=True, status=reply.status)
    return body


def _redirect_target(hop: URL, location: str) -> URL:
    try:
        target = hop.join(URL(location.strip().replace("\\", "/"))) if location.strip() else None
    except ValueError as error:
        raise FetchError("bad_redirect", f"{location!r}: {error}", retry=False) from error
    if target is None:
        raise FetchError("bad_redirect", "no Location", retry=False)
    return parse_url(str(target))


def _header_value(text: str) -> str:
    """A validator as the server gave it, without what could break out of a header line."""
    return "".join(char for char in text if char.isprintable()).strip()
