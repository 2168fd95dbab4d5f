"""Rules that a fork server reads once, so that the workers it forks have them already.

A fork server imports modules by their names and takes no data. So its parent names a file in the environment, and
importing this module reads the file, deletes it and prepares what was in it. A worker asks with the same bytes: if
its server read others, or none, the worker reads them itself.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

NAMED_BY = "_WIREWATCH_INHERITED"  # between a parent and its fork server only


class Inheritable(Protocol):
    """What a fork server may read for its workers."""

    def prepare(self) -> None:
        """Do now what every worker would do before its first task."""


@contextlib.contextmanager
def handed_over(pickled: bytes) -> Iterator[Path]:
    """For a fork server that starts meanwhile: it reads this file soon after, and deletes it.

    Where one runs already nobody does: the caller deletes the file in the end.
    """
    descriptor, name = tempfile.mkstemp(prefix="wirewatch-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(pickled)
    os.environ[NAMED_BY] = name
    try:
        yield Path(name)
    finally:
        del os.environ[NAMED_BY]


def inherited(pickled: bytes) -> Any:
    """What these bytes describe: as the fork server prepared it, else read here."""
    if _kept is not None and _kept[0] == pickled:
        return _kept[1]
    return pickle.loads(pickled)  # noqa: S301 - the parent wrote it


def _take_over() -> tuple[bytes, Any] | None:
    name = os.environ.pop(NAMED_BY, "")
    if not name:
        return None
    file = Path(name)
    try:
        pickled = file.read_bytes()
        kept: Inheritable = pickle.loads(pickled)  # noqa: S301 - from a file that only our user can write
        kept.prepare()
    except Exception:  # noqa: BLE001 - it would end the server: each worker meets it again and says so
        return None
    finally:
        file.unlink(missing_ok=True)
    gc.collect()
    gc.freeze()  # a worker's collections need not go through it again
    return pickled, kept


_kept = _take_over()
