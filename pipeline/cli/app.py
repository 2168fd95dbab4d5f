"""The `wirewatch` command: a thin skin; each verb opens what it needs, calls one function and prints."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from pipeline import __version__
from pipeline.cli.console import fail
from pipeline.errors import WirewatchError
from pipeline.log import configure_logging
from pipeline.settings import load_settings

# Verb -> module in this folder: one that has `register` adds verbs, one that has `app` is a group of them.
_MODULES = {
    **dict.fromkeys(("run", "poll", "fetch", "refetch", "process", "link", "notify"), "stages"),
    "why": "why",
    "ignore": "ignore",
    "site": "site",
    "upkeep": "upkeep",
    "reprocess": "reprocess",
    "demo": "demo",
    "airflow": "airflow",
    **dict.fromkeys(("sql", "export"), "sql_export"),
    **dict.fromkeys(("backup", "restore"), "backup"),
    "db": "db",
    "config": "config",
    "feeds": "feeds",
    "copies": "copies",
    "meetings": "meetings",
}


_RENAMED = {"recheck": "refetch"}  # old name -> new name, for a release


class _Verbs(TyperGroup):
    """Imports a verb's module when it is called: all of them together take a second, most verbs a fraction."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(_MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in _RENAMED:
            new = _RENAMED[cmd_name]
            fail(f"`wirewatch {cmd_name}` is now `wirewatch {new}`; the next release drops the old name")
            cmd_name = new
        if cmd_name not in _MODULES:
            return None
        module = import_module(f"pipeline.cli.{_MODULES[cmd_name]}")
        part = typer.Typer()
        part.callback()(lambda: None)  # so that a module with one verb makes a group as well
        if hasattr(module, "register"):
            module.register(part)
        else:
            part.add_typer(module.app, name=cmd_name)
        return get_command(part).get_command(ctx, cmd_name)  # type: ignore[attr-defined]


app = typer.Typer(
    cls=_Verbs,
    name="wirewatch",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Read news feeds, follow planned official meetings, alert with proof when one changes.",
)


@app.callback(invoke_without_command=True)
def root(version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
    """Options that stand before the verb."""
    if version:
        typer.echo(f"wirewatch {__version__}")
        raise typer.Exit
    configure_logging(load_settings().log_level)


def main() -> None:
    """Entry point: an expected error is one clear message and exit code 1, never a traceback."""
    try:
        app()
    except WirewatchError as error:
        fail(str(error))
    except OSError as error:
        if error.strerror is None:  # nothing the system refused, such as a TimeoutError of our own
            raise
        fail(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    else:
        return
    sys.exit(1)
