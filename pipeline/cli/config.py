"""`wirewatch config`: check the configuration, print its schemas, show what is in effect."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pipeline.cli.console import JsonOption, err, out, print_json
from pipeline.cli.tables import print_table
from pipeline.configuration.check import check_configuration
from pipeline.configuration.schemas import json_schemas
from pipeline.settings import Settings, editable_config, load_settings

app = typer.Typer(no_args_is_help=True, help="Check and show the configuration.")


@app.command()
def check(as_json: JsonOption = False) -> None:
    """Read every file, try the examples of topics and verbs, list every mistake. Exit code 1 if there is one."""
    reports = check_configuration(load_settings().config_dir)
    problems = [problem for report in reports for problem in report.problems]
    if as_json:
        print_json(
            {
                "ok": not problems,
                "files": [{"file": r.name, "counts": r.counts, "problems": list(r.problems)} for r in reports],
            }
        )
    else:
        for report in reports:
            if not report.problems:
                out.print("OK", style="green", end="  ")
                out.print(f"{report.name}  {report.counts}", markup=False, soft_wrap=True)
        for problem in problems:
            err.print(problem, markup=False, soft_wrap=True)
        if problems:
            err.print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", style="bold red")
    if problems:
        raise typer.Exit(1)


@app.command()
def schema(
    write: Annotated[
        bool, typer.Option("--write", help="Write schema/*.json of the configuration folder.")
    ] = False,
) -> None:
    """Print the JSON Schemas of the YAML files, or write them where editors look for them."""
    schemas = json_schemas()
    if not write:
        print_json(schemas)
        return
    folder = editable_config(load_settings()) / "schema"
    folder.mkdir(exist_ok=True)
    for name, content in schemas.items():
        path = folder / f"{name}.json"
        path.write_text(schema_text(content), encoding="utf-8")
        out.print(str(path), markup=False, soft_wrap=True)


@app.command()
def show(as_json: JsonOption = False) -> None:
    """Show the settings in effect and where each comes from; passwords are masked."""
    rows = effective_settings(load_settings())
    if as_json:
        print_json(rows)
        return
    values = ["not set" if row["value"] in (None, "") else str(row["value"]) for row in rows]
    print_table(
        ("variable", "value", "from"),
        [(row["variable"], value, row["from"]) for row, value in zip(rows, values, strict=True)],
    )


def schema_text(content: dict[str, Any]) -> str:
    """A JSON Schema as written to its file."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def effective_settings(settings: Settings) -> list[dict[str, Any]]:
    """Variable, value and origin of every setting, in the order of the code, passwords masked."""
    rows = []
    for name in Settings.model_fields:
        variable = f"WIREWATCH_{name.upper()}"
        value = getattr(settings, name)
        rows.append(
            {
                "variable": variable,
                "value": _masked(value) if name == "database_url" else _plain(value),
                "from": "environment" if variable in os.environ else "default",
            }
        )
    return rows


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


def _masked(url: str | None) -> str | None:
    """A database address without its password; an unreadable address is masked completely."""
    if url is None:
        return None
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "***"
