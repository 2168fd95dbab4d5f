"""How an evaluation or a benchmark is printed: tables for people, JSON for machines, Markdown for docs/figures."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import out, print_json
from pipeline.cli.tables import print_table
from pipeline.evaluate.report import Report, markdown, shown


class Show(StrEnum):
    """What to print beyond the figures."""

    NOTHING = "nothing"
    ERRORS = "errors"


DATA = Path("../shared/data")  # where the labelled data lies beside a checkout

Data = Annotated[Path, typer.Option(help="Folder with the labelled data.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Markdown, as kept in docs/figures.")]
ShowWhat = Annotated[Show, typer.Option("--show", help="errors: list every single miss and false hit.")]


def print_report(report: Report, *, as_json: bool, as_markdown: bool = False, show: Show = Show.NOTHING) -> None:
    """Print figures, goals and, where asked for, the single cases."""
    if as_json:
        print_json(asdict(report) | {"goals": [asdict(goal) | {"met": goal.met} for goal in report.goals]})
        return
    if as_markdown:
        for line in markdown(report):
            typer.echo(line)
        return
    for figures in report.figures:
        out.print(f"\n{figures.title}", style="bold", markup=False)
        print_table(figures.columns, [[shown(cell) for cell in row] for row in figures.rows])
    if report.goals:
        out.print("\nGoals", style="bold")
        print_table(
            ("goal", "wanted", "reached", ""),
            [
                (
                    goal.name,
                    ("≥ " if goal.at_least else "≤ ") + shown(goal.wanted),
                    shown(goal.value),
                    "met" if goal.met else "missed",
                )
                for goal in report.goals
            ],
        )
    if show is Show.ERRORS:
        out.print(f"\n{len(report.cases)} cases", style="bold")
        print_table(
            ("kind", "where", "expected", "got"), [(c.kind, c.where, c.expected, c.got) for c in report.cases]
        )
    out.print(
        "\n" + ", ".join(f"{name} {value}" for name, value in report.facts.items()), style="dim", markup=False
    )
