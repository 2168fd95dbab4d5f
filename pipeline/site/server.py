"""The site as a running program: uvicorn in front, and beside it a thread that deals with hubs."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime

import structlog
import uvicorn
from sqlalchemy.exc import DBAPIError

from pipeline.errors import WirewatchError
from pipeline.site.app import create_app
from pipeline.stages.context import Context
from pipeline.stages.hubs import subscribe
from pipeline.stages.pushes import take_pushes

EVERY_S = 60.0

log = structlog.get_logger(__name__)


class Site:
    """Listens from the beginning, answers while `run` runs."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._news = threading.Event()
        self._ended = threading.Event()
        self._socket = _listen(ctx.settings.site_host, ctx.settings.site_port)
        app = create_app(ctx.engine, pushed=self._news.set)
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, server_header=False, proxy_headers=False)
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def run(self) -> None:
        """Answer, and deal with hubs, until Ctrl-C, SIGTERM or `stop`."""
        hubs = threading.Thread(target=self._deal_with_hubs, name="hubs")
        hubs.start()
        try:
            self.answer()
        finally:
            self._ended.set()
            self._news.set()
            hubs.join()

    def answer(self) -> None:
        """Answer requests, and nothing else, until Ctrl-C, SIGTERM or `stop`."""
        with self._socket:
            self._server.run(sockets=[self._socket])

    def is_closed(self) -> bool:
        """True once it does not listen any more."""
        return self._socket.fileno() < 0

    def stop(self) -> None:
        """Let `run` return soon."""
        self._server.should_exit = True

    def _deal_with_hubs(self) -> None:
        """Read at once what was brought; every minute see which hub is to be asked."""
        while not self._ended.is_set():
            now = datetime.now(UTC)
            try:
                take_pushes(self._ctx, now)
                if self._ctx.settings.site_url:
                    subscribe(self._ctx, now)
            except (DBAPIError, WirewatchError) as error:
                log.error("hubs have to wait", error=str(error))  # noqa: TRY400 - the database says enough
            self._news.wait(EVERY_S)
            self._news.clear()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        WirewatchError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(100)
    except OSError as error:
        listening.close()
        raise WirewatchError(f"the site cannot listen on {host}:{port}: {error.strerror or error}") from error
    return listening
