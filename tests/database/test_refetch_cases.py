"""What is read again: moved feeds, paywalled pages whose summary changes, pages that overtake each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from local_web import Entry, LocalWeb, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.records import Tally
from pipeline.stages.line import STAGES, run_once

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)


@pytest.fixture
def web():  # type: ignore[no-untyped-def]
    with serve() as web:
        yield web


def entry(web: LocalWeb, path: str, title: str, summary: str = "") -> Entry:
    return Entry(web.url(path), format_datetime(NOW - timedelta(hours=1)), title, summary)


def test_a_paywalled_page_is_followed_through_its_summary(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    web.pages["/wall"] = Reply(b"pay", 403)
    web.pages["/feed"] = rss(
        [entry(web, "/wall", "Talks on Friday", "The ministers will meet in Istanbul on Friday.")]
    )
    with stage_context(engine, tmp_path, [source("f", web.url("/feed"))], private=web.host) as ctx:
        run_once(ctx, NOW)
        off = "The talks in Istanbul have been postponed, a new date will be agreed."
        web.pages["/feed"] = rss([entry(web, "/wall", "Talks postponed", off)])
        run_once(ctx, NOW + timedelta(hours=2))
    with engine.connect() as conn:
        bodies = conn.scalars(text("SELECT body FROM wirewatch.article_history ORDER BY version")).all()
    assert bodies == ["The ministers will meet in Istanbul on Friday.", off]


def test_an_entry_that_moves_to_another_page_takes_its_title_and_date_along(
    engine: Engine, tmp_path: Path, web: LocalWeb
) -> None:
    body = (
        "<html><body><article><p>{} quay of the port of Samsun was reopened on Thursday, the harbour master said."
        "</p><p>Ships had been sent to Trabzon while divers replaced the piles.</p></article></body></html>"
    )
    web.pages["/old"], web.pages["/new"] = (
        Reply(body.format("One").encode()),
        Reply(body.format("Another").encode()),
    )
    feed = rss([entry(web, "/old", "First")])
    web.pages["/feed"] = feed
    with stage_context(engine, tmp_path, [source("f", web.url("/feed"))], private=web.host) as ctx:
        run_once(ctx, NOW)
        moved = feed.body.replace(b"<link>" + web.url("/old").encode(), b"<link>" + web.url("/new").encode())
        web.pages["/feed"] = Reply(moved.replace(b"First", b"Second"), headers=feed.headers)
        run_once(ctx, NOW + timedelta(hours=2))
    with engine.connect() as conn:
        rows = conn.execute(
            text("SELECT right(url, 4), title, published_source FROM wirewatch.articles ORDER BY 1")
        )
        assert [tuple(row) for row in rows] == [("/new", "Second", "feed"), ("/old", "First", "feed")]


def test_a_feed_with_a_new_address_begins_anew(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    web.pages["/broken"] = Reply(b"", 500)
    web.pages["/mended"] = rss([])
    for folder, path in (("a", "/broken"), ("b", "/mended")):
        (tmp_path / folder).mkdir()
        with stage_context(engine, tmp_path / folder, [source("f", web.url(path))], private=web.host) as ctx:
            tally = STAGES["poll"](ctx, NOW)
    assert tally.counts == {"feed_without_items": 1, "items_new": 0, "items_changed": 0}
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT errors_in_a_row FROM wirewatch.feed_health")) == 0


def test_an_emptied_feed_is_never_just_unchanged(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    web.pages["/feed"] = rss([])
    feeds = [source("f", web.url("/feed"), expected_items_per_day=5)]
    with stage_context(engine, tmp_path, feeds, private=web.host) as ctx:
        tallies: list[Tally] = [STAGES["poll"](ctx, NOW + timedelta(days=d)) for d in range(3)]
    assert [tally.counts.get("feed_without_items") for tally in tallies] == [1, 1, 1]


def test_a_feed_silent_against_its_rhythm_shows(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    web.pages["/feed"] = rss([entry(web, "/x", "Old")])
    feeds = [source("f", web.url("/feed"), expected_items_per_day=5)]
    with stage_context(engine, tmp_path, feeds, private=web.host) as ctx:
        STAGES["poll"](ctx, datetime.now(UTC))
        with engine.begin() as conn:
            assert conn.scalar(text("SELECT health FROM wirewatch.feed_health")) == "ok"
            conn.execute(text("UPDATE store.feed SET quiet_at = now() - interval '1 hour'"))
            assert conn.scalar(text("SELECT health FROM wirewatch.feed_health")) == "silent"
