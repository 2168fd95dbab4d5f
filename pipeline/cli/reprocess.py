"""`wirewatch reprocess`: process kept pages again, and show what changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from pipeline.cli.console import JsonOption, out, print_json, printable
from pipeline.cli.stages import open_context, show
from pipeline.stages.maintain.reprocess import Differences, ReprocessStage, reprocess

SHOWN = 20  # of each list; --json has them all
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("reprocess")(reprocess_verb)


def reprocess_verb(
    since: Annotated[
        datetime, typer.Option(help="Fetched (link: first seen) from then on, UTC.", formats=_FORMATS)
    ],
    until: Annotated[
        datetime | None, typer.Option(help="And before then; now if not given.", formats=_FORMATS)
    ] = None,
    stage: Annotated[
        ReprocessStage, typer.Option(help="Process pages again (process), or only link meetings again (link).")
    ] = ("process"),
    feed: Annotated[str | None, typer.Option(help="Only articles of this feed, by its key.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the differences; change nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Process kept pages again with today's extractor, rules and gazetteer; differences become new versions.

    Resulting alerts are recorded, not delivered.
    """
    with open_context(show_progress=not as_json) as ctx:
        found = reprocess(
            ctx,
            datetime.now(UTC),
            since=since.replace(tzinfo=UTC),
            until=until and until.replace(tzinfo=UTC),
            stage=stage,
            feed=feed,
            dry_run=dry_run,
        )
    if as_json:
        print_json(
            {
                "dry_run": dry_run,
                "counts": found.tally.counts,
                "texts": found.texts,
                "meetings": list(found.meetings.values()),
                "alerts": found.alerts,
            }
        )
        return
    _print(found)
    show([found.tally])
    if dry_run:
        out.print("Nothing was changed: run it again without --dry-run to keep this.")


def _print(found: Differences) -> None:
    _list("text", [f"{text['url']}\n    " + "\n    ".join(text["changes"]) for text in found.texts])
    _list("meeting", [_meeting(row) for row in found.meetings.values()])
    _list("alert", [_alert(row) for row in found.alerts], ", recorded and not delivered")


def _list(what: str, lines: list[str], note: str = "") -> None:
    if not lines:
        return
    out.print(f"{len(lines):,} {what}{'s' if len(lines) > 1 else ''}{note}", style="bold")
    for line in lines[:SHOWN]:
        out.print(f"  {printable(line)}", markup=False, soft_wrap=True)
    if len(lines) > SHOWN:
        out.print(f"  … and {len(lines) - SHOWN:,} more: --json has them all")


def _meeting(row: dict[str, Any]) -> str:
    was = "new" if row["old_status"] is None else f"{row['old_status']} {row['old_date'] or '–'}"
    who = ", ".join(row["participants"])
    return f"{row['meeting_id']}  {who}: {was} → {row['status']} {row['date'] or '–'}\n    “{row['quote']}”"


def _alert(row: dict[str, Any]) -> str:
    return f"{row['change']}  {row['payload'].get('url', '')}\n    “{row['payload'].get('quote', '')}”"
