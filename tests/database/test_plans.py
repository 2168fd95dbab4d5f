"""No table that grows is read from end to end on a hot path: planned as the real functions send their statements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import drop_database
from newsroom_desk import day, mention
from plan_watch import watched
from site_client import Browser, served
from sqlalchemy import Engine, text
from staging import source, stage_context
from stored import store_article

from pipeline.configuration import load_configuration
from pipeline.settings import load_settings
from pipeline.stages.line import STAGES, Context
from pipeline.store import meetings, pages
from pipeline.store.addresses import article_for
from pipeline.store.articles import texts_of
from pipeline.store.fetch_log import fetch_history
from pipeline.store.retention import rules, would_go
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url
from tests.bench.plans import plan_of, scanned, table_sizes, touched
from tests.bench.store_load import Filler

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
ARTICLES = 4_000
SMALL = 1_000  # rows that are read faster than looked up
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("plans")]


@pytest.fixture(scope="module")
def filled(server: EmbeddedServer) -> Iterator[Engine]:
    """A database of some thousand articles with all that belongs to them, analysed."""
    name = "plans"
    create_database(parse_url(server.url("postgres")), name, template="wirewatch_template")
    engine = open_engine(parse_url(server.url(name)))
    Filler(engine, NOW, ARTICLES).fill(ARTICLES)
    yield engine
    engine.dispose()
    drop_database(server, name)


@pytest.fixture(scope="module")
def site(filled: Engine) -> Iterator[Browser]:
    """The pages on it."""
    settings = load_settings().model_copy(update={"site_port": 0, "database_url": filled.url})
    with Context(settings, filled, load_configuration(settings.config_dir)) as ctx, served(ctx) as browser:
        yield browser


def test_the_stages_look_up_what_they_need(filled: Engine, tmp_path: Path) -> None:
    with stage_context(filled, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        for number, status in enumerate(("scheduled", "cancelled")):
            body = " ".join(f"new{number}x{i}" for i in range(80))
            store_article(
                filled, f"http://f.example/{number}", body, published=NOW, mentions=(mention(status, day(20)),)
            )
        with watched(filled) as plans:
            tally = STAGES["link"](ctx, NOW)
            STAGES["notify"](ctx, NOW)
    assert tally.counts["alert_cancelled"] == 1, "every step of linking was taken"
    with filled.connect() as conn:
        found = plans.whole_tables(table_sizes(conn), SMALL)
    assert len(plans.statements) > 30
    assert found == {}


def test_what_fetch_and_process_ask_is_looked_up(filled: Engine) -> None:
    ids = list(range(100, 150))
    with watched(filled) as plans, filled.connect() as conn:
        pages.load_targets(conn, ids)
        pages.load_pages(conn, ids)
        texts_of(conn, 100)
        pages.touch_latest_version(conn, 100, now=NOW)
        fetch_history(conn, 100)
        article_for(conn, "outlet101.example/100")
        meetings.evidence_of(conn, 7)
        sizes = table_sizes(conn)
    assert plans.whole_tables(sizes, SMALL) == {}


def test_retention_finds_old_rows_by_their_time(filled: Engine) -> None:
    """Nothing is old here: then next to nothing may be read."""
    with watched(filled) as plans:
        for rule in rules(load_settings(), NOW):
            assert would_go(filled, rule).rows == 0
    with filled.connect() as conn:
        assert plans.whole_tables(table_sizes(conn), SMALL) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM wirewatch.articles WHERE article_id = 711",
        "SELECT * FROM wirewatch.article_history WHERE article_id = 711",
        "SELECT * FROM wirewatch.meeting_timeline WHERE meeting_id = 7",
        "SELECT * FROM wirewatch.copies WHERE dispatch_id = 700",
        "SELECT * FROM wirewatch.fetches WHERE article_id = 711",
        "SELECT * FROM wirewatch.topics WHERE version_id = 714",
        "SELECT version_id FROM store.fingerprint WHERE exact = '\\x00' AND published_at > '2031-05-01'",
        "SELECT id FROM store.article_version WHERE search @@ to_tsquery('simple', 'zzyzx')",
    ],
)
def test_what_analysts_ask_of_one_thing_is_looked_up(statement: str, filled: Engine) -> None:
    with filled.connect() as conn:
        sizes = table_sizes(conn)
        whole = {table for table in scanned(plan_of(conn, statement)) if sizes.get(table, 0) > SMALL}
    assert whole == set()


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT known_from, status FROM wirewatch.meeting_history", {"meeting_version", "meeting"}),
        ("SELECT meeting_id, status, latest FROM wirewatch.meetings", {"meeting", "meeting_version"}),
    ],
)
def test_what_is_not_asked_for_is_not_joined(statement: str, tables: set[str], filled: Engine) -> None:
    with filled.connect() as conn:
        assert touched(plan_of(conn, statement)) <= tables


def test_the_participants_of_a_meeting_are_looked_up_by_its_number(filled: Engine) -> None:
    """A filter that does not reach the table of meetings runs through all of them, once for each row of a page."""
    with filled.connect() as conn:
        conn.execute(text("SET enable_seqscan = off"))  # the table is small
        plan = json.dumps(plan_of(conn, "SELECT * FROM wirewatch.meeting_people WHERE meeting_id = 7"))
        conn.invalidate()
    assert '"Index Cond": "(id = 7)"' in plan


@pytest.mark.parametrize(
    "path", ["/meetings/7", "/articles/711", "/articles/711?show=why", "/dispatches/700", "/people/per:ru.nobody"]
)
def test_a_page_about_one_thing_looks_it_up(path: str, site: Browser, filled: Engine) -> None:
    with watched(Engine) as plans:
        site.get(path)
    with filled.connect() as conn:
        found = plans.whole_tables(table_sizes(conn), SMALL)
    assert len(plans.statements) > 0
    assert found == {}


def test_a_table_that_is_read_from_end_to_end_is_noticed(filled: Engine) -> None:
    with watched(filled) as plans, filled.connect() as conn:
        conn.execute(text("SELECT count(*) FROM store.article WHERE url LIKE '%nowhere%'"))
        sizes = table_sizes(conn)
    assert list(plans.whole_tables(sizes, SMALL).values()) == [["article"]]
