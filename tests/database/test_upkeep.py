"""What has its time and goes, what never goes, and that a dry run tells it beforehand and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from staging import source, stage_context
from stored import store_article

from pipeline.stages import Context
from pipeline.stages.upkeep import upkeep
from pipeline.store import weeks

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
EVERYTHING = ("page", "poll", "look", "robots", "host_pace", "stop_key", "fingerprint", "article_version", "work")


@pytest.fixture
def ctx(engine: Engine, tmp_path: Path) -> Iterator[Context]:
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        yield ctx


def add(engine: Engine, statement: str, **values: object) -> None:
    with engine.begin() as conn:
        conn.execute(text(statement), values)


def one(engine: Engine, query: str) -> object:
    with engine.connect() as conn:
        return conn.scalar(text(query))


def state(engine: Engine) -> dict[str, object]:
    rows = {
        name: one(engine, f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM store.{name} t")
        for name in EVERYTHING
    }
    partitions = "SELECT string_agg(inhrelid::regclass::text, ',' ORDER BY inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'store.fingerprint'::regclass"
    return rows | {"weeks": one(engine, partitions)}


@pytest.fixture
def aged(ctx: Context) -> Engine:
    """An article of 400 days ago and one of today, with their logs."""
    engine = ctx.engine
    with engine.begin() as conn:
        weeks.ensure_weeks(conn, NOW - timedelta(days=400), NOW - timedelta(days=400))
    for days in (400, 0):
        at = NOW - timedelta(days=days)
        store_article(engine, f"http://f.example/{days}", f"text {days} " * 40, published=at)
    add(engine, "DELETE FROM store.work")
    add(engine, "UPDATE store.page SET body = 'raw bytes'")
    add(
        engine,
        """INSERT INTO store.poll (feed_id, polled_at, reason, items, new_items, rejected, bytes, elapsed_ms, detail)
           SELECT f.id, :now - make_interval(days => d), 'parsed', 1, 1, 0, 1, 1, ''
             FROM store.feed f, unnest(ARRAY[0, 89, 91, 500]) d""",
        now=NOW,
    )
    add(
        engine,
        """INSERT INTO store.look (article_id, looked_at, stage, outcome, status, bytes, elapsed_ms, detail)
           SELECT a.id, :now - make_interval(days => d), 'recheck', 'fetched', status, 1, 1, ''
             FROM store.article a, (VALUES (500, 200), (450, 200), (400, 304)) l (d, status)""",
        now=NOW,
    )
    add(
        engine,
        "INSERT INTO store.robots (origin, body, asked_at) VALUES ('http://a.example', '', :at)",
        at=NOW - timedelta(days=91),
    )
    add(
        engine,
        "INSERT INTO store.robots (origin, body, asked_at) VALUES ('http://b.example', '', :at)",
        at=NOW - timedelta(days=89),
    )
    add(engine, "INSERT INTO store.stop_key VALUES (1, :at), (2, :now)", at=NOW - timedelta(days=15), now=NOW)
    add(
        engine,
        "INSERT INTO store.host_pace (name, next_start) VALUES ('idle.example', now() - interval '41 days'), ('b.example', now())",
    )
    return engine


WENT = {
    "pages_emptied": 1,
    "polls": 2,
    "looks": 2,  # of each article the newest stays, and the newest that brought the page
    "robots_notes": 1,
    "idle_hosts": 1,
    "stop_keys": 1,
    "fingerprints_of_old_weeks": 1,
    "fingerprints_without_week": 0,
    "weeks_made": 4,
    "left_in_no_week": 0,
}


def test_what_had_its_time_goes_and_is_counted(ctx: Context, aged: Engine) -> None:
    before = state(aged)
    foretold = upkeep(ctx, NOW, dry_run=True).counts
    assert state(aged) == before, "a dry run changes nothing"
    went = upkeep(ctx, NOW).counts
    assert went.pop("bytes") == pytest.approx(foretold.pop("bytes"), rel=0.01)
    assert went == foretold
    assert went == WENT
    assert one(aged, "SELECT count(*) FROM store.article_version") == 2
    assert one(aged, "SELECT count(*) FROM store.page") == 2
    assert one(aged, "SELECT count(*) FROM store.page WHERE body IS NULL") == 1
    assert one(aged, "SELECT count(*) FROM store.fingerprint") == 1
    assert (
        one(aged, "SELECT string_agg(status::text, ',' ORDER BY looked_at) FROM store.look WHERE article_id = 1")
        == "200,304"
    )
    again = upkeep(ctx, NOW).counts
    assert set(again.values()) == {0}, "nothing is left for a second run"


def test_a_page_that_waits_to_be_read_is_kept(ctx: Context, aged: Engine) -> None:
    add(
        aged,
        "INSERT INTO store.work (stage, subject_id, due_at) SELECT 'process', id, :now FROM store.page",
        now=NOW,
    )
    assert upkeep(ctx, NOW).counts["pages_emptied"] == 0


def test_a_week_that_waits_to_be_linked_is_kept(ctx: Context, aged: Engine) -> None:
    add(
        aged,
        "INSERT INTO store.work (stage, subject_id, due_at) SELECT 'link', id, :now FROM store.article_version",
        now=NOW,
    )
    counts = upkeep(ctx, NOW).counts
    assert counts["weeks_awaited"] == 1
    assert "fingerprints_of_old_weeks" not in counts


def test_a_week_that_is_being_read_stays_until_tomorrow(
    ctx: Context, aged: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.stages.upkeep.LOCK_TIMEOUT", "100ms")
    with aged.connect() as reader:
        reader.execute(text("SELECT count(*) FROM store.fingerprint"))
        # Making a week would wait for the reader as well: it was made before.
        counts = upkeep_weeks(ctx)
    assert counts == {"weeks_in_use": 1}


def upkeep_weeks(ctx: Context) -> dict[str, int]:
    from pipeline.stages.upkeep import _week

    with ctx.engine.connect() as conn:
        (old,) = weeks.weeks_before(conn, NOW - timedelta(days=90))
    gone = _week(ctx, old, dry_run=False)
    return {gone.what: gone.rows}


def test_texts_in_no_week_get_one_or_go_or_are_reported(ctx: Context) -> None:
    for days in (-300, 20, 400):
        store_article(
            ctx.engine, f"http://f.example/{days}", f"text {days} " * 40, published=NOW - timedelta(days=days)
        )
    add(ctx.engine, "DELETE FROM store.work")
    counts = upkeep(ctx, NOW).counts
    assert counts["fingerprints_without_week"] == 1
    assert counts["weeks_made"] == 5
    assert counts["left_in_no_week"] == 1
    assert one(ctx.engine, "SELECT count(*) FROM store.fingerprint") == 2


def test_a_page_without_its_bytes_cannot_be_read_again_and_says_so(ctx: Context, aged: Engine) -> None:
    from pipeline.errors import ExtractError
    from pipeline.store.pages import load_pages

    upkeep(ctx, NOW)
    with aged.connect() as conn:
        pages = load_pages(conn, [1, 2])
    (result,) = ctx.analysts.analyse([pages[1]])
    assert isinstance(result, ExtractError)
    assert result.reason == "page_let_go"
