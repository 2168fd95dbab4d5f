"""A few broken pages with every run of the tests; `make fuzz` runs the many."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from pipeline.text.extract import FeedText
from tests.faults.broken_pages import bodies, check, feeds, page_of, types, urls, words
from tests.faults.pages import fuzz


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies, types, feeds, urls, words)
def test_any_page_is_an_article_or_a_reason(
    body: bytes, content_type: str | None, feed: FeedText, url: str, title: str
) -> None:
    check(body, content_type, feed, url, title)


def test_a_number_gives_the_same_page_again() -> None:
    whole = [b"<main><h1>Ferry talks</h1><p>They meet in Samsun.</p></main>"]
    pages = [page_of(number, 3, whole) for number in range(12)]
    assert pages == [page_of(number, 3, whole) for number in range(12)]
    assert len({page.body for page in pages}) > 8


def test_a_page_that_fails_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tests.faults.pages.check", broken)
    tally = fuzz(first=0, runs=2, seed=1, limit_s=5, whole=[])
    assert (tally.runs, tally.crashes, tally.hangs) == (2, 2, 0)


def test_a_page_that_never_ends_is_killed_and_the_next_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(body: bytes, *_others: object) -> None:
        while body == page_of(1, 1, []).body:
            pass

    monkeypatch.setattr("tests.faults.pages.check", endless)
    tally = fuzz(first=0, runs=3, seed=1, limit_s=0.2, whole=[])
    assert (tally.runs, tally.crashes, tally.hangs) == (3, 0, 1)
