"""A database server of a test's own, in a folder with a short path: there is a socket in it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.store.server.embedded import EmbeddedServer


@contextlib.contextmanager
def server_in_a_folder() -> Iterator[tuple[Path, EmbeddedServer]]:
    """A running server and the folder that it goes with."""
    with tempfile.TemporaryDirectory(prefix="ww-") as name:
        folder = Path(name)
        server = EmbeddedServer(folder / "postgres")
        server.start()
        try:
            yield folder, server
        finally:
            server.stop()
