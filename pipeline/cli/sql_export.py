"""`wirewatch sql` and `wirewatch export`: print answers and views for people and programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.console import err, out
from pipeline.cli.database import DatabaseOption, asked_settings
from pipeline.cli.tables import print_table
from pipeline.sql_export.export import answer, export_answer, export_view
from pipeline.sql_export.formats import Format
from pipeline.sql_export.queries import cookbook, find
from pipeline.sql_export.session import reading

SHOWN = 200  # rows on a terminal; export gives all of them

OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; stdout if not given.")]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command("sql")(sql)
    app.command("export")(export)


def sql(
    name: Annotated[str | None, typer.Argument(help="A recipe of sql/cookbook, or part of its name.")] = None,
    source: Annotated[bool, typer.Option("--source", help="Print the statement instead of running it.")] = False,
    form: Annotated[Format | None, typer.Option("--format", help="Every row, in this format.")] = None,
    database: DatabaseOption = None,
) -> None:
    """Answer a question of the cookbook; without a name, list the questions."""
    settings = asked_settings(database)
    recipes = cookbook(settings.sql_dir / "cookbook")
    if name is None:
        print_table(("name", "question"), [(recipe.name, recipe.question) for recipe in recipes])
        return
    recipe = find(recipes, name)
    if source:
        typer.echo(recipe.statement, nl=False)
        return
    with reading(settings) as session:
        if form is not None:
            export_answer(session, recipe.statement, form, sys.stdout.buffer)
            return
        columns, batches = answer(session, recipe.statement)
        rows = next(batches, [])
    out.print(recipe.question, style="bold", markup=False)
    print_table([column.name for column in columns], [[_cell(cell) for cell in row] for row in rows[:SHOWN]])
    if len(rows) > SHOWN:
        err.print(f"the first {SHOWN} rows; --format csv prints all")
    if not rows:
        err.print("no rows")


def export(
    view: Annotated[str, typer.Argument(help="A view of schema wirewatch.")],
    form: Annotated[Format, typer.Option("--format", help="csv, jsonl, parquet or xlsx.")] = Format.CSV,
    output: OutputOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write a whole view: CSV or Excel that a spreadsheet opens safely, JSON Lines, or Parquet with types."""
    with reading(asked_settings(database), timeout_s=0) as session:
        if output is None:
            export_view(session, view, form, sys.stdout.buffer)
            return
        part = output.with_name(output.name + ".part")
        try:
            with part.open("wb") as stream:
                count = export_view(session, view, form, stream)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
    err.print(f"{output}: {count:,} rows", markup=False)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value.strftime("%Y-%m-%d %H:%M") if hasattr(value, "hour") else str(value)
