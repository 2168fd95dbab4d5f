"""What was once recorded cannot be changed, not even by the owner's slip in psql."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from stored import store_article

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
TABLES = ("article_version", "topic_tag", "meeting_mention", "meeting_version", "revision", "revision_change")


@pytest.fixture
def recorded(engine: Engine) -> Engine:
    store_article(engine, "http://f.example/1", "Ministers are to meet in Ankara. " * 9, published=NOW)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO store.topic_tag (version_id, topic, score, spans, rules_version, recorded_at) "
            "SELECT id, 'grain', 1, '[]', '1', first_seen_at FROM store.article_version"
        )
        connection.exec_driver_sql(
            "INSERT INTO store.revision (version_id, kind, facts, marker, marker_text, recorded_at) "
            "SELECT id, 'first', '{}', 'update', 'UPDATE 1', first_seen_at FROM store.article_version"
        )
    return engine


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store.article_version SET title = 'Another'",
        "UPDATE store.article_version SET published_at = now()",
        "DELETE FROM store.article_version",
        "UPDATE store.topic_tag SET score = 0",
        "DELETE FROM store.topic_tag",
        "UPDATE store.revision SET kind = 'fact'",
        "DELETE FROM store.revision",
        *(f"TRUNCATE store.{name} CASCADE" for name in TABLES),
    ],
)
def test_a_change_is_refused(statement: str, recorded: Engine) -> None:
    with recorded.connect() as connection, pytest.raises(DBAPIError, match="is append-only"):
        connection.exec_driver_sql(statement)


def test_seeing_a_text_again_and_retention_are_not(recorded: Engine) -> None:
    with recorded.begin() as connection:
        connection.exec_driver_sql("UPDATE store.article_version SET last_seen_at = now()")
        connection.exec_driver_sql("SET LOCAL wirewatch.retention = 'on'")
        connection.exec_driver_sql("DELETE FROM store.topic_tag")
        assert connection.scalar(text("SELECT count(*) FROM store.topic_tag")) == 0
        with pytest.raises(DBAPIError, match="is append-only"):
            connection.exec_driver_sql("UPDATE store.article_version SET body = ''")


def test_a_page_found_unchanged_is_not_indexed_anew(recorded: Engine) -> None:
    """Where a trigger may change a row before its update, the server makes every generated column anew."""
    query = """
        SELECT tgname FROM pg_trigger
         WHERE tgrelid = 'store.article_version'::regclass AND tgtype & 2 = 2 AND tgtype & 16 = 16 AND NOT tgisinternal
    """
    with recorded.connect() as connection:
        assert connection.scalars(text(query)).all() == []


def test_every_table_of_the_truth_is_guarded(engine: Engine) -> None:
    with engine.connect() as connection:
        guarded = set(
            connection.scalars(text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'"))
        )
    assert guarded == {f"store.{name}" for name in TABLES}
