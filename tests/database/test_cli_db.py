"""`wirewatch db …` as a person types it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from pipeline.store.server.embedded import EmbeddedServer

RUN_DB = "from pipeline.cli.db import app; app()"


def db(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one verb in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", RUN_DB, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def data_dir() -> Iterator[str]:
    """A short data folder; its server is stopped afterwards."""
    path = Path(tempfile.mkdtemp(prefix="ww-"))
    yield str(path)
    EmbeddedServer(path / "postgres").stop()
    shutil.rmtree(path)


def test_the_life_of_the_embedded_server(data_dir: str) -> None:
    place = {"WIREWATCH_DATA_DIR": data_dir}
    assert json.loads(db("status", "--json", **place).stdout)["running"] is False
    started = db("start", **place)
    assert (started.returncode, started.stdout.startswith("postgresql")) == (0, True)
    before = json.loads(db("status", "--json", **place).stdout)
    assert (before["revision"], before["pending"][:1]) == (None, ["0001"])
    assert "applied 0001" in db("migrate", **place).stderr
    assert "up to date" in db("migrate", **place).stderr
    after = json.loads(db("status", "--json", **place).stdout)
    assert (after["pending"], after["server"][:2], after["embedded"]) == ([], "18", True)
    assert after["size_bytes"] > 1_000_000
    assert "pending    none" in db("status", **place).stdout
    asked = db("psql", "-At", "-c", "SELECT count(*), current_user FROM meetings", **place)
    assert (asked.stdout, asked.stderr) == ("0|wirewatch_analyst\n", "")
    assert "permission denied" in db("psql", "-c", "SELECT * FROM store.feed", **place).stderr
    asked = db("psql", "--owner", "-At", "-c", "SELECT count(*), current_user FROM feed", **place)
    assert (asked.stdout, asked.stderr) == ("0|postgres\n", "")
    url = db("url", **place).stdout.strip()
    assert url.startswith("postgresql://postgres@/wirewatch?host=")
    assert "stopped" in db("stop", **place).stderr
    assert "was not running" in db("stop", **place).stderr


def test_a_server_that_is_not_ours_is_not_stopped(database_url: str) -> None:
    refused = db("stop", WIREWATCH_DATABASE_URL=database_url)
    assert refused.returncode == 1
    assert json.loads(db("status", "--json", WIREWATCH_DATABASE_URL=database_url).stdout)["embedded"] is False


WHO = "SELECT current_user, current_setting('search_path'), count(*) FROM meetings"


def test_psql_reads_on_any_server(database_url: str) -> None:
    for url in (database_url, f"{database_url}&options=-c%20default_transaction_read_only=off"):
        place = {"WIREWATCH_DATABASE_URL": url, "PGOPTIONS": "-c default_transaction_read_only=off"}
        asked = db("psql", "-At", "-c", WHO, **place)
        assert (asked.stdout, asked.stderr) == ("wirewatch_analyst|wirewatch|0\n", "")
        for change in ("CREATE TABLE wirewatch.slip ()", "DELETE FROM store.feed", "CREATE TEMP TABLE slip ()"):
            refused = db("psql", "-c", change, **place)
            assert (refused.returncode, "ERROR" in refused.stderr) == (1, True), change
        assert "read-only transaction" in db("psql", "-c", "CREATE TABLE wirewatch.slip ()", **place).stderr
        owned = db("psql", "--owner", "-At", "-c", "DELETE FROM feed; SELECT current_user", **place)
        assert (owned.stdout, owned.stderr) == ("DELETE 0\npostgres\n", "")


def test_psql_reads_as_whoever_may_not_be_the_analyst(engine: Engine, database_url: str) -> None:
    """The desk's own user of a server that is not ours: it owns a table, and a slip must not empty it."""
    with engine.begin() as conn:
        conn.execute(
            text("CREATE ROLE desk_of_test LOGIN; GRANT USAGE, CREATE ON SCHEMA wirewatch TO desk_of_test")
        )
        conn.execute(text("CREATE TABLE wirewatch.notes (); ALTER TABLE wirewatch.notes OWNER TO desk_of_test"))
    place = {"WIREWATCH_DATABASE_URL": database_url.replace("postgres@", "desk_of_test@", 1)}
    try:
        asked = db("psql", "-At", "-c", "SELECT current_user, count(*) FROM notes", **place)
        assert (asked.stdout, asked.stderr) == ("desk_of_test|0\n", "")
        assert "in a read-only transaction" in db("psql", "-c", "DELETE FROM notes", **place).stderr
        assert db("psql", "--owner", "-c", "DELETE FROM notes", **place).stdout == "DELETE 0\n"
    finally:
        with engine.begin() as conn:
            conn.execute(text("DROP OWNED BY desk_of_test; DROP ROLE desk_of_test"))


def test_the_password_is_shown_by_url_only() -> None:
    secret = "postgresql://ann:open-sesame@127.0.0.1:1/news"
    assert "open-sesame" in db("url", WIREWATCH_DATABASE_URL=secret).stdout
    for verb in ("start", "status", "migrate", "psql"):
        tried = db(verb, WIREWATCH_DATABASE_URL=secret)
        assert tried.returncode != 0
        assert "open-sesame" not in tried.stdout
