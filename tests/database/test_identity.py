"""What a page calls its own address: one article where that can be believed, two where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from local_web import Entry, LocalWeb, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.stages.line import Context, run_once

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
BRIDGE = (
    "The bridge between the two halves of Port Lorne was opened to lorries on Thursday after eleven months of work.",
    "Drivers had taken the ferry since a barge struck the second pillar, and queues of three hours had been common.",
    "The harbour authority said that the toll would stay as it was until the end of the year and then be reviewed.",
)
TUNNEL = (
    "A tunnel under the strait will not be built before the next decade, the minister of transport told deputies.",
    "Geologists had found loose sand where the eastern mouth was planned, and a second route would cost far more.",
    "Opposition members asked for the report to be published; the minister promised a summary by the end of June.",
)


def page(lines: tuple[str, ...], canonical: str = "") -> Reply:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    body = "".join(f"<p>{line}</p>" for line in lines)
    return Reply(
        f"<html><head>{link}<title>t</title></head><body><article>{body}</article></body></html>".encode()
    )


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with serve() as web:
        yield web


@pytest.fixture
def ctx(engine: Engine, tmp_path: Path, web: LocalWeb) -> Iterator[Context]:
    feeds = [source(key, web.url(f"/{key}.rss"), interval_s=60) for key in ("a", "b")]
    for key in ("a", "b"):
        web.pages[f"/{key}.rss"] = rss([])
    with stage_context(engine, tmp_path, feeds, private=web.host) as ctx:
        yield ctx


def lists(web: LocalWeb, feed: str, *paths: str) -> None:
    published = format_datetime(NOW - timedelta(hours=1))
    web.pages[f"/{feed}.rss"] = rss([Entry(web.url(path), published, f"News of {path[1:]}") for path in paths])


def texts(engine: Engine) -> list[str]:
    with engine.connect() as conn:
        return sorted(conn.scalars(text("SELECT split_part(url, '/', 4) FROM wirewatch.articles")))


def reasons(engine: Engine) -> dict[str, str]:
    with engine.connect() as conn:
        return {row.reason: row.detail for row in conn.execute(text("SELECT reason, detail FROM store.outcome"))}


def test_another_address_of_a_known_page_is_the_same_article(engine: Engine, web: LocalWeb, ctx: Context) -> None:
    web.pages["/bridge"] = page(BRIDGE)
    web.pages["/p?id=7"] = page(BRIDGE, web.url("/bridge"))
    lists(web, "a", "/bridge")
    run_once(ctx, NOW)
    lists(web, "b", "/p?id=7")
    tallies = {tally.stage: tally.counts for tally in run_once(ctx, NOW + timedelta(minutes=10))}
    assert tallies["process"]["same_page"] == 1
    assert texts(engine) == ["bridge"]
    assert reasons(engine)["same_page"] == web.url("/bridge")
    with engine.connect() as conn:
        sightings = "SELECT count(*) FROM store.feed_item i JOIN store.article a ON a.id = i.article_id"
        assert conn.scalar(text(f"{sightings} WHERE a.same_as IS NULL")) == 2  # both feeds list the one article
        assert conn.scalar(text("SELECT count(*) FROM store.work WHERE stage = 'refetch'")) == 1


def test_an_address_that_is_stated_first_and_listed_later_is_known(
    engine: Engine, web: LocalWeb, ctx: Context
) -> None:
    web.pages["/p?id=7"] = page(BRIDGE, "/bridge")
    web.pages["/bridge"] = page(BRIDGE)
    lists(web, "a", "/p?id=7")
    run_once(ctx, NOW)
    lists(web, "b", "/bridge")
    run_once(ctx, NOW + timedelta(minutes=10))
    assert len(texts(engine)) == 1
    assert "/bridge" not in web.asked


def test_a_template_that_gives_every_page_one_address_swallows_nothing(
    engine: Engine, web: LocalWeb, ctx: Context
) -> None:
    web.pages["/bridge"] = page(BRIDGE)
    web.pages["/tunnel"] = page(TUNNEL, web.url("/bridge"))
    lists(web, "a", "/bridge")
    run_once(ctx, NOW)
    lists(web, "b", "/tunnel")
    run_once(ctx, NOW + timedelta(minutes=10))
    assert texts(engine) == ["bridge", "tunnel"]
    assert "says something else" in reasons(engine)["stated_address_doubted"]


def test_what_one_feed_lists_side_by_side_stays_two(engine: Engine, web: LocalWeb, ctx: Context) -> None:
    web.pages["/bridge"] = page(BRIDGE)
    web.pages["/tunnel"] = page(BRIDGE, web.url("/bridge"))
    lists(web, "a", "/bridge", "/tunnel")
    run_once(ctx, NOW)
    assert texts(engine) == ["bridge", "tunnel"]
    assert "lists both" in reasons(engine)["stated_address_doubted"]


@pytest.mark.parametrize("canonical", ["/", "https://other.example/bridge", "javascript:void(0)", "http://[", ""])
def test_an_address_that_cannot_be_meant_is_not_heeded(
    engine: Engine, web: LocalWeb, ctx: Context, canonical: str
) -> None:
    web.pages["/bridge"] = page(BRIDGE, canonical)
    lists(web, "a", "/bridge")
    run_once(ctx, NOW)
    assert texts(engine) == ["bridge"]
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM store.article_address")) == 1


def test_two_canonical_links_contradict_each_other(engine: Engine, web: LocalWeb, ctx: Context) -> None:
    twice = page(BRIDGE, "/one").body.replace(b"</head>", b"<link rel='canonical' href='/two'></head>")
    web.pages["/bridge"] = Reply(twice)
    lists(web, "a", "/bridge")
    run_once(ctx, NOW)
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM store.article_address")) == 1
