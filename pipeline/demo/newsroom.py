"""The outlets' web servers. Each outlet has a port of its own on 127.0.0.1, so that their hosts differ.

What a server answers depends on the newsroom's simulated clock: an article is not there before it is published,
and its text changes when it is corrected. Conditional requests are answered honestly.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from pipeline.demo.pages import PageView, comments_at, render_front, render_page
from pipeline.demo.story import DemoArticle, Outlet, Story
from pipeline.demo.syndication import CONTENT_TYPES, render_feed
from pipeline.feeds.catalogue import FeedSource

HOST = "127.0.0.1"
RELATED = 4
ROBOTS = "User-agent: *\nDisallow: /section/\n"


@dataclass(frozen=True, slots=True)
class Access:
    """One line of the access log."""

    outlet: str
    path: str
    status: int
    conditional: bool  # the client named the copy that it has


@dataclass(frozen=True, slots=True)
class ServedDocument:
    """The document at a path at one moment."""

    body: bytes
    content_type: str
    changed: datetime


class Newsroom:
    """All outlets of a story on the air. Use it as a context manager, or `start` and `stop` it."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._lock = threading.Lock()
        self._clock = min(article.published for article in story.articles)
        self._log: list[Access] = []
        self._servers: dict[str, _OutletServer] = {}
        self._threads: list[threading.Thread] = []

    @property
    def clock(self) -> datetime:
        """The simulated time, aware UTC."""
        with self._lock:
            return self._clock

    @clock.setter
    def clock(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("expected an aware datetime")
        with self._lock:
            self._clock = now.astimezone(UTC)

    @property
    def log(self) -> tuple[Access, ...]:
        """Every request answered so far, in order."""
        with self._lock:
            return tuple(self._log)

    @property
    def allow_private(self) -> frozenset[str]:
        """The host:port pairs a guarded client must be allowed to ask."""
        return frozenset(f"{HOST}:{server.server_port}" for server in self._servers.values())

    def start(self) -> None:
        """Begin to serve every outlet, each on a free port."""
        for outlet in self._story.outlets:
            articles = tuple(a for a in self._story.articles if a.outlet.key == outlet.key)
            server = _OutletServer(self, outlet, articles)
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            self._servers[outlet.key] = server
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Stop serving and free the ports. Harmless when nothing runs."""
        for server in self._servers.values():
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()
        self._servers.clear()
        self._threads.clear()

    def __enter__(self) -> Newsroom:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def base(self, outlet: str) -> str:
        """Address of an outlet's server, without a slash at the end."""
        return self._servers[outlet].base

    def url(self, article: DemoArticle) -> str:
        """Address of an article's page."""
        return f"{self.base(article.outlet.key)}{article.path}"

    def sources(self) -> tuple[FeedSource, ...]:
        """The outlets' feeds as config/feeds.yml would name them."""
        return tuple(
            FeedSource(
                key=outlet.key,
                url=f"{self.base(outlet.key)}{outlet.feed_path}",
                outlet=outlet.name,
                title=outlet.title,
                language=outlet.language,
                zone=outlet.zone,
                country=outlet.country,
                kind=outlet.kind,
                agency=outlet.agency,
                interval_s=300,
            )
            for outlet in self._story.outlets
        )

    def note(self, access: Access) -> None:
        """Write one line of the access log."""
        with self._lock:
            self._log.append(access)


class _OutletServer(ThreadingHTTPServer):
    """One outlet's web server."""

    daemon_threads = True

    def __init__(self, newsroom: Newsroom, outlet: Outlet, articles: tuple[DemoArticle, ...]) -> None:
        super().__init__((HOST, 0), _Handler)
        self.newsroom = newsroom
        self.outlet = outlet
        self.base = f"http://{HOST}:{self.server_port}"
        self._articles = articles
        self._by_path = {article.path: article for article in articles}

    def document(self, path: str) -> ServedDocument | None:
        """The current document at `path`."""
        now = self.newsroom.clock
        published = [a for a in reversed(self._articles) if a.published <= now]
        changed = max((r.at for a in published for r in a.revisions if r.at <= now), default=now)
        if path == "/robots.txt":
            return ServedDocument(ROBOTS.encode(), "text/plain; charset=utf-8", self._articles[0].published)
        if path == self.outlet.feed_path:
            text = render_feed(self.outlet, published, self.base, now)
            return self._document(text, CONTENT_TYPES[self.outlet.feed], changed)
        if path == "/":
            return self._document(render_front(self.outlet, published), "text/html", changed)
        article = self._by_path.get(path)
        return self._page(article, now) if article else None

    def _page(self, article: DemoArticle, now: datetime) -> ServedDocument | None:
        revision = article.revision(now)
        if revision is None:
            return None
        comments = comments_at(article, now)
        earlier = [a for a in reversed(self._articles) if a.published < article.published]
        view = PageView(article, revision, f"{self.base}{article.path}", tuple(earlier[:RELATED]), tuple(comments))
        return self._document(render_page(view), "text/html", revision.at)

    def _document(self, text: str, content_type: str, changed: datetime) -> ServedDocument:
        encoding = self.outlet.encoding
        body = text.encode(encoding, errors="xmlcharrefreplace")
        return ServedDocument(body, f"{content_type}; charset={encoding}", changed)


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD of one outlet's documents."""

    server: _OutletServer
    protocol_version = "HTTP/1.1"
    server_version = "newsroom"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        """Answer with the document, 304 where the client has it, or 404."""
        document = self.server.document(self.path.partition("?")[0])
        if document is None:
            self._answer(HTTPStatus.NOT_FOUND, b"Not found\n", {"Content-Type": "text/plain; charset=utf-8"})
            return
        validators = {
            "ETag": f'"{hashlib.sha256(document.body).hexdigest()[:32]}"',
            "Last-Modified": format_datetime(document.changed, usegmt=True),
        }
        if self._is_current(document, validators["ETag"]):
            self._answer(HTTPStatus.NOT_MODIFIED, b"", validators)
            return
        self._answer(HTTPStatus.OK, document.body, {"Content-Type": document.content_type, **validators})

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self.do_GET()

    def _is_current(self, document: ServedDocument, etag: str) -> bool:
        """Whether the copy the client names is the document (RFC 9110 §13.2.2: the ETag decides if given)."""
        named = self.headers.get("If-None-Match")
        if named is not None:
            return etag in {part.strip().removeprefix("W/") for part in named.split(",")} or named.strip() == "*"
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        try:
            return document.changed.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):  # not a date, or one without a zone: as if it had not been sent
            return False

    def _answer(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        self.server.newsroom.note(Access(self.server.outlet.key, self.path, int(status), conditional))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET" and status is not HTTPStatus.NOT_MODIFIED:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal quiet: the newsroom has its own log."""
