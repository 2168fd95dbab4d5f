"""The `wirewatch` command: a thin layer; each verb opens what it needs, calls one function and prints."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from pipeline import __version__
from pipeline.cli.console import fail
from pipeline.cli.verbs import RENAMED, VERBS
from pipeline.errors import WirewatchError


class _Verbs(TyperGroup):
    """Imports a verb's module when it is called: all of them together take two seconds, most verbs a fraction."""

    _listing = False  # while the help of the whole command is written

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(VERBS)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self._listing = True
        super().format_help(ctx, formatter)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in RENAMED:
            new = RENAMED[cmd_name]
            fail(f"`wirewatch {cmd_name}` is now `wirewatch {new}`; the next release drops the old name")
            cmd_name = new
        if cmd_name not in VERBS:
            return None
        if self._listing:
            return TyperCommand(cmd_name, help=VERBS[cmd_name].help)
        module = import_module(f"pipeline.cli.{VERBS[cmd_name].module}")
        part = typer.Typer()
        part.callback()(lambda: None)  # so that a module with a single verb is a group, too
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
    """Options before the verb."""
    if version:
        typer.echo(f"wirewatch {__version__}")
        raise typer.Exit
    from pipeline.log import configure_logging  # here, so that the help needs neither
    from pipeline.settings import load_settings

    configure_logging(load_settings().log_level)


def main() -> None:
    """Entry point: an expected error prints one clear message and exits with 1, never with a traceback."""
    try:
        app()
    except WirewatchError as error:
        fail(str(error))
    except OSError as error:
        if error.strerror is None:  # not from the system, such as our own TimeoutError
            raise
        fail(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    else:
        return
    sys.exit(1)
