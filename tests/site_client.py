"""The site over a real socket, and a browser of a few lines that keeps cookies and follows redirects."""

from __future__ import annotations

import contextlib
import http.client
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from lxml import html as lxml_html

from pipeline.site.server import Site
from pipeline.stages.line import Context

TOKEN = "a-token-of-some-length"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def tree(self) -> Any:
        return lxml_html.document_fromstring(self.text)

    @property
    def words(self) -> str:
        """What a reader sees, on one line."""
        return " ".join(self.tree.text_content().split())


@dataclass
class Browser:
    """Talks to one site."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, form: dict[str, Any] | None = None, **headers: str) -> Answer:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in (self.headers | headers).items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(form, doseq=True) if form is not None else None
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        with contextlib.closing(connection):
            connection.request(method, path, body, sent)
            with connection.getresponse() as answer:
                found = Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        for name, value in answer.headers.items():
            if name.lower() == "set-cookie" and (match := re.match(r"([^=]+)=([^;]*)", value)):
                self.cookies[match[1]] = match[2].strip('"')
        return found

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, **form: Any) -> Answer:
        return self.ask("POST", path, form)

    def log_in(self, name: str = "Deniz") -> None:
        assert self.post("/login", name=name, token=TOKEN).status == 303

    def fields(self, path: str) -> dict[str, str]:
        """The hidden fields of the form on a page."""
        return {e.get("name"): e.get("value") for e in self.get(path).tree.xpath("//input[@type='hidden']")}


@contextmanager
def served(ctx: Context) -> Iterator[Browser]:
    """The site on a free port, without its thread for hubs."""
    site = Site(ctx)
    running = threading.Thread(target=site.answer)
    running.start()
    try:
        yield Browser(site.url)
    finally:
        site.stop()
        running.join()
