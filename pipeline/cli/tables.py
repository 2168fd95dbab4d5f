"""Print tables for people, and for pipes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.cli.console import out, printable

_WIDE = 250  # width in characters without a terminal: a row stays one line for grep


def print_table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, dim: Iterable[bool] = ()) -> None:
    """Print rows of plain text (markup is shown, not interpreted); `dim` selects the rows printed faintly."""
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold")
    faint = list(dim)
    for number, row in enumerate(rows):
        style = "dim" if number < len(faint) and faint[number] else None
        table.add_row(*(escape(printable(cell)) for cell in row), style=style)
    console = out if out.is_terminal else Console(highlight=False, emoji=False, width=_WIDE)
    console.print(table)
