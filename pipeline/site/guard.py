"""Checks before every page: the host, the size of the request, and what a browser may do with the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_BODY = 64_000
MAX_HEADERS = 16_384
HEADERS_WITHIN_S = 10.0
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class RequestGuard:
    """An ASGI wrapper. `hosts` empty: any host may be asked for (a proxy or Airflow sees to that)."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str] = (), framed: bool = False) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._headers = _HEADERS | {
            "Content-Security-Policy": _CSP.format(ancestors="'self'" if framed else "'none'")
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 421 to a host that is not ours, 413 to a body that is too big; else go on."""
        if scope["type"] != "http" or "/websub/" in scope["path"]:  # hubs have rules of their own
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(headers)
        if refused is not None:
            await refused(scope, receive, self._with_headers(send))
            return
        await self._app(scope, _bounded(receive), self._with_headers(send))

    def _refusal(self, headers: Headers) -> PlainTextResponse | None:
        if self._hosts and _host(headers.get("host", "")) not in self._hosts:
            return PlainTextResponse("This host is not served here.\n", 421)
        if sum(len(name) + len(value) for name, value in headers.raw) > MAX_HEADERS:
            return PlainTextResponse("The head of the request is too big.\n", 431)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return PlainTextResponse("The request is too big.\n", 413)
        return None

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    given.setdefault(name, value)
            await send(message)

        return sending


def _bounded(receive: Receive) -> Receive:
    """A body that says nothing of its length is cut off as well."""
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > MAX_BODY else message

    return receiving


def _host(header: str) -> str:
    """Without the port; IPv6 keeps its brackets."""
    if header.startswith("["):
        return header.partition("]")[0].lower() + "]"
    return header.partition(":")[0].lower()


class PromptCallers(H11Protocol):
    """HTTP for callers who send the head of a request within ten seconds: who dribbles it is hung up on."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock runs from the first moment."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """A request that has begun has its head; the next one gets a clock of its own."""
        if self._deadline is None and self._is_between():
            self._wait()
        super().data_received(data)
        if not self._is_between():
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller is gone."""
        self._stop()
        super().connection_lost(exc)

    def _is_between(self) -> bool:
        cycle: Any = self.cycle
        return cycle is None or cycle.response_complete

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(HEADERS_WITHIN_S, self._hang_up)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self) -> None:
        if self._is_between() and not self.transport.is_closing():
            self.transport.close()
