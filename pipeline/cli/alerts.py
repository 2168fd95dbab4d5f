"""`wirewatch alerts …`: deliveries and failures, a test of each channel, and sending again."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from pipeline.alerts import channels
from pipeline.alerts.formats import plain
from pipeline.alerts.message import Sending, compose
from pipeline.alerts.receivers import FileChannel
from pipeline.cli.console import JsonOption, fail, out, print_json, printable
from pipeline.cli.database import DatabaseOption, asked_settings
from pipeline.cli.stages import open_context
from pipeline.cli.tables import print_table
from pipeline.errors import DeliveryError
from pipeline.stages.notify.compose import Composer
from pipeline.stages.running.context import Context
from pipeline.stages.running.machine import make_mark, name_of
from pipeline.store import file_channels, operator_notices, repeated_deliveries
from pipeline.store.notices import load_notices
from pipeline.store.reports import alert_report

app = typer.Typer(no_args_is_help=True, help="See what was told to whom, test channels, send again what was lost.")

Key = Annotated[str, typer.Argument(help="Key or number of the alert, as `wirewatch alerts list` gives them.")]


@app.command("list")
def list_(
    dead: Annotated[bool, typer.Option("--dead", help="Only messages that could not be delivered.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only messages still on their way.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """List alerts with their deliveries, the newest first; and troubles of wirewatch's own that are open."""
    with open_context(settings=asked_settings(database)) as ctx, ctx.engine.connect() as conn:
        found = alert_report.list_deliveries(conn, dead=dead, waiting=waiting, limit=limit)
        troubles = alert_report.open_notices(conn)
    if as_json:
        print_json({"deliveries": found, "operator": troubles})
        return
    titles = ("alert", "what", "meeting", "to", "state", "tries", "last error", "when")
    print_table(titles, [_row(row) for row in found], dim=[row["state"] == "delivered" for row in found])
    if troubles:
        out.print()
        lines = [
            (str(t["notice_id"]), t["cause"], t["subject"], t["detail"], _time(t["first_at"])) for t in troubles
        ]
        print_table(("notice", "open trouble", "about", "detail", "since"), lines)


@app.command()
def show(key: Key, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """Show one alert as a person gets it, and what became of it at each receiver."""
    now = datetime.now(UTC)
    with open_context(settings=asked_settings(database)) as ctx, ctx.engine.connect() as conn:
        alert_id = _alert(alert_report.alert_of(conn, key), key)
        notice = load_notices(conn, [alert_id], now=now)[alert_id]
        found = alert_report.deliveries_of(conn, alert_id)
        composer = Composer(ctx.configuration, ctx.settings.site_url)
        style = composer.style(ctx.alerts.channels[0])
        message = compose(notice, style, Sending(site=ctx.settings.site_url.rstrip("/")))
    if as_json:
        print_json({"key": notice.key, "text": plain.text(message), "deliveries": found})
        return
    out.print(printable(plain.text(message)), markup=False, soft_wrap=True)
    titles = ("alert", "what", "meeting", "to", "state", "tries", "last error", "when")
    print_table(titles, [_row(row) for row in found])


@app.command()
def test(channel: Annotated[str, typer.Argument(help="Name of the channel in config/alerts.yml.")]) -> None:
    """Send a test message through a channel, to each of its receivers. Exit code 1 where one did not take it."""
    now, failed = datetime.now(UTC), False
    with open_context() as ctx:
        known = ctx.alerts.channel(channel)
        if known is None:
            names = ", ".join(c.name for c in ctx.alerts.channels)
            raise typer.BadParameter(f"expected one of: {names}")
        if isinstance(known, FileChannel):
            _refuse_another_machines(ctx, channel)
        outgoing = Composer(ctx.configuration, ctx.settings.site_url).test(known, now)
        try:
            receivers = channels.receivers(known)
        except DeliveryError as error:
            fail(f"{channel}: {error} ({error.kind})")
            raise typer.Exit(1) from None
        for receiver in receivers:
            name = f"{channel}/{receiver}" if receiver else channel
            try:
                receipt = channels.send(known, receiver, outgoing, data_dir=ctx.settings.data_dir)
            except DeliveryError as error:
                fail(f"{name}: {error} ({error.kind})")
                failed = True
            else:
                out.print(printable(f"{name}: taken{f' ({receipt})' if receipt else ''}"), markup=False)
    if failed:
        raise typer.Exit(1)


@app.command()
def resend(
    key: Annotated[str, typer.Argument(help="Key or number of the alert; `dead` for all that was given up.")],
    to: Annotated[str, typer.Option("--to", help="Only this channel, or channel/receiver.")] = "",
    force: Annotated[
        bool,
        typer.Option("--force", help="Under a new key, for a receiver that has it and would drop it as a repeat."),
    ] = False,
) -> None:
    """Send an alert again, as it is known now, to those it was for; a receiver that has it drops the repeat."""
    now = datetime.now(UTC)
    with open_context() as ctx, ctx.engine.begin() as conn:
        if key == "dead":
            rows = alert_report.list_deliveries(conn, dead=True, waiting=False, limit=10_000)
        else:
            rows = alert_report.deliveries_of(conn, _alert(alert_report.alert_of(conn, key), key))
        chosen = [row for row in rows if not to or to in (row["channel"], f"{row['channel']}/{row['receiver']}")]
        made = repeated_deliveries.resend(conn, [row["delivery_id"] for row in chosen], new_key=force, now=now)
    out.print(f"{len(made)} on their way; `wirewatch notify` delivers them", markup=False)
    if not made:
        raise typer.Exit(1)


@app.command()
def move(
    channel: Annotated[str, typer.Argument(help="Name of a channel of kind file in config/alerts.yml.")],
) -> None:
    """Keep the file of a channel on this machine from now on, with what waits for the machine that had it."""
    now = datetime.now(UTC)
    with open_context() as ctx:
        if not isinstance(ctx.alerts.channel(channel), FileChannel):
            names = ", ".join(c.name for c in ctx.alerts.channels if isinstance(c, FileChannel)) or "none is there"
            raise typer.BadParameter(f"expected a channel of kind file: {names}")
        mark, name = make_mark(ctx.settings.data_dir), name_of(ctx.settings.data_dir)
        with ctx.engine.begin() as conn:
            before = file_channels.owner_of(conn, channel)
            brought = file_channels.move(conn, channel, mark, name, now=now)
    out.print(
        printable(f"{channel}: its file lies on {name} now, {brought} messages come along"),
        markup=False,
        soft_wrap=True,
    )
    if before and before.machine != mark:
        out.print(printable(f"what was written before is on {before.machine_name}"), markup=False, soft_wrap=True)


@app.command()
def ack(
    notice: Annotated[int, typer.Argument(help="Number of the notice, as `wirewatch alerts list` gives it.")],
    who: Annotated[str, typer.Option("--who", help="Who looks after it; you, unless told otherwise.")] = "",
) -> None:
    """Acknowledge a problem of wirewatch itself, which ends its reminders."""
    with open_context() as ctx, ctx.engine.begin() as conn:
        if not operator_notices.acknowledge(conn, notice, who=who or getpass.getuser(), now=datetime.now(UTC)):
            fail(f"there is no open notice {notice}")
            raise typer.Exit(1)


def _refuse_another_machines(ctx: Context, channel: str) -> None:
    """A file channel is tried where its file lies: here it would begin another file."""
    with ctx.engine.connect() as conn:
        owner = file_channels.owner_of(conn, channel)
    if owner and owner.machine != ctx.machine:
        fail(
            f"{channel}: its file lies on {owner.machine_name}; try it there, or: wirewatch alerts move {channel}"
        )
        raise typer.Exit(1)


def _alert(alert_id: int | None, key: str) -> int:
    if alert_id is None:
        fail(f"there is no alert {key}")
        raise typer.Exit(1)
    return alert_id


def _row(row: dict[str, Any]) -> Sequence[str]:
    to = f"{row['channel']}/{row['receiver']}" if row["receiver"] else row["channel"]
    marks = [row["state"], *(["maybe sent before"] if row["maybe_sent"] else []), *filter(None, [row["held_for"]])]
    meeting = f"#{row['meeting_id']}" if row["meeting_id"] else ""
    error = f"{row['error_class']}: {row['last_error']}" if row["error_class"] else row["last_error"] or ""
    when = row["delivered_at"] or row["last_tried_at"] or row["created_at"]
    return row["key"], row["what"], meeting, to, ", ".join(marks), str(row["attempts"]), error, _time(when)


def _time(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else ""
