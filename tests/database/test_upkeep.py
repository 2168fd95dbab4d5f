"""What has its time and goes, what never goes, and that a dry run tells it beforehand and changes nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from staging import source, stage_context
from stored import store_article
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.stages.line import Context
from pipeline.stages.maintain.upkeep import _partition, upkeep
from pipeline.store.server import partitions

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
EVERYTHING = (
    "page",
    "page_body",
    "poll",
    "page_fetch",
    "robots",
    "host_pace",
    "stop_key",
    "fingerprint",
    "article_version",
    "work",
)


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
    query = """
        SELECT string_agg(inhrelid::regclass::text, ',' ORDER BY inhrelid::regclass::text) FROM pg_inherits
          JOIN pg_class p ON p.oid = inhparent AND p.relkind = 'p'
    """
    return rows | {"partitions": one(engine, query)}


@pytest.fixture
def aged(ctx: Context) -> Engine:
    """An article of 400 days ago and one of today, with their logs."""
    engine = ctx.engine
    with engine.begin() as conn:
        for series in partitions.ALL:
            partitions.ensure(conn, series, NOW - timedelta(days=400), NOW - timedelta(days=400))
    for days in (400, 0):
        at = NOW - timedelta(days=days)
        store_article(engine, f"http://f.example/{days}", f"text {days} " * 40, published=at)
    add(engine, "DELETE FROM store.work")
    add(engine, "INSERT INTO store.page_body SELECT id, fetched_at, 'raw bytes' FROM store.page")
    add(
        engine,
        """INSERT INTO store.poll (feed_id, polled_at, reason, items, new_items, rejected, bytes, elapsed_ms, detail)
           SELECT f.id, :now - make_interval(days => d), 'parsed', 1, 1, 0, 1, 1, ''
             FROM store.feed f, unnest(ARRAY[0, 89, 130, 400]) d""",
        now=NOW,
    )
    add(
        engine,
        """INSERT INTO store.page_fetch (article_id, fetched_at, stage, outcome, status, bytes, elapsed_ms, detail)
           SELECT a.id, :now - make_interval(days => d), 'refetch', 'fetched', status, 1, 1, ''
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
    "raw_pages": 1,  # in a month of its own
    "polls": 2,  # one in a month of its own, one in the rest
    "fetches": 2,  # of each article the newest stays, and the newest that brought the page
    "robots_notes": 1,
    "idle_hosts": 1,
    "stop_keys": 1,
    "fingerprints": 1,
    "partitions_made": 3 + 4 + 4,  # the poll of 89 days ago gets its month
    "rows_in_no_partition": 0,
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
    assert one(aged, "SELECT count(*) FROM store.page_body") == 1
    assert one(aged, "SELECT count(*) FROM store.poll") == 2
    assert one(aged, "SELECT count(*) FROM store.fingerprint") == 1
    assert (
        one(
            aged,
            "SELECT string_agg(status::text, ',' ORDER BY fetched_at) FROM store.page_fetch WHERE article_id = 1",
        )
        == "200,304"
    )
    again = upkeep(ctx, NOW).counts
    assert set(again.values()) == {0}, "nothing is left for a second run"


def test_the_verb_tells_it_first_and_does_it_then(ctx: Context, aged: Engine, database_url: str) -> None:
    def run(*options: str) -> str:
        result = CliRunner().invoke(
            app,
            ["upkeep", *options],
            env={
                "WIREWATCH_DATABASE_URL": database_url,
                "WIREWATCH_CONFIG_DIR": str(ctx.settings.config_dir),
                "WIREWATCH_DATA_DIR": str(ctx.settings.data_dir),
            },
        )
        assert result.exit_code == 0, result.output
        return result.stdout

    # It goes by the clock of the wall, years before anything here had its time but one host.
    before = state(aged)
    assert "would go" in run("--dry-run")
    assert state(aged) == before
    add(aged, "UPDATE store.robots SET asked_at = now() - interval '91 days' WHERE origin = 'http://a.example'")

    def counted(*options: str) -> dict[str, int]:
        return {what: gone["rows"] for what, gone in json.loads(run(*options, "--json"))["gone"].items()}

    foretold = counted("--dry-run")
    assert (foretold["robots_notes"], foretold["idle_hosts"]) == (1, 1)
    assert counted() == foretold
    assert (counted()["robots_notes"], counted()["idle_hosts"]) == (0, 0)


def test_a_page_that_waits_to_be_read_is_kept(ctx: Context, aged: Engine) -> None:
    add(
        aged,
        "INSERT INTO store.work (stage, subject_id, due_at) SELECT 'process', id, :now FROM store.page",
        now=NOW,
    )
    counts = upkeep(ctx, NOW).counts
    assert counts["partitions_awaited"] == 1
    assert counts["raw_pages"] == 0
    assert one(aged, "SELECT count(*) FROM store.page_body") == 2


def test_a_week_that_waits_to_be_linked_is_kept(ctx: Context, aged: Engine) -> None:
    add(
        aged,
        "INSERT INTO store.work (stage, subject_id, due_at) SELECT 'link', id, :now FROM store.article_version",
        now=NOW,
    )
    counts = upkeep(ctx, NOW).counts
    assert counts["partitions_awaited"] == 1
    assert counts["fingerprints"] == 0


@pytest.mark.parametrize("series", partitions.ALL, ids=lambda series: series.table)
def test_a_partition_that_is_being_read_stays_until_tomorrow(
    series: partitions.Series, ctx: Context, aged: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "DROPPING_WAITS", "100ms")
    with aged.connect() as conn:
        (old,) = partitions.ended_before(conn, series, NOW - timedelta(days=90))
    with aged.connect() as reader:
        reader.execute(text(f"SELECT count(*) FROM store.{series.table}"))
        # Making a partition would wait for the reader as well: this is the step before.
        gone = _partition(ctx, series, "rows", old, dry_run=False)
    assert (gone.what, gone.rows) == ("partitions_in_use", 1)
    assert _partition(ctx, series, "rows", old, dry_run=False).what == "rows"


def test_texts_in_no_week_get_one_or_go_or_are_reported(ctx: Context) -> None:
    for days in (-300, 20, 400):
        store_article(
            ctx.engine, f"http://f.example/{days}", f"text {days} " * 40, published=NOW - timedelta(days=days)
        )
    add(ctx.engine, "DELETE FROM store.work")
    counts = upkeep(ctx, NOW).counts
    assert counts["fingerprints"] == 1
    assert counts["partitions_made"] == 5 + 3 + 3
    assert counts["rows_in_no_partition"] == 1
    assert one(ctx.engine, "SELECT count(*) FROM store.fingerprint") == 2


def test_texts_that_got_a_week_leave_no_room_behind(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "WORTH_GIVING_BACK", 1)
    store_article(ctx.engine, "http://f.example/late", "text " * 40, published=NOW - timedelta(days=20))
    add(ctx.engine, "DELETE FROM store.work")
    heap = "SELECT pg_relation_size('store.fingerprint_rest')"
    assert one(ctx.engine, heap) != 0
    upkeep(ctx, NOW)
    assert one(ctx.engine, heap) == 0
    assert one(ctx.engine, "SELECT count(*) FROM store.fingerprint") == 1


def test_a_page_without_its_bytes_cannot_be_read_again_and_says_so(ctx: Context, aged: Engine) -> None:
    from pipeline.errors import ExtractError
    from pipeline.store.pages import load_pages

    upkeep(ctx, NOW)
    with aged.connect() as conn:
        pages = load_pages(conn, [1, 2])
    (result,) = ctx.page_workers.read([pages[1]])
    assert isinstance(result, ExtractError)
    assert result.reason == "page_let_go"


def test_what_comes_while_the_months_are_made_is_neither_lost_nor_locked_out(ctx: Context) -> None:
    """The first link of an installation makes the months while poll and fetch already write."""
    store_article(ctx.engine, "http://f.example/a", "text " * 40, published=NOW)
    write = """
        WITH p AS (INSERT INTO store.page (article_id, final_url, status, headers, body_hash, size, fetched_at)
                   SELECT id, '', 200, '{}', '', 0, :now FROM store.article RETURNING id, fetched_at),
             b AS (INSERT INTO store.page_body SELECT id, fetched_at, 'raw' FROM p)
        INSERT INTO store.poll SELECT id, :now, 'parsed', 200, 1, 1, 0, 1, 1, '' FROM store.feed
    """
    errors: list[BaseException] = []

    def keep_writing() -> None:
        try:
            for _ in range(150):
                add(ctx.engine, write, now=NOW)
        except BaseException as error:  # noqa: BLE001 - asserted below
            errors.append(error)

    writers = [threading.Thread(target=keep_writing) for _ in range(3)]
    for writer in writers:
        writer.start()
    for days in range(5):
        partitions.ensure_all(ctx.engine, NOW - timedelta(days=31 * (4 - days)))
    for writer in writers:
        writer.join()
    assert errors == []
    assert one(ctx.engine, "SELECT count(*) FROM store.poll") == 450
    assert one(ctx.engine, "SELECT count(*) FROM store.page_body") == 450
    assert one(ctx.engine, "SELECT count(*) FROM ONLY store.poll_rest") == 0


def test_while_a_table_is_read_for_long_its_partitions_wait_and_nobody_with_them(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "MAKING_WAITS", "100ms")
    store_article(ctx.engine, "http://f.example/a", "text " * 40, published=NOW)
    count = "SELECT count(*) FROM store.fingerprint_rest"
    with ctx.engine.connect() as dump:
        dump.execute(text(count))
        partitions.ensure_all(ctx.engine, NOW)
        assert upkeep(ctx, NOW).counts["partitions_in_use"] == 1
        assert one(ctx.engine, count) == 1
    partitions.ensure_all(ctx.engine, NOW)
    assert one(ctx.engine, count) == 0


@given(st.integers(0, 7_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)))
def test_every_moment_lies_in_one_period_and_periods_follow_each_other(moment: datetime) -> None:
    for series in partitions.ALL:
        start = series.start(moment)
        assert start <= moment < series.after(start)
        assert series.start(series.after(start) - timedelta(microseconds=1)) == start
        assert series.name(start) < series.name(series.after(start))
        assert series.between(moment, moment) == {series.name(start): start}
