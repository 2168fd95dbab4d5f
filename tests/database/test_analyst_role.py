"""The analysts' role reads every view and can do nothing else, even when it tries."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
import psycopg2.errors
import pytest
from sqlalchemy import Engine, make_url, text

from pipeline.settings import load_settings
from pipeline.sql_export.session import reading
from pipeline.store.server import migrate
from pipeline.store.server.roles import ANALYST, analyst_state
from pipeline.store.server.views import drop_views


@pytest.fixture
def analyst(engine: Engine, database_url: str) -> Iterator[psycopg2.extensions.connection]:
    """A session of the role, as psql would open it."""
    migrate.upgrade(engine)  # rights on a database itself do not come with its template
    url = make_url(database_url).set(drivername="postgresql", username=ANALYST)
    connection = psycopg2.connect(url.render_as_string(hide_password=False))
    connection.autocommit = True
    yield connection
    connection.close()


def views(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT viewname FROM pg_views WHERE schemaname = 'wirewatch'")))


def test_every_view_is_readable_by_its_bare_name(engine: Engine, analyst: psycopg2.extensions.connection) -> None:
    names = views(engine)
    assert len(names) > 10
    with analyst.cursor() as cursor:
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}" LIMIT 1')
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("UTC",)


def test_every_function_can_be_called(engine: Engine, analyst: psycopg2.extensions.connection) -> None:
    with engine.connect() as connection:
        asked = connection.execute(
            text("""
                SELECT p.proname, pg_get_function_identity_arguments(p.oid), p.pronargs - p.pronargdefaults
                  FROM pg_proc p WHERE p.pronamespace = 'wirewatch'::regnamespace ORDER BY 1
            """)
        ).all()
    assert "meetings_public_by" in {name for name, _, _ in asked}
    samples = {"timestamp with time zone": "now()", "text": "'en'", "date": "'2031-05-08'", "integer": "1"}
    with analyst.cursor() as cursor:
        for name, parameters, needed in asked:
            kinds = [parameter.split(" ", 1)[1] for parameter in parameters.split(", ")[:needed]] if needed else []
            cursor.execute(f"SELECT * FROM {name}({', '.join(samples[kind] for kind in kinds)}) LIMIT 1")


REFUSALS = (
    psycopg2.errors.InsufficientPrivilege,
    psycopg2.errors.ObjectNotInPrerequisiteState,  # a view over several tables takes no changes from anybody
    psycopg2.errors.FeatureNotSupported,
)
REFUSED = [
    "INSERT INTO store.outcome DEFAULT VALUES",
    "UPDATE store.article SET url = ''",
    "DELETE FROM store.alert",
    "TRUNCATE store.article_version",
    "SELECT * FROM store.page",
    "UPDATE wirewatch.outcomes SET reason = ''",
    "DELETE FROM wirewatch.articles",
    "DROP VIEW wirewatch.articles",
    "CREATE TABLE wirewatch.mine (x int)",
    "CREATE TABLE public.mine (x int)",
    "CREATE TEMPORARY TABLE mine (x int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION wirewatch.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE other",
    "CREATE DATABASE other",
    "CREATE EXTENSION vector SCHEMA wirewatch",
    "ALTER SYSTEM SET jit = on",
    "ALTER ROLE postgres NOLOGIN",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "COPY (SELECT 1) TO '/tmp/wirewatch-analyst-was-here'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_stat_file('PG_VERSION')",
    "SELECT lo_import('/etc/hostname')",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_creat(-1)",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_xact_lock(1)",
    "SELECT pg_reload_conf()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
    "BEGIN; LOCK TABLE store.article",
    "DO $$ BEGIN PERFORM pg_read_file('PG_VERSION'); END $$",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_nothing_but_reading(statement: str, analyst: psycopg2.extensions.connection) -> None:
    with analyst.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")  # whoever can type SELECT can type this
        with pytest.raises(REFUSALS):
            cursor.execute(statement)


def test_long_statements_are_ended(analyst: psycopg2.extensions.connection) -> None:
    with analyst.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("1min",)
        cursor.execute("SET statement_timeout = '50ms'")
        with pytest.raises(psycopg2.errors.QueryCanceled):
            cursor.execute("SELECT count(*) FROM generate_series(1, 1000000000)")


def test_disk_memory_and_time_are_limited(analyst: psycopg2.extensions.connection) -> None:
    with analyst.cursor() as cursor:
        found = {}
        for name in ("temp_file_limit", "work_mem", "client_connection_check_interval", "transaction_timeout"):
            cursor.execute(f"SHOW {name}")
            (found[name],) = cursor.fetchone()
        assert found == {
            "temp_file_limit": "1GB",
            "work_mem": "32MB",
            "client_connection_check_interval": "10s",
            "transaction_timeout": "30min",
        }
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SET temp_file_limit = -1")


def test_no_temporary_table_in_the_servers_own_database(
    analyst: psycopg2.extensions.connection, database_url: str
) -> None:
    url = make_url(database_url).set(drivername="postgresql", username=ANALYST, database="postgres")
    elsewhere = psycopg2.connect(url.render_as_string(hide_password=False))
    try:
        elsewhere.autocommit = True
        with elsewhere.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute("CREATE TEMPORARY TABLE mine (x int)")
    finally:
        elsewhere.close()


def test_what_the_role_makes_its_own_setting_does_not_reach_the_next_session(
    engine: Engine, database_url: str, analyst: psycopg2.extensions.connection
) -> None:
    with analyst.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        cursor.execute("ALTER ROLE wirewatch_analyst SET search_path = nowhere")
    try:
        with reading(load_settings(database_url=database_url)) as session:
            assert session.scalar(text("SELECT count(*) FROM meetings")) == 0
    finally:
        migrate.upgrade(engine)
    with engine.connect() as connection:
        settings = connection.scalar(
            text("SELECT rolconfig FROM pg_roles WHERE rolname = :role"), {"role": ANALYST}
        )
    assert "search_path=wirewatch" in settings


def test_views_made_anew_are_readable_at_once(engine: Engine, analyst: psycopg2.extensions.connection) -> None:
    with engine.connect() as connection:
        drop_views(connection)
    migrate.upgrade(engine)
    with analyst.cursor() as cursor:
        cursor.execute("SELECT * FROM meetings")


def test_the_state_says_what_the_role_could_do(engine: Engine) -> None:
    with engine.begin() as connection:
        assert analyst_state(connection) == "ready"
        connection.exec_driver_sql("GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO wirewatch_analyst")
        assert analyst_state(connection) == "ready, but may call 1 functions with side effects"
