"""Connecting: which URLs are read, what is checked, and what a person is told when it fails."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from pipeline.errors import ConfigurationError, DatabaseError, DatabaseVersionError
from pipeline.settings import Settings
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import connect, create_database, open_engine, parse_url, require_supported


def closed_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+asyncpg"])
def test_every_usual_spelling_of_a_url_uses_psycopg2(scheme: str) -> None:
    url = parse_url(f"{scheme}://ann:p%40ss@db.example:6432/news?sslmode=require")
    assert url.drivername == "postgresql+psycopg2"
    assert (url.username, url.password, url.host, url.port) == ("ann", "p@ss", "db.example", 6432)
    assert url.query == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["mysql://ann:secret@db/news", "no url, secret", "sqlite:///secret"])
def test_another_kind_of_url_is_a_configuration_error_without_the_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match="WIREWATCH_DATABASE_URL: expected postgresql://") as caught:
        parse_url(url)
    assert "secret" not in str(caught.value)


def test_a_session_is_in_utc_and_has_a_name(database_url: str) -> None:
    engine = connect(Settings(database_url=database_url))
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW timezone")) == "UTC"
        assert connection.scalar(text("SHOW application_name")) == "wirewatch"
    engine.dispose()


def test_options_and_name_of_the_url_are_kept(database_url: str) -> None:
    engine = connect(Settings(database_url=f"{database_url}&options=-c%20work_mem%3D5MB&application_name=desk"))
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW work_mem")) == "5MB"
        assert connection.scalar(text("SHOW timezone")) == "UTC"
        assert connection.scalar(text("SHOW application_name")) == "desk"
    engine.dispose()


def test_a_process_that_stops_inside_a_transaction_does_not_keep_its_rows(engine: Engine) -> None:
    """As a worker does that was stopped: the server ends its session, and the next one has the row."""
    with engine.begin() as conn:
        assert conn.scalar(text("SHOW idle_in_transaction_session_timeout")) == "5min"
        conn.execute(text("INSERT INTO store.watch_mute VALUES ('w', now(), now(), 'a', 'b')"))
    quick = open_engine(engine.url.update_query_dict({"options": "-c idle_in_transaction_session_timeout=200"}))
    lock = text("SELECT FROM store.watch_mute FOR UPDATE")
    with quick.connect() as stopped, engine.begin() as next_one:
        stopped.execute(lock)
        next_one.execute(text("SET LOCAL lock_timeout = '20s'"))
        next_one.execute(lock)
        stopped.invalidate()
    quick.dispose()


def test_nobody_there_is_one_clear_error_without_the_password() -> None:
    url = f"postgresql://ann:secret@127.0.0.1:{closed_port()}/news"
    with pytest.raises(DatabaseError, match="Connection refused") as caught:
        connect(Settings(database_url=url))
    assert "secret" not in str(caught.value)
    assert "ann:***@127.0.0.1" in str(caught.value)
    assert "WIREWATCH_DATABASE_URL" in str(caught.value)


def test_a_missing_database_is_named(server: EmbeddedServer) -> None:
    with pytest.raises(DatabaseError, match='database "nowhere" does not exist'):
        connect(Settings(database_url=server.url("nowhere")))


@pytest.mark.parametrize("number", [160000, 160004, 180000, 190001])
def test_supported_versions(number: int) -> None:
    require_supported(number)


@pytest.mark.parametrize(("number", "name"), [(159999, "15"), (150006, "15"), (90624, "9")])
def test_old_versions_are_refused(number: int, name: str) -> None:
    with pytest.raises(DatabaseVersionError, match=f"is PostgreSQL {name}; wirewatch needs 16"):
        require_supported(number)


def test_create_database_once(engine: Engine, server: EmbeddedServer) -> None:
    name = 'odd "name" 100%'
    assert create_database(engine, name) is True
    assert create_database(engine, name) is False
    with open_engine(engine.url.set(database=name)).connect() as connection:
        assert connection.scalar(text("SELECT current_database()")) == name
        connection.invalidate()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            'DROP DATABASE "odd ""name"" 100%" WITH (FORCE)', execution_options={"no_parameters": True}
        )


def test_without_the_right_to_create_databases_the_message_says_what_to_do(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS guest"))
        connection.execute(text("CREATE ROLE guest LOGIN"))
    with pytest.raises(DatabaseError, match=r"permission denied.*\n.*CREATEDB"):
        create_database(engine.url.set(username="guest"), "mine")
    with engine.begin() as connection:
        connection.execute(text("DROP ROLE guest"))


def test_without_a_url_the_embedded_server_is_started(short_dir: Path) -> None:
    settings = Settings(data_dir=short_dir / "own")
    engine = connect(settings)
    try:
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT current_database()")) == "wirewatch"
    finally:
        engine.dispose()
        EmbeddedServer(short_dir / "own" / "postgres").stop()
