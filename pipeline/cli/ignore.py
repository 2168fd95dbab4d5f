"""`wirewatch ignore`: keep a page out for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli.console import out, printable
from pipeline.cli.database import open_database
from pipeline.feeds.urls import address_key, canonical_url
from pipeline.settings import load_settings
from pipeline.store.addresses import bury, unbury
from pipeline.store.outcomes import record_outcome


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("ignore")(ignore)


def ignore(
    url: Annotated[str, typer.Argument(help="Address of the page, in any spelling.")],
    because: Annotated[str, typer.Option("--because", help="The reason; `wirewatch why` shows it.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take it in again, and fetch it at once.")] = False,
) -> None:
    """Never save or fetch a page again, whichever feed lists it; what is kept of it stays."""
    try:
        address, key = canonical_url(url), address_key(url)
    except ValueError as error:
        raise typer.BadParameter(f"{url}: {error}") from error
    now = datetime.now(UTC)
    with open_database(load_settings()) as engine, engine.begin() as conn:
        owner = unbury(conn, key, now=now) if undo else bury(conn, key, because, now=now)
        reason = "wanted_again" if undo else "ignored"
        record_outcome(conn, "ignore", reason, now=now, article_id=owner, subject=address, detail=because)
    known = "no article yet" if owner is None else f"article {owner}"
    fate = "is taken in again" if undo else "is ignored from now on"
    out.print(printable(f"{address} ({known}) {fate}"), markup=False, soft_wrap=True)
