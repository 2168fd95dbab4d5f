"""Which hub a feed names, wherever it does, and how much less a pushed feed is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.hub import Offer, offered_hub, while_pushed

URL = "https://gazette.example/feed"
HUB, SELF = "https://hub.example/", "https://gazette.example/rss.xml"


@pytest.mark.parametrize(
    "value",
    [
        f'<{HUB}>; rel="hub", <{SELF}>; rel="self"',
        f"<{HUB}>; rel=hub, <{SELF}>; rel=self",
        f'<{SELF}>; type="application/rss+xml"; rel="self",<{HUB}>;rel="HUB"',
        f'<{HUB}>; title="a, b; c"; rel="preload hub", <{SELF}>; rel="self"',
    ],
)
def test_in_the_link_header(value: str) -> None:
    assert offered_hub({"link": value}, b"", url=URL) == Offer(HUB, SELF)


def test_nested_json_without_end_names_no_hub() -> None:
    assert offered_hub({}, b'{"a":' * 100_000, url=URL) is None


@pytest.mark.parametrize(
    "head",
    [
        f'<rss><channel><atom:link rel="hub" href="{HUB}"/><atom:link href="{SELF}" rel="self" type="x"/>',
        f"<feed xmlns='http://www.w3.org/2005/Atom'><link rel='hub' href='{HUB}'/><link rel='self' href='{SELF}'/>",
        f'<feed><atom10:link xmlns:atom10="a" rel="self" href="{SELF}" /><link\n rel="hub"\n href="{HUB}" />',
    ],
)
def test_in_the_feed(head: str) -> None:
    entry = '<entry><link rel="hub" href="https://evil.example/"/></entry>'
    assert offered_hub({}, (head + entry).encode(), url=URL) == Offer(HUB, SELF)


def test_in_a_json_feed() -> None:
    body = f'{{"feed_url": "{SELF}", "hubs": [{{"type": "rssCloud", "url": "x"}}, {{"type": "WebSub", "url": "{HUB}"}}]}}'
    assert offered_hub({}, body.encode(), url=URL) == Offer(HUB, SELF)


def test_the_header_wins_and_the_first_hub_of_several() -> None:
    body = b'<feed><link rel="hub" href="https://other.example/"/></feed>'
    header = f"<{HUB}>; rel=hub, <https://second.example/>; rel=hub"
    assert offered_hub({"link": header}, body, url=URL) == Offer(HUB, URL)


def test_a_hub_inside_an_entry_is_no_hub_of_the_feed() -> None:
    body = f'<rss><channel><item><atom:link rel="hub" href="{HUB}"/></item></channel></rss>'
    assert offered_hub({}, body.encode(), url=URL) is None


@pytest.mark.parametrize(
    "address", ["ftp://hub.example/", "javascript:x", "", "http://", "https://[x/", f"https://{'h' * 3000}/"]
)
def test_a_hub_that_cannot_be_asked_is_none(address: str) -> None:
    assert offered_hub({"link": f"<{address}>; rel=hub"}, b"", url=URL) is None


@given(header=st.text(max_size=200), body=st.binary(max_size=400))
def test_whatever_comes_it_does_not_fail(header: str, body: bytes) -> None:
    offered_hub({"link": header}, body, url=URL)


@given(st.timedeltas(min_value=timedelta(seconds=30), max_value=timedelta(days=2)))
def test_a_pushed_feed_is_asked_less_but_still_asked(wait: timedelta) -> None:
    slowed = while_pushed(wait)
    assert slowed >= max(wait, timedelta(hours=1))
    assert slowed <= max(wait, timedelta(hours=6))
