"""A small part of `make fuzz` with every run of the tests."""

from __future__ import annotations

from fuzz_extract import bodies, check, feeds, types, urls, words
from hypothesis import HealthCheck, given, settings

from pipeline.text.extract import FeedText


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(bodies, types, feeds, urls, words)
def test_any_page_is_an_article_or_a_reason(
    body: bytes, content_type: str | None, feed: FeedText, url: str, title: str
) -> None:
    check(body, content_type, feed, url, title)
