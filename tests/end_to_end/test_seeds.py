"""The case wirewatch was born from, through all stages: Lavrov and Shoigu in Istanbul, 14 June 2020, and not."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from local_web import Entry, LocalWeb, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.stages.line import run_once

COMMENTS_START = "Dear reader"


def page(raw: str) -> Reply:
    """A seed's raw text as the page of an outlet, readers' comments in their section."""
    article, marker, comments = raw.partition(COMMENTS_START)
    paragraphs = "".join(f"<p>{html.escape(line.strip())}</p>" for line in article.split("\n") if line.strip())
    section = ""
    if marker:
        lines = (html.escape(line.strip()) for line in (marker + comments).split("\n") if line.strip())
        section = (
            '<section class="comments">' + "".join(f"<div><p>{line}</p></div>" for line in lines) + "</section>"
        )
    return Reply(
        f"""<!doctype html><html><head><title>World news</title></head><body>
        <nav><a href="/">Home</a><a href="/world">World</a></nav>
        <div id="cookie-consent">We value your privacy.</div>
        <main><article>{paragraphs}</article>{section}</main>
        <footer><a href="/about">About us</a></footer></body></html>""".encode()
    )


@pytest.fixture(scope="module")
def seeds(data: Path) -> list[dict[str, Any]]:
    records = [json.loads(line) for line in (data / "seeds" / "seeds.jsonl").read_text().splitlines()]
    for record in records:
        record["raw"] = (data / "seeds" / record["file"]).read_text()
        record["at"] = datetime.fromisoformat(record["published"]).replace(hour=12, tzinfo=UTC)
    return sorted(records, key=lambda r: r["at"])


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with serve() as web:
        yield web


def replay(engine: Engine, folder: Path, web: LocalWeb, seeds: list[dict[str, Any]]) -> None:
    """Publish the seeds one after the other at their times and run all stages after each."""
    feeds = [source(f"outlet-{seed['file'][:3]}", web.url(f"/{seed['file'][:3]}.rss")) for seed in seeds]
    for seed in seeds:
        web.pages[f"/{seed['file'][:3]}.rss"] = rss([])
    with stage_context(engine, folder, feeds, private=web.host) as ctx:
        for seed in seeds:
            number = seed["file"][:3]
            web.pages[f"/{number}.html"] = page(seed["raw"])
            entry = Entry(web.url(f"/{number}.html"), format_datetime(seed["at"]), title=seed["title"] or "")
            web.pages[f"/{number}.rss"] = rss([entry])
            run_once(ctx, seed["at"] + timedelta(minutes=5))


@pytest.fixture
def meetings(engine: Engine, tmp_path: Path, web: LocalWeb, seeds: list[dict[str, Any]]) -> list[Any]:
    replay(engine, tmp_path, web, seeds)
    with engine.connect() as conn:
        return list(conn.execute(text("SELECT * FROM wirewatch.meetings ORDER BY meeting_id")))


def people(meeting: Any) -> str:
    return " ".join(meeting.participants)


def the_one(meetings: list[Any], *names: str, **columns: object) -> Any:
    found = [
        m
        for m in meetings
        if all(name in people(m) for name in names) and all(getattr(m, k) == v for k, v in columns.items())
    ]
    assert len(found) == 1, [(people(m), m.status, m.place, m.date, m.format) for m in meetings]
    return found[0]


def test_the_seeds_come_out_as_labelled(engine: Engine, meetings: list[Any], seeds: list[dict[str, Any]]) -> None:
    visit = the_one(meetings, "Lavrov", "Shoigu")
    assert (visit.status, visit.date, visit.previous_dates) == ("postponed", None, ["2020-06-14"])
    with engine.connect() as conn:
        steps = conn.execute(
            text("SELECT * FROM wirewatch.meeting_timeline WHERE meeting_id = :id ORDER BY step"),
            {"id": visit.meeting_id},
        ).all()
        alerts = conn.execute(text("SELECT * FROM wirewatch.alerts")).all()
        copies = conn.execute(text("SELECT count(*) FROM wirewatch.copies WHERE kind <> 'lead'")).scalar_one()
        bodies = dict(conn.execute(text("SELECT right(url, 8), body FROM wirewatch.articles")).all())
        topics = dict(conn.execute(text("SELECT right(url, 8), topics FROM wirewatch.articles")).all())
    assert (steps[0].status, steps[0].new_date) == ("scheduled", "2020-06-14")
    assert "Istanbul" in {step.new_place for step in steps}
    assert [step.status for step in steps if step.change] == ["postponed"]

    assert [(a.change, a.meeting_id, a.old_date, a.new_date) for a in alerts] == [
        ("postponed", visit.meeting_id, "2020-06-14", None)
    ]
    assert alerts[0].url.endswith("/002.html")
    seed = next(seed for seed in seeds if seed["file"].startswith("002"))
    assert alerts[0].quote in bodies["002.html"] or alerts[0].quote == seed["title"]

    zarif = the_one(meetings, "Zarif")
    assert (zarif.status, zarif.date, zarif.sequence) == ("scheduled", "2020-06-14", 0)

    sochi = the_one(meetings, "Erdogan", place="Sochi")
    assert (sochi.status, sochi.date) == ("scheduled", "[2021-09-17..2021-09-30]")
    moscow = the_one(meetings, "Erdogan", place="Moscow")
    assert (moscow.status in ("scheduled", "confirmed"), moscow.date) == (True, None)
    ankara = the_one(meetings, "Rouhani", place="Ankara")
    assert (ankara.date, sorted(ankara.countries)) == ("2019-09-16", ["IR", "RU", "TR"])

    assert copies == 0
    assert all("russia-turkey" in tags for tags in topics.values())
    assert len(topics) == len(seeds)
    article, _, comments = seed["raw"].partition(COMMENTS_START)
    assert max(article.split("\n"), key=len).strip() in bodies["002.html"]
    assert [line for line in comments.split("\n") if len(line) > 30 and line.strip() in bodies["002.html"]] == []
    assert COMMENTS_START not in bodies["002.html"]


def test_polling_everything_again_raises_nothing_new(
    engine: Engine, tmp_path: Path, web: LocalWeb, seeds: list[dict[str, Any]], meetings: list[Any]
) -> None:
    with engine.begin() as conn:
        before = conn.execute(text("SELECT count(*) FROM store.meeting_version")).scalar_one()
        conn.execute(text("UPDATE store.work SET due_at = '2020-01-01'"))
        conn.execute(text("UPDATE store.feed SET etag = NULL, last_modified = NULL, body_hash = NULL"))
    (tmp_path / "again").mkdir()
    feeds = [source(f"outlet-{seed['file'][:3]}", web.url(f"/{seed['file'][:3]}.rss")) for seed in seeds]
    with stage_context(engine, tmp_path / "again", feeds, private=web.host) as ctx:
        run_once(ctx, seeds[-1]["at"] + timedelta(days=1))
    with engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM store.meeting_version")).scalar_one() == before
        assert conn.execute(text("SELECT count(*) FROM store.alert")).scalar_one() == 1
        assert conn.execute(text("SELECT count(*) FROM store.article_version")).scalar_one() == len(seeds)
