"""The configuration in force: the folder as it is, or as it was last accepted where a file of it has a mistake."""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
import tempfile
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import structlog
from sqlalchemy import Engine

import pipeline
from pipeline.configuration import Configuration, load_configuration
from pipeline.configuration.parts import digest_of, files_of
from pipeline.errors import ConfigurationError
from pipeline.store import configuration_snapshots, operator_notices

SUBJECT = "config"  # of the notice to the operator

log = structlog.get_logger(__name__)


def configuration_in_force(
    engine: Engine, config_dir: Path, now: datetime, *, forgiving: bool = True
) -> Configuration:
    """Check the folder and keep it; where it is refused, load the last good one, with the mistakes in `refused`.

    The folder that this very program accepted last is not checked again: its parts are read when first asked for.

    Raises:
        ConfigurationError: it is refused, and it is not `forgiving`, no folder was ever accepted, or this version
            cannot read the accepted one.
    """
    folder = config_dir.resolve()
    with engine.connect() as conn:
        accepted = configuration_snapshots.newest_digest(conn)
    digest = digest_of(folder)
    if accepted == _checked_by_us(digest):
        configuration = Configuration(folder, digest)
    else:
        try:
            configuration = load_configuration(folder)
        except ConfigurationError as error:
            if not forgiving:
                raise
            return _last_good(engine, folder.name, error)
        with engine.begin() as conn:
            configuration_snapshots.accept(conn, _checked_by_us(configuration.digest), _archive(folder), now=now)
    with engine.begin() as conn:
        operator_notices.clear_one(conn, "configuration_refused", SUBJECT, now=now)
    return configuration


def _last_good(engine: Engine, name: str, refused: ConfigurationError) -> Configuration:
    with engine.connect() as conn:
        snapshot = configuration_snapshots.newest(conn)
    if snapshot is None:
        raise refused
    with tempfile.TemporaryDirectory(prefix="wirewatch-config-") as scratch:
        with tarfile.open(fileobj=io.BytesIO(snapshot.archive)) as archive:
            archive.extractall(scratch, filter="data")
        try:
            configuration = load_configuration(Path(scratch) / name).settled()  # its folder is gone in a moment
        except ConfigurationError as error:
            raise ConfigurationError(
                [*refused.problems, "and the last good configuration:", *error.problems]
            ) from error
    log.error(
        "config/ was refused, the last good one is in force",
        since=snapshot.accepted_at.isoformat(),
        problems=refused.problems,
    )
    return replace(configuration, refused=tuple(refused.problems))


@cache
def _program() -> str:
    """A stamp of this program, the same on every machine that runs it.

    Another one may refuse a folder that this one accepts, or read it differently.
    """
    found = hashlib.sha256(sys.version.encode())
    root = Path(pipeline.__file__).parent
    for path in sorted(root.rglob("*.py")):
        content = path.read_bytes()
        found.update(f"\0{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _checked_by_us(digest: str) -> str:
    return hashlib.sha256(f"{_program()}\0{digest}".encode()).hexdigest()


def _archive(folder: Path) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for path in files_of(folder):
            archive.add(path, f"{folder.name}/{path.relative_to(folder)}", recursive=False)
    return made.getvalue()
