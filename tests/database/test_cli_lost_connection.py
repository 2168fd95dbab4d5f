"""A verb whose connection is lost says that the database went away."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, text
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.errors import DatabaseError


def lose(connection: Connection, *_: object, **__: object) -> Any:
    """As if the server had been stopped in the middle of a verb."""
    connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


@pytest.mark.parametrize(
    ("words", "step"),
    [
        (["why", "https://harbour.example/1"], "why.articles_at"),
        (["copies", "https://harbour.example/1"], "copies.find_dispatch"),
        (["ignore", "https://harbour.example/1"], "ignore.bury"),
        (["feeds", "health"], "feeds.feed_health"),
        (["meetings", "list"], "meetings.list_meetings"),
    ],
)
def test_a_lost_connection(
    words: list[str], step: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)
    monkeypatch.setattr(f"pipeline.cli.{step}", lose)
    with pytest.raises(DatabaseError, match="the database went away"):
        CliRunner().invoke(app, words, catch_exceptions=False)
