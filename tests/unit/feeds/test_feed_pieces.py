"""A feed is read entry by entry: what is wrong with one costs no other, and size costs no memory."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import FeedError
from pipeline.feeds.document import MAX_ITEMS, take_apart
from pipeline.feeds.parse import parse_feed
from pipeline.records import ParsedFeed

NOW = datetime(2026, 12, 1, tzinfo=UTC)
GOOD = "<item><title>Ferry resumes %d</title><link>https://quay.example/%d</link><guid>q%d</guid></item>"


def parse(document: str | bytes) -> ParsedFeed:
    body = document.encode() if isinstance(document, str) else document
    return parse_feed(body, url="https://quay.example/rss", content_type=None, now=NOW)


def good(number: int) -> str:
    return GOOD % (number, number, number)


def rss(*items: str, head: str = "<title>Quay</title>", root: str = "<rss version='2.0'>") -> str:
    return f"{root}<channel>{head}{''.join(items)}</channel></rss>"


BROKEN = {
    "an unclosed tag": "<item><title>B</title><b><link>https://quay.example/b</link></item>",
    "a forgotten end": "<item><title>B</title><link>https://quay.example/b</link>",
    "an open CDATA section": "<item><title><![CDATA[B</title><link>https://quay.example/b</link></item>",
    "an open comment": "<item><title>B</title><!-- <link>https://quay.example/b</link></item>",
    "an open attribute": '<item><title a="x>B</title><link>https://quay.example/b</link></item>',
    "far too much": "<item><title>" + "<i>x</i>" * 30_000 + "</title></item>",
    "nothing": "<item></item>",
    "no link": "<item><title>B</title></item>",
    "a bad character": "<item><title>B\x01\x0b</title><link>https://quay.example/b</link></item>",
    "an unknown prefix": "<item><title>B</title><x:y>1</x:y><link>https://quay.example/b</link></item>",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_broken_entry_costs_no_other(broken: str, place: int) -> None:
    entries = ["<item><title><![CDATA[One & more]]></title><link>https://quay.example/1</link></item>", good(2)]
    entries.insert(place, broken)
    found = [item.url for item in parse(rss(*entries, good(3))).items]
    assert {f"https://quay.example/{n}" for n in (1, 2, 3)} <= set(found)


def test_a_broken_head_costs_no_entry() -> None:
    feed = parse(rss(good(1), good(2), head="<title>Quay & Port<image><url>x</title>"))
    assert [item.title for item in feed.items] == ["Ferry resumes 1", "Ferry resumes 2"]


def test_entries_that_are_only_quoted_are_none() -> None:
    quoted = "<item><title>How feeds work</title><link>https://quay.example/1</link><description><![CDATA[%s]]></description></item>"
    feed = parse(rss(quoted % "&lt;item> <item><title>x</title></item>", "<!-- " + good(7) + " -->", good(2)))
    assert [item.url for item in feed.items] == ["https://quay.example/1", "https://quay.example/2"]


def test_entries_of_another_vocabulary_inside_an_entry_are_none() -> None:
    inner = "<item><title>A</title><link>https://quay.example/1</link><content:item><b/></content:item></item>"
    assert len(parse(rss(inner, good(2))).items) == 2


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30), min_size=1, max_size=8))
def test_read_in_pieces_or_whole_it_is_the_same(titles: list[str]) -> None:
    escaped = [t.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "") for t in titles]
    entries = [
        f"<item><title>{t}</title><link>https://quay.example/{n}</link><guid>g{n}</guid></item>"
        for n, t in enumerate(escaped)
    ]
    whole = parse(rss(*entries))
    pieces = parse(rss(*entries, "<item><b></item>"))  # the broken one makes it be read in pieces
    assert pieces.items == whole.items


def test_undeclared_prefixes_that_everybody_knows_are_understood() -> None:
    entry = "<item><title>A</title><link>https://quay.example/1</link><dc:date>2026-11-02T10:00:00+03:00</dc:date></item>"
    item = parse(rss(entry)).items[0]
    assert (item.published or item.updated) == datetime(2026, 11, 2, 7, tzinfo=UTC)


def test_bases_of_root_and_channel_hold_for_every_piece() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://quay.example/news/"><title>Q</title>'
        '<entry><title>A</title><id>1</id><link href="a.html"/></entry><entry><b></entry>'
        '<entry xml:base="deep/"><title>B</title><id>2</id><link href="b.html"/></entry></feed>'
    )
    assert [item.url for item in parse(atom).items] == [
        "https://quay.example/news/a.html",
        "https://quay.example/news/deep/b.html",
    ]


def test_more_than_enough_entries_are_cut_and_counted_without_being_read() -> None:
    feed = parse(rss(*(good(n) for n in range(MAX_ITEMS + 5))))
    assert len(feed.items) == MAX_ITEMS
    assert [(r.reason, r.detail) for r in feed.rejected] == [("too_many_items", "5 beyond 2000")]


@pytest.mark.parametrize("filling", ["<![CDATA[", "<!--", "<item>", '<item a="', "<item><![CDATA[", "]]>", "-->"])
def test_taking_apart_is_linear(filling: str) -> None:
    document = ("<rss><channel><item/>" + filling * (4_000_000 // len(filling))).encode()
    began = time.process_time()
    outline = take_apart(document)
    assert time.process_time() - began < 6
    assert len(outline.spans) <= MAX_ITEMS


def test_what_the_feed_says_of_its_pace_is_kept() -> None:
    assert parse(rss(good(1), head="<title>Q</title><ttl>15</ttl>")).period_s == 900
    sy = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    head = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    assert parse(rss(good(1), head=head, root=f"<rss version='2.0' {sy}>")).period_s == 900
    assert parse(rss(good(1), head="<ttl>soon</ttl>")).period_s is None


NEWS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
    "<url><loc>https://quay.example/1</loc><news:news><news:publication><news:name>Quay</news:name></news:publication>"
    "<news:publication_date>2026-11-02T10:00:00+03:00</news:publication_date><news:title>Talks &amp; tea</news:title></news:news>"
    "<image:image><image:title>A photo</image:title></image:image></url>"
    "<url><loc>https://quay.example/about</loc></url></urlset>"
)


def test_a_news_sitemap_is_a_feed() -> None:
    feed = parse(NEWS)
    assert (feed.format, feed.title) == ("sitemap", "Quay")
    assert [(item.url, item.title) for item in feed.items] == [("https://quay.example/1", "Talks & tea")]
    assert feed.items[0].published == datetime(2026, 11, 2, 7, tzinfo=UTC)
    assert [r.reason for r in feed.rejected] == ["item_without_news"]


def test_a_sitemap_of_pages_is_none() -> None:
    with pytest.raises(FeedError, match="sitemap_without_news"):
        parse("<urlset><url><loc>https://quay.example/about</loc></url></urlset>")


def test_a_json_feed_that_breaks_off_gives_what_came_before() -> None:
    whole = '{"version": "https://jsonfeed.org/version/1.1", "title": "Quay", "items": [{"id": "1", "url": "https://quay.example/1"}, {"id": "2", "ti'
    feed = parse(whole)
    assert (feed.title, [item.url for item in feed.items]) == ("Quay", ["https://quay.example/1"])
    assert [r.reason for r in feed.rejected] == ["item_malformed"]
