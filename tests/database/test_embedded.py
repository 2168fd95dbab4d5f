"""The embedded server: starts, is joined, recovers from whatever a killed one left behind, and explains itself."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from conftest import FAST
from hub_wire import free_port

from pipeline.errors import DatabaseStartError
from pipeline.store.server.embedded import SOCKET_NAME, EmbeddedServer
from pipeline.store.server.engine import open_engine, parse_url
from pipeline.store.server.programs import run_program
from pipeline.store.server.roles import set_password

TINY = {**FAST, "shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder outside pytest's long ones."""
    path = Path(tempfile.mkdtemp(prefix="ww-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def embedded(folder: Path) -> Iterator[EmbeddedServer]:
    """A server of this test's own, started."""
    server = EmbeddedServer(folder / "postgres", tuning=TINY)
    server.start()
    yield server
    server.stop()


def ask(server: EmbeddedServer, query: str) -> str:
    """One value from the server."""
    connection = psycopg2.connect(server.url("postgres"))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
            assert row
            return str(row[0])
    finally:
        connection.close()


def kill(server: EmbeddedServer) -> None:
    """kill -9 the postmaster."""
    pid = server.pid()
    assert pid
    os.kill(pid, signal.SIGKILL)


def test_a_new_data_folder_is_private(short_dir: Path) -> None:
    server = EmbeddedServer(short_dir / "private" / "postgres")
    with server._locked():
        pass
    assert stat.S_IMODE((short_dir / "private").stat().st_mode) == 0o700


def test_start_join_stop_start(embedded: EmbeddedServer) -> None:
    pid = embedded.pid()
    embedded.start()
    assert embedded.pid() == pid
    assert ask(embedded, "SHOW server_version_num").startswith("18")
    assert embedded.stop() is True
    assert (embedded.is_running(), embedded.pid()) == (False, None)
    assert embedded.stop() is False
    embedded.start()
    assert ask(embedded, "SHOW data_directory") == str(embedded.folder)


def test_it_listens_on_its_private_socket_only(embedded: EmbeddedServer) -> None:
    assert ask(embedded, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(embedded.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((embedded.folder / SOCKET_NAME).stat().st_mode) == 0o700
    assert ask(embedded, "SELECT string_agg(auth_method, ',') FROM pg_hba_file_rules") == "peer"


def test_on_a_port_analysts_log_in_with_a_password_and_nobody_else(folder: Path) -> None:
    port = free_port()
    server = EmbeddedServer(folder / "postgres", tuning=TINY, port=port)
    server.start()
    try:
        assert EmbeddedServer(server.folder).url() == server.url(), "whoever joins it finds the socket"
        engine = open_engine(parse_url(server.url("postgres")))
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE ROLE wirewatch_analyst NOLOGIN")
            connection.exec_driver_sql("CREATE ROLE other LOGIN PASSWORD 'known'")
        set_password(engine, "wirewatch_analyst", "a long secret")
        engine.dispose()
        door = {"host": "127.0.0.1", "port": port, "dbname": "postgres"}
        with contextlib.closing(
            psycopg2.connect(**door, user="wirewatch_analyst", password="a long secret")
        ) as conn:
            assert conn.info.host == "127.0.0.1"
        for user, password in (("wirewatch_analyst", "wrong"), ("postgres", ""), ("other", "known")):
            with pytest.raises(
                psycopg2.OperationalError, match=r"authentication failed|no pg_hba.conf entry|no password"
            ):
                psycopg2.connect(**door, user=user, password=password)
        listening = ask(server, "SHOW listen_addresses")
        assert listening == "127.0.0.1"
    finally:
        server.stop()


def test_a_port_that_is_taken_is_named(folder: Path) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        server = EmbeddedServer(folder / "postgres", tuning=TINY, port=taken.getsockname()[1])
        with pytest.raises(DatabaseStartError, match="Address already in use"):
            server.start()


def test_lower_case_and_order_do_not_depend_on_the_machine(embedded: EmbeddedServer) -> None:
    assert ask(embedded, "SELECT lower('ЛАВРОВ Çavuşoğlu')") == "лавров çavuşoğlu"
    assert ask(embedded, "SHOW timezone") == "UTC"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_another_user_of_the_machine_is_not_let_in(embedded: EmbeddedServer) -> None:
    nobody = pwd.getpwnam("nobody")
    embedded.folder.chmod(0o755)  # even where the folder were open
    (embedded.folder / SOCKET_NAME).chmod(0o777)
    tried = run_program(["psql", embedded.url("postgres"), "-c", "SELECT 1"], nobody)
    assert "peer authentication failed" in tried.stdout.lower()
    embedded.folder.chmod(0o700)


def test_kill_9_and_start_recovers_what_was_committed(folder: Path) -> None:
    server = EmbeddedServer(folder / "postgres", tuning={"shared_buffers": "16MB"})  # with fsync
    server.start()
    connection = psycopg2.connect(server.url("postgres"))
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    connection.close()
    kill(server)
    server.start()
    assert ask(server, "SELECT answer FROM kept") == "42"
    server.stop()


def test_start_waits_for_a_busy_backend_of_a_killed_server(embedded: EmbeddedServer) -> None:
    """The orphan still works on the old shared memory: starting beside it would damage the data."""
    busy = "DO $$ BEGIN FOR i IN 1..3 LOOP PERFORM count(*) FROM generate_series(1, 3000000); END LOOP; END $$"
    client = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import psycopg2; psycopg2.connect({embedded.url('postgres')!r}).cursor().execute({busy!r})",
        ],
        stderr=subprocess.DEVNULL,
    )
    while int(ask(embedded, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO $$%'")) == 0:
        assert client.poll() is None
    kill(embedded)
    embedded.start()
    assert ask(embedded, "SELECT 1") == "1"
    client.wait()


def test_a_pid_file_whose_number_belongs_to_another_process(embedded: EmbeddedServer) -> None:
    """After a reboot or in a container the old number is soon somebody else's, even of the same user."""
    pid_file = embedded.folder / "postmaster.pid"
    left_behind = pid_file.read_text()
    embedded.stop()
    owner = embedded.folder.stat().st_uid
    sleeper = (
        subprocess.Popen(["sleep", "60"], user=owner) if os.geteuid() == 0 else subprocess.Popen(["sleep", "60"])
    )
    try:
        lines = left_behind.splitlines()
        pid_file.write_text("\n".join([str(sleeper.pid), *lines[1:], ""]))
        (embedded.folder / f"{SOCKET_NAME}.lock").write_text(f"{sleeper.pid}\n")
        os.chown(pid_file, owner, -1)
        assert embedded.pid() is None
        embedded.start()
        assert ask(embedded, "SELECT 1") == "1"
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


@pytest.mark.parametrize("content", ["", "rubbish\n"])
def test_a_damaged_pid_file_is_explained_or_cleared(embedded: EmbeddedServer, content: str) -> None:
    embedded.stop()
    (embedded.folder / "postmaster.pid").write_text(content)
    os.chown(embedded.folder / "postmaster.pid", embedded.folder.stat().st_uid, -1)
    embedded.start()
    assert ask(embedded, "SELECT 1") == "1"


def test_a_socket_file_without_a_server_does_not_count_as_running(embedded: EmbeddedServer) -> None:
    embedded.stop()
    with socket.socket(socket.AF_UNIX) as abandoned:
        abandoned.bind(str(embedded.folder / SOCKET_NAME))
    assert embedded.is_running() is False
    embedded.start()
    assert ask(embedded, "SELECT 1") == "1"


def test_a_long_path_gets_a_short_private_socket_folder(folder: Path) -> None:
    server = EmbeddedServer(folder / ("very-long-name-" * 8) / 'it\'s, a "folder"' / "postgres", tuning=TINY)
    server.start()
    try:
        assert server.socket_dir() != server.folder
        assert stat.S_IMODE(server.socket_dir().stat().st_mode) == 0o700
        assert ask(server, "SHOW data_directory") == str(server.folder)
        kill(server)
        server.start()
        assert ask(server, "SELECT 1") == "1"
    finally:
        server.stop()
        shutil.rmtree(server.socket_dir())


def test_another_tmpdir_finds_the_same_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedServer(folder / ("very-long-name-" * 8) / "postgres", tuning=TINY)
    server.start()
    short, pid = server.socket_dir(), server.pid()
    try:
        (folder / "tmp").mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
        server.start()
        assert (server.socket_dir(), server.pid()) == (short, pid)
        server.stop()
        assert server.socket_dir() != short
    finally:
        server.stop()
        shutil.rmtree(short)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_the_folder_of_another_user_is_named(embedded: EmbeddedServer) -> None:
    nobody = pwd.getpwnam("nobody")
    code = (
        "import os, sys; from pathlib import Path; from pipeline.store.server.embedded import EmbeddedServer\n"
        "from pipeline.errors import DatabaseStartError\n"
        f"os.setgroups([]); os.setgid({nobody.pw_gid}); os.setuid({nobody.pw_uid})\n"
        f"server = EmbeddedServer(Path({str(embedded.folder)!r}))\n"
        "for use in (server.start, server.stop, server.is_running):\n"
        "    try: use()\n"
        "    except DatabaseStartError as error: print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.splitlines()
    assert len(told) == 3
    assert all("belongs to" in line and "you are nobody" in line for line in told)


def test_it_outlives_the_process_that_started_it(folder: Path) -> None:
    server = EmbeddedServer(folder / "postgres", tuning=TINY)
    code = (
        "import sys; from pathlib import Path; from pipeline.store.server.embedded import EmbeddedServer;"
        f"EmbeddedServer(Path(sys.argv[1]), tuning={TINY!r}).start()"
    )
    subprocess.run([sys.executable, "-c", code, str(server.folder)], check=True, start_new_session=True)
    assert ask(server, "SELECT 1") == "1"
    server.stop()


def test_two_processes_may_start_it_at_once(folder: Path) -> None:
    server = EmbeddedServer(folder / "postgres", tuning=TINY)
    code = (
        "import sys; from pathlib import Path; from pipeline.store.server.embedded import EmbeddedServer;"
        f"s = EmbeddedServer(Path(sys.argv[1]), tuning={TINY!r}); s.start(); print(s.pid())"
    )
    command = [sys.executable, "-c", code, str(server.folder)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    pids = {process.communicate()[0].strip() for process in started}
    assert pids == {str(server.pid())}
    server.stop()


def test_an_initdb_that_was_killed_half_way_does_no_harm(folder: Path) -> None:
    half = folder / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = EmbeddedServer(folder / "postgres", tuning=TINY)
    server.start()
    server.stop()
    assert not half.exists()


def test_a_folder_of_another_major_version_is_refused(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(DatabaseStartError, match=r"made by PostgreSQL 16.*brings PostgreSQL 18"):
        EmbeddedServer(folder / "postgres").start()


def test_a_folder_with_other_things_in_it_is_left_alone(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "thesis.txt").write_text("ten years of work")
    with pytest.raises(DatabaseStartError, match="not a PostgreSQL data folder"):
        EmbeddedServer(folder / "postgres").start()
    assert (folder / "postgres" / "thesis.txt").read_text() == "ten years of work"


def test_a_place_that_cannot_be_written_to() -> None:
    with pytest.raises(DatabaseStartError, match="WIREWATCH_DATA_DIR"):
        EmbeddedServer(Path("/proc/wirewatch/postgres")).start()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(folder: Path) -> None:
    server = EmbeddedServer(folder / "postgres", tuning={"shared_buffers": "-3"})
    with pytest.raises(DatabaseStartError, match=r"-3.*is outside the valid range"):
        server.start()
    assert server.is_running() is False


def test_a_damaged_data_folder_is_explained(embedded: EmbeddedServer) -> None:
    embedded.stop()
    (embedded.folder / "global" / "pg_control").rename(embedded.folder / "pg_control.away")
    with pytest.raises(DatabaseStartError, match=r"(?s)pg_control.*move it away"):
        embedded.start()
