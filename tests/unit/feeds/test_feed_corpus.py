"""Every feed of the evaluation data gives items or a reason, in bounded time."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from pipeline.errors import FeedError
from pipeline.feeds.parse import parse_feed
from tests.evaluation.data import data_folder

FEEDS = data_folder() / "feeds"
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def test_every_file_gives_items_or_a_reason_in_time() -> None:
    if not FEEDS.is_dir():
        pytest.skip(f"no evaluation data at {FEEDS}")
    slow, refused, items = [], {}, 0
    for path in sorted(FEEDS.iterdir()):
        if path.name == "index.tsv":
            continue
        started = time.process_time()
        try:
            feed = parse_feed(path.read_bytes(), url="https://x.example/feed", content_type=None, now=NOW)
        except FeedError as error:
            refused[path.name] = error.reason
        else:
            items += len(feed.items)
        if time.process_time() - started > 2:
            slow.append(path.name)
    assert slow == []
    assert len(refused) <= 6, refused
    assert items > 2600
