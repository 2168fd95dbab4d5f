"""Receivers that fail as they are told: they keep what they took, and never take what they say they refused.

The worker under test writes the name of the fault it expects next into a file of its channel; the receiver reads it
when a message is there.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

HANG_S = 1.6  # longer than the worker's time-out
_NUMBER = re.compile(r"\[?#(\d+)\]?|meetings/(\d+)")
_MARK = "Possibly sent before"
_ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "429": (429, {"Retry-After": "90"}, b""),
    "500": (500, {}, b"oops"),
    "503": (503, {"Retry-After": "600"}, b""),
    "302": (302, {"Location": "/elsewhere"}, b""),
    "401": (401, {}, b""),
    "422": (422, {}, b""),
    "html": (200, {"Content-Type": "text/html"}, b"<!doctype html><title>Sign in</title>"),
    "504 after taking it": (504, {}, b""),
    "502 after taking it": (502, {}, b""),
}
_TAKEN = frozenset({"504 after taking it", "502 after taking it", "silence", "hang", "kill before the answer"})
_SMTP_ANSWERS = {"451": "451 4.3.0 later", "421": "421 4.3.2 closing", "554": "554 5.6.0 not like this"}


@dataclass(frozen=True)
class Arrival:
    """One message a receiver took: who, of which meeting, and whether it says that it may be a repeat."""

    endpoint: str
    number: int
    marked: bool


@dataclass
class Ward:
    """What the receivers share: the folder with the orders, the worker to kill, and what arrived."""

    orders: Path
    worker: int = 0
    arrived: list[Arrival] = field(default_factory=list)

    def order(self, channel: str) -> str:
        path = self.orders / channel
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def take(self, endpoint: str, text: str, *, marked: bool) -> None:
        """Keep a message; one without a number belongs to nobody and is a fault of the test."""
        found = _NUMBER.search(text)
        assert found, f"{endpoint}: no meeting in {text[:200]}"
        self.arrived.append(Arrival(endpoint, int(found[1] or found[2]), marked))

    def kill(self) -> None:
        os.kill(self.worker, signal.SIGKILL)


def _reset(connection: socket.socket) -> None:
    """Close so that the other side sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _read(endpoint: str, body: bytes) -> tuple[str, bool]:
    """The text that names the meeting, and whether the message is marked."""
    content = json.loads(body)
    if endpoint.startswith("hook"):
        return f"#{content['data']['meeting']['number']}", bool(content["data"]["alert"]["possibly_repeated"])
    text = json.dumps(content, ensure_ascii=False)
    return text, _MARK in text


def _handler(ward: Ward, endpoint: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            fault = ward.order(endpoint)
            self.close_connection = True
            if fault == "reset before reading":
                _reset(self.connection)
                return
            text, marked = _read(endpoint, self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            if fault not in _ANSWERS or fault in _TAKEN:
                ward.take(endpoint, text, marked=marked)
            if fault == "kill before the answer":
                ward.kill()
            if fault == "hang":
                time.sleep(HANG_S)
            if fault in ("silence", "hang", "kill before the answer"):
                return
            self._answer(*_ANSWERS.get(fault, (200, {"Content-Type": "application/json"}, b'{"ok":true}')))

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


class _Hook(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A worker that was killed leaves broken connections: they are what is tested."""


@dataclass
class HttpSink:
    """A web server at one port, which may be away for a while."""

    handler: type[BaseHTTPRequestHandler]
    port: int = 0
    _server: _Hook | None = None
    _thread: threading.Thread | None = None

    def up(self) -> None:
        self._server = _Hook(("127.0.0.1", self.port), self.handler)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def down(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = self._thread = None


class _Postbox:
    """aiosmtpd's hooks: each receiver's fault is the order of the channel."""

    def __init__(self, ward: Ward, channel: str) -> None:
        self._ward, self._channel = ward, channel

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802
        if self._ward.order(self._channel) == "451 to the receiver":
            return "451 4.2.0 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        fault = self._ward.order(self._channel)
        if fault in _SMTP_ANSWERS:
            return _SMTP_ANSWERS[fault]
        mail = message_from_bytes(envelope.content, policy=policy.default)
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for receiver in envelope.rcpt_tos:
            self._ward.take(f"{self._channel}/{receiver}", str(mail["Subject"]) + text, marked=_MARK in text)
        if fault == "kill before the answer":
            self._ward.kill()
        if fault == "hang":
            await asyncio.sleep(HANG_S)
        if fault in ("kill before the answer", "silence", "hang"):
            assert server.transport is not None
            server.transport.abort()
        return "250 OK queued"

    async def handle_QUIT(self, _server: SMTP, _session: Any, _envelope: Any) -> str:  # noqa: N802
        return "421 4.3.2 closing" if self._ward.order(self._channel) == "421 to QUIT" else "221 Bye"


@contextmanager
def sinks(ward: Ward, http: list[str], mail: str) -> Iterator[tuple[dict[str, HttpSink], int]]:
    """A web server for each channel of `http`, and a mail server; their ports."""
    servers = {name: HttpSink(_handler(ward, name)) for name in http}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(_Postbox(ward, mail), hostname="127.0.0.1", port=port)
    ends: list[Callable[[], object]] = []
    try:
        for server in servers.values():
            server.up()
            ends.append(server.down)
        controller.start()
        ends.append(controller.stop)
        yield servers, port
    finally:
        for end in reversed(ends):
            end()
