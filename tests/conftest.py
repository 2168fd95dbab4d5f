"""What every test may ask for: a fresh PostgreSQL database, an engine on it, the evaluation data."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from sqlalchemy import Engine, make_url, text

from pipeline.store.server import migrate
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url
from tests.evaluation.data import VARIABLE, data_folder

# A loaded machine is slow, not wrong.
settings.register_profile("wirewatch", deadline=None)
settings.load_profile("wirewatch")

REPOSITORY = Path(__file__).resolve().parent.parent
DATA = data_folder()
TEMPLATE = "wirewatch_template"
# A test server may forget everything at a power cut, and is one of several on the machine.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}
_serial = itertools.count(1)

for _name in [name for name in os.environ if name.startswith("WIREWATCH_") and name != VARIABLE]:
    del os.environ[_name]  # whoever runs the tests may have a real database configured


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long tests first, each half in its random order: so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def _default_logging() -> Iterator[None]:
    """A verb called inside a test configures logging for the whole process: undone, whatever the order of tests."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def short_dir() -> Iterator[Path]:
    """A folder with a short path, removed at the end: unix sockets do not fit into pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="ww-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def server(short_dir: Path) -> Iterator[EmbeddedServer]:
    """A real PostgreSQL for this test process, with a migrated template database."""
    server = EmbeddedServer(short_dir / "postgres", tuning=FAST)
    server.start()
    try:
        admin = parse_url(server.url("postgres"))
        create_database(admin, TEMPLATE)
        engine = open_engine(admin.set(database=TEMPLATE))
        migrate.upgrade(engine)
        engine.dispose()
        with _stopped_if_we_are_killed(server):
            yield server
    finally:
        server.stop()


@pytest.fixture
def database_url(server: EmbeddedServer) -> Iterator[str]:
    """URL of a database of this test's own: migrated, empty, dropped afterwards."""
    name = f"test_{next(_serial)}"
    admin = parse_url(server.url("postgres"))
    create_database(admin, name, template=TEMPLATE)
    yield server.url(name)
    drop_database(server, name)


@pytest.fixture
def empty_database_url(server: EmbeddedServer) -> Iterator[str]:
    """URL of a database of this test's own without any migration."""
    name = f"test_{next(_serial)}"
    create_database(parse_url(server.url("postgres")), name)
    yield server.url(name)
    drop_database(server, name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on this test's own migrated database."""
    engine = open_engine(make_url(database_url).set(drivername="postgresql+psycopg2"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def data() -> Path:
    """The evaluation folder; WIREWATCH_DATA names another place for it."""
    if not DATA.is_dir():
        pytest.skip(f"no evaluation data in {DATA} (set WIREWATCH_DATA)")
    return DATA


@contextlib.contextmanager
def _stopped_if_we_are_killed(server: EmbeddedServer) -> Iterator[None]:
    """A killed test run must not leave a server behind: a guard waits for the end of our side of a pipe."""
    script = 'cat; kill -QUIT "$1" 2>/dev/null'
    guard = subprocess.Popen(
        ["sh", "-c", script, "sh", str(server.pid())], stdin=subprocess.PIPE, start_new_session=True
    )
    yield
    server.stop()
    guard.communicate()


def drop_database(server: EmbeddedServer, name: str) -> None:
    """Drop a database even if a test left a session open in it."""
    admin = open_engine(parse_url(server.url("postgres")))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()
