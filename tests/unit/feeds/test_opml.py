"""Feed lists from and for feed readers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.feeds.catalogue import FeedCatalogue, FeedSource
from pipeline.feeds.opml import OpmlImport, read_opml, write_opml
from pipeline.yaml_file import load

CONFIG = Path(__file__).resolve().parents[3] / "config"
DEFAULTS = {"language": "tr", "zone": "Europe/Istanbul", "country": "TR", "kind": "online"}


def read(body: str, known: tuple[FeedSource, ...] = ()) -> OpmlImport:
    document = f'<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head/><body>{body}</body></opml>'
    return read_opml(document.encode(), defaults=DEFAULTS, known=known)


def test_outlines_at_any_depth_become_feeds() -> None:
    found = read(
        '<outline text="News"><outline text="Local"><outline type="rss" text="Harbour Gazette" language="en-GB" '
        'xmlUrl="https://harbour.example/rss" htmlUrl="https://harbour.example/"/></outline></outline>'
        '<outline title="Körfez Postası" text="x" xmlURL="http://korfez.example/feed"/>'
    )
    assert found.problems == ()
    first, second = found.feeds
    assert (first.key, first.outlet, first.language) == ("harbour-gazette", "Harbour Gazette", "en")
    assert (first.zone, first.country, first.kind) == ("Europe/Istanbul", "TR", "online")
    assert (second.key, second.outlet, second.language) == ("korfez-postasi", "Körfez Postası", "tr")


def test_a_bad_outline_is_listed_and_the_others_are_read() -> None:
    found = read(
        '<outline text="A" xmlUrl="ftp://a.example/rss"/>'
        '<outline text="B" type="rss"/>'
        '<outline text="C" xmlUrl="https://c.example/rss" language="xx"/>'
        '<outline text="D" xmlUrl="https://d.example/rss"/>'
    )
    assert [feed.outlet for feed in found.feeds] == ["D"]
    assert [problem.partition(": expected")[0] for problem in found.problems] == [
        "outline 1 (A): url",
        "outline 2 (B)",
        "outline 3 (C): language",
    ]


def test_feeds_we_have_already_are_listed_not_doubled() -> None:
    known = FeedSource(
        key="harbour", url="https://harbour.example/rss", outlet="Harbour", language="en", zone="UTC",
        country="GB", kind="online",
    )  # fmt: skip
    found = read(
        '<outline text="Again" xmlUrl="http://HARBOUR.example/rss/"/><outline text="New" xmlUrl="https://n.example/"/>'
        '<outline text="New" xmlUrl="https://n.example"/>',
        known=(known,),
    )
    assert [feed.key for feed in found.feeds] == ["new"]
    assert [problem.partition(":")[0] for problem in found.problems] == ["outline 1 (Again)", "outline 3 (New)"]


def test_keys_are_made_of_what_there_is_and_numbered() -> None:
    found = read(
        '<outline text="Новости" xmlUrl="https://www.novosti.example/rss"/>'
        '<outline text="Вести" xmlUrl="https://novosti.example/other"/>'
        '<outline text="новости" xmlUrl="https://новости.example/rss"/>'
    )
    assert [feed.key for feed in found.feeds] == ["novosti-example", "novosti-example-2", "example"]


def test_our_own_export_comes_back_whole() -> None:
    feeds = load(CONFIG / "feeds.yml", FeedCatalogue).feeds
    found = read_opml(write_opml(feeds), defaults={})
    assert found.problems == ()
    assert sorted(found.feeds, key=lambda f: f.key) == sorted(feeds, key=lambda f: f.key)


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(names, names | st.just(""), st.booleans(), st.none() | names, st.none() | st.integers(30, 10**6))
def test_any_feed_survives_export_and_import(
    outlet: str, title: str, enabled: bool, agency: str | None, interval_s: int | None
) -> None:
    feed = FeedSource(
        key="a", url="https://a.example/rss?x=1&y=<2>", outlet=outlet, title=title, language="ru", zone="UTC",
        country="RU", kind="agency", agency=agency, enabled=enabled, interval_s=interval_s,
    )  # fmt: skip
    found = read_opml(write_opml([feed]), defaults=DEFAULTS)
    assert found == OpmlImport((feed,), ())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<html><body/></html>",
        b"<opml><body>",
        b'<!DOCTYPE opml [<!ENTITY a "aaaa">]><opml><body><outline text="&a;"/></body></opml>',
        b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/x">]><opml><body><outline text="&a;"/></body></opml>',
        b'<?xml version="1.0" encoding="no-such"?><opml/>',
    ],
)
def test_what_is_no_opml_is_an_error(data: bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"^list\.opml: expected an OPML document"):
        read_opml(data, defaults=DEFAULTS, name="list.opml")


@given(st.binary(max_size=200))
def test_no_bytes_end_in_another_error(data: bytes) -> None:
    try:
        found = read_opml(b"<opml><body>" + data + b"</body></opml>", defaults=DEFAULTS)
    except ConfigurationError:
        return
    assert len(found.feeds) + len(found.problems) <= data.count(b"<")
