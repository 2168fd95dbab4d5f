"""`python -m tests.bench NAME`: time one step of the pipeline on this machine, beside its baseline, in one run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import JsonOption
from pipeline.settings import load_settings
from tests.evaluation.data import existing_data_folder
from tests.evaluation.printing import DataOption, MarkdownOption, print_report, run_app

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Time a step of the pipeline."
)


@app.callback()
def benchmarks() -> None:
    """Time a step of the pipeline on this machine."""


@app.command("poll")
def bench_poll(
    feeds: Annotated[int, typer.Option(min=20, help="How many feeds, on local servers.")] = 10_000,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
) -> None:
    """Poll many local feeds with four processes at once: polls a second, CPU, memory, distances kept."""
    from tests.bench.poll import bench

    print_report(bench(feeds, load_settings()), as_json=as_json, as_markdown=as_markdown)


@app.command("process")
def bench_process(
    data: DataOption = None,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
    rounds: Annotated[int, typer.Option(min=1, help="How often every page is read.")] = 1,
) -> None:
    """CPU per page of the process stage and of its parts, against bare trafilatura on the same pages."""
    from pipeline.configuration import load_configuration
    from tests.bench.process import bench

    configuration = load_configuration(load_settings().config_dir)
    report = bench(existing_data_folder(data), configuration, now=datetime.now(UTC), rounds=rounds)
    print_report(report, as_json=as_json, as_markdown=as_markdown)


@app.command("reading")
def bench_reading(
    data: DataOption = None, as_json: JsonOption = False, as_markdown: MarkdownOption = False
) -> None:
    """CPU of topics and meetings per 500 words, and of a text without a full stop."""
    from pipeline.configuration import load_configuration
    from tests.bench.reading import bench

    configuration = load_configuration(load_settings().config_dir)
    print_report(bench(existing_data_folder(data), configuration), as_json=as_json, as_markdown=as_markdown)


@app.command("comparison")
def bench_comparison(
    data: DataOption = None,
    pages: Annotated[int | None, typer.Option(min=20, help="Only so many pages.")] = None,
    rivals: Annotated[
        Path | None, typer.Option(help="Virtual environment for news-please; made there if it is missing.")
    ] = None,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
) -> None:
    """Articles per CPU second, end to end and extraction alone, beside four other ways to do it."""
    from tests.bench.comparison import bench, install_rivals

    folder = install_rivals(rivals) if rivals else None
    report = bench(existing_data_folder(data), datetime.now(UTC), most=pages, rivals=folder)
    print_report(report, as_json=as_json, as_markdown=as_markdown)


@app.command("link")
def bench_link(
    articles: Annotated[
        str, typer.Option(help="How many articles are stored when linking is timed; several, with commas.")
    ] = "10000,100000",
    folder: Annotated[
        Path | None, typer.Option(help="Where the database is put; needs 5 GB for a million.")
    ] = None,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
) -> None:
    """Copies of one dispatch: articles a second with one writer, on a database of its own."""
    from tests.bench.link import bench

    report = bench(_sizes(articles), load_settings(), datetime.now(UTC), folder=folder)
    print_report(report, as_json=as_json, as_markdown=as_markdown)


@app.command("meetings")
def bench_meetings(as_json: JsonOption = False, as_markdown: MarkdownOption = False) -> None:
    """One more report of a meeting that has hundreds or thousands: in order, and late."""
    from tests.bench.meetings import bench

    print_report(bench(load_settings()), as_json=as_json, as_markdown=as_markdown)


@app.command("latency")
def bench_latency(
    changes: Annotated[int, typer.Option(min=1, max=12, help="How many meetings are called off.")] = 12,
    airflow: Annotated[bool, typer.Option("--airflow", help="With Airflow running the line.")] = False,
    backlog: Annotated[int, typer.Option(min=0, help="Pages that wait for process before the first one.")] = 0,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
) -> None:
    """Publication to delivered alert, stage by stage, on a paced local site."""
    from tests.bench import latency, latency_airflow

    if airflow:
        report = latency_airflow.bench(load_settings(), changes)
    else:
        report = latency.bench(load_settings(), changes, backlog=backlog)
    print_report(report, as_json=as_json, as_markdown=as_markdown)


@app.command("idle")
def bench_idle(
    minutes: Annotated[float, typer.Option(min=1, help="How long it idles.")] = 2,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
) -> None:
    """CPU of an idle Airflow by component."""
    from tests.bench.idle import bench

    print_report(bench(load_settings(), minutes), as_json=as_json, as_markdown=as_markdown)


@app.command("soak")
def bench_soak(
    minutes: Annotated[float, typer.Option(min=1, help="How long articles are published.")] = 30,
    rate: Annotated[float, typer.Option(min=1, help="Articles a second.")] = 20,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
) -> None:
    """Made-up news at a steady rate under Airflow: memory, handles, queues and latency over time."""
    from tests.bench.soak import bench

    print_report(bench(load_settings(), minutes, rate), as_json=as_json, as_markdown=as_markdown)


@app.command("upgrade")
def bench_upgrade(
    articles: Annotated[int, typer.Option(min=100, help="How many articles are stored.")] = 100_000,
    since: Annotated[str, typer.Option(help="The older revision.")] = "0014",
    folder: Annotated[
        Path | None, typer.Option(help="Where the database is put; needs 30 GB for a million.")
    ] = None,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
) -> None:
    """Migrate an older schema step by step under readers and writers: seconds, and how long they waited."""
    from tests.bench.upgrade import bench

    print_report(bench(articles, since, folder=folder), as_json=as_json, as_markdown=as_markdown)


@app.command("startup")
def bench_startup(as_json: JsonOption = False, as_markdown: MarkdownOption = False) -> None:
    """CPU seconds of commands that do almost nothing: the help, a list of meetings."""
    from tests.bench.startup import bench

    print_report(bench(load_settings()), as_json=as_json, as_markdown=as_markdown)


@app.command("page")
def bench_page(
    articles: Annotated[int, typer.Option(min=5_000, help="How many articles are stored.")] = 20_000,
    folder: Annotated[
        Path | None, typer.Option(help="Where the database is put; needs 30 GB for a million.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave it in the folder; the next time it is not filled again.")
    ] = False,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
) -> None:
    """Each page of the site over a real socket: p50, p95, bytes and queries."""
    from tests.bench.page import bench

    report = bench(articles, load_settings(), datetime.now(UTC), folder=folder, keep=keep)
    print_report(report, as_json=as_json, as_markdown=as_markdown)


@app.command("store")
def bench_store(
    articles: Annotated[
        str, typer.Option(help="How many articles are stored when it is asked; several, with commas.")
    ] = "20000,100000",
    folder: Annotated[
        Path | None, typer.Option(help="Where the databases are put; needs 30 GB for a million.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave them in the folder; the next time they are not filled again.")
    ] = False,
    as_json: JsonOption = False,
    as_markdown: MarkdownOption = False,
) -> None:
    """Size, load rate, cookbook and search on a database of its own, filled with made-up news."""
    from pipeline.sql_export.queries import cookbook
    from tests.bench.store import bench

    questions = {recipe.name: recipe.statement for recipe in cookbook(load_settings().sql_dir / "cookbook")}
    if keep and folder is None:
        raise typer.BadParameter("say where: --folder", param_hint="--keep")
    report = bench(_sizes(articles), questions, datetime.now(UTC), folder=folder, keep=keep)
    print_report(report, as_json=as_json, as_markdown=as_markdown)


def _sizes(text: str) -> list[int]:
    try:
        return sorted({int(part) for part in text.split(",")})
    except ValueError:
        raise typer.BadParameter("expected whole numbers: 10000,100000", param_hint="--articles") from None


if __name__ == "__main__":
    run_app(app)
