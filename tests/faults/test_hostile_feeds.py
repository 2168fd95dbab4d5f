"""Poisoned feeds through the real readers: items or a reason, in time, within their memory; no file or host is read."""

from __future__ import annotations

import asyncio
import gzip
import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from measure import cost_of, resident
from poisoned_feeds import FEEDS, item, rss

from pipeline.errors import FeedError
from pipeline.records import ParsedFeed, Response
from pipeline.settings import Settings
from pipeline.stages.running.feed_workers import FeedWorkers

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
SECONDS = 8.0  # longer ones are killed, which is an outcome as well
MOST_MIB = 64
WARM = gzip.compress(rss(item()))  # odd enough for a process of its own


def read(readers: FeedWorkers, body: bytes) -> ParsedFeed | FeedError:
    """What the readers make of a body."""
    url = "https://wire.example/rss"
    response = Response(url, url, 200, {"content-type": "application/xml"}, body, NOW, 0.0)
    try:
        return asyncio.run(readers.read(response, now=NOW, zone="UTC"))
    except FeedError as error:
        return error


@pytest.fixture(scope="module")
def readers() -> Iterator[FeedWorkers]:
    """FeedWorkers with one process, so that its memory can be watched."""
    readers = FeedWorkers(Settings(workers=1, page_timeout_s=SECONDS))
    yield readers
    readers.close()


_fresh: dict[int, int] = {}


def reader_pid(readers: FeedWorkers) -> int:
    """The process that reads; warm, so that what it loads once does not count."""
    assert isinstance(read(readers, WARM), ParsedFeed)
    pid: int = readers._pool.schedule(os.getpid).result()  # other tests of this run have children too
    _fresh.setdefault(pid, resident(pid))
    return pid


@pytest.mark.parametrize("name", FEEDS)
def test_poisoned_feeds(readers: FeedWorkers, name: str) -> None:
    pid = reader_pid(readers)
    with cost_of() as ours, cost_of(pid, above=_fresh[pid]) as theirs:
        found = read(readers, FEEDS[name])
    if isinstance(found, ParsedFeed):
        assert len(found.items) <= 2000
        assert not any("root:" in text for entry in found.items for text in (entry.title, entry.summary))
    else:
        assert found.reason.startswith("feed_")
        assert found.reason != "feed_parser_failed"
    assert ours.seconds < SECONDS + 3
    assert ours.mib < MOST_MIB
    assert theirs.mib < MOST_MIB


def test_a_reader_that_hangs_is_killed_and_the_next_feed_is_read() -> None:
    readers = FeedWorkers(Settings(workers=1, page_timeout_s=0.01))
    try:
        found = read(readers, rss(item(more="<description>talks</description>") * 20_000))
        assert isinstance(found, FeedError)
        assert found.reason == "feed_parse_timeout"
        assert isinstance(read(readers, rss(item())), ParsedFeed)
    finally:
        readers.close()
