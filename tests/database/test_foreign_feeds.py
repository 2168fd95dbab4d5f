"""Whose words they are: what a feed of another site lists never stands in for the article on its own site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from local_web import Entry, LocalWeb, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.stages.line import run_once

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
OWN_DAY, FEED_DAY = NOW - timedelta(hours=3), NOW - timedelta(hours=30)
LIE = "Russian Foreign Minister Grigory Sokolov has cancelled his visit to Turkey, the ministry said on Wednesday."
TRUTH = (
    "Russian Foreign Minister Grigory Sokolov will visit Turkey on Wednesday, the Turkish foreign ministry said.",
    "The ministers are to speak about gas, grain and the visas of lorry drivers, which have been short for a year.",
    "A delegation of the energy ministry travels with him and stays in Ankara until the end of the week.",
)


def article() -> Reply:
    body = "".join(f"<p>{line}</p>" for line in TRUTH)
    head = f'<title>Visit</title><meta property="article:published_time" content="{OWN_DAY.isoformat()}">'
    return Reply(f"<html><head>{head}</head><body><article><h1>Visit</h1>{body}</article></body></html>".encode())


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with serve() as web:
        yield web


class Wire:
    """A feed that lists the article, read under the name of a host: `127.0.0.1` is the article's own site."""

    def __init__(self, engine: Engine, web: LocalWeb, folder: Path) -> None:
        self.engine, self.web, self.folder = engine, web, folder
        lies = Entry(web.url("/visit"), format_datetime(FEED_DAY), "Visit cancelled", " ".join([LIE] * 12))
        web.pages["/feed.rss"] = rss([lies])

    def run(self, host: str) -> list[tuple[str, datetime, bool]]:
        """Title, date and whether the text is the feed's, of every article that came of it."""
        feed = source("wire", f"http://{host}:{self.web.port}/feed.rss")
        allowed = f"{self.web.host},localhost:{self.web.port}"
        with stage_context(self.engine, self.folder, [feed], private=allowed) as ctx:
            run_once(ctx, NOW)
        return [
            (row.title, row.published_at, row.from_feed)
            for row in self.rows("SELECT title, published_at, from_feed FROM wirewatch.articles")
        ]

    def rows(self, query: str) -> Sequence[Any]:
        with self.engine.connect() as conn:
            return conn.execute(text(query)).all()


@pytest.fixture
def wire(engine: Engine, web: LocalWeb, tmp_path: Path) -> Wire:
    return Wire(engine, web, tmp_path)


def test_the_page_keeps_its_own_title_text_and_date(wire: Wire) -> None:
    wire.web.pages["/visit"] = article()
    assert wire.run("localhost") == [("Visit", OWN_DAY, False)]
    (meeting,) = wire.rows("SELECT status FROM wirewatch.meetings")
    assert meeting.status in ("scheduled", "confirmed")
    assert wire.rows("SELECT change FROM wirewatch.alerts") == []


@pytest.mark.parametrize("status", [403, 404, 451])
def test_a_page_that_is_refused_is_not_replaced_by_another_sites_words(wire: Wire, status: int) -> None:
    wire.web.pages["/visit"] = Reply(b"no", status)
    assert wire.run("localhost") == []
    assert wire.rows("SELECT * FROM wirewatch.meetings") == []
    subjects = {
        row.reason: row.subject for row in wire.rows("SELECT reason, subject FROM wirewatch.outcome_details")
    }
    assert subjects["feed_of_another_site"] == wire.web.url("/visit"), "counted, not silent"


def test_a_page_without_a_date_does_not_take_that_of_another_site(wire: Wire) -> None:
    undated = article().body.replace(b"article:published_time", b"x")
    wire.web.pages["/visit"] = Reply(undated)
    ((_, published, _),) = wire.run("localhost")
    assert published.date() == NOW.date(), "when it was first seen"


def test_the_outlets_own_feed_does_speak_for_it(wire: Wire) -> None:
    wire.web.pages["/visit"] = Reply(b"no", 403)
    assert wire.run("127.0.0.1") == [("Visit cancelled", FEED_DAY, True)]
    assert [row.change for row in wire.rows("SELECT change FROM wirewatch.alerts")] == ["cancelled"]
