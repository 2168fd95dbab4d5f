"""What analysts are promised: every column is explained, the page says what the database says, nothing goes away."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.settings import CHECKOUT
from pipeline.sql_export.dictionary import data_dictionary, interface

PAGE = CHECKOUT / "docs" / "data-dictionary.md"
PROMISED = Path(__file__).parent / "promised.txt"


def test_every_view_column_and_function_is_explained(engine: Engine) -> None:
    unexplained = text("""
        SELECT c.relname || '.' || a.attname
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
         WHERE c.relnamespace = 'wirewatch'::regnamespace AND c.relkind = 'v'
           AND coalesce(col_description(c.oid, a.attnum), '') = ''
         UNION ALL
        SELECT relname FROM pg_class
         WHERE relnamespace = 'wirewatch'::regnamespace AND relkind = 'v'
           AND coalesce(obj_description(oid, 'pg_class'), '') = ''
         UNION ALL
        SELECT proname FROM pg_proc
         WHERE pronamespace = 'wirewatch'::regnamespace AND coalesce(obj_description(oid, 'pg_proc'), '') = ''""")
    with engine.connect() as connection:
        assert connection.scalars(unexplained).all() == []


def test_times_say_their_zone(engine: Engine) -> None:
    """A time whose comment names no zone, and a duration or share without a word of what it is, is a trap."""
    query = text("""
        SELECT c.relname || '.' || a.attname
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
         WHERE c.relnamespace = 'wirewatch'::regnamespace AND a.atttypid = 'timestamptz'::regtype
           AND col_description(c.oid, a.attnum) NOT LIKE '%UTC%'""")
    with engine.connect() as connection:
        assert connection.scalars(query).all() == []


def test_the_page_is_what_the_database_says(engine: Engine) -> None:
    with engine.connect() as connection:
        assert PAGE.read_text(encoding="utf-8") == data_dictionary(connection), (
            "docs/data-dictionary.md is out of date: wirewatch db dictionary > docs/data-dictionary.md"
        )


def test_the_verb_prints_the_page(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)
    result = CliRunner().invoke(app, ["db", "dictionary"], catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (0, PAGE.read_text(encoding="utf-8"))


def test_nothing_promised_goes_or_changes_its_type(engine: Engine) -> None:
    promised = dict(
        line.split(": ", 1)
        for line in PROMISED.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    with engine.connect() as connection:
        found = interface(connection)
    broken = {
        name: found.get(name, "gone")
        for name, kind in promised.items()
        if found.get(name, "gone") != kind and not _has_more(found.get(name, "gone"), kind)
    }
    assert not broken, (
        f"analysts' queries would break: {broken}. Columns may be added, not taken away: keep the old name beside the "
        "new one for a release, say so in CHANGELOG.md, and only then take its line out of promised.txt"
    )
    assert len(promised) > 300
    assert sum("(" in name for name in promised) == 5


def _has_more(found: str, kind: str) -> bool:
    """A function may return columns beyond those promised."""
    return kind.startswith("TABLE(") and found.startswith(kind.removesuffix(")") + ",")
