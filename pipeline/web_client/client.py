"""The one polite, guarded HTTP client: HTTP/1.1, no surprises, cookies for one chain of redirects and no longer.

It uses aiohttp because its connector takes addresses from our own resolver, so the checked address is the one that
is connected to, and because it hands over bodies as they arrive, so they can be measured while they are decoded.
Whatever a server does, a request costs at most its timeouts and slightly more than `max_bytes` of memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from pipeline import __version__
from pipeline.errors import FetchError
from pipeline.http_headers import http_date
from pipeline.records import Response, RobotsNote
from pipeline.web_client import decode, failures, robots
from pipeline.web_client.guard import Guard, GuardedResolver, parse_url
from pipeline.web_client.hops import Cookies, Hop, Question
from pipeline.web_client.manners import PaceLimits, Scope
from pipeline.web_client.memory import DownloadMemory
from pipeline.web_client.pace import OwnLedger, Pace, PaceStore
from pipeline.web_client.proxies import Proxies

_MAX_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_CLOCK_SLACK = timedelta(minutes=10)
_KEEP_ALIVE_S = 5.0  # longer than the pause between two requests to a host, short enough for ten thousand hosts
_UNPACED = PaceLimits(delay_s=0.0, domain_delay_s=0.0, at_once=1000, domain_at_once=1000)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Timeouts in seconds. `total` covers one `get` with its redirects, without the wait for the host's turn."""

    connect: float = 10.0  # name, TCP and TLS together
    read: float = 20.0  # between two chunks of the answer
    total: float = 60.0


class WebClient:
    """Async context manager; one per run of a stage. Safe for concurrent requests within its event loop.

    `allow_private` names "host:port" pairs that may be private and are not paced (the demo, tests), unless
    `pace_private`. `ledger` stores the pace of hosts; `pause_scopes` maps a host or registrable domain to the
    scope of a Retry-After. `robots_notes` carries robots.txt files by origin from one client to the next; their
    age is counted from `now`. `resolver` replaces the system's name lookup; its answers are checked like any
    other. `proxies` replaces the proxies of the environment. `memory` limits all bodies together.
    """

    def __init__(
        self,
        *,
        contact: str,
        allow_private: frozenset[str] = frozenset(),
        limits: PaceLimits | None = None,
        timeouts: Timeouts | None = None,
        ledger: PaceStore | None = None,
        pause_scopes: Mapping[str, Scope] | None = None,
        robots_notes: MutableMapping[str, RobotsNote] | None = None,
        now: datetime | None = None,
        resolver: AbstractResolver | None = None,
        proxies: Proxies | None = None,
        pace_private: bool = False,
        memory: DownloadMemory | None = None,
    ) -> None:
        self._memory = memory or DownloadMemory()
        self._user_agent = f"{robots.AGENT}/{__version__} (+{contact})"
        self._proxies = Proxies.from_environment() if proxies is None else proxies
        self._guard = Guard(allow_private, self._proxies)
        self._pace = Pace(limits or PaceLimits(), ledger or OwnLedger(), pause_scopes or {})
        self._private_pace = self._pace if pace_private else Pace(_UNPACED)
        self._timeouts = timeouts or Timeouts()
        self._inner_resolver = resolver
        notes = {} if robots_notes is None else robots_notes
        self._robots = robots.RobotsRules(self._fetch_robots, notes, now or datetime.now(UTC))
        self._session: aiohttp.ClientSession | None = None
        self._resolver: GuardedResolver | None = None

    async def __aenter__(self) -> Self:
        self._resolver = GuardedResolver(self._inner_resolver or aiohttp.DefaultResolver(), self._guard)
        self._session = aiohttp.ClientSession(
            # Addresses are looked up and checked for each connection; the pace limits how many there are.
            connector=aiohttp.TCPConnector(
                resolver=self._resolver, use_dns_cache=False, limit=0, keepalive_timeout=_KEEP_ALIVE_S
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._user_agent, "Accept-Encoding": decode.ACCEPT_ENCODING},
            timeout=aiohttp.ClientTimeout(
                total=None, connect=self._timeouts.connect, sock_read=self._timeouts.read
            ),
            auto_decompress=False,
            trust_env=False,  # True would also send logins from ~/.netrc
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
        await self._pace.close()

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
            NotNowError: manners forbid it for now, and nothing was sent; or memory_full: other bodies must be
            saved before this one fits.
            FetchError: with one of the reasons bad_url, forbidden_scheme, forbidden_port, forbidden_address,
                robots_disallowed, robots_unreachable, dns_failure, connect_failed, connect_timeout,
                proxy_failed, tls_error, read_timeout, total_timeout, too_large, bad_encoding, empty_body,
                protocol_error, bad_redirect, redirect_loop, too_many_redirects, challenge, http_401, http_403,
                http_404, http_410, http_429, http_4xx, http_5xx.
        """
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = _header_value(etag)
        if last_modified and not _is_to_come(last_modified):  # else nothing ever changes until that day
            headers["If-Modified-Since"] = _header_value(last_modified)
        conditional = "If-None-Match" in headers or "If-Modified-Since" in headers
        welcome = frozenset({304}) if conditional else frozenset[int]()
        return await self._follow(url, Question(headers, max_bytes, welcome=welcome), robots=robots)

    async def post_form(self, url: str, fields: Mapping[str, str], *, max_bytes: int) -> Response:
        """Send a form to a service that a site offers (a WebSub hub); 202 and 204 count as answers, too.

        Guarded and paced like `get`, and raises the same; a redirect is followed only if it keeps the form.
        """
        welcome = frozenset({200, 202, 204})
        return await self._follow(url, Question({}, max_bytes, form=fields, welcome=welcome), robots=False)

    async def _follow(self, url: str, question: Question, *, robots: bool) -> Response:
        """Follow redirects, checking each hop, until there is an answer."""
        hop = parse_url(url)
        cookies = Cookies()
        seen = {(hop, "")}
        elapsed_s = 0.0
        moved_to, permanent = None, True
        for _ in range(_MAX_REDIRECTS + 1):
            self._guard.check_url(hop)
            delay_s = await self._robots.require_allowed(hop) if robots else None
            asked = question.with_cookies(cookies.of(hop))
            answer = await self._ask(hop, asked, self._timeouts.total - elapsed_s, delay_s)
            elapsed_s += answer.elapsed_s
            if answer.location is None:
                response = Response(
                    url=url,
                    final_url=str(hop),
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                    fetched_at=datetime.now(UTC),
                    elapsed_s=elapsed_s,
                    moved_to=moved_to,
                )
                return self._memory.hold(response)
            cookies.keep(answer.cookies, hop)
            # A move that only a cookie makes possible is no move of the page.
            permanent = permanent and answer.status in _PERMANENT and not answer.cookies
            hop = answer.location
            moved_to = str(hop) if permanent else moved_to
            if (step := (hop, cookies.of(hop))) in seen:
                raise FetchError("redirect_loop", str(hop), retry=False)
            seen.add(step)
        raise FetchError("too_many_redirects", f"more than {_MAX_REDIRECTS}", retry=False)

    async def _fetch_robots(self, url: str) -> Response:
        return await self.get(url, max_bytes=robots.MAX_BYTES, accept="text/plain, */*;q=0.5", robots=False)

    async def _ask(self, hop: URL, question: Question, timeout_s: float, delay_s: float | None) -> Hop:
        """One request in its host's turn, within `timeout_s`."""
        host = hop.raw_host or ""
        private = self._guard.is_allowed_private(host, hop.port or 0)
        pace = self._private_pace if private else self._pace
        async with pace.turn(host.rstrip("."), delay_s):
            try:
                async with asyncio.timeout(timeout_s):
                    return await self._exchange(hop, question, None if private else self._proxies.of(hop))
            except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
                raise failures.from_exception(error) from error

    async def _exchange(self, hop: URL, question: Question, proxy: URL | None) -> Hop:
        if self._session is None:
            raise RuntimeError("use the client in `async with`")
        now: Callable[[], float] = asyncio.get_running_loop().time
        started = now()
        async with self._session.request(
            question.method,
            hop,
            headers=question.headers,
            data=question.form,
            allow_redirects=False,
            proxy=proxy,
        ) as reply:
            status = reply.status
            fields = {name.lower(): _text_of(", ".join(reply.headers.getall(name))) for name in reply.headers}
            location = None
            body = b""
            if status in _REDIRECTS and (question.form is None or status in (307, 308)):
                location = _redirect_target(hop, reply.headers.get("Location", ""))
            elif status == 200 or status in question.welcome:
                with self._memory.reading() as grown:
                    body = await _read(reply, question.max_bytes, grown)
                if not body and status not in question.welcome:
                    raise FetchError("empty_body", retry=True, status=status)
            else:
                raise failures.from_status(status, fields, datetime.now(UTC))
        cookies = tuple(reply.headers.getall("Set-Cookie", ())) if location else ()
        return Hop(status, fields, body, location, now() - started, cookies)


def _is_to_come(last_modified: str) -> bool:
    """Whether a Last-Modified names a moment in the future: the server's clock or its software is wrong."""
    moment = http_date(last_modified)
    return moment is not None and moment > datetime.now(UTC) + _CLOCK_SLACK


def _text_of(value: str) -> str:
    """A header value fit for storage: bytes that are not UTF-8 arrive as lone surrogates."""
    return value.encode("utf-8", "replace").decode()


async def _read(reply: aiohttp.ClientResponse, max_bytes: int, grown: Callable[[int], None]) -> bytes:
    """The body, decoded as it arrives. Raises what Decoder and `grown` raise."""
    codings = ",".join(reply.headers.getall("Content-Encoding", ()))
    decoder = decode.Decoder(codings, max_bytes=max_bytes, grown=grown)
    if reply.status == 200 and (reply.content_length or 0) > max_bytes:
        raise FetchError("too_large", f"{reply.content_length} bytes announced", retry=False)
    try:
        async for piece in reply.content.iter_any():
            decoder.feed(piece)
        return decoder.finish()
    finally:
        decoder.close()


def _redirect_target(hop: URL, location: str) -> URL:
    try:
        target = hop.join(URL(location.strip().replace("\\", "/"))) if location.strip() else None
    except ValueError as error:
        raise FetchError("bad_redirect", f"{location!r}: {error}", retry=False) from error
    if target is None:
        raise FetchError("bad_redirect", "no Location", retry=False)
    return parse_url(str(target))


def _header_value(text: str) -> str:
    """A validator as the server gave it, without characters that could break out of a header line."""
    return "".join(char for char in text if char.isprintable()).strip()
