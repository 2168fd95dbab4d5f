"""`wirewatch eval …`: each step scored against labelled data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli.console import JsonOption
from pipeline.cli.reports import DATA, AsMarkdown, Data, Show, ShowWhat, print_report
from pipeline.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Score a step of the pipeline against labelled data.")


@app.callback()
def evaluations() -> None:
    """Score a step of the pipeline against labelled data."""


@app.command("feeds")
def eval_feeds(
    data: Data = DATA, as_json: JsonOption = False, as_markdown: AsMarkdown = False, show: ShowWhat = Show.NOTHING
) -> None:
    """Read the feed files, beside feedparser alone: items, links and dates against what each file expects."""
    from pipeline.evaluate.feeds import evaluate

    print_report(evaluate(data), as_json=as_json, as_markdown=as_markdown, show=show)


@app.command("rhythm")
def eval_rhythm(
    data: Data = DATA, as_json: JsonOption = False, as_markdown: AsMarkdown = False, show: ShowWhat = Show.NOTHING
) -> None:
    """Replay feeds under our schedule and others': polls spent and minutes until an item is seen."""
    from pipeline.evaluate.rhythm import evaluate

    report = evaluate(data, patience=load_settings().poll_patience)
    print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)


@app.command("extract")
def eval_extract(
    data: Data = DATA,
    as_json: JsonOption = False,
    as_markdown: AsMarkdown = False,
    show: ShowWhat = Show.NOTHING,
    only_ours: Annotated[bool, typer.Option("--only-ours", help="Leave the other extractors out.")] = False,
) -> None:
    """Text, title, dates and authors of labelled pages, ours and six other extractors' in the same run."""
    from pipeline.evaluate.extract import evaluate

    report = evaluate(data, now=datetime.now(UTC), only_ours=only_ours)
    print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)


@app.command("wire")
def eval_wire(
    data: Data = DATA,
    as_json: JsonOption = False,
    as_markdown: AsMarkdown = False,
    show: ShowWhat = Show.NOTHING,
    edits: Annotated[bool, typer.Option("--edits/--no-edits", help="Also score each kind of edit.")] = True,
) -> None:
    """Copies of one dispatch: the real stage on a database of its own, beside what everybody ships."""
    from pipeline.evaluate.wire import evaluate

    report = evaluate(data, load_settings(), datetime.now(UTC), edits=edits)
    print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)


@app.command("topics")
def eval_topics(
    data: Data = DATA, as_json: JsonOption = False, as_markdown: AsMarkdown = False, show: ShowWhat = Show.NOTHING
) -> None:
    """Which texts get the topic they were labelled with, with and without their headlines."""
    from pipeline.evaluate.topics import evaluate

    report = evaluate(data, load_settings().config_dir)
    print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)


@app.command("meetings")
def eval_meetings(
    data: Data = DATA, as_json: JsonOption = False, as_markdown: AsMarkdown = False, show: ShowWhat = Show.NOTHING
) -> None:
    """What is read of meetings in single texts: detection, status, dates, quotes."""
    from pipeline.evaluate.meetings import evaluate

    report = evaluate(data, load_settings().config_dir)
    print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)


@app.command("dates")
def eval_dates(
    data: Data = DATA, as_json: JsonOption = False, as_markdown: AsMarkdown = False, show: ShowWhat = Show.NOTHING
) -> None:
    """The days of meetings: found in the text, and given to the right meeting."""
    from pipeline.evaluate.dates import evaluate

    report = evaluate(data, load_settings().config_dir)
    print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)


@app.command("chains")
def eval_chains(
    data: Data = DATA, as_json: JsonOption = False, as_markdown: AsMarkdown = False, show: ShowWhat = Show.NOTHING
) -> None:
    """Texts in time order through the real stages: alerts, final states, links; shuffled and doubled as well."""
    from pipeline.evaluate.chains import evaluate

    report = evaluate(data, load_settings())
    print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)


@app.command("edits")
def eval_edits(
    data: Data = DATA, as_json: JsonOption = False, as_markdown: AsMarkdown = False, show: ShowWhat = Show.NOTHING
) -> None:
    """Real texts with one edit each, made by the machine: is it found, and called by its name."""
    from pipeline.evaluate.edits import evaluate

    print_report(evaluate(data), as_json=as_json, as_markdown=as_markdown, show=show)
