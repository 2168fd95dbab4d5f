"""One of the processes that poll in the benchmark: the real stage, a real database, names looked up at home."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection

from aiohttp.abc import AbstractResolver, ResolveResult

from pipeline.configuration import Configuration, load_configuration
from pipeline.feeds.catalogue import FeedSource
from pipeline.records import RobotsNote
from pipeline.settings import Settings
from pipeline.stages.poll.poll import poll
from pipeline.stages.running.context import Context
from pipeline.store.server.engine import open_engine, parse_url
from pipeline.web_client.client import WebClient
from tests.bench.poll_newsroom import host_of


@dataclass(frozen=True)
class Effort:
    """What one process spent on one round."""

    counts: dict[str, int]
    seconds: float
    cpu_s: float
    peak_mib: float


class _AtHome(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, _: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        flags = socket.AI_NUMERICHOST
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=flags)
        ]

    async def close(self) -> None:
        """Nothing is open."""


class _HomeContext(Context):
    """As the stages have it, but for the names; and local servers are paced like any other."""

    def web_client(self, now: datetime, robots_notes: MutableMapping[str, RobotsNote]) -> WebClient:
        return self.make_client(now, robots_notes, resolver=_AtHome(), pace_private=True)


def sources(count: int, port: int) -> tuple[FeedSource, ...]:
    """The feeds of the newsroom, as feeds.yml would have them."""
    return tuple(
        FeedSource(
            key=f"feed-{number}",
            url=f"http://{host_of(number)}:{port}/{number}",
            outlet=f"Outlet {number}",
            language="en",
            zone="UTC",
            country="INT",
            kind="newspaper",
        )
        for number in range(count)
    )


def work(orders: Connection, settings: Settings, count: int, port: int) -> None:
    """Poll all that is due each time a moment comes in; say what it took. Ends at None."""
    assert settings.database_url is not None
    engine = open_engine(parse_url(settings.database_url))
    rules: Configuration = load_configuration(settings.config_dir)
    configuration = rules.with_parts(feeds=sources(count, port))
    with _HomeContext(settings, engine, configuration) as ctx:
        orders.send("ready")
        while (now := orders.recv()) is not None:
            started, cpu = time.monotonic(), time.process_time()
            tally = poll(ctx, now)
            orders.send(
                Effort(
                    tally.counts,
                    time.monotonic() - started,
                    time.process_time() - cpu,
                    resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                )
            )
    engine.dispose()
