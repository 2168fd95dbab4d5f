"""A real WebSub hub on 127.0.0.1: it takes subscriptions, verifies them, and pushes what a test publishes."""

from __future__ import annotations

import hashlib
import hmac
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode

Form = dict[str, str]


@dataclass
class Hub:
    """`asked` keeps each request for a subscription; `mood` says how it is answered."""

    port: int
    lease_s: int = 86400
    mood: str = "verify"  # verify, later (say yes, verify nothing), deny, refuse
    asked: list[Form] = field(default_factory=list)
    verified: list[tuple[int, str]] = field(default_factory=list)  # status and body of each verification

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def verify(self, form: Form, **changes: str) -> tuple[int, str]:
        """Ask the subscriber whether it meant that."""
        query = {
            "hub.mode": "subscribe",
            "hub.topic": form["hub.topic"],
            "hub.challenge": "c-4711",
            "hub.lease_seconds": str(self.lease_s),
            **changes,
        }
        answer = ask("GET", f"{form['hub.callback']}?{urlencode(query)}")
        self.verified.append(answer)
        return answer

    def publish(
        self, body: bytes, *, method: str = "sha256", signature: str | None = None, to: Form | None = None
    ) -> int:
        """Push `body` to the last subscriber; returns the status it answered with."""
        form = to or self.asked[-1]
        digest = hmac.new(form["hub.secret"].encode(), body, getattr(hashlib, method)).hexdigest()
        headers = {"Content-Type": "application/rss+xml", "X-Hub-Signature": signature or f"{method}={digest}"}
        return ask("POST", form["hub.callback"], body, headers)[0]


def ask(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """One request; the status and the body, whatever the status."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@contextmanager
def run_hub() -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            hub.asked.append(form)
            if hub.mood == "verify":
                hub.verify(form)  # before it answers: the quickest hub there can be
            elif hub.mood == "deny":
                hub.verify(form, **{"hub.mode": "denied", "hub.reason": "not today"})
            self.send_response(403 if hub.mood == "refuse" else 202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub = Hub(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
