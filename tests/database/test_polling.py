"""Polls against a real server and database: rhythm, moves, lies, silence, and one article for one page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from local_web import Entry, LocalWeb, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.feeds.urls import address_key
from pipeline.records import FeedItem, Tally
from pipeline.stages.fetch.next_fetch import planned_refetch
from pipeline.stages.line import STAGES
from pipeline.store import work
from pipeline.store.addresses import article_for, bury, settle_address, unbury
from pipeline.store.items import AddressedItem, SavedItems, save_items

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with serve() as local:
        yield local


def entries(*numbers: int) -> Reply:
    return rss(
        [Entry(f"https://quay.example/{n}", "Mon, 02 Nov 2026 10:00:00 GMT", f"Ferry {n}") for n in numbers]
    )


def feed_row(engine: Engine, columns: str = "*") -> dict[str, object]:
    with engine.connect() as conn:
        return dict(conn.execute(text(f"SELECT {columns} FROM store.feed")).mappings().one())


def reasons(engine: Engine) -> set[str]:
    with engine.connect() as conn:
        return set(conn.scalars(text("SELECT reason FROM store.outcome WHERE stage = 'poll'")))


def due_at(engine: Engine) -> datetime:
    with engine.connect() as conn:
        found: datetime = conn.scalars(text("SELECT due_at FROM store.work WHERE stage = 'poll'")).one()
    return found


def poll_until(
    engine: Engine, folder: Path, web: LocalWeb, moments: list[datetime], **feed: object
) -> list[Tally]:
    """Poll at these moments, whether the feed is due by then or not."""
    tallies = []
    with stage_context(engine, folder, [source("f", web.url("/feed"), **feed)], private=web.host) as ctx:
        for now in moments:
            with engine.begin() as conn:
                conn.execute(text("UPDATE store.work SET due_at = :now WHERE stage = 'poll'"), {"now": now})
            tallies.append(STAGES["poll"](ctx, now))
    return tallies


def test_the_next_poll_follows_the_learned_rhythm_and_says_so(
    engine: Engine, tmp_path: Path, web: LocalWeb
) -> None:
    items = [
        Entry(
            f"https://quay.example/{n}",
            (NOW - timedelta(days=n, minutes=7)).strftime("%a, %d %b %Y %H:%M:%S GMT"),
            f"Digest {n}",
        )
        for n in range(25)
    ]
    web.pages["/feed"] = rss(items)
    poll_until(engine, tmp_path, web, [NOW])
    assert timedelta(hours=2) < due_at(engine) - NOW < DAY, "it comes once a day, and just came"
    assert feed_row(engine)["interval_why"] in ("day", "clock", "week")
    with engine.connect() as conn:
        health = conn.execute(text("SELECT * FROM wirewatch.feed_health")).mappings().one()
    assert health["next_poll_at"] == due_at(engine)
    assert health["silent_from"] > NOW


def test_a_configured_interval_is_kept(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    web.pages["/feed"] = entries(1)
    poll_until(engine, tmp_path, web, [NOW], interval_s=300)
    assert due_at(engine) == NOW + timedelta(seconds=300)


def test_a_clock_that_ran_ahead_silences_no_feed(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    web.pages["/feed"] = entries(1)
    with stage_context(engine, tmp_path, [source("f", web.url("/feed"))], private=web.host) as ctx:
        STAGES["poll"](ctx, NOW + 2 * DAY)
        tally = STAGES["poll"](ctx, NOW)
        again = STAGES["poll"](ctx, NOW)
    assert tally.counts["polled_in_the_future"] == 1
    assert len(web.asked) == 2, "it was asked again at once instead of in two days"
    assert "polled_in_the_future" in reasons(engine)
    assert again.counts == {}


def test_a_permanent_redirect_is_adopted_after_days_and_left_when_the_new_place_fails(
    engine: Engine, tmp_path: Path, web: LocalWeb
) -> None:
    web.pages["/feed"] = Reply(b"", 301, {"Location": web.url("/new")})
    web.pages["/new"] = entries(1)
    days = [NOW + DAY * n for n in range(6)]
    poll_until(engine, tmp_path / "a", web, days[:4])
    assert feed_row(engine)["address"] is None
    poll_until(engine, tmp_path / "b", web, days[4:])
    row = feed_row(engine)
    assert (row["address"], row["url"]) == (web.url("/new"), web.url("/feed"))
    assert "feed_moved" in reasons(engine)
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT health FROM wirewatch.feed_health")) in ("moved", "silent")
    web.asked.clear()
    poll_until(engine, tmp_path / "c", web, [NOW + DAY * 7])
    assert web.asked == ["/new"]
    web.pages["/new"] = Reply(b"", 404)
    poll_until(engine, tmp_path / "d", web, [NOW + DAY * n for n in (8, 9, 10)])
    assert feed_row(engine)["address"] is None
    assert "feed_moved_back" in reasons(engine)


def test_a_server_whose_validators_lie_is_found_out(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    state = {"items": entries(1)}
    conditional: list[bool] = []

    def liar(request: BaseHTTPRequestHandler) -> Reply:
        conditional.append("If-None-Match" in request.headers)
        if conditional[-1]:
            return Reply(b"", 304)
        return Reply(state["items"].body, 200, {"Content-Type": "application/rss+xml", "ETag": '"always"'})

    web.pages["/feed"] = liar
    poll_until(engine, tmp_path / "a", web, [NOW + timedelta(hours=n) for n in range(20)])
    assert conditional[1:] == [True] * 19
    state["items"] = entries(1, 2)
    poll_until(engine, tmp_path / "b", web, [NOW + timedelta(hours=n) for n in range(20, 30)])
    assert "validators_lie" in reasons(engine)
    state["items"] = entries(1, 2, 3)
    tallies = poll_until(engine, tmp_path / "c", web, [NOW + timedelta(hours=31)])
    assert conditional[-1] is False
    assert tallies[0].counts["items_new"] == 1


def test_a_feed_that_may_have_overflowed_says_so(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    web.pages["/feed"] = entries(*range(6))
    poll_until(engine, tmp_path / "a", web, [NOW])
    assert "feed_overflow" not in reasons(engine), "the first time all is new"
    web.pages["/feed"] = entries(*range(10, 16))
    poll_until(engine, tmp_path / "b", web, [NOW + DAY])
    assert "feed_overflow" in reasons(engine)


def test_silence_against_the_rhythm_is_counted_once(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    web.pages["/feed"] = entries(1)
    poll_until(engine, tmp_path, web, [NOW + DAY * n for n in range(5)], expected_items_per_day=20)
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT times FROM store.outcome WHERE reason = 'feed_quiet'")) == 1


def test_gone_is_a_state_people_can_see(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    web.pages["/feed"] = Reply(b"", 410)
    poll_until(engine, tmp_path, web, [NOW + DAY * n for n in range(6)])
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT health FROM wirewatch.feed_health")) == "gone"
    assert due_at(engine) > NOW + DAY * 10, "and it is still asked"


def item(url: str, identity: str = "", title: str = "T") -> AddressedItem:
    return AddressedItem(FeedItem(identity or url, url, title), url, address_key(url))


@pytest.fixture
def feeds(engine: Engine) -> list[int]:
    with engine.begin() as conn:
        return [
            conn.scalars(
                text("""
                    INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
                    VALUES (:key, 'http://f.example/' || :key, 'F', '', 'en', 'UTC', 'INT', 'agency', true, now())
                    RETURNING id"""),
                {"key": key},
            ).one()
            for key in ("a", "b")
        ]


def save(engine: Engine, feed: int, *items: AddressedItem, now: datetime = NOW, **more: datetime) -> SavedItems:
    with engine.begin() as conn:
        return save_items(conn, feed, items, now=now, **more)


def test_one_page_through_many_feeds_and_spellings_is_one_article(engine: Engine, feeds: list[int]) -> None:
    save(engine, feeds[0], item("https://www.quay.example/news/1"))
    save(engine, feeds[1], item("http://m.quay.example/news/1/amp?amp=1", "x"))
    with engine.connect() as conn:
        assert conn.scalars(text("SELECT url FROM store.article")).all() == ["https://www.quay.example/news/1"]
        assert conn.scalar(text("SELECT count(DISTINCT feed) FROM wirewatch.feed_sightings")) == 2
        assert conn.scalar(text("SELECT count(*) FROM store.work WHERE stage = 'fetch'")) == 1


def test_every_time_a_feed_says_something_new_is_kept(engine: Engine, feeds: list[int]) -> None:
    one, two = "https://quay.example/1", "https://quay.example/2"
    save(engine, feeds[0], item(one))
    hours = [NOW + timedelta(hours=n) for n in range(4)]
    save(engine, feeds[0], item(one, title="The visit is off"), now=hours[1], last_parsed_at=NOW)
    save(engine, feeds[0], item(two), now=hours[2], last_parsed_at=hours[1])
    back = save(
        engine, feeds[0], item(one, title="The visit is off"), item(two), now=hours[3], last_parsed_at=hours[2]
    )
    assert (back.new, back.changed) == ((), 0)
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT what, title FROM store.sighting ORDER BY seen_at, id")).all()
    assert [tuple(row) for row in rows] == [
        ("new", "T"), ("changed", "The visit is off"), ("new", "T"), ("back", "The visit is off"),
    ]  # fmt: skip


def test_what_is_buried_stays_buried_under_any_spelling(engine: Engine, feeds: list[int]) -> None:
    with engine.begin() as conn:
        bury(conn, address_key("https://quay.example/1"), "taken down on request", now=NOW)
    saved = save(engine, feeds[0], item("http://www.quay.example/1/"), item("https://quay.example/2"))
    assert ([i.url for i in saved.buried], len(saved.new)) == (["http://www.quay.example/1/"], 1)
    with engine.connect() as conn:
        assert conn.scalars(text("SELECT url FROM store.article")).all() == ["https://quay.example/2"]


def test_what_is_buried_is_not_looked_at_again_until_it_is_wanted(engine: Engine, feeds: list[int]) -> None:
    one, key = "https://quay.example/1", address_key("https://quay.example/1")
    waiting = text("SELECT count(*) FROM store.work WHERE stage IN ('fetch', 'refetch')")
    save(engine, feeds[0], item(one))
    with engine.begin() as conn:
        article = article_for(conn, key)
        assert article is not None
        settle_address(conn, article, address_key("https://quay.example/s/1"), "canonical", now=NOW)
        work.add(conn, "refetch", [article], due_at=NOW + DAY)
        assert bury(conn, key, "a mistake", now=NOW) == article
        assert conn.scalar(waiting) == 0
        assert planned_refetch(conn, article, now=NOW) is None
    for url in (one, "https://quay.example/s/1"):
        assert save(engine, feeds[1], item(url, title="Changed")).buried, url
    with engine.begin() as conn:
        assert conn.scalar(waiting) == 0
        assert unbury(conn, key, now=NOW) == article
        assert conn.scalar(waiting) == 1
        assert planned_refetch(conn, article, now=NOW) is not None
    assert len(save(engine, feeds[1], item("https://quay.example/s/1")).new) == 1


def test_a_page_that_says_it_is_another_becomes_that_one(engine: Engine, feeds: list[int]) -> None:
    save(engine, feeds[0], item("https://quay.example/story"))
    save(engine, feeds[1], item("https://feedproxy.example/~r/quay/9", "p"))
    with engine.begin() as conn:
        story = article_for(conn, address_key("https://quay.example/story"))
        proxied = article_for(conn, address_key("https://feedproxy.example/~r/quay/9"))
        assert story is not None
        assert proxied is not None
        assert settle_address(conn, story, address_key("https://quay.example/s/1"), "canonical", now=NOW) == story
        owner = settle_address(conn, proxied, address_key("https://quay.example/s/1"), "redirect", now=NOW)
        assert owner == story
        assert conn.scalar(text("SELECT same_as FROM store.article WHERE id = :id"), {"id": proxied}) == story
        assert article_for(conn, address_key("https://feedproxy.example/~r/quay/9")) == story
        assert conn.scalar(text("SELECT count(*) FROM store.feed_item WHERE article_id = :id"), {"id": story}) == 2


def test_feeds_that_bring_the_same_pages_at_once_make_one_article_each(engine: Engine, feeds: list[int]) -> None:
    spellings = ("https://quay.example/{}", "https://www.quay.example/{}/")
    barrier = threading.Barrier(2)

    def bring(feed: int, spelling: str) -> None:
        barrier.wait()
        for round_ in range(10):
            save(engine, feed, *(item(spelling.format(f"{round_}-{n}")) for n in range(20)))

    threads = [threading.Thread(target=bring, args=pair) for pair in zip(feeds, spellings, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM store.article")) == 200
        assert conn.scalar(text("SELECT count(*) FROM store.feed_item")) == 400
        assert conn.scalar(text("SELECT count(*) FROM store.work WHERE stage = 'fetch'")) == 200


def test_a_feed_that_hangs_delays_no_other(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    released = threading.Event()

    def hang(_: BaseHTTPRequestHandler) -> None:
        released.wait(30)

    with serve() as stuck:
        stuck.pages["/feed"] = hang
        web.pages["/feed"] = entries(1)
        feeds = [source("stuck", stuck.url("/feed")), source("wire", web.url("/feed"), interval_s=2)]
        hosts = f"{web.host},{stuck.host}"
        with stage_context(engine, tmp_path, feeds, private=hosts, http_timeout_s=5) as ctx:
            try:
                tally = STAGES["poll"](ctx, datetime.now(UTC))
            finally:
                released.set()
    assert web.asked.count("/feed") >= 2, "it was due again while the other one hung"
    assert stuck.asked == ["/feed"]
    assert tally.counts["new_items"] == 1
