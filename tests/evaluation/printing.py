"""How an evaluation or a benchmark is printed: tables for people, JSON for machines, Markdown for docs/figures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import fail, out, print_json
from pipeline.cli.tables import print_table
from pipeline.errors import WirewatchError
from tests.evaluation.report import Goal, Report, markdown, shown


class Show(StrEnum):
    """What to print beyond the figures."""

    NOTHING = "nothing"
    ERRORS = "errors"


DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder with the labelled data. Default: WIREWATCH_DATA or ../shared/data."),
]
MarkdownOption = Annotated[bool, typer.Option("--markdown", help="Print Markdown, as kept in docs/figures.")]
ShowOption = Annotated[Show, typer.Option("--show", help="errors: list every miss and every false hit.")]


def print_report(report: Report, *, as_json: bool, as_markdown: bool = False, show: Show = Show.NOTHING) -> None:
    """Print figures, goals and, where asked for, the single cases."""
    if as_json:
        print_json(asdict(report) | {"goals": [asdict(goal) | {"met": goal.met} for goal in report.goals]})
    elif as_markdown:
        for line in markdown(report):
            typer.echo(line)
    else:
        _print_tables(report, show)


def _print_tables(report: Report, show: Show) -> None:
    for figures in report.figures:
        out.print(f"\n{figures.title}", style="bold", markup=False)
        print_table(figures.columns, [[shown(cell) for cell in row] for row in figures.rows])
    if report.goals:
        out.print("\nGoals", style="bold")
        print_table(("goal", "wanted", "reached", ""), [_goal_row(goal) for goal in report.goals])
    if show is Show.ERRORS:
        out.print(f"\n{len(report.cases)} cases", style="bold")
        cases = [(case.kind, case.where, case.expected, case.got) for case in report.cases]
        print_table(("kind", "where", "expected", "got"), cases)
    facts = ", ".join(f"{name} {value}" for name, value in report.facts.items())
    out.print("\n" + facts, style="dim", markup=False)


def _goal_row(goal: Goal) -> tuple[str, str, str, str]:
    sign = "≥ " if goal.at_least else "≤ "
    return goal.name, sign + shown(goal.wanted), shown(goal.value), "met" if goal.met else "missed"


def run_app(app: Callable[[], object]) -> None:
    """Run a command-line program: an expected error is one line on stderr and exit code 1."""
    try:
        app()
    except WirewatchError as error:
        fail(str(error))
        sys.exit(1)
