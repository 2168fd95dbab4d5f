"""`wirewatch copies`: one dispatch, its origin, its copies, and what each outlet changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from pipeline.cli.console import JsonOption, fail, out, print_json, printable
from pipeline.cli.database import DatabaseOption, asked_settings, open_database
from pipeline.cli.tables import print_table
from pipeline.dedupe.difference import WordRun, word_changes
from pipeline.store.reports.dispatch_report import Copy, Dispatch, find_dispatch, load_dispatch

CONTEXT = 6  # unchanged words shown on either side of a change
LONGEST = 60  # words shown of one change


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command(name="copies")(copies)


def copies(
    what: Annotated[str, typer.Argument(help="Address of an article, or the number of a dispatch.")],
    diff: Annotated[bool, typer.Option("--diff/--no-diff", help="Show what each copy changed.")] = True,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Show a dispatch: its origin and its copies in order of time, with relation to the lead and changes."""
    with open_database(asked_settings(database)) as engine, engine.connect() as conn:
        found = find_dispatch(conn, what)
        dispatch = None if found is None else load_dispatch(conn, found)
    if dispatch is None:
        fail(f"no article and no dispatch is known as {what}")
        raise typer.Exit(1)
    if as_json:
        print_json(_document(dispatch))
    else:
        _print(dispatch, diff=diff)


def _document(dispatch: Dispatch) -> dict[str, object]:
    document = asdict(dispatch)
    for copy in document["copies"]:
        body, other = copy.pop("body"), copy.pop("other_body")
        changes = word_changes(other or "", body) if copy["other_url"] else ()
        copy["changes"] = [{"gone": c.gone, "new": c.new} for c in changes if not c.same]
    document["related"] = [{"dispatch": i, "is": what, "title": title} for i, what, title in dispatch.related]
    return document


def _print(dispatch: Dispatch, *, diff: bool) -> None:
    lead = next(copy for copy in dispatch.copies if copy.url == dispatch.lead_url)
    out.print(f"dispatch {dispatch.id}", style="bold", end="  ")
    out.print(printable(lead.title), markup=False, soft_wrap=True)
    count = f"{len(dispatch.copies)} copies in {dispatch.outlets} outlets"
    out.print(f"origin: {dispatch.origin or 'not stated'}; {count}; one witness", markup=False)
    named = (f"  {n.agency}: {n.role} ({n.rule}, {n.confidence:.2f}): “{n.evidence}”" for n in dispatch.agencies)
    for line in dict.fromkeys(named):  # copies share their dateline
        out.print(printable(line), style="dim", markup=False, soft_wrap=True)
    print_table(
        ("published", "outlet", "kind", "of it", "of the other", "jaccard", "address"),
        [
            (
                f"{copy.published_at:%Y-%m-%d %H:%M}Z", copy.outlet, copy.kind, _share(copy.found_in_other),
                _share(copy.other_found_in), _share(copy.jaccard), copy.url,
            )
            for copy in dispatch.copies
        ],
    )  # fmt: skip
    for number, what, title in dispatch.related:
        out.print(printable(f"{what}: dispatch {number}  {title}"), markup=False, soft_wrap=True)
    if diff:
        for copy in dispatch.copies:
            _print_changes(copy)


def _print_changes(copy: Copy) -> None:
    if copy.other_body is None:
        return
    out.print(f"\n{printable(copy.outlet)}", style="bold", end="  ")
    changes = list(word_changes(copy.other_body, copy.body))
    if all(change.same for change in changes):
        out.print("nothing changed", style="dim")
        return
    out.print(" ".join(_shown(change, first=i == 0) for i, change in enumerate(changes)), soft_wrap=True)


def _shown(change: WordRun, *, first: bool) -> str:
    if change.same:
        words = change.same.split()
        if len(words) <= 2 * CONTEXT:
            return escape(printable(change.same))
        head = [] if first else words[:CONTEXT]
        return escape(printable(" ".join([*head, "…", *words[-CONTEXT:]])))
    parts = ((change.gone, "[red strike]\\[-{}-][/]"), (change.new, "[green]{{+{}+}}[/]"))
    return " ".join(form.format(escape(printable(_short(text)))) for text, form in parts if text)


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= LONGEST else " ".join([*words[:LONGEST], f"… ({len(words)} words)"])


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"
