"""The configuration in force: the folder as it is, or as it was last accepted where a file of it has a mistake."""

from __future__ import annotations

import hashlib
import io
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Engine

from pipeline.configuration import Configuration, load_configuration
from pipeline.errors import ConfigurationError
from pipeline.store import configuration_snapshots, operator_notices

SUBJECT = "config"  # of the notice to the operator

log = structlog.get_logger(__name__)


def configuration_in_force(engine: Engine, config_dir: Path, now: datetime) -> Configuration:
    """Load the folder and keep it; where it is refused, load the last good one, with the mistakes in `refused`.

    Raises:
        ConfigurationError: it is refused, and no folder was ever accepted, or this version cannot read that one.
    """
    folder = config_dir.resolve()
    try:
        configuration = load_configuration(folder)
    except ConfigurationError as error:
        return _last_good(engine, folder.name, error)
    digest = _digest(folder)
    with engine.begin() as conn:
        if not configuration_snapshots.is_newest(conn, digest):
            configuration_snapshots.accept(conn, digest, _archive(folder), now=now)
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
            configuration = load_configuration(Path(scratch) / name)
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


def _files(folder: Path) -> Iterator[Path]:
    """What is read of the folder: no hidden files, no editor's copies."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".yml", ".csv") and not path.name.startswith("."):
            yield path


def _digest(folder: Path) -> str:
    found = hashlib.sha256(folder.name.encode())
    for path in _files(folder):
        content = path.read_bytes()
        found.update(f"\0{path.relative_to(folder)}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _archive(folder: Path) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for path in _files(folder):
            archive.add(path, f"{folder.name}/{path.relative_to(folder)}", recursive=False)
    return made.getvalue()
