"""Backup, restore and psql with a password in the URL, on a server that checks it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from password_server import PASSWORD, password_server
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from pipeline.settings import CHECKOUT
from pipeline.store.server import migrate
from pipeline.store.server.backup import backup, restore
from pipeline.store.server.engine import create_database, open_engine, parse_url


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with password_server() as address:
        for name in ("news", "copy"):
            create_database(parse_url(address), name)
        yield address.removesuffix("/postgres")


def test_backup_and_restore_log_in_with_the_password(url: str, tmp_path: Path) -> None:
    news, copy = (open_engine(parse_url(f"{url}/{name}")) for name in ("news", "copy"))
    migrate.upgrade(news)
    backup(news, tmp_path / "news.dump")
    restore(copy, tmp_path / "news.dump")
    assert migrate.pending(copy) == []
    for engine in (news, copy):
        engine.dispose()


def test_psql_logs_in_and_shows_no_password(url: str) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli.db import app; app()", "psql", "-At", "-c",
         "SELECT session_user, inet_server_addr()"],
        env={**os.environ, "WIREWATCH_DATABASE_URL": f"{url}/postgres"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert asked.stdout == "keeper|127.0.0.1\n", asked.stderr
    assert PASSWORD not in asked.stderr


def test_a_superuser_makes_the_analyst_for_an_owner_who_may_not(url: str) -> None:
    """The owner of the database has neither CREATEROLE nor CREATEDB, as on a server of somebody else."""
    keeper = open_engine(parse_url(url).set(database="postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with keeper.connect() as conn:
        conn.exec_driver_sql("CREATE ROLE pipe LOGIN PASSWORD 'plain' NOCREATEROLE NOCREATEDB")
        conn.exec_driver_sql("CREATE DATABASE plain OWNER pipe")
    pipe = open_engine(parse_url(url).set(database="plain", username="pipe", password="plain"))
    migrate.upgrade(pipe)
    beside = open_engine(parse_url(url).set(database="plain")).execution_options(isolation_level="AUTOCOMMIT")
    with beside.connect() as conn:
        conn.exec_driver_sql(
            (CHECKOUT / "sql" / "roles.sql").read_text(), execution_options={"no_parameters": True}
        )
    migrate.upgrade(pipe)  # makes the views again, and needs the locks that only the analyst lost
    with beside.connect() as conn:
        conn.exec_driver_sql("SET ROLE wirewatch_analyst")
        assert conn.scalar(text("SELECT count(*) FROM wirewatch.meetings")) == 0
        with pytest.raises(ProgrammingError, match="permission denied"):
            conn.execute(text("SELECT pg_advisory_lock(1)"))
    for engine in (beside, pipe, keeper):
        engine.dispose()
