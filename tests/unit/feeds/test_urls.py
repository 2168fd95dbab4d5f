from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.urls import canonical_url


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTPS://Bosphorus.Example:443/a?utm_source=rss&id=7#top", "https://bosphorus.example/a?id=7"),
        ("http://bosphorus.example:8080/A", "http://bosphorus.example:8080/A"),
        ("http://bosphorus.example", "http://bosphorus.example/"),
        ("https://x.example/?q=%D0%B0+b", "https://x.example/?q=%D0%B0+b"),
        ("https://x.example/a?fbclid=1", "https://x.example/a"),
        ("http://[2001:db8::1]:81/a", "http://[2001:db8::1]:81/a"),
    ],
)
def test_what_does_not_tell_pages_apart_is_taken_away(given_url: str, expected: str) -> None:
    assert canonical_url(given_url) == expected


@pytest.mark.parametrize("broken", ["https:///a", "http://host:port/", "http://[::1/"])
def test_what_cannot_be_parsed_is_an_error(broken: str) -> None:
    with pytest.raises(ValueError):
        canonical_url(broken)


PATHS = st.from_regex(r"(/[a-zA-Z0-9]{0,5}){0,3}", fullmatch=True)
QUERIES = st.from_regex(r"(\?[a-z]{1,3}=[a-z]{0,3})?", fullmatch=True)


@given(st.sampled_from(["http", "HTTPS"]), st.sampled_from(["", ":80", ":8080"]), PATHS, QUERIES)
def test_a_canonical_url_is_its_own_canonical_url(scheme: str, port: str, path: str, query: str) -> None:
    url = f"{scheme}://News.example{port}{path}{query}"
    assert canonical_url(canonical_url(url)) == canonical_url(url)
