"""An external PostgreSQL that is reached by TLS alone: every way of ours to it, and what a wrong certificate does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from password_server import PASSWORD, password_server
from sqlalchemy import URL
from staging import source, stage_context
from tls_server import Certificates, make_certificates, tls_in_front_of

from pipeline.errors import DatabaseError
from pipeline.operate.airflow_stack import AirflowStack
from pipeline.operate.doctor import database
from pipeline.operate.doctor.examine import examine
from pipeline.operate.doctor.finding import Severity
from pipeline.settings import load_settings
from pipeline.stages.line import run_once
from pipeline.store.server import migrate
from pipeline.store.server.backup import backup, restore
from pipeline.store.server.engine import create_database, open_engine, parse_url


@dataclass(frozen=True)
class Elsewhere:
    """A server that takes TLS alone; `localhost` is in its certificate, 127.0.0.1 is not."""

    plain: URL
    port: int
    certificates: Certificates

    def url(self, name: str = "news", host: str = "localhost", **query: str) -> URL:
        checks = {"sslmode": "verify-full", "sslrootcert": str(self.certificates.authority), **query}
        return self.plain.set(host=host, port=self.port, database=name, query=checks)

    def text(self, **how: str) -> str:
        return self.url(**how).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    certificates = make_certificates(tmp_path_factory.mktemp("certificates"))
    with password_server() as address:
        plain = parse_url(address)
        assert plain.port is not None
        for name in ("news", "copy"):
            create_database(plain, name)
        with tls_in_front_of(plain.port, certificates) as port:
            yield Elsewhere(plain, port, certificates)


def test_migrate_the_line_backup_and_restore_go_by_tls(elsewhere: Elsewhere, tmp_path: Path) -> None:
    news, copy = (open_engine(elsewhere.url(name)) for name in ("news", "copy"))
    migrate.upgrade(news)
    with stage_context(news, tmp_path, [source("f", "http://127.0.0.1:9/feed")], private="127.0.0.1:9") as ctx:
        assert run_once(ctx, datetime.now(UTC))[0].counts["connect_failed"] == 1
    assert backup(news, tmp_path / "news.dump").tables > 30
    restore(copy, tmp_path / "news.dump")
    assert migrate.pending(copy) == []
    assert [finding.severity for finding in database.tls(news)] == []
    for engine in (news, copy):
        engine.dispose()


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca", "require"])
def test_psql_goes_by_tls_and_shows_no_password(elsewhere: Elsewhere, mode: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli.db import app; app()", "psql", "-At", "-c", "SELECT session_user"],
        env={**os.environ, "WIREWATCH_DATABASE_URL": elsewhere.text(name="postgres", sslmode=mode)},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("keeper\n", 0), done.stderr
    assert PASSWORD not in done.stderr
    failing = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli.db import app; app()", "psql", "-c", "SELECT 1/0"],
        env={**os.environ, "WIREWATCH_DATABASE_URL": elsewhere.text(name="postgres", sslmode=mode)},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert failing.returncode == 1, "psql's own exit code"


@pytest.mark.parametrize(
    ("how", "words", "mend"),
    [
        ({"sslrootcert": "stranger"}, "certificate verify failed", "authority that signed"),
        ({"sslrootcert": "/nowhere/ca.pem"}, "root certificate file", "names a file that is not there"),
        ({"host": "127.0.0.1"}, "does not match host name", "must be a name in the server's certificate"),
        ({"sslmode": "disable"}, "no encryption", "is WIREWATCH_DATABASE_URL right"),
    ],
    ids=["wrong authority", "no file", "wrong name", "no tls"],
)
def test_what_cannot_be_trusted_is_not_connected_to_and_the_doctor_says_why(
    elsewhere: Elsewhere, tmp_path: Path, how: dict[str, str], words: str, mend: str
) -> None:
    if how.get("sslrootcert") == "stranger":
        how = {"sslrootcert": str(elsewhere.certificates.stranger)}
    with pytest.raises(DatabaseError, match=words):
        open_engine(elsewhere.url(**how))
    settings = load_settings(database_url=elsewhere.text(**how), data_dir=tmp_path, contact="desk@example.org")
    (found,) = [one for one in examine(settings, lambda: datetime.now(UTC), {}) if one.check == "database"]
    assert (found.severity, mend in found.mend) == (Severity.ILL, True), found


def test_the_doctor_tells_a_server_elsewhere_that_proved_itself_from_one_that_did_not(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOOPBACK", ())  # the test's server is elsewhere, as far as the doctor knows
    for how, severity in (({}, Severity.WELL), ({"sslmode": "require"}, Severity.RISK)):
        engine = open_engine(elsewhere.url(**how))
        assert [found.severity for found in database.tls(engine)] == [severity]
        engine.dispose()
    bare = open_engine(elsewhere.plain)
    (found,) = database.tls(bare)
    assert (found.severity, "without TLS" in found.what) == (Severity.RISK, True)
    bare.dispose()


def test_airflows_asynchronous_driver_gets_the_same_certificates(elsewhere: Elsewhere, tmp_path: Path) -> None:
    environment = AirflowStack(tmp_path, elsewhere.url(), 8080).environment({})
    asked = subprocess.run(
        [sys.executable, "-c", _ASK], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
    )
    assert asked.stdout == "keeper\n", asked.stderr


_ASK = """
import asyncio, os
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

async def ask():
    engine = create_async_engine(os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"])
    async with engine.connect() as conn:
        print(await conn.scalar(text("SELECT session_user")))
    await engine.dispose()

asyncio.run(ask())
"""
