"""`wirewatch poll|fetch|refetch|process|link|notify` and `wirewatch run`: all six, once or forever."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from pipeline.cli.console import JsonOption, err, out, print_json
from pipeline.cli.database import open_database
from pipeline.records import Tally
from pipeline.settings import Settings, load_settings
from pipeline.stages.line import STAGES, Context, run_once
from pipeline.stages.running.last_good import configuration_in_force

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_HELP = {
    "poll": "Ask every due feed and keep what it lists.",
    "fetch": "Fetch every due page, politely, and keep its bytes.",
    "refetch": "Fetch known pages again when they are due, politely; only a changed text counts.",
    "process": "Turn fetched pages into articles, topics and meeting mentions.",
    "link": "Group copies, follow meetings, raise alerts.",
    "notify": "Deliver alerts to their channels.",
}


@contextmanager
def open_context(
    *,
    show_progress: bool = False,
    settings: Settings | None = None,
    forgiving: bool = False,
    resident: bool = False,
) -> Iterator[Context]:
    """Settings, configuration and a migrated database, as one context that cleans up after itself.

    `forgiving`: where config/ has a mistake, the last good one is in force and the operator is alerted.
    `resident`: the context may outlive config/ as it is now, so all of it is read at once.
    """
    settings = settings or load_settings()
    with open_database(settings) as engine, _progress(show_progress) as progress:
        now = datetime.now(UTC)
        configuration = configuration_in_force(engine, settings.config_dir, now, forgiving=forgiving)
        if resident:
            configuration = configuration.settled()
        with Context(settings, engine, configuration, progress) as ctx:
            yield ctx


@contextmanager
def _progress(shown: bool):  # type: ignore[no-untyped-def]  # a callable or None; see Context.progress
    """A line on stderr that counts up while a stage works, if stderr is a terminal."""
    if not shown or not err.is_terminal:
        yield None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # here: a fifth of the start

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:8}"),
        TextColumn("{task.completed}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        tasks = {
            name: bar.add_task(name, total=None, visible=False)
            for name in [*STAGES, "follow", "lapse", "story", "upkeep", "reprocess", "import"]
        }
        yield lambda stage, done: bar.update(tasks[stage], advance=done, visible=True)


def show(tallies: Sequence[Tally]) -> None:
    """One line per stage and reason; a stage that had nothing to do says so."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage")
    table.add_column("what became of it")
    table.add_column("count", justify="right")
    for tally in tallies:
        rows = [(reason, n) for reason, n in sorted(tally.counts.items()) if n] or [("nothing due", 0)]
        for i, (reason, n) in enumerate(rows):
            table.add_row(tally.stage if i == 0 else "", reason.replace("_", " "), str(n))
    out.print(table)


def as_json(tallies: Sequence[Tally]) -> dict[str, dict[str, int]]:
    """{stage: {reason: count}}"""
    return {tally.stage: tally.counts for tally in tallies}


def seconds(text: str) -> float:
    """Read "60", "60s", "5m" or "1h"."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if not match or float(match.group(1)) <= 0:
        raise typer.BadParameter("expected a time like 60s, 5m or 1h")
    return float(match.group(1)) * _UNITS[match.group(2)]


def register(app: typer.Typer) -> None:
    """Add the six stage verbs and `run`."""
    for name in STAGES:
        app.command(name, help=_HELP[name])(_verb(name))
    app.command("run")(run)


def _verb(name: str):  # type: ignore[no-untyped-def]  # typer reads the signature of the inner function
    def verb(as_json_: JsonOption = False) -> None:
        with open_context(show_progress=not as_json_) as ctx:
            tally = STAGES[name](ctx, datetime.now(UTC))
        if as_json_:
            print_json(as_json([tally]))
        else:
            show([tally])

    return verb


def run(
    every: Annotated[
        str | None,
        typer.Option(
            "--every",
            help="Run until Ctrl-C: stages wake when a row is due, at the latest after this (5s, 1m, 1h).",
        ),
    ] = None,
    as_json_: JsonOption = False,
) -> None:
    """Run every stage once, in order; with --every, run them all until Ctrl-C (and upkeep once a day)."""
    ceiling = seconds(every) if every else None

    def print_tallies(tallies: Sequence[Tally]) -> None:
        if as_json_:
            print_json(as_json(tallies))
        else:
            show(tallies)

    forever = ceiling is not None
    with open_context(show_progress=not (as_json_ or forever), forgiving=forever, resident=forever) as ctx:
        if ceiling is None:
            print_tallies(run_once(ctx, datetime.now(UTC)))
            return
        from pipeline.operate.resident import Line, revive  # here: a single stage needs neither
        from pipeline.operate.stop_signal import stop_signal
        from pipeline.operate.traces import traced

        with stop_signal() as stopped, traced(STAGES) as stages:
            Line(
                ctx,
                ceiling,
                report=lambda tally: print_tallies([tally]),
                revive=partial(revive, ctx.settings),
                stages=stages,
            ).run(stopped)
