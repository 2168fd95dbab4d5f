"""The migrations make exactly the tables of pipeline.store.tables, and lead back again."""

from __future__ import annotations

import re
import shutil
import threading
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from newsroom_desk import Desk, day, mention
from sqlalchemy import Engine, text
from staging import source, stage_context
from stored import store_page

from pipeline.errors import DatabaseBehindError, DatabaseError
from pipeline.settings import CHECKOUT
from pipeline.store.pages import load_pages
from pipeline.store.server import migrate, revision
from pipeline.store.server.engine import open_engine, parse_url
from pipeline.store.server.views import apply_views
from pipeline.store.tables import metadata

PARTITION = re.compile(r"(fingerprint|page_body|poll)_(rest|\d)")


@pytest.fixture
def bare(empty_database_url: str) -> Engine:
    """An engine on a database nobody has migrated."""
    engine = open_engine(parse_url(empty_database_url))
    yield engine
    engine.dispose()


@pytest.fixture
def own_sql(tmp_path: Path) -> Path:
    """A copy of sql/ that a test may change."""
    return Path(shutil.copytree(CHECKOUT / "sql", tmp_path / "sql"))


def add_migration(sql_dir: Path, body: str, revision: str = "9999") -> None:
    """Put a migration on top of the newest one."""
    newest = migrate.revisions(sql_dir)[-1]
    (sql_dir / "migrations" / "versions" / f"{revision}_test.py").write_text(
        f"from alembic import op\nrevision = {revision!r}\ndown_revision = {newest!r}\n"
        f"def upgrade():\n    {body}\ndef downgrade():\n    pass\n",
        encoding="utf-8",
    )


def test_migrations_make_exactly_the_tables_of_the_code(engine: Engine) -> None:
    options = {
        "version_table_schema": "store",
        "include_schemas": True,
        "include_name": lambda name, kind, _parents: (
            name == "store" if kind == "schema" else not (kind == "table" and PARTITION.match(name))
        ),
        "compare_type": True,
        "compare_server_default": True,
    }
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert difference == []


def test_check_constraints_and_comments_agree_too(engine: Engine, empty_database_url: str) -> None:
    """Autogenerate does not look at these: compare with what the models would create."""
    query = text("""
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = 'store'::regnamespace AND conrelid <> 'store.alembic_version'::regclass AND contype <> 't'
         UNION ALL
        SELECT attrelid::regclass::text, attname, col_description(attrelid, attnum) FROM pg_attribute
          JOIN pg_class ON pg_class.oid = attrelid
         WHERE relnamespace = 'store'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
         UNION ALL
        SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'store'
         UNION ALL
        SELECT proname, 'source', prosrc FROM pg_proc
         WHERE pronamespace = 'store'::regnamespace AND proname IN ('folded', 'lexemes', 'searchable')
         ORDER BY 1, 2, 3""")
    from_models = open_engine(parse_url(empty_database_url))
    with from_models.begin() as connection:
        connection.execute(text("CREATE SCHEMA store"))
        connection.execute(text("CREATE TABLE store.alembic_version (version_num varchar(32))"))
        metadata.create_all(connection)
        expected = {tuple(row) for row in connection.execute(query)}
    from_models.dispose()
    with engine.connect() as connection:
        found = {tuple(row) for row in connection.execute(query)}

    def ours(rows: set[tuple[str, ...]]) -> list[tuple[str, ...]]:
        # The partitions are made by the running program (store/partitions.py); the first come with the migrations.
        kept = (row for row in rows if "alembic_version" not in row[0] and not PARTITION.search(row[0]))
        return sorted(kept, key=str)

    assert ours(found) == ours(expected)


def test_no_index_is_there_twice(engine: Engine) -> None:
    query = text("""
        SELECT array_agg(indexrelid::regclass::text) FROM pg_index
          JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'store'::regnamespace
         GROUP BY indrelid, indkey::text, indclass::text, pg_get_expr(indpred, indrelid), pg_get_expr(indexprs, indrelid)
        HAVING count(*) > 1""")
    with engine.connect() as connection:
        assert connection.scalars(query).all() == []


def test_down_and_up_again_with_rows(engine: Engine) -> None:
    insert = text("""
        INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
        VALUES ('herald', 'https://herald.example/rss', 'herald.example', 'Herald', 'en', 'UTC', 'GB', 'news',
                true, now())""")
    with engine.begin() as connection:
        connection.execute(insert)
    migrate.downgrade(engine, "base")
    assert migrate.current(engine) is None
    with engine.connect() as connection:
        left = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'store'")).all()
    assert set(left) <= {"alembic_version"}
    applied = migrate.upgrade(engine)
    assert applied == migrate.revisions()
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM store.feed")) == 0
        connection.execute(insert)


def test_upgrade_reports_what_it_applied_and_the_second_time_nothing(bare: Engine) -> None:
    assert migrate.pending(bare) == migrate.revisions()
    assert migrate.upgrade(bare) == migrate.revisions()
    assert migrate.upgrade(bare) == []
    migrate.require_current(bare)


def test_a_database_without_migrations_says_what_to_run(bare: Engine) -> None:
    with pytest.raises(DatabaseBehindError, match="wirewatch db migrate"):
        migrate.require_current(bare)


def test_a_database_from_the_future_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE store.alembic_version SET version_num = '8888'"))
        connection.execute(text("COMMENT ON TABLE store.alembic_version IS '8888'"))
    for use in (migrate.require_current, migrate.upgrade):
        with pytest.raises(DatabaseBehindError, match="newer version"):
            use(engine)


def test_the_last_release_works_beside_a_schema_that_was_only_added_to(engine: Engine, own_sql: Path) -> None:
    body = (
        "op.execute('ALTER TABLE store.article ADD COLUMN mood text')\n"
        "    from pipeline.store.server.indexes import build_index\n"
        "    build_index('ix_article_mood', 'ON store.article (mood)')\n"
        "only_adds = True"
    )
    add_migration(own_sql, body, revision="9998")
    works_since = text("SELECT obj_description('store.alembic_version'::regclass)")
    with engine.connect() as conn:
        ours = conn.scalar(works_since)
    assert migrate.upgrade(engine, own_sql) == ["9998"]
    migrate.require_current(engine, own_sql)
    revision.require_current(engine, CHECKOUT / "sql")  # the code of today beside the schema of tomorrow
    with engine.connect() as conn:
        assert conn.scalar(works_since) == ours

    add_migration(own_sql, "op.execute('ALTER TABLE store.article DROP COLUMN mood')", revision="9999")
    migrate.upgrade(engine, own_sql)
    with pytest.raises(DatabaseBehindError, match="newer version"):
        revision.require_current(engine, CHECKOUT / "sql")


def test_each_migration_says_whether_it_only_adds_and_those_that_do_take_nothing_away(engine: Engine) -> None:
    columns = text("""
        SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
         WHERE table_schema = 'store' AND table_name <> 'alembic_version'""")
    compulsory = text("""
        SELECT table_name, column_name FROM information_schema.columns
         WHERE table_schema = 'store' AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'""")

    def shape() -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
        with engine.connect() as connection:
            return {tuple(row) for row in connection.execute(columns)}, {
                tuple(row) for row in connection.execute(compulsory)
            }

    steps = migrate.steps()
    assert [step.revision for step in steps if not isinstance(step.only_adds, bool)] == []
    first = next(number for number, step in enumerate(steps) if step.only_adds)
    after, wanted = shape()
    for before_it, step in reversed(list(pairwise(steps[first - 1 :]))):
        migrate.downgrade(engine, before_it.revision)
        before, was_wanted = shape()
        if step.only_adds:
            assert before <= after, step.revision
            known = {table for table, *_ in before}
            new = {name for name in wanted - was_wanted if name[0] in known}
            assert new == set(), f"{step.revision}: old code does not fill these"
        after, wanted = before, was_wanted


def test_a_failing_migration_is_rolled_back_and_the_earlier_ones_stay(engine: Engine, own_sql: Path) -> None:
    before = migrate.current(engine)
    add_migration(own_sql, "op.execute('CREATE TABLE store.half ()'); op.execute('SELECT 1/0')")
    with pytest.raises(DatabaseError, match="division by zero"):
        migrate.upgrade(engine, own_sql)
    assert migrate.current(engine) == before
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('store.half')")) is None


def test_a_migration_gives_up_behind_a_long_transaction(
    engine: Engine, own_sql: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "200ms")
    add_migration(own_sql, "op.execute('ALTER TABLE store.feed ADD COLUMN extra text')")
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM store.feed"))
        with pytest.raises(DatabaseError, match="lock timeout"):
            migrate.upgrade(engine, own_sql)
        reader.rollback()
    assert migrate.upgrade(engine, own_sql) == ["9999"]


def test_two_migrators_at_once_apply_each_migration_once(bare: Engine) -> None:
    applied: list[list[str]] = []
    threads = [threading.Thread(target=lambda: applied.append(migrate.upgrade(bare))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(applied) == [[], [], migrate.revisions()]


def test_the_lock_is_free_again_after_a_migration_even_a_failed_one(engine: Engine, own_sql: Path) -> None:
    add_migration(own_sql, "op.execute('SELECT 1/0')")
    with pytest.raises(DatabaseError):
        migrate.upgrade(engine, own_sql)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": migrate.MIGRATION_LOCK})
        assert connection.scalar(text("SHOW lock_timeout")) == "0"


def test_pages_and_polls_go_into_months_and_back(engine: Engine) -> None:
    def one(query: str) -> object:
        with engine.connect() as connection:
            return connection.scalar(text(query))

    with engine.begin() as connection:
        _, page_id = store_page(connection, "http://f.example/a", datetime(2031, 1, 31, 23, 59, tzinfo=UTC))
    migrate.downgrade(engine, "0008")
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS wirewatch"))  # views stand in the way, as in use
        connection.execute(text("CREATE VIEW wirewatch.feed_health AS SELECT feed_id FROM store.poll"))
        connection.execute(text("UPDATE store.page SET body = 'raw'"))
        connection.execute(
            text("""
                INSERT INTO store.poll (feed_id, polled_at, reason, items, new_items, rejected, bytes, elapsed_ms, detail)
                SELECT id, '2031-03-01 00:00+00', 'parsed', 1, 1, 0, 1, 1, '' FROM store.feed""")
        )
    migrate.upgrade(engine)
    assert one("SELECT convert_from(body, 'UTF8') FROM store.page_body_203101") == "raw"
    assert one("SELECT count(*) FROM store.poll_203103") == 1
    with engine.connect() as connection:
        assert load_pages(connection, [page_id])[page_id].compressed == b"raw"
    migrate.downgrade(engine, "0008")
    assert one("SELECT convert_from(body, 'UTF8') FROM store.page") == "raw"
    assert one("SELECT count(*) FROM store.poll") == 1


def test_the_old_words_become_one_word_for_one_thing_and_back(engine: Engine) -> None:
    def rows(query: str) -> list[tuple[object, ...]]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    migrate.downgrade(engine, "0009")
    with engine.begin() as connection:
        store_page(connection, "http://f.example/a", datetime(2031, 1, 31, tzinfo=UTC))
        for statement in (
            """INSERT INTO store.look (article_id, looked_at, stage, outcome, status, bytes, elapsed_ms, detail)
               SELECT id, '2031-02-01 00:00+00', stage, 'fetched', 200, 1, 1, ''
                 FROM store.article, unnest(ARRAY['fetch', 'recheck']) stage""",
            """INSERT INTO store.outcome (stage, reason, article_id, subject, detail, times, first_at, last_at)
               SELECT 'recheck', 'http_404', id, '', '', 1, now(), now() FROM store.article""",
            "INSERT INTO store.work (stage, subject_id, due_at) SELECT 'recheck', id, now() FROM store.article",
        ):
            connection.execute(text(statement))
    for migrated, stage, table, at in (
        (lambda: migrate.upgrade(engine), "refetch", "page_fetch", "fetched_at"),
        (lambda: migrate.downgrade(engine, "0009"), "recheck", "look", "looked_at"),
        (lambda: migrate.upgrade(engine), "refetch", "page_fetch", "fetched_at"),
    ):
        migrated()
        assert rows(f"SELECT stage FROM store.{table} ORDER BY {at}, id") == [("fetch",), (stage,)]
        assert rows("SELECT stage FROM store.outcome") == [(stage,)]
        assert (stage,) in rows("SELECT stage FROM store.work")
    with engine.connect() as connection:
        apply_views(connection, CHECKOUT / "sql" / "views")
    new = rows("SELECT fetched_at, stage, outcome FROM wirewatch.fetches ORDER BY stage")
    assert len(new) == 2
    assert rows("SELECT looked_at, stage, outcome FROM wirewatch.looks ORDER BY stage") == new  # for a release


def test_the_newest_migrations_go_down_and_up_with_the_rows_of_a_day(engine: Engine, tmp_path: Path) -> None:
    """One by one down to 0009 and back: what both versions hold is the same afterwards, and the line runs on."""

    def rows() -> dict[str, set[str]]:
        tables = "SELECT relname FROM pg_class WHERE relnamespace = 'store'::regnamespace AND relkind = 'r'"
        with engine.connect() as connection:
            names = connection.scalars(text(tables)).all()
            return {name: set(connection.scalars(text(f"SELECT t::text FROM store.{name} t"))) for name in names}

    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        desk = Desk(ctx)
        desk.report(0, mention("scheduled", day(14)))
        desk.report(24, mention("postponed", moved_from=day(14)))
        with engine.begin() as connection:
            for statement in (
                """INSERT INTO store.operator_notice (cause, subject, detail, facts, first_at, last_at)
                   VALUES ('feed_silent', 'f', '', '{}', now(), now())""",
                """INSERT INTO store.alert_delivery (alert_id, channel, receiver, state, attempts)
                   SELECT id, 'desk', receiver, state, 1 FROM store.alert,
                          (VALUES ('a@desk.example', 'held'), ('b@desk.example', 'delivered')) AS to_(receiver, state)""",
                """INSERT INTO store.alert_delivery (notice_id, channel, state, attempts)
                   SELECT id, 'desk', 'dropped', 0 FROM store.operator_notice""",
            ):
                connection.execute(text(statement))
        with engine.connect() as connection:
            apply_views(connection, CHECKOUT / "sql" / "views")  # views are in the way, as in use
        before = rows()
        down = migrate.revisions()[migrate.revisions().index("0009") : -1]
        for target in reversed(down):
            migrate.downgrade(engine, target)
            assert migrate.current(engine) == target
        assert migrate.upgrade(engine) == migrate.revisions()[len(migrate.revisions()) - len(down) :]
        after = rows()
        changed = {name for name in before if before[name] != after[name]}
        # 0013 and 0017 take away what the older tables cannot hold; CHANGELOG says what a way back costs.
        # 0036 cannot know which ids are one name: the next report of a person does.
        lossy = {"alert_delivery", "operator_notice", "work", "meeting_version", "person_spelling"}
        assert changed <= lossy | {"alembic_version"}
        assert (
            len(before["alert_delivery"]) - len(after["alert_delivery"]) == 2
        )  # the notice's, a second receiver's
        assert after["alert"], "the alert of the day is still there"
        desk.report(48, mention("rescheduled", day(2, 6)))
        assert [change for change, *_ in desk.alerts()] == ["postponed", "rescheduled"]


def test_a_current_database_is_known_without_alembic_and_any_other_is_left_to_it(
    bare: Engine, own_sql: Path
) -> None:
    with pytest.raises(DatabaseBehindError, match=r"lacks \d+ migration"):
        revision.require_current(bare, own_sql)
    migrate.upgrade(bare, own_sql)
    revision.require_current(bare, own_sql)
    add_migration(own_sql, "pass")
    with pytest.raises(DatabaseBehindError, match="lacks 1 migration"):
        revision.require_current(bare, own_sql)
    migrate.upgrade(bare, own_sql)
    with pytest.raises(DatabaseBehindError, match="newer version"):
        revision.require_current(bare, CHECKOUT / "sql")
