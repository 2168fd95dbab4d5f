"""`wirewatch bench …`: each step timed on this machine, against what it is to be compared with, in one run."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.reports import AsJson, AsMarkdown, print_report
from pipeline.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Time a step of the pipeline on this machine.")


@app.callback()
def benchmarks() -> None:
    """Time a step of the pipeline on this machine."""


@app.command("poll")
def bench_poll(
    feeds: Annotated[int, typer.Option(min=20, help="How many feeds, on local servers.")] = 10_000,
    as_json: AsJson = False,
    as_markdown: AsMarkdown = False,
) -> None:
    """Poll many local feeds with four processes at once: polls a second, CPU, memory, distances kept."""
    from pipeline.evaluate.polling import bench

    print_report(bench(feeds, load_settings()), as_json=as_json, as_markdown=as_markdown)
