"""Whole feed documents: ordinary, broken, hostile."""

from __future__ import annotations

import contextlib
import gzip
import json
from datetime import UTC, datetime, timedelta
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import FeedError
from pipeline.feeds.document import MAX_ITEMS
from pipeline.feeds.parse import MAX_BYTES, parse_feed
from pipeline.records import FeedItem, ParsedFeed

NOW = datetime(2026, 5, 13, tzinfo=UTC)
URL = "https://bosphorus-courier.example/feeds/world.xml"


def parse(document: str | bytes, **options: object) -> ParsedFeed:
    body = document.encode() if isinstance(document, str) else document
    return parse_feed(body, **{"url": URL, "content_type": None, "now": NOW, **options})


def rss(*items: str, head: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'{head}<rss version="2.0"><channel><title>Bosphorus Courier</title>{inside}</channel></rss>'


def item(**fields: str) -> str:
    """An item with the given elements, a link unless one is given."""
    fields = {"link": "https://bosphorus-courier.example/1", **fields}
    return "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())


def only(document: str | bytes, **options: object) -> FeedItem:
    feed = parse(document, **options)
    assert len(feed.items) == 1, feed
    return feed.items[0]


def reasons(feed: ParsedFeed) -> list[str]:
    return [rejected.reason for rejected in feed.rejected]


def refusal(document: str | bytes) -> str:
    with pytest.raises(FeedError) as caught:
        parse(document)
    return caught.value.reason


def test_rss() -> None:
    feed = parse(
        rss(
            "<guid isPermaLink='false'>bc-77</guid><title>Talks in Ankara put off</title>"
            "<link>https://bosphorus-courier.example/77?a=1&amp;b=2</link>"
            "<description>&lt;p&gt;The ministry said &lt;b&gt;no&lt;/b&gt; date.&lt;/p&gt;"
            "&lt;p&gt;More soon.&lt;/p&gt;</description><pubDate>Tue, 12 May 2026 17:05:30 +0300</pubDate>"
            "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Deniz Kaya</dc:creator>"
            "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
            "<![CDATA[<p>Full <script>x()</script> text</p>]]></content:encoded>"
        )
    )
    assert (feed.format, feed.title, feed.rejected) == ("rss", "Bosphorus Courier", ())
    assert feed.items == (
        FeedItem(
            identity="bc-77",
            url="https://bosphorus-courier.example/77?a=1&b=2",
            title="Talks in Ankara put off",
            summary="The ministry said no date. More soon.",
            content_html="<p>Full <script>x()</script> text</p>",
            published=datetime(2026, 5, 12, 14, 5, 30, tzinfo=UTC),
            authors=("Deniz Kaya",),
        ),
    )


def test_atom() -> None:
    feed = parse(
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://bosphorus-courier.example/en/">'
        "<title>Courier</title><entry><id>tag:courier,2026:8</id><title type='html'>Q&amp;amp;A: the visit</title>"
        "<link rel='self' href='8.atom'/><link href='8.html'/><author><name>A. Petrova</name></author>"
        "<published>2026-05-12T10:00:00Z</published><updated>2026-05-12T11:00:00Z</updated>"
        "<content type='html'>&lt;p&gt;Body&lt;/p&gt;</content></entry></feed>"
    )
    entry = feed.items[0]
    assert feed.format == "atom"
    assert (entry.identity, entry.url) == ("tag:courier,2026:8", "https://bosphorus-courier.example/en/8.html")
    assert (entry.title, entry.content_html) == ("Q&A: the visit", "<p>Body</p>")
    assert (entry.published, entry.updated) == (
        datetime(2026, 5, 12, 10, tzinfo=UTC),
        datetime(2026, 5, 12, 11, tzinfo=UTC),
    )
    assert entry.authors == ("A. Petrova",)


def test_rdf() -> None:
    feed = parse(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="x"><title>Wire</title></channel><item rdf:about="https://wire.example/3">'
        "<title>Visit confirmed</title><link>https://wire.example/3</link></item></rdf:RDF>"
    )
    assert (feed.format, [entry.url for entry in feed.items]) == ("rdf", ["https://wire.example/3"])


def test_json_feed() -> None:
    entries = [
        {
            "id": 9,
            "url": "/9",
            "title": "Summit \u0000moved",
            "content_text": "Line one\n\n<b> & two",
            "date_published": "2026-05-12T10:00:00+03:00",
            "authors": [{"name": "D. Kaya"}, "noise"],
        },
        {"id": "https://bosphorus-courier.example/10", "content_html": "<p>Flash</p>"},
        {"id": "11"},
        "noise",
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "Courier", "items": entries}
    feed = parse(json.dumps(document))
    assert feed.format == "json"
    assert sorted(reasons(feed)) == ["item_malformed", "item_without_link"]
    assert feed.items[0] == FeedItem(
        identity="9",
        url="https://bosphorus-courier.example/9",
        title="Summit moved",
        summary="Line one <b> & two",
        content_html="<p>Line one</p><p>&lt;b&gt; &amp; two</p>",
        published=datetime(2026, 5, 12, 7, tzinfo=UTC),
        authors=("D. Kaya",),
    )
    assert feed.items[1].url == "https://bosphorus-courier.example/10"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "feed_empty_body"),
        (" \r\n\ufeff", "feed_empty_body"),
        ("<!DOCTYPE html><html><body><p>Sign in to read on</p></body></html>", "feed_is_html"),
        ("<html><head><title>rss</title></head>", "feed_is_html"),
        ("Service unavailable", "feed_not_recognised"),
        ("<urlset><url><loc>https://x.example/</loc></url></urlset>", "sitemap_without_news"),
        ("<sitemapindex><sitemap><loc>https://x.example/a.xml</loc></sitemap></sitemapindex>", "feed_is_index"),
        ("<rss", "feed_not_recognised"),
        ('{"error": "gone"}', "feed_not_recognised"),
        ('{"items": []}', "feed_not_recognised"),
        ('{"items": [', "feed_not_recognised"),
        ('{"a":' * 100_000, "feed_not_recognised"),
        (b"\x1f\x8b\x08 broken", "feed_not_recognised"),
        (gzip.compress(bytes(MAX_BYTES + 1)), "feed_too_large"),
        (b"<rss>" + bytes(MAX_BYTES), "feed_too_large"),
    ],
    ids=range(15),
)
def test_what_is_no_feed(document: str | bytes, reason: str) -> None:
    assert refusal(document) == reason


def test_a_feed_without_items_is_a_feed() -> None:
    assert parse(rss()).items == ()
    assert parse('{"version": "https://jsonfeed.org/version/1", "items": []}').items == ()


@pytest.mark.parametrize(
    "document",
    [
        gzip.compress(rss(item(title="Visit off")).encode()),
        "\n\n  " + rss(item(title="Visit off"), head='<?xml version="1.0" encoding="utf-8"?>'),
        "Warning: mysql_connect() in /srv/index.php\n"
        + rss(item(title="Visit off"), head='<?xml version="1.0"?>'),
        rss(item(title="Visit off"), head='<?xml version="1.0" encoding="koi8-r"?>\n<?xml version="1.0"?>'),
        rss(item(title="Visit off")) + "\n<!-- cached --><script>count()</script>",
        rss(item(title="Visit\x00\x0b off")),
        rss(item(title="Visit&#0;&#11; off")),
        rss(item(title="Visit&nbsp;off")),
        rss(item(title="<![CDATA[Visit&nbsp;<b>off</b>]]>")),
        rss(item(title="Visit off"))[: -len("</channel></rss>")],
        rss(item(title="Visit off")).replace("</rss>", "</rss"),
        "<!DOCTYPE html><html><body>" + rss(item(title="Visit off")) + "</body></html>",
        rss(item(title="Visit off")).encode("utf-16"),
    ],
    ids=range(13),
)
def test_broken_documents_still_give_their_item(document: str | bytes) -> None:
    assert only(document).title == "Visit off"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Q&amp;amp;A", "Q&A"),
        ("Q & A, AT&T", "Q & A, AT&T"),
        ("&laquo;Визит&raquo; &unknown; отложен", "«Визит» &unknown; отложен"),
        ("&#146;off&#146;", "’off’"),
        ("rates &lt;bonds, 5&lt;7", "rates <bonds, 5<7"),
        ("&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;", "One two"),
        ("&lt;b&gt;P&lt;/b&gt;ut off", "Put off"),
        ("&lt;style&gt;p{}&lt;/style&gt;Off&lt;!-- x --&gt;", "Off"),
        ("&LT;b>Off&LT;/b>", "Off"),
        ("  two\n lines  ", "two lines"),
    ],
)
def test_titles_are_plain_text(raw: str, plain: str) -> None:
    assert only(rss(item(title=raw))).title == plain


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/a/b", "https://bosphorus-courier.example/a/b"),
        ("c.html", "https://bosphorus-courier.example/feeds/c.html"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("\n https://x.example/\n a b \n", "https://x.example/%20a%20b"),
        ("https://x.example/?a=1&amp;amp;b=2", "https://x.example/?a=1&b=2"),
        ("<![CDATA[https://x.example/?a=1&b=2]]>", "https://x.example/?a=1&b=2"),
        ("https://x.example/?a=1&b=2", "https://x.example/?a=1&b=2"),
        ("https://x.example/новости", "https://x.example/новости"),
    ],
)
def test_links_are_made_absolute(link: str, url: str) -> None:
    assert only(rss(item(link=link))).url == url


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://x.example/a",
        "http://",
        "http://[::1",
        "mailto:a@x.example",
        "http://x/" + "a" * 2048,
    ],
)
def test_entries_without_a_web_address_are_counted_and_the_others_stay(link: str) -> None:
    feed = parse(rss(item(guid="1", link=link), item(title="Good one")))
    assert reasons(feed) == ["item_without_link"]
    assert [entry.title for entry in feed.items] == ["Good one"]


def test_entries_with_nothing_to_name_them() -> None:
    feed = parse(rss("<description>orphan</description>", "<title>A flash</title>", item(title="Good")))
    assert reasons(feed) == ["item_without_identity", "item_without_link"]
    assert len(feed.items) == 1


def identities(*items: str) -> list[str]:
    return [entry.identity for entry in parse(rss(*items)).items]


def test_identity_is_the_guid_else_the_link() -> None:
    link = "https://bosphorus-courier.example/1"
    assert identities(item(guid="g1"), item(link=link)) == ["g1", link]
    assert identities(item(guid="x" * 600))[0].startswith("sha256:")


def test_a_guid_does_not_depend_on_where_the_feed_lies() -> None:
    document = rss(item(guid="story-5"))
    assert only(document).identity == only(document, url="https://elsewhere.example/rss").identity == "story-5"


def test_a_repeated_guid_is_told_apart_by_link_then_title_whatever_the_order() -> None:
    first = item(guid="g", link="https://x.example/1", title="One")
    second = item(guid="g", link="https://x.example/2", title="Two")
    third = item(guid="g", link="https://x.example/2", title="Three")
    forwards, backwards = identities(first, second, third), identities(third, second, first)
    assert forwards == backwards[::-1]
    assert len(set(forwards)) == 3
    assert forwards[0] == "g https://x.example/1"
    feed = parse(rss(first, first))
    assert (len(feed.items), reasons(feed)) == (1, ["item_repeated"])


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        ("Thu, 14 May 2026 00:00:01 GMT", "date_in_future"),
        ("Mon, 01 Jan 0001 00:00:00 GMT", "date_implausible"),
        ("yesterday evening", "date_unreadable"),
    ],
)
def test_a_date_that_cannot_be_is_dropped_and_counted(date: str, reason: str) -> None:
    feed = parse(rss(item(pubDate=date)))
    assert feed.items[0].published is None
    assert reasons(feed) == [reason]


def test_a_date_within_a_day_ahead_is_a_wrong_clock_or_zone_and_kept() -> None:
    assert only(rss(item(pubDate="Wed, 13 May 2026 23:59:00 GMT"))).published == NOW + timedelta(
        hours=23, minutes=59
    )


def test_dates_without_zone_are_read_in_the_zone_of_the_outlet() -> None:
    document = rss(item(pubDate="12.05.2026 17:05"))
    assert only(document).published == datetime(2026, 5, 12, 17, 5, tzinfo=UTC)
    assert only(document, zone="Europe/Istanbul").published == datetime(2026, 5, 12, 14, 5, tzinfo=UTC)


def test_too_many_items_are_cut_and_counted() -> None:
    feed = parse(rss(*(item(link=f"/{n}") for n in range(MAX_ITEMS + 7))))
    assert len(feed.items) == MAX_ITEMS
    assert [(r.reason, r.detail) for r in feed.rejected] == [("too_many_items", f"7 beyond {MAX_ITEMS}")]
    document = {"title": "t", "items": [{"id": n, "url": f"/{n}"} for n in range(MAX_ITEMS + 7)]}
    assert reasons(parse(json.dumps(document))) == ["too_many_items"]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "document",
    [
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>' + rss(item(title="&l11;")),
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(item(title="&x;")),
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>' + rss(item(title="ok")),
    ],
    ids=["laughs", "file", "parameter"],
)
@pytest.mark.timeout(60)  # expanded they would fill the memory
def test_entities_are_never_expanded(document: str) -> None:
    title = only(document).title
    assert title in ("&l11;", "&x;", "ok")


@pytest.mark.parametrize(
    "filling",
    [
        "<",
        "&",
        "&a",
        "<![CDATA[",
        "<!--",
        "<?",
        "<a>",
        "<item>",
        '<a x="',
        "]]>",
        "<title>",
        "&#1;",
        "<!DOCTYPE ",
        "</rss",
    ],
)
@pytest.mark.timeout(60)
def test_hostile_repetition_is_bounded(filling: str) -> None:
    with contextlib.suppress(FeedError):
        parse("<rss version='2.0'><channel>" + filling * 20_000)


@pytest.mark.parametrize("filling", ["<b><i>", "<", "& "])
@pytest.mark.timeout(120)
def test_what_would_take_hours_is_refused(filling: str) -> None:
    document = "<rss version='2.0'><channel>" + filling * (10_000_000 // len(filling))
    assert refusal(document) == "feed_too_large"


@given(st.binary(max_size=600))
def test_noise_gives_a_feed_or_a_feed_error(body: bytes) -> None:
    with contextlib.suppress(FeedError):
        check_storable(parse(body))


PIECES = [
    "<rss>",
    "<channel>",
    "<item>",
    "</item>",
    "<link>",
    "</link>",
    "<title>",
    "</title>",
    "<guid>",
    "<pubDate>",
    "<entry>",
    "<content>",
    "<div>",
    "<b>",
    "&",
    "&lt;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml",
    "?>",
    "http://x.example/",
    "\x00",
    "é",
    "😀",
    '"',
    "'",
    "=",
    "<dc:date>",
    "<itunes:duration>",
    "12:30",
    "<georss:point>",
    "1",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<link href='/a'/>",
    "<content type='xhtml'>",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_scraps_of_feeds_give_a_feed_or_a_feed_error(pieces: list[str]) -> None:
    with contextlib.suppress(FeedError):
        check_storable(
            parse("<rss>" + "".join(pieces).encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
        )


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = [
    "id",
    "url",
    "external_url",
    "title",
    "summary",
    "content_text",
    "content_html",
    "date_published",
    "authors",
    "author",
]


@given(
    st.lists(
        st.dictionaries(st.sampled_from(KEYS), json_values | st.just("http://x.example/"), max_size=8), max_size=4
    )
)
def test_any_json_items_give_a_feed(entries: list[dict[str, object]]) -> None:
    feed = parse(json.dumps({"title": "t", "items": entries}))
    assert len(feed.items) + sum(r.reason.startswith("item_") for r in feed.rejected) == len(entries)
    check_storable(feed)


def check_storable(feed: ParsedFeed) -> None:
    """Everything in a parsed feed is fit for the database."""
    for entry in feed.items:
        texts = (entry.identity, entry.url, entry.title, entry.summary, entry.content_html, *entry.authors)
        for text in texts:
            assert "\x00" not in text
            text.encode()
        assert entry.url.startswith(("http://", "https://"))
        assert entry.identity
    for rejected in feed.rejected:
        assert "\x00" not in rejected.detail
        rejected.detail.encode()
    assert len({entry.identity for entry in feed.items}) == len(feed.items)


words = st.text("abcXYZ0189 ÇĞİıöşü БЖйщЪ -'&<>\"", min_size=1, max_size=40)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2026, 5, 13)).map(  # noqa: DTZ001 - hypothesis wants them naive
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


@given(st.lists(st.tuples(st.integers(0, 10**9), words, moments), max_size=8, unique_by=lambda entry: entry[0]))
def test_generated_rss_round_trips(entries: list[tuple[int, str, datetime]]) -> None:
    written = [
        item(
            guid=f"g{number}",
            link=f"https://x.example/{number}",
            title=escape(escape(title, quote=False), quote=False),
            pubDate=moment.strftime("%d %b %Y %H:%M:%S +0000"),
        )
        for number, title, moment in entries
    ]
    feed = parse(rss(*written))
    assert feed.rejected == ()
    assert [(entry.identity, entry.url, entry.published) for entry in feed.items] == [
        (f"g{number}", f"https://x.example/{number}", moment) for number, _, moment in entries
    ]
    assert [entry.title for entry in feed.items] == [" ".join(title.split()) for _, title, _ in entries]
