"""A PostgreSQL of an evaluation's own: real, empty, gone afterwards or kept."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from pipeline.store.server import migrate
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url

_TEMPLATE = "wirewatch_template"


class ScratchServer:
    """An embedded server in a temporary folder; `database()` gives a migrated database as often as asked."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._serial = itertools.count(1)

    @contextlib.contextmanager
    def database(self, name: str | None = None) -> Iterator[Engine]:
        """An engine on a migrated, empty database; on the one of that name if it is there, brought up to date."""
        chosen = name or f"scratch_{next(self._serial)}"
        is_new = create_database(parse_url(self._server.url("postgres")), chosen, template=_TEMPLATE)
        engine = open_engine(parse_url(self._server.url(chosen)))
        if not is_new:
            migrate.upgrade(engine)
        try:
            yield engine
        finally:
            engine.dispose()


@contextlib.contextmanager
def scratch_server(
    tuning: dict[str, str] | None = None, folder: Path | None = None, *, keep: bool = False
) -> Iterator[ScratchServer]:
    """Start a server in a temporary folder (below `folder`), and remove both at the end.

    With `keep` the server lies in `folder` itself, and stays there for the next time.
    """
    # The path of a unix socket must be short.
    home = folder if keep and folder else Path(tempfile.mkdtemp(prefix="ww-", dir=folder))
    server = EmbeddedServer(home / "pg", tuning=tuning or {})
    try:
        server.start()
        create_database(parse_url(server.url("postgres")), _TEMPLATE)
        engine = open_engine(parse_url(server.url(_TEMPLATE)))
        migrate.upgrade(engine)
        engine.dispose()
        yield ScratchServer(server)
    finally:
        server.stop()
        if home != folder:
            shutil.rmtree(home)
