"""`python -m tests.evaluation NAME`: score one step of the pipeline on labelled data.

Each evaluation is imported when it is called, so that one that lacks a package does not stop the others.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import JsonOption
from pipeline.settings import load_settings
from tests.evaluation.data import existing_data_folder
from tests.evaluation.printing import DataOption, MarkdownOption, Show, ShowOption, print_report, run_app
from tests.evaluation.report import Report

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Score a step on labelled data.",
)


@app.callback()
def evaluations() -> None:
    """Score a step of the pipeline on labelled data."""


def _feeds(data: Path) -> Report:
    from tests.evaluation.feeds import evaluate

    return evaluate(data)


def _rhythm(data: Path) -> Report:
    from tests.evaluation.rhythm import evaluate

    return evaluate(data, patience=load_settings().poll_patience)


def _topics(data: Path) -> Report:
    from tests.evaluation.topics import evaluate

    return evaluate(data, load_settings().config_dir)


def _meetings(data: Path) -> Report:
    from tests.evaluation.meetings import evaluate

    return evaluate(data, load_settings().config_dir)


def _veto(data: Path) -> Report:
    from tests.evaluation.veto import evaluate

    return evaluate(data, load_settings().config_dir)


def _dates(data: Path) -> Report:
    from tests.evaluation.dates import evaluate

    return evaluate(data, load_settings().config_dir)


def _chains(data: Path) -> Report:
    from tests.evaluation.chains import evaluate

    return evaluate(data, load_settings())


def _edits(data: Path) -> Report:
    from tests.evaluation.edits import evaluate

    return evaluate(data)


_PLAIN: dict[str, tuple[Callable[[Path], Report], str]] = {
    "feeds": (
        _feeds,
        "Read feed files beside feedparser alone: items, links and dates against what each expects.",
    ),
    "rhythm": (
        _rhythm,
        "Replay feeds under our schedule and others': polls spent, minutes until an item is seen.",
    ),
    "topics": (_topics, "Which texts get the topic they are labelled with, with and without their headlines."),
    "meetings": (_meetings, "What is read of meetings in single texts: detection, status, dates, quotes."),
    "veto": (_veto, "Whether a learned veto on changes would pay, in folds by event."),
    "dates": (_dates, "The days of meetings: found in the text, and given to the right meeting."),
    "chains": (_chains, "Texts in time order through the real stages: alerts, final states, links."),
    "edits": (_edits, "Real texts with one machine-made edit each: is it found, and called by its name."),
}


def _verb(evaluate: Callable[[Path], Report]):  # type: ignore[no-untyped-def]  # typer reads the inner signature
    def verb(
        data: DataOption = None,
        as_json: JsonOption = False,
        as_markdown: MarkdownOption = False,
        show: ShowOption = Show.NOTHING,
    ) -> None:
        report = evaluate(existing_data_folder(data))
        print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)

    return verb


for _name, (_evaluate, _help) in _PLAIN.items():
    app.command(_name, help=_help)(_verb(_evaluate))


@app.command()
def own(as_json: JsonOption = False, as_markdown: MarkdownOption = False, show: ShowOption = Show.NOTHING) -> None:
    """What is read of meetings in the project's own texts (tests/evaluation/texts): no data folder is needed."""
    from tests.evaluation.meetings_data import OWN_TEXTS

    print_report(_meetings(OWN_TEXTS), as_json=as_json, as_markdown=as_markdown, show=show)


@app.command()
def extract(
    data: DataOption = None,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
    show: ShowOption = Show.NOTHING,
    only_ours: Annotated[bool, typer.Option("--only-ours", help="Leave the other extractors out.")] = False,
) -> None:
    """Text, title, dates and authors of labelled pages, ours and six other extractors' in the same run."""
    from tests.evaluation.extract import evaluate

    report = evaluate(existing_data_folder(data), now=datetime.now(UTC), only_ours=only_ours)
    print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)


@app.command()
def layouts(
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
    show: ShowOption = Show.NOTHING,
    every: Annotated[int, typer.Option("--every", min=1, help="Take only each so-manieth page.")] = 1,
) -> None:
    """7,500 pages made from parts: what is lost of the story, and what gets into it."""
    from tests.evaluation.layouts import evaluate

    report = evaluate(now=datetime.now(UTC), every=every)
    print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)


@app.command()
def wire(
    data: DataOption = None,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
    show: ShowOption = Show.NOTHING,
    edits: Annotated[bool, typer.Option("--edits/--no-edits", help="Also score each kind of edit.")] = True,
) -> None:
    """Copies of one dispatch: the real stage on a database of its own, beside common baselines."""
    from tests.evaluation.wire import evaluate

    report = evaluate(existing_data_folder(data), load_settings(), datetime.now(UTC), edits=edits)
    print_report(report, as_json=as_json, as_markdown=as_markdown, show=show)


if __name__ == "__main__":
    run_app(app)
