"""Print for the CLI: results on stdout, everything else on stderr, JSON for programs."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console

# Without emoji: ":id:" in an address does not ask for a picture.
out = Console(highlight=False, emoji=False)
err = Console(stderr=True, highlight=False, emoji=False)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def fail(message: str) -> None:
    """Print an error to stderr unchanged, markup characters included."""
    err.print("error:", style="bold red", end=" ")
    err.print(printable(message), markup=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print one JSON document to stdout, readable and in UTF-8; times as ISO 8601."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_as_json))


def printable(text: str) -> str:
    """Text from outside, safe for a terminal: line breaks stay, other control characters are removed."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


def _as_json(value: Any) -> str:
    return str(value.isoformat()) if isinstance(value, date) else str(value)
