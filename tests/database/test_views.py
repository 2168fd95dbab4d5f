"""The views of schema wirewatch are what the files say, whatever was there before."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from pipeline.store.server.views import apply_views, drop_views


def write(folder: Path, **files: str) -> Path:
    """Make the folder hold exactly these scripts."""
    for old in folder.glob("*.sql"):
        old.unlink()
    for name, script in files.items():
        (folder / f"{name}.sql").write_text(script, encoding="utf-8")
    return folder


def apply(engine: Engine, folder: Path) -> None:
    """Apply in a connection of its own."""
    with engine.connect() as connection:
        apply_views(connection, folder)


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    """What a reader sees."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@pytest.fixture
def clean(engine: Engine) -> Engine:
    """A database whose own views are out of the way."""
    with engine.connect() as connection:
        drop_views(connection)
    return engine


def test_a_view_that_changes_its_columns_and_the_one_built_on_it(clean: Engine, tmp_path: Path) -> None:
    apply(
        clean,
        write(
            tmp_path,
            a="CREATE OR REPLACE VIEW wirewatch.one AS SELECT 1 AS x, '50 %' AS share;",
            b="CREATE OR REPLACE VIEW wirewatch.two AS SELECT x FROM wirewatch.one;",
        ),
    )
    assert rows(clean, "SELECT * FROM wirewatch.one") == [(1, "50 %")]
    apply(
        clean,
        write(
            tmp_path,
            a="CREATE OR REPLACE VIEW wirewatch.one AS SELECT 'now a word' AS x;",
            b="CREATE OR REPLACE VIEW wirewatch.two AS SELECT x FROM wirewatch.one;",
        ),
    )
    assert rows(clean, "SELECT * FROM wirewatch.two") == [("now a word",)]


def test_a_view_whose_file_is_gone_goes(clean: Engine, tmp_path: Path) -> None:
    keep = "CREATE OR REPLACE VIEW wirewatch.kept AS SELECT 1 AS x;"
    apply(clean, write(tmp_path, a=keep, b="CREATE VIEW wirewatch.gone AS SELECT 2 AS x;"))
    apply(clean, write(tmp_path, a=keep))
    assert rows(clean, "SELECT viewname FROM pg_views WHERE schemaname = 'wirewatch'") == [("kept",)]


def test_a_function_whose_parameters_change_does_not_stay_beside_the_new_one(
    clean: Engine, tmp_path: Path
) -> None:
    script = tmp_path / "10.sql"
    names = text("SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'wirewatch'::regnamespace")
    for parameters in ("a integer", "a integer, b text DEFAULT ''"):
        script.write_text(
            f"CREATE OR REPLACE FUNCTION wirewatch.f({parameters}) RETURNS integer LANGUAGE sql RETURN a;\n",
            "utf-8",
        )
        with clean.connect() as connection:
            apply_views(connection, tmp_path)
    with clean.connect() as connection:
        assert connection.scalars(names).all() == ["wirewatch.f(integer,text)"]


def test_replacing_keeps_what_an_analyst_built_on_a_view(clean: Engine, tmp_path: Path) -> None:
    apply(clean, write(tmp_path, a="CREATE OR REPLACE VIEW wirewatch.one AS SELECT 1 AS x;"))
    with clean.begin() as connection:
        connection.execute(text("CREATE VIEW public.mine AS SELECT x FROM wirewatch.one"))
    apply(clean, write(tmp_path, a="CREATE OR REPLACE VIEW wirewatch.one AS SELECT 7 AS x, 8 AS y;"))
    assert rows(clean, "SELECT x FROM public.mine") == [(7,)]


def test_a_broken_script_leaves_the_old_views(clean: Engine, tmp_path: Path) -> None:
    apply(clean, write(tmp_path, a="CREATE OR REPLACE VIEW wirewatch.one AS SELECT 1 AS x;"))
    with pytest.raises(DBAPIError, match="nowhere"):
        apply(
            clean,
            write(
                tmp_path,
                a="CREATE OR REPLACE VIEW wirewatch.one AS SELECT 2 AS x;",
                b="CREATE OR REPLACE VIEW wirewatch.two AS SELECT x FROM nowhere;",
            ),
        )
    assert rows(clean, "SELECT x FROM wirewatch.one") == [(1,)]
