"""Whatever a feed or a page does, it costs one counted reason, and the good articles beside it arrive."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from local_web import Entry, LocalWeb, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.stages.line import run_once

NOW = datetime(2031, 5, 8, 12, tzinfo=UTC)
GOOD = (
    "Port authorities in Samsun reopened the eastern quay on Thursday after repairs that took four months.",
    "Grain ships had been diverted to Trabzon while divers replaced the damaged piles, the harbour master said.",
)
UNDATED = (
    "Russian Foreign Minister Grigory Sokolov will visit Istanbul on Sunday for talks with his Turkish counterpart.",
    "The embassy said that the two ministers would speak about grain and about the repair of the gas terminal.",
)
RUSSIAN = (
    "Власти порта Самсун открыли в четверг восточный причал после ремонта, который занял четыре месяца.",
    "Суда с зерном направляли в Трабзон, пока водолазы меняли повреждённые сваи, сообщил капитан порта.",
)
XML = {"Content-Type": "application/rss+xml"}


def article(*paragraphs: str, head: str = "", charset: str = "utf-8") -> bytes:
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return f"<html><head><title>Quay reopened</title>{head}</head><body><article><h1>Quay reopened</h1>{body}</article></body></html>".encode(
        charset
    )


def slow(handler: BaseHTTPRequestHandler) -> None:
    """Promise a body and send it a byte at a time, for longer than anybody should wait."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.25)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """50 MB and more, without a length."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n")
    block = b"<item><title>x</title></item>" * 4096
    try:
        for _ in range(500):
            handler.wfile.write(block)
    except OSError:
        return


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with serve() as web:
        yield web


def bomb() -> Reply:
    return Reply(
        gzip.compress(b"<rss>" + b" " * 60_000_000, compresslevel=9),
        headers=XML | {"Content-Encoding": "gzip"},
    )


FEEDS: dict[str, tuple[object, str]] = {
    "html": (Reply(b"<!doctype html><html><body><h1>Moved</h1></body></html>"), "feed_is_html"),
    "empty": (Reply(b"", headers=XML), "empty_body"),
    "bomb": (bomb(), "too_large"),
    "endless": (endless, "too_large"),
    "missing": (Reply(b"gone", 404), "http_404"),
    "broken": (Reply(b"oops", 500), "http_5xx"),
    "slow": (slow, "timeout"),
    "loop": (Reply(b"", 302, {"Location": "/loop"}), "redirect"),
    "quiet": (rss([]), "feed_without_items"),
}


def test_every_hostile_feed_has_its_reason_and_the_good_one_arrives(
    engine: Engine, tmp_path: Path, web: LocalWeb
) -> None:
    for name, (reply, _) in FEEDS.items():
        web.pages[f"/{name}"] = reply  # type: ignore[assignment]
    web.pages["/good"] = rss([Entry(web.url("/quay"), format_datetime(NOW - timedelta(hours=1)), "Quay reopened")])
    web.pages["/quay"] = Reply(article(*GOOD))
    feeds = [source(name, web.url(f"/{name}")) for name in (*FEEDS, "good")]
    with stage_context(engine, tmp_path, feeds, private=web.host, http_timeout_s=3.0) as ctx:
        run_once(ctx, NOW)
    with engine.connect() as conn:
        reasons = dict(
            conn.execute(
                text("SELECT f.key, p.reason FROM store.poll p JOIN store.feed f ON f.id = p.feed_id")
            ).all()
        )
        health = dict(conn.execute(text("SELECT key, health FROM wirewatch.feed_health")).all())
        titles = conn.scalars(text("SELECT title FROM wirewatch.articles")).all()
        counted = set(conn.scalars(text("SELECT reason FROM wirewatch.outcomes WHERE stage = 'poll'")).all())
    for name, (_, reason) in FEEDS.items():
        assert reason in reasons[name], (name, reasons[name])
        assert reasons[name] in counted
    assert reasons["good"] == "new_items"
    assert (health["good"], health["broken"], health["quiet"]) == ("ok", "failing", "empty")
    assert titles == ["Quay reopened"]


def test_hostile_pages_have_their_reasons(engine: Engine, tmp_path: Path, web: LocalWeb) -> None:
    deep = b"<html><body>" + b"<div>" * 50_000 + b"deep" + b"</div>" * 50_000
    pages: dict[str, tuple[object, str | None]] = {
        "good": (Reply(article(*GOOD)), None),
        "russian": (
            Reply(
                article(*RUSSIAN, charset="windows-1251"),
                headers={"Content-Type": "text/html; charset=windows-1251"},
            ),
            None,
        ),
        "dateless": (Reply(article(*(p.replace("quay", "pier") for p in GOOD))), None),
        "control": (Reply(article(GOOD[0] + "\x0b\x1b[2J &#27; &#x1f;", GOOD[1].replace("piles", "poles"))), None),
        "year-one": (
            Reply(
                article(
                    *(p.replace("quay", "berth") for p in GOOD),
                    head='<meta property="article:published_time" content="0001-01-01T00:00:00Z">',
                )
            ),
            None,
        ),
        "odd-etag": (
            Reply(
                article(*(p.replace("quay", "dock") for p in GOOD)),
                headers={"Content-Type": "text/html", "ETag": '"caf\xe9"'},
            ),
            None,
        ),
        "undated": (Reply(article(*UNDATED)), None),
        "bodiless": (Reply(b"<html><head><title>Soon</title></head><body></body></html>"), "no_text"),
        "pdf": (Reply(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "not_a_page"),
        "gone": (Reply(b"", 410), "http_410"),
        "wall": (Reply(b"pay", 403), "http_403"),
        "deep": (Reply(deep), None),
        "bomb": (bomb(), "too_large"),
    }
    entries = []
    for name, (reply, _) in pages.items():
        web.pages[f"/{name}"] = reply  # type: ignore[assignment]
        published = "" if name in ("dateless", "undated") else format_datetime(NOW - timedelta(hours=1))
        summary = "A statement long enough to stand as a flash of its own." if name == "wall" else ""
        entries.append(Entry(web.url(f"/{name}"), published, f"About {name}", summary))
    web.pages["/feed"] = rss(entries)
    with stage_context(
        engine, tmp_path, [source("feed", web.url("/feed"))], private=web.host, http_timeout_s=3.0
    ) as ctx:
        tallies = {tally.stage: tally.counts for tally in run_once(ctx, NOW)}
    with engine.connect() as conn:
        outcomes = {
            subject.rsplit("/", 1)[1]: reason
            for subject, reason in conn.execute(
                text("SELECT subject, reason FROM wirewatch.outcome_details WHERE stage IN ('fetch', 'process')")
            )
        }
        articles = {
            row.url.rsplit("/", 1)[1]: row for row in conn.execute(text("SELECT * FROM wirewatch.articles"))
        }
    for name, (_, reason) in pages.items():
        if reason:
            assert outcomes[name] == reason
    assert {"good", "russian", "dateless", "undated", "wall"} <= set(articles)
    assert {"control", "year-one", "odd-etag"} <= set(articles)
    assert GOOD[1].replace("piles", "poles") in articles["control"].body
    assert articles["year-one"].published_source == "feed"
    assert tallies["link"].get("row_failed") is None
    assert "deep" in articles or "deep" in outcomes
    assert articles["russian"].language == "ru"
    assert RUSSIAN[1] in articles["russian"].body
    assert articles["dateless"].published_source == "seen"
    assert articles["wall"].body == "A statement long enough to stand as a flash of its own."
