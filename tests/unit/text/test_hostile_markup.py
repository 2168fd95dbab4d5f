"""Pages that would hang, crash or fill a process cost one counted failure each, and the next page is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hostile_pages import HOSTILE, STORY

from pipeline.configuration import load_configuration
from pipeline.errors import ExtractError
from pipeline.records import PageHints
from pipeline.settings import CHECKOUT, load_settings
from pipeline.stages.running.page_workers import PageWorkers
from pipeline.store.pages import RawPage

REASONS = {
    "no_text", "not_html", "page_too_large", "text_too_large", "extract_timeout", "extract_memory", "extract_crash",
    "extractor_failed",
}  # fmt: skip
GOOD = f"<html><body><article><h1>Sokolov due</h1><p>{STORY}</p></article></body></html>".encode()


@pytest.fixture(scope="module")
def workers() -> Iterator[PageWorkers]:
    settings = load_settings(workers=2, page_timeout_s=4.0, page_memory_mb=512, data_dir=Path("unused"))
    workers = PageWorkers(settings, load_configuration(CHECKOUT / "config"))
    yield workers
    workers.close()


def raw(body: bytes) -> RawPage:
    hints = PageHints(url="http://harbour.example/a", fetched_at=datetime(2031, 5, 8, tzinfo=UTC), language="en")
    kept = zstandard.ZstdCompressor(level=1).compress(body[:10_000_000])
    return RawPage(1, 1, hints.url, "harbour", 200, "text/html", kept, hints, "", "")


QUICK = (
    "one word of ten megabytes", "nesting 100,000 deep", "nested lists and tables", "a million attributes",
    "an endless table", "entity bomb", "spaces", "a deep description", "a script full of strings", "charset",
    "nothing but zeroes",
)  # fmt: skip


@pytest.mark.slow
def test_hostile_pages_end_with_a_reason_and_good_ones_are_still_read(workers: PageWorkers) -> None:
    results = dict(zip(QUICK, workers.read([raw(HOSTILE[name]()) for name in QUICK]), strict=True))
    failed = {name: result for name, result in results.items() if isinstance(result, ExtractError)}
    assert {error.reason for error in failed.values()} <= REASONS, failed
    assert failed["a million attributes"].reason == "extract_timeout"
    assert failed["an endless table"].reason == "page_too_large"
    assert failed["nothing but zeroes"].reason == "not_html"
    for result in workers.read([raw(GOOD)] * 3):
        assert not isinstance(result, ExtractError), result
        assert result.article.body == STORY


def test_a_page_that_needs_more_memory_than_it_may_is_counted() -> None:
    settings = load_settings(workers=1, page_memory_mb=128, data_dir=Path("unused"))
    workers = PageWorkers(settings, load_configuration(CHECKOUT / "config"))
    try:
        (result,) = workers.read([raw(HOSTILE["a million classes"]())])
        assert isinstance(result, ExtractError)
        assert result.reason in {"extract_memory", "extract_crash"}
        (result,) = workers.read([raw(GOOD)])
        assert not isinstance(result, ExtractError), result
    finally:
        workers.close()
