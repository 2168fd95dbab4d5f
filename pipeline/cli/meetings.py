"""`wirewatch meetings …`: look at meetings, and correct wrong links by hand."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import JsonOption, out, print_json
from pipeline.cli.database import DatabaseOption, asked_settings, open_database
from pipeline.cli.gazetteer_names import country_code, person_ids
from pipeline.cli.meeting_pages import show_list, show_meeting
from pipeline.cli.meeting_pictures import LangOption, calendar, timeline
from pipeline.cli.meeting_try import try_
from pipeline.errors import RulingError
from pipeline.meetings.follow.changes import Flag
from pipeline.meetings.follow.timeline import Timeline
from pipeline.meetings.who.persons import is_called
from pipeline.records import MeetingStatus
from pipeline.store import meetings as store
from pipeline.store import rulings
from pipeline.store.reports.meeting_report import Wanted, list_meetings, meeting_report, people_in_meetings

if TYPE_CHECKING:
    from pipeline.stages.maintain.rulings import Decision

app = typer.Typer(no_args_is_help=True, help="Look at meetings, and correct wrong links by hand.")

Meeting = Annotated[int, typer.Argument(help="Number of the meeting, from `wirewatch meetings list`.")]
Reports = Annotated[list[int], typer.Argument(help="Numbers of the reports, from `wirewatch meetings show`.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason, kept with the decision.")]
WhoOption = Annotated[str, typer.Option("--who", help="Who decides; default: you.")]


app.command("try")(try_)
app.command()(calendar)


@app.command("list")
def list_(
    countries: Annotated[
        list[str] | None,
        typer.Option("--country", help="A party by code or name, as RU or Turkey; may be given twice."),
    ] = None,
    person: Annotated[str, typer.Option(help="A participant, by name in any of the languages or by id.")] = "",
    status: Annotated[str | None, typer.Option(help="A status, or a flag such as lapsed or contested.")] = None,
    place: Annotated[str, typer.Option(help="Where it is to be: part of the name.")] = "",
    day: Annotated[
        str, typer.Option("--date", help="The day, month or year it is to be on, as 2026-12-04 or 2026-12.")
    ] = "",
    topic: Annotated[str, typer.Option(help="A topic of config/topics.yml that its articles have.")] = "",
    upcoming: Annotated[bool, typer.Option("--upcoming", help="Only those still to come.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """List meetings: those to come first, the soonest at the top, then those that are over."""
    settings = asked_settings(database)
    known = [*MeetingStatus, *Flag]
    _require("--status", [] if status is None else [status], known, f"one of {', '.join(known)}")
    listed = person_ids(settings.config_dir, person)
    wanted = Wanted(
        countries=[country_code(settings.config_dir, name) for name in countries or ()],
        person=person,
        person_ids=listed,
        status=status,
        place=place,
        days=_days(day),
        topic=topic,
        upcoming=upcoming,
    )
    with open_database(settings) as engine, engine.connect() as conn:
        if person and not listed:  # whom config/gazetteer does not list is found by the sound of the surname
            ids = [known for known in people_in_meetings(conn) if is_called(known, person)]
            wanted = replace(wanted, person_ids=ids)
        found = list_meetings(conn, wanted, limit=limit, today=datetime.now(UTC).date())
    if as_json:
        print_json(found)
    else:
        show_list(found)


@app.command()
def show(
    meeting: Meeting,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
    svg: Annotated[bool, typer.Option("--svg", help="Print its time line as an SVG picture instead.")] = False,
    png: Annotated[
        bool, typer.Option("--png", help="Print its time line as PNG; needs the extra `pictures`.")
    ] = False,
    lang: LangOption = "en",
) -> None:
    """Show the state of a meeting, its history, and every report with its number."""
    if svg or png:
        timeline(asked_settings(database), meeting, lang, png=png)
        return
    with open_database(asked_settings(database)) as engine, engine.connect() as conn:
        if not store.exists(conn, meeting):
            raise RulingError(f"there is no meeting {meeting}; see `wirewatch meetings list`")
        standing = rulings.standing_meeting(conn, meeting)
        found = meeting_report(conn, standing)
        state = Timeline(store.evidence_of(conn, standing)).state
    if found is None:
        raise RulingError(f"nothing is known of meeting {meeting} yet; run `wirewatch link` first")
    found["confidence"] = state.confidence if state else 0.0
    if as_json:
        print_json(found | {"asked_for": meeting})
    else:
        if standing != meeting:
            out.print(f"Meeting {meeting} was merged into {standing}.", style="yellow")
        show_meeting(found)


def _days(stated: str) -> tuple[date, date] | None:
    """The first and the last day of a day, month or year."""
    if not stated:
        return None
    try:
        first = date.fromisoformat((stated + "-01-01")[: len("2026-01-01")])
    except ValueError as error:
        expected = "a day, month or year, as 2026-12-04, 2026-12 or 2026"
        raise typer.BadParameter(f"expected {expected} (got {stated!r})", param_hint="--date") from error
    following = {4: first.replace(year=first.year + 1), 7: (first + timedelta(days=31)).replace(day=1)}
    return first, following.get(len(stated), first + timedelta(days=1)) - timedelta(days=1)


@app.command()
def merge(meeting: Meeting, into: Meeting, why: WhyOption, who: WhoOption = "") -> None:
    """Say that two records are one meeting: every report of the first goes to the second."""
    with _decision(who, why) as decision:
        decision.merge(meeting, into)
    out.print(f"Merged meeting {meeting} into {into}.")


@app.command()
def split(meeting: Meeting, reports: Reports, why: WhyOption, who: WhoOption = "") -> None:
    """Say that some reports belong to a different meeting: they get a record of their own."""
    with _decision(who, why) as decision:
        made = decision.split(meeting, reports)
    out.print(f"Split meeting {meeting}: {_count(reports)} went to the new meeting {made}.")


@app.command()
def link(meeting: Meeting, reports: Reports, why: WhyOption, who: WhoOption = "") -> None:
    """Say that reports belong to this meeting, whichever meeting has them now."""
    with _decision(who, why) as decision:
        decision.link(reports, meeting)
    out.print(f"Linked {_count(reports)} to meeting {meeting}.")


@app.command()
def unlink(meeting: Meeting, reports: Reports, why: WhyOption, who: WhoOption = "") -> None:
    """Say that reports belong to no meeting: they no longer count."""
    with _decision(who, why) as decision:
        decision.unlink(meeting, reports)
    out.print(f"Took {_count(reports)} out of meeting {meeting}.")


@app.command()
def dismiss(
    meeting: Meeting,
    why: WhyOption,
    who: WhoOption = "",
    undo: Annotated[bool, typer.Option("--undo", help="It is a meeting after all.")] = False,
) -> None:
    """Say that this is not a meeting: it leaves the views and raises no more alerts."""
    with _decision(who, why) as decision:
        decision.dismiss(meeting, restore=undo)
    out.print(f"{'Restored' if undo else 'Dismissed'} meeting {meeting}.")


def _require(option: str, given: Sequence[str], known: Sequence[str], expected: str) -> None:
    """Refuse a value that no meeting can have: an empty list would look like an answer."""
    for value in given:
        if value not in known:
            raise typer.BadParameter(f"expected {expected} (got {value!r})", param_hint=option)


@contextmanager
def _decision(who: str, why: str) -> Iterator[Decision]:
    from pipeline.cli.stages import open_context
    from pipeline.stages.maintain.rulings import deciding

    with (
        open_context() as ctx,
        deciding(ctx, who=who or getpass.getuser(), why=why, now=datetime.now(UTC)) as decision,
    ):
        yield decision


def _count(reports: list[int]) -> str:
    return "1 report" if len(reports) == 1 else f"{len(reports)} reports"
