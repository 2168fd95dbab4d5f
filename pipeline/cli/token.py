"""`wirewatch token …`: who may read feeds, calendars and the API from elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from pipeline.cli.console import JsonOption, fail, out, print_json
from pipeline.cli.database import open_database
from pipeline.cli.tables import print_table
from pipeline.settings import load_settings
from pipeline.store import api_tokens

app = typer.Typer(no_args_is_help=True, help="Who may read feeds, calendars and the API from elsewhere.")

TokenName = Annotated[str, typer.Argument(help="Name of the token: who has it.")]


@app.command()
def make(
    name: TokenName,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="read (as without it) or ack; twice for both.")
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", min=1, help="Days until it is over; for ever without it.")
    ] = None,
) -> None:
    """Make a token and print it: it is shown this once and kept only as a hash."""
    scopes = scope or ["read"]
    if wrong := set(scopes) - set(api_tokens.SCOPES):
        raise typer.BadParameter(
            f"expected one of {', '.join(api_tokens.SCOPES)} (got {', '.join(sorted(wrong))})"
        )
    now = datetime.now(UTC)
    expires = now + timedelta(days=days) if days else None
    with open_database(load_settings()) as engine, engine.begin() as conn:
        token = api_tokens.make(conn, name, scopes, expires=expires, now=now)
    if token is None:
        fail(f"there is a token {name} already")
        raise typer.Exit(1)
    out.print(token, markup=False, soft_wrap=True)


@app.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List the tokens, without themselves: what each may do and when it was used last."""
    with open_database(load_settings()) as engine, engine.connect() as conn:
        found = api_tokens.list_tokens(conn)
    if as_json:
        print_json(found)
        return
    moments = ("created_at", "expires_at", "last_used_at", "revoked_at")
    rows = [(t["name"], ", ".join(t["scopes"]), *(_day(t[moment]) for moment in moments)) for t in found]
    print_table(("token", "may", "made", "over", "used", "revoked"), rows)


@app.command()
def revoke(name: TokenName) -> None:
    """End a token at once."""
    with open_database(load_settings()) as engine, engine.begin() as conn:
        if not api_tokens.revoke(conn, name, now=datetime.now(UTC)):
            fail(f"there is no token {name}")
            raise typer.Exit(1)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
