"""`wirewatch upkeep`: delete data past its retention period, and count it; --dry-run only counts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.filesize import decimal
from rich.table import Table

from pipeline.cli.console import JsonOption, out, print_json
from pipeline.cli.stages import open_context
from pipeline.stages.maintain.upkeep import clean_up


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(upkeep)


def upkeep(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go; change nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete raw pages, logs and fingerprints past their retention; texts, meetings and alerts stay forever."""
    with open_context(show_progress=not as_json) as ctx:
        found = clean_up(ctx, datetime.now(UTC), dry_run=dry_run)
    totals: dict[str, dict[str, int]] = {}
    for gone in found:
        total = totals.setdefault(gone.what, {"rows": 0, "bytes": 0})
        total["rows"] += gone.rows
        total["bytes"] += gone.bytes
    if as_json:
        print_json({"dry_run": dry_run, "gone": totals})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("would go" if dry_run else "gone")
    table.add_column("rows", justify="right")
    table.add_column("size", justify="right")
    for what, total in totals.items():
        table.add_row(
            what.replace("_", " "), f"{total['rows']:,}", decimal(total["bytes"]) if total["bytes"] else ""
        )
    out.print(table)
