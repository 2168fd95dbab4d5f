"""A feed, a hub and the site, joined over real sockets."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from local_hub import Hub, run_hub
from local_web import Entry, LocalWeb, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.site.server import Site
from pipeline.stages.line import STAGES, Context
from pipeline.stages.poll.hubs import subscribe


@dataclass
class Wire:
    """A feed that names a hub, and a site that the hub can reach."""

    engine: Engine
    ctx: Context
    web: LocalWeb
    hub: Hub
    site: Site

    def feed(self, *titles: str, hub: bool = True) -> bytes:
        """Serve a feed of these items; returns it."""
        now = format_datetime(datetime.now(UTC) - timedelta(minutes=1))
        entries = [Entry(self.web.url(f"/{title}.html"), now, title) for title in titles]
        reply = rss(entries)
        links = f'<{self.hub.url}>; rel="hub", <{self.web.url("/feed")}>; rel="self"'
        self.web.pages["/feed"] = Reply(reply.body, headers={**reply.headers, **({"Link": links} if hub else {})})
        return reply.body

    def poll(self, at: datetime | None = None) -> dict[str, int]:
        with self.engine.begin() as conn:
            conn.execute(text("UPDATE store.work SET due_at = now() - interval '1 minute' WHERE stage = 'poll'"))
        return STAGES["poll"](self.ctx, at or datetime.now(UTC)).counts

    def agree(self) -> None:
        """Poll, ask the hub, be verified."""
        self.feed("one")
        self.poll()
        assert subscribe(self.ctx, datetime.now(UTC)).counts == {"agreed": 1}

    def one(self, query: str) -> Any:
        with self.engine.connect() as conn:
            return conn.scalar(text(query))

    @property
    def state(self) -> str:
        return str(self.one("SELECT state FROM store.subscription"))

    @property
    def next_poll_in(self) -> timedelta:
        due = self.one("SELECT due_at - now() FROM store.work WHERE stage = 'poll'")
        assert isinstance(due, timedelta)
        return due

    @property
    def token(self) -> str:
        return str(self.one("SELECT token FROM store.subscription"))

    def outcomes(self) -> dict[str, int]:
        """What became of pushes that were not read."""
        with self.engine.connect() as conn:
            return dict(conn.execute(text("SELECT reason, times FROM store.outcome WHERE stage = 'push'")).all())

    def titles(self) -> list[str]:
        with self.engine.connect() as conn:
            return list(conn.scalars(text("SELECT title FROM store.feed_item ORDER BY title")))


@contextmanager
def wired(engine: Engine, folder: Path) -> Iterator[Wire]:
    """The thread that deals with hubs does not run: the tests do its steps by hand."""
    with serve() as web, run_hub() as hub:
        port = free_port()
        feeds = [source("f", web.url("/feed"), interval_s=600)]
        settings = {"private": f"{web.host},{hub.host}", "site_port": port, "site_url": f"http://127.0.0.1:{port}"}
        with stage_context(engine, folder, feeds, **settings) as ctx:
            site = Site(ctx)
            server = threading.Thread(target=site.answer)
            server.start()
            try:
                yield Wire(engine, ctx, web, hub, site)
            finally:
                site.stop()
                server.join()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(so: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)
