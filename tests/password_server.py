"""A PostgreSQL that listens on TCP and asks for a password, as servers elsewhere do."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.store.server.programs import hand_over, run_program, server_user

PASSWORD = "p@ss:w/rd %41"  # every character a URL must escape


@contextmanager
def password_server() -> Iterator[str]:
    """Start one on a free port of 127.0.0.1 and yield its URL, password included; stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ww-pw-"))
    owner = server_user(folder / "data")
    hand_over(folder, owner)
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    hand_over(folder / "password", owner)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, options = str(folder / "data"), f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    made = run_program(
        [
            "initdb",
            "-D",
            data,
            "-U",
            "keeper",
            "--encoding=UTF8",
            "--auth=scram-sha-256",
            f"--pwfile={folder / 'password'}",
        ],
        owner,
    )
    assert made.returncode == 0, made.stdout
    try:
        started = run_program(
            ["pg_ctl", "start", "-D", data, "-w", "-l", str(folder / "log"), "-o", options], owner
        )
        assert started.returncode == 0, started.stdout
        yield f"postgresql://keeper:p%40ss%3Aw%2Frd%20%2541@127.0.0.1:{port}/postgres"
    finally:
        run_program(["pg_ctl", "stop", "-D", data, "-w", "-m", "immediate"], owner)
        shutil.rmtree(folder)
