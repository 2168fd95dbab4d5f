"""`wirewatch doctor` and `wirewatch status`: is anything wrong, and how is it going."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from pipeline.cli.console import JsonOption, out, print_json
from pipeline.cli.database import DatabaseOption, asked_settings, open_database
from pipeline.cli.tables import print_table
from pipeline.operate.doctor.examine import examine, is_well
from pipeline.operate.doctor.finding import Finding, Severity
from pipeline.settings import load_settings
from pipeline.store.reports.operation_report import OperationReport, operation_report

_MARKS = {Severity.WELL: ("ok", "green"), Severity.RISK: ("risk", "yellow"), Severity.ILL: ("ILL", "bold red")}


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command()(doctor)
    app.command()(status)


def doctor(as_json: JsonOption = False) -> None:
    """Look for what is wrong, each finding with its mend. Exit code 1 if something is ill; risks are allowed."""
    findings = examine(load_settings(), lambda: datetime.now(UTC))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            _print(finding)
    if not is_well(findings):
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    mark, style = _MARKS[finding.severity]
    out.print(f"{mark:<5}", style=style, end="")
    out.print(f"{finding.check:<11} {finding.what}", markup=False, soft_wrap=True)
    if finding.mend:
        out.print(f"{'':16} → {finding.mend}", markup=False, soft_wrap=True, style="dim")


def status(
    watch: Annotated[bool, typer.Option("--watch", help="Show it again every two seconds, until Ctrl-C.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Show the last poll, text and alert, queues by stage, feeds, deliveries and size."""
    with open_database(asked_settings(database)) as engine:
        while True:
            with engine.connect() as connection:
                report = operation_report(connection)
            if as_json:
                print_json(_as_document(report))
            else:
                _print_status(report, clear=watch)
            if not watch:
                return
            time.sleep(2)


def _print_status(report: OperationReport, *, clear: bool) -> None:
    if clear:
        out.clear()
    moments = {
        "last poll": report.last_poll_at,
        "last new text": report.last_text_at,
        "last alert": report.last_alert_at,
    }
    for name, moment in moments.items():
        out.print(f"{name:<14} {_ago(moment, report.now)}", markup=False)
    feeds = ", ".join(f"{count} {health}" for health, count in report.feeds.items()) or "none yet"
    delivered = ", ".join(f"{count} {state}" for state, count in report.deliveries.items()) or "none yet"
    out.print(f"{'feeds':<14} {feeds}", markup=False)
    out.print(f"{'deliveries':<14} {delivered}", markup=False)
    for owned in report.file_channels:
        state = f"AWAY: {owned.trouble}" if owned.is_away(report.now) else f"its file lies on {owned.machine_name}"
        out.print(f"{'channel':<14} {owned.channel}: {state}", markup=False, soft_wrap=True)
    troubles = ", ".join(f"{count} {cause}" for cause, count in report.troubles.items()) or "none"
    out.print(f"{'troubles':<14} {troubles.replace('_', ' ')}", markup=False)
    counts = {
        "articles": report.articles,
        "texts": report.texts,
        "meetings": report.meetings,
        "alerts": report.alerts,
    }
    kept = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    out.print(f"{'stored':<14} {kept}, {report.database_bytes / 2**20:,.0f} MiB\n", markup=False)
    print_table(
        ("stage", "due", "in work", "failing", "waiting", "oldest due for"),
        [
            (b.stage, *(f"{n:,}" for n in (b.due, b.in_work, b.failing, b.waiting)), _seconds(b.age(report.now)))
            for b in report.backlog
        ],
    )


def _as_document(report: OperationReport) -> dict[str, object]:
    document = asdict(report)
    document["outcomes"] = [
        {"stage": stage, "reason": reason, "times": times} for (stage, reason), times in report.outcomes.items()
    ]
    return document


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC, {_seconds(now - moment)} ago"


def _seconds(duration: timedelta) -> str:
    seconds = duration.total_seconds()
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
