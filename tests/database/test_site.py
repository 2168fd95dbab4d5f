"""The site as hubs, strangers and monitors meet it: whom it hears out, and what it says of itself."""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from hub_wire import Wire, eventually, wired
from local_hub import ask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from pipeline.errors import WirewatchError
from pipeline.site import health, server, websub
from pipeline.site.server import Site
from pipeline.stages.line import Context
from pipeline.stages.poll.poll import MAX_FEED_BYTES


@pytest.fixture
def wire(engine: Engine, tmp_path: Path) -> Iterator[Wire]:
    with wired(engine, tmp_path) as wire:
        yield wire


def knock(site: Site, token: str, promised: int = MAX_FEED_BYTES) -> socket.socket:
    """Announce a body and send none of it."""
    host, port = site.url.removeprefix("http://").split(":")
    caller = socket.create_connection((host, int(port)), timeout=20)
    caller.sendall(f"POST /websub/{token} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {promised}\r\n\r\n".encode())
    return caller


def answer_to(caller: socket.socket) -> str:
    """The status line and the headers."""
    with caller.makefile("rb") as lines:
        return b"\n".join(iter(lambda: lines.readline().strip(), b"")).decode()


@contextmanager
def whole_site(wire: Wire) -> Iterator[list[WirewatchError]]:
    """The site with its thread for hubs, in place of the one that only answers; yields what ended it."""
    wire.site.stop()
    eventually(wire.site.is_closed)
    site, ends = Site(wire.ctx), []

    def run() -> None:
        try:
            site.run()
        except WirewatchError as error:
            ends.append(error)

    running = threading.Thread(target=run)
    running.start()
    try:
        yield ends
    finally:
        site.stop()
        running.join()


def test_who_does_not_know_the_address_is_answered_before_anything_is_read(wire: Wire) -> None:
    wire.agree()
    with knock(wire.site, "x" * 43) as stranger:
        assert answer_to(stranger).startswith("HTTP/1.1 404 ")
    with wire.engine.begin() as conn:
        conn.execute(text("UPDATE store.subscription SET expires_at = now() - interval '1 second'"))
    with knock(wire.site, wire.token) as late:
        assert answer_to(late).startswith("HTTP/1.1 410 ")
    assert wire.outcomes() == {"push_too_late": 1}


def test_so_many_bodies_are_read_at_once_and_no_more(wire: Wire) -> None:
    wire.agree()
    body = wire.feed("one", "two")
    with ExitStack() as callers:
        knocking = [callers.enter_context(knock(wire.site, wire.token)) for _ in range(websub.BODIES_AT_ONCE + 1)]
        (refused,), _, _ = select.select(knocking, [], [], 20)
        answer = answer_to(refused)
        assert answer.startswith("HTTP/1.1 503 ")
        assert "retry-after: " in answer.lower()
        assert wire.hub.publish(body) == 503
        assert wire.outcomes() == {"push_no_room": 2}
    eventually(lambda: wire.hub.publish(body) == 202)
    eventually(lambda: wire.outcomes().get("push_cut_short") == websub.BODIES_AT_ONCE)


def test_a_sender_that_falls_silent_does_not_keep_its_place(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websub, "_BODY_WITHIN_S", 0.2)
    wire.agree()
    with knock(wire.site, wire.token) as silent:
        assert answer_to(silent).startswith("HTTP/1.1 408 ")
    assert wire.outcomes() == {"push_too_slow": 1}


def test_the_site_as_a_whole_reads_a_push_within_seconds(wire: Wire) -> None:
    wire.feed("one")
    wire.poll()
    with whole_site(wire) as ends:
        eventually(lambda: wire.state == "active")
        wire.hub.publish(wire.feed("one", "two"))
        eventually(lambda: wire.titles() == ["one", "two"])
    assert ends == []


def test_health_says_how_things_stand(wire: Wire) -> None:
    wire.feed("one")
    wire.poll()
    status, body = ask("GET", f"{wire.site.url}/health")
    assert (status, '"ok":true' in body) == (200, True)
    assert '"fetch"' in body
    assert ask("GET", f"{wire.site.url}/docs")[0] == 404
    assert [ask("GET", f"{wire.site.url}/{path}") for path in ("livez", "readyz")] == [(200, "ok\n")] * 2
    status, body = ask("GET", f"{wire.site.url}/metrics")
    found = {family.name for family in text_string_to_metric_families(body)}
    assert (status, {"wirewatch_up", "wirewatch_queue_age_seconds", "wirewatch_articles"} <= found) == (200, True)
    assert ask("GET", f"{wire.site.url}/metrics", headers={"X-Forwarded-For": "203.0.113.9"})[0] == 401


@pytest.mark.parametrize("error", [PoolTimeoutError("QueuePool limit"), OSError("no space"), KeyError("feed")])
def test_hubs_that_cannot_be_dealt_with_are_told_of_and_tried_again(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    wire.feed("one")
    wire.poll()
    broken = threading.Event()
    broken.set()

    def take(ctx: Context, now: datetime) -> None:
        if broken.is_set():
            raise error

    monkeypatch.setattr(server, "take_pushes", take)
    monkeypatch.setattr(server, "EVERY_S", 0.1)
    with whole_site(wire) as ends:
        url = f"{wire.ctx.settings.site_url}/health"
        eventually(lambda: ask("GET", url)[0] == 503)
        told = json.loads(ask("GET", url)[1])
        assert (told["ok"], type(error).__name__ in told["hubs"]) == (False, True)
        broken.clear()
        eventually(lambda: ask("GET", url)[0] == 200)
    assert ends == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_site_ends_with_an_error_where_nobody_deals_with_hubs_any_more(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(ctx: Context, now: datetime) -> None:
        raise SystemExit(1)

    monkeypatch.setattr(server, "take_pushes", end)
    with whole_site(wire) as ends:
        eventually(lambda: ends)
    assert "has ended" in str(ends[0])


def test_health_is_bad_where_no_connection_is_free(wire: Wire) -> None:
    engine = create_engine(wire.engine.url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    routes = {route.path: route.endpoint for route in health.routes(engine, lambda: "", lambda _: True).routes}
    with engine.connect():
        answer, down = routes["/health"](request=None), routes["/metrics"](request=None)
        assert (routes["/livez"]().status_code, routes["/readyz"]().status_code) == (200, 503)
    engine.dispose()
    told = json.loads(answer.body)
    assert (answer.status_code, told["ok"], "QueuePool" in told["error"]) == (503, False, True)
    assert b"wirewatch_up 0" in down.body
