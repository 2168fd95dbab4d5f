"""The site as a running program: uvicorn in front, and beside it a thread that deals with hubs."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime

import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from pipeline.errors import WirewatchError
from pipeline.site.api import add_outlets
from pipeline.site.app import create_app
from pipeline.site.guard import MAX_HEADERS, PromptCallers
from pipeline.site.opening import hosts_of, open_desk
from pipeline.stages.poll.hubs import subscribe
from pipeline.stages.poll.pushes import take_pushes
from pipeline.stages.running.context import Context

EVERY_S = 60.0

log = structlog.get_logger(__name__)


class Site:
    """Listens from the beginning, answers while `run` runs."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._news = threading.Event()
        self._ended = threading.Event()
        self._hubs = threading.Thread(target=self._deal_with_hubs, name="hubs")
        self._trouble = ""
        self._deserted = False
        self._socket = _listen(ctx.settings.site_host, ctx.settings.site_port)
        try:
            self._desk = open_desk(ctx)
        except WirewatchError:
            self._socket.close()
            raise
        app = create_app(
            ctx.engine, desk=self._desk, hosts=hosts_of(ctx.settings),
            pushed=self._news.set, trouble=lambda: self._trouble, outlets=self._add_outlets,
        )  # fmt: skip
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=PromptCallers,
                h11_max_incomplete_event_size=MAX_HEADERS,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
            )
        )

    def _add_outlets(self, app: FastAPI) -> None:
        ctx = self._ctx
        add_outlets(app, ctx.engine, ctx.configuration, site_url=ctx.settings.site_url, alerts=lambda: ctx.alerts)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def run(self) -> None:
        """Serve requests and process pushes until Ctrl-C, SIGTERM or `stop`.

        Raises:
            WirewatchError: the processing of pushes ended unexpectedly.
        """
        self._hubs.start()
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()
        try:
            self.answer()
        finally:
            self._ended.set()
            self._news.set()
            self._hubs.join()
        if self._deserted:
            raise WirewatchError(f"the site stopped: {self._trouble}")

    def _warm_up(self) -> None:
        try:
            self._desk.warm_up()
        except WirewatchError as error:  # the page that needs it says so as well
            log.error("words of the pages cannot be read", error=str(error))  # noqa: TRY400

    def answer(self) -> None:
        """Answer requests, and nothing else, until Ctrl-C, SIGTERM or `stop`."""
        try:
            with self._socket:
                self._server.run(sockets=[self._socket])
        finally:
            self._desk.reading.dispose()

    def is_closed(self) -> bool:
        """True once it does not listen any more."""
        return self._socket.fileno() < 0

    def stop(self) -> None:
        """Let `run` return soon."""
        self._server.should_exit = True

    def _deal_with_hubs(self) -> None:
        """Run until the end. If it comes unexpectedly, the site stops: pushes that are not processed must be
        refused."""
        try:
            while not self._ended.is_set():
                self._trouble = self._one_round()
                self._news.wait(EVERY_S)
                self._news.clear()
        finally:
            if not self._ended.is_set():
                self._deserted, self._trouble = True, "the thread that deals with hubs has ended"
                self.stop()

    def _one_round(self) -> str:
        """Read at once what was brought; every minute see which hub is to be asked. Returns what went wrong."""
        now = datetime.now(UTC)
        try:
            take_pushes(self._ctx, now)
            if self._ctx.settings.site_url:
                subscribe(self._ctx, now)
        except (SQLAlchemyError, WirewatchError, OSError) as error:
            log.error("hubs have to wait", error=_name(error))  # noqa: TRY400 - the database says enough
            return _name(error)
        except Exception as error:  # pushes must not wait for a restart, whatever the error
            log.exception("hubs have to wait")
            return _name(error)
        return ""


def _name(error: Exception) -> str:
    """Monitors see it: what the database said, without the statement it was said of."""
    return f"{type(error).__name__}: {getattr(error, 'orig', None) or error}".strip()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        WirewatchError: the address is not available.
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
