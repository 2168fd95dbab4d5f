"""The demo's newsroom over real sockets: what is there when, conditional requests, encodings, feeds."""

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import feedparser
import pytest

from pipeline.demo.newsroom import Access, Newsroom
from pipeline.demo.story import DemoArticle, Story, load_story
from pipeline.demo.syndication import LENGTH

AFTER_ALL = datetime(2025, 10, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def story() -> Story:
    return load_story()


@pytest.fixture
def newsroom(story: Story) -> Iterator[Newsroom]:
    with Newsroom(story) as room:
        room.clock = AFTER_ALL
        yield room


def get(url: str, headers: dict[str, str] | None = None, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request(method, parts.path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def article(story: Story, name: str) -> DemoArticle:
    return next(a for a in story.articles if a.id == name)


def feed_url(room: Newsroom, key: str) -> str:
    return next(source.url for source in room.sources() if source.key == key)


def test_an_article_is_not_there_before_its_time(newsroom: Newsroom, story: Story) -> None:
    first = article(story, "talks-in-istanbul-postponed")
    newsroom.clock = first.published - timedelta(seconds=1)
    status, _, _ = get(newsroom.url(first))
    listed = feedparser.parse(get(feed_url(newsroom, "volna"))[2])
    assert status == 404
    assert first.path not in {urlsplit(entry.link).path for entry in listed.entries}

    newsroom.clock = first.published
    status, _, body = get(newsroom.url(first))
    listed = feedparser.parse(get(feed_url(newsroom, "volna"))[2])
    assert status == 200
    assert first.revisions[0].paragraphs[1].split(",")[0].strip('"') in body.decode()
    assert first.path == urlsplit(listed.entries[0].link).path


def test_a_correction_replaces_the_text(newsroom: Newsroom, story: Story) -> None:
    corrected = article(story, "sokolov-veresayev-to-visit-istanbul")
    newsroom.clock = corrected.revisions[1].at - timedelta(seconds=1)
    _, before, body = get(newsroom.url(corrected))
    assert "A delegation of 40 officials" in body.decode()

    newsroom.clock = corrected.revisions[1].at
    _, after, body = get(newsroom.url(corrected))
    assert "A delegation of 24 officials" in body.decode()
    assert "A delegation of 40 officials" not in body.decode()
    assert before["etag"] != after["etag"]
    assert parsedate_to_datetime(after["last-modified"]) == corrected.revisions[1].at
    entries = feedparser.parse(get(feed_url(newsroom, "volna"))[2]).entries
    entry = next(e for e in entries if urlsplit(e.link).path == corrected.path)
    assert entry.published_parsed < entry.updated_parsed


def test_comments_come_after_the_article(newsroom: Newsroom, story: Story) -> None:
    page = article(story, "coast-road-stays-open")
    remark = page.outlet.comments[0]
    newsroom.clock = page.published
    assert remark.text not in get(newsroom.url(page))[2].decode()
    newsroom.clock = page.published + timedelta(minutes=remark.minutes)
    assert remark.text in get(newsroom.url(page))[2].decode()


def test_a_known_copy_is_answered_with_304_and_no_body(newsroom: Newsroom) -> None:
    url = feed_url(newsroom, "bogaz")
    _, headers, _ = get(url)
    for condition in (
        {"If-None-Match": headers["etag"]},
        {"If-None-Match": f'"other", W/{headers["etag"]}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": headers["last-modified"]},
    ):
        status, again, body = get(url, condition)
        assert (status, body, again["etag"]) == (304, b"", headers["etag"]), condition


def test_a_stale_copy_is_answered_in_full(newsroom: Newsroom, story: Story) -> None:
    url = feed_url(newsroom, "volna")
    last = article(story, "istanbul-visit-moved-to-october-24")
    newsroom.clock = last.published - timedelta(minutes=1)
    _, old, _ = get(url)
    newsroom.clock = last.published
    for condition in (
        {"If-None-Match": old["etag"]},
        {"If-Modified-Since": old["last-modified"]},
        {"If-None-Match": old["etag"], "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},  # the ETag decides
        {"If-Modified-Since": "yesterday, or so"},
        {"If-Modified-Since": "Mon, 13 Oct 2025 23:00:00 -0000"},
    ):
        status, _, body = get(url, condition)
        assert status == 200, condition
        assert last.path.encode() in body


def test_head_has_the_length_and_no_body(newsroom: Newsroom, story: Story) -> None:
    url = newsroom.url(story.articles[0])
    _, _, body = get(url)
    status, headers, nothing = get(url, method="HEAD")
    assert (status, nothing, headers["content-length"]) == (200, b"", str(len(body)))


def test_the_access_log_tells_what_was_asked(newsroom: Newsroom, story: Story) -> None:
    robots = newsroom.base("gulf") + "/robots.txt"
    status, headers, body = get(robots)
    get(robots, {"If-None-Match": headers["etag"]})
    get(newsroom.base("gulf") + "/nothing")
    assert (status, body.startswith(b"User-agent: *")) == (200, True)
    assert newsroom.log == (
        Access("gulf", "/robots.txt", 200, False),
        Access("gulf", "/robots.txt", 304, True),
        Access("gulf", "/nothing", 404, False),
    )


def test_every_outlet_has_a_host_of_its_own_that_must_be_allowed(newsroom: Newsroom, story: Story) -> None:
    hosts = {urlsplit(source.url).netloc for source in newsroom.sources()}
    assert len(hosts) == len(story.outlets)
    assert newsroom.allow_private == hosts


def test_every_feed_parses_and_leads_to_pages(newsroom: Newsroom, story: Story) -> None:
    for source in newsroom.sources():
        outlet = next(o for o in story.outlets if o.key == source.key)
        _, headers, body = get(source.url)
        feed = feedparser.parse(body, response_headers={"content-type": headers["content-type"]})
        mine = [a for a in story.articles if a.outlet.key == source.key]
        assert not feed.bozo, (source.key, feed.get("bozo_exception"))
        assert feed.version == {"rss": "rss20", "atom": "atom10"}[outlet.feed]
        assert feed.encoding == outlet.encoding
        assert len(feed.entries) == min(len(mine), LENGTH)
        newest = mine[-1]
        assert feed.entries[0].title == newest.revisions[-1].title
        assert feed.entries[0].published_parsed[:6] == newest.published.timetuple()[:6]
        assert ("content" in feed.entries[0]) == outlet.full_content
        assert all(get(entry.link)[0] == 200 for entry in feed.entries)


def test_the_russian_paper_speaks_windows_1251(newsroom: Newsroom, story: Story) -> None:
    page = article(story, "chego-zhdat-ot-peregovorov-v-stambule")
    _, headers, body = get(newsroom.url(page))
    assert headers["content-type"] == "text/html; charset=windows-1251"
    assert '<meta charset="windows-1251">' in body.decode("windows-1251")
    assert page.revisions[0].title in body.decode("windows-1251")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_the_front_page_links_what_is_published(newsroom: Newsroom, story: Story) -> None:
    first = next(a for a in story.articles if a.outlet.key == "courier")
    newsroom.clock = first.published
    front = newsroom.base("courier") + "/"
    assert get(front)[2].decode().count('href="/2025/10/') == 1
    newsroom.clock = first.published - timedelta(seconds=1)
    assert get(front)[2].decode().count('href="/2025/10/') == 0


def test_the_clock_refuses_naive_times(newsroom: Newsroom) -> None:
    with pytest.raises(ValueError, match="aware"):
        newsroom.clock = datetime(2025, 10, 6)  # noqa: DTZ001


def test_stopping_frees_the_ports_and_may_be_done_twice(story: Story) -> None:
    room = Newsroom(story)
    room.start()
    url = room.base("volna") + "/robots.txt"
    assert get(url)[0] == 200
    room.stop()
    room.stop()
    with pytest.raises(ConnectionRefusedError):
        get(url)
