"""A backup comes back: equal rows and checksums in an empty database, and never half of it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import drop_database
from sqlalchemy import Engine, text
from stored import store_article

from pipeline.errors import DatabaseError
from pipeline.store.server import migrate
from pipeline.store.server.backup import backup, restore
from pipeline.store.server.embedded import EmbeddedServer
from pipeline.store.server.engine import create_database, open_engine, parse_url

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
TEXTS = ("İstanbul'da görüşme yapılacak. " * 12, "Встреча пройдёт в Анкаре. " * 12, "Ministers are to meet. " * 12)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    for number, body in enumerate(TEXTS):
        store_article(engine, f"http://f.example/{number}", body, published=NOW)
    return engine


@pytest.fixture
def empty(server: EmbeddedServer) -> Iterator[Engine]:
    create_database(parse_url(server.url("postgres")), "restored")
    engine = open_engine(parse_url(server.url("restored")))
    yield engine
    engine.dispose()
    drop_database(server, "restored")


def checksums(engine: Engine) -> dict[str, tuple[int, str]]:
    """Table -> number of rows, and a digest over them all in whatever order they lie."""
    with engine.connect() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'store' ORDER BY tablename")
        )
        return {
            name: tuple(
                connection.execute(
                    text(
                        f"SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) FROM store.{name} t"
                    )
                ).one()
            )
            for name in tables
        }


def test_a_round_trip(filled: Engine, empty: Engine, tmp_path: Path) -> None:
    file = tmp_path / "news.dump"
    before = checksums(filled)
    assert before["article_version"][0] == len(TEXTS)
    written = backup(filled, file)
    assert written.size == file.stat().st_size > 1000
    assert written.tables > 30
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert restore(empty, file) == []
    assert checksums(empty) == before
    assert migrate.pending(empty) == []
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM wirewatch.articles")) == len(TEXTS)
    store_article(empty, "http://f.example/new", "A text after the restore. " * 12, published=NOW)
    assert checksums(empty)["article"][0] == len(TEXTS) + 1  # counters go on where they were


def test_nothing_is_overwritten(filled: Engine, empty: Engine, tmp_path: Path) -> None:
    file = tmp_path / "news.dump"
    backup(filled, file)
    with pytest.raises(DatabaseError, match="exists already"):
        backup(filled, file)
    with pytest.raises(DatabaseError, match="is not empty"):
        restore(filled, file)


def test_a_backup_cut_short_restores_nothing(filled: Engine, empty: Engine, tmp_path: Path) -> None:
    file = tmp_path / "news.dump"
    backup(filled, file)
    content = file.read_bytes()
    file.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(DatabaseError, match="pg_restore failed"):
        restore(empty, file)
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('store.article')")) is None
    with pytest.raises(DatabaseError, match="no such backup"):
        restore(empty, tmp_path / "other.dump")


def test_a_place_that_cannot_be_written_leaves_no_file(filled: Engine, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot write"):
        backup(filled, tmp_path / "no such folder" / "news.dump")
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_back_up_is_said_and_not_written(empty_database_url: str, tmp_path: Path) -> None:
    unmigrated = open_engine(parse_url(empty_database_url))
    with pytest.raises(DatabaseError, match="holds nothing of wirewatch"):
        backup(unmigrated, tmp_path / "news.dump")
    unmigrated.dispose()
    assert list(tmp_path.iterdir()) == []


def test_a_dump_that_lacks_a_table_is_thrown_away(filled: Engine, tmp_path: Path) -> None:
    with filled.begin() as connection:  # pg_dump leaves out what belongs to an extension
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS plpgsql"))
        connection.execute(text("CREATE TABLE store.odd (n int)"))
        connection.execute(text("ALTER EXTENSION plpgsql ADD TABLE store.odd"))
    with pytest.raises(DatabaseError, match=r"holds \d+ of \d+ tables"):
        backup(filled, tmp_path / "news.dump")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_backup_left_is_no_obstacle(filled: Engine, tmp_path: Path) -> None:
    (tmp_path / "news.dump.part").write_bytes(b"half")
    backup(filled, tmp_path / "news.dump")
    assert [path.name for path in tmp_path.iterdir()] == ["news.dump"]
