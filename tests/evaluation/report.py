"""What every evaluation and benchmark hands over: figures, the goals set for them, and the cases behind them."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.errors import WirewatchError
from pipeline.settings import CHECKOUT

Cell = str | int | float | None


class EvaluationDataError(WirewatchError):
    """The labelled data is not where it was looked for, or is not in the schema that was expected."""


@dataclass(frozen=True)
class Figures:
    """One table: a title, the names of the columns, rows of text and numbers (shares as 0..1)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Goal:
    """A target and what was reached; `at_least` False means that less is better."""

    name: str
    value: float
    wanted: float
    at_least: bool = True

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.value >= self.wanted if self.at_least else self.value <= self.wanted


@dataclass(frozen=True)
class Case:
    """A single miss, false hit or loss: where it is and what was expected against what came out."""

    kind: str
    where: str
    expected: str
    got: str


@dataclass(frozen=True)
class Report:
    """The outcome of one run. `facts` says on what, when and how long: data, seed, machine, seconds."""

    what: str
    figures: tuple[Figures, ...]
    goals: tuple[Goal, ...] = ()
    cases: tuple[Case, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def facts_of_run(now: datetime, seconds: float, **more: Any) -> dict[str, Any]:
    """When, on what machine and how long; `more` is what only this evaluation knows (data, seed, sizes)."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    facts = {"date": now.date().isoformat(), "commit": _commit(), "machine": machine, "seconds": round(seconds, 1)}
    return facts | more


def _commit() -> str:
    """The commit that is measured, "+" where files differ from it; "unknown" outside a checkout."""
    command = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty=+", "--abbrev=7", "--exclude=*"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def data_version(files: Sequence[Path]) -> str:
    """Twelve hexadecimal digits that name these very files, whatever folder they lie in.

    Raises:
        EvaluationDataError: one of them is not there.
    """
    digest = hashlib.sha256()
    for path in sorted(files):
        try:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        except OSError as error:
            raise EvaluationDataError(f"{path}: {error.strerror}") from error
    return digest.hexdigest()[:12]


def markdown(report: Report) -> Iterator[str]:
    """The report as lines of Markdown: figures and goals, no cases (they quote the data)."""
    yield f"# {report.what}"
    yield ""
    yield ", ".join(f"{name}: {value}" for name, value in report.facts.items())
    for figures in report.figures:
        yield f"\n## {figures.title}\n"
        yield "| " + " | ".join(figures.columns) + " |"
        yield "|" + "---|" * len(figures.columns)
        for row in figures.rows:
            yield "| " + " | ".join(shown(cell) for cell in row) + " |"
    if report.goals:
        yield "\n## Goals\n"
        yield "| goal | wanted | reached | |"
        yield "|---|---|---|---|"
        for goal in report.goals:
            sign, verdict = "≥" if goal.at_least else "≤", "met" if goal.met else "missed"
            yield f"| {goal.name} | {sign} {shown(goal.wanted)} | {shown(goal.value)} | {verdict} |"


def shown(cell: Cell) -> str:
    """A cell as a person reads it: three significant decimals for numbers, a dash for nothing."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.3f}" if abs(cell) < 10 else f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
