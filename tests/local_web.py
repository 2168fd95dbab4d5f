"""A real HTTP server on 127.0.0.1 whose pages a test puts up, changes and takes down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape


@dataclass
class Reply:
    """What a path answers with."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


@dataclass
class LocalWeb:
    """`pages` maps a path to its reply, or to a function that makes one (or takes over the raw connection)."""

    port: int
    pages: dict[str, Reply | Callable[[BaseHTTPRequestHandler], Reply | None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def serve() -> Iterator[LocalWeb]:
    """Serve until the block ends; a path nobody put up is a 404."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.asked.append(self.path)
            page = web.pages.get(self.path, Reply(b"not here", 404))
            reply = page(self) if callable(page) else page
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def do_POST(self) -> None:
            self.do_GET()  # the page is a function that reads the body

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    web = LocalWeb(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Entry:
    """One item of an RSS feed; `published` as RFC 822 text."""

    link: str
    published: str
    title: str = ""
    summary: str = ""


def rss(entries: list[Entry], *, title: str = "Wire") -> Reply:
    """An RSS 2.0 feed."""
    items = "".join(
        f"<item><guid>{escape(e.link)}</guid><link>{escape(e.link)}</link><pubDate>{e.published}</pubDate>"
        + (f"<title>{escape(e.title)}</title>" if e.title else "")
        + (f"<description>{escape(e.summary)}</description>" if e.summary else "")
        + "</item>"
        for e in entries
    )
    channel = f"<channel><title>{title}</title>{items}</channel>"
    text = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0">{channel}</rss>'
    return Reply(text.encode(), headers={"Content-Type": "application/rss+xml; charset=utf-8"})
