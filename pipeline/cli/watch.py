"""`wirewatch watch …`: add, list, try and mute watches."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.alerts.formats import plain
from pipeline.alerts.holding import Lately, held
from pipeline.alerts.message import Sending, compose
from pipeline.alerts.watches import Watch, duration
from pipeline.cli.console import JsonOption, fail, out, print_json, printable
from pipeline.cli.stages import open_context
from pipeline.cli.tables import print_table
from pipeline.configuration.alert_rules import FILE, alerts_text, parse_alerts
from pipeline.configuration.folder import shown
from pipeline.configuration.whole import read_known
from pipeline.settings import load_settings
from pipeline.stages.notify.compose import Composer, severity
from pipeline.store import alert_settings
from pipeline.store.notices import load_notices
from pipeline.store.reports import alert_report
from pipeline.yaml_file import append

app = typer.Typer(no_args_is_help=True, help="Who hears of what: add, list, try and mute watches.")

LONGEST_MUTE = timedelta(days=30)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Name of the watch: small letters, digits and dashes.")],
    channel: Annotated[list[str], typer.Option("--channel", help="Where it sends; may be given twice.")],
    change: Annotated[list[str] | None, typer.Option("--change", help="cancelled, postponed, …")] = None,
    country: Annotated[list[str] | None, typer.Option("--country", help="A party; twice for a pair.")] = None,
    who: Annotated[list[str] | None, typer.Option("--who", help="A person or an office.")] = None,
    place: Annotated[list[str] | None, typer.Option("--place", help="A city or country.")] = None,
    topic: Annotated[list[str] | None, typer.Option("--topic", help="A topic of topics.yml.")] = None,
    outlet: Annotated[list[str] | None, typer.Option("--outlet", help="An outlet that must say so.")] = None,
    min_witnesses: Annotated[int, typer.Option(min=1, help="Least number of independent sources.")] = 1,
    digest: Annotated[str, typer.Option(help="hourly, or a local time like 08:00.")] = "",
    group: Annotated[str, typer.Option(help="One message for a flurry within this time: 10m.")] = "",
) -> None:
    """Add a watch to config/alerts.yml; names are looked up, and nothing is written where one is unknown."""
    config_dir = load_settings().config_dir
    entry: dict[str, Any] = {"name": name}
    said = {
        "changes": change,
        "countries": country,
        "who": who,
        "places": place,
        "topics": topic,
        "outlets": outlet,
    }
    entry |= {key: values for key, values in said.items() if values}
    entry |= {"min_witnesses": min_witnesses} if min_witnesses > 1 else {}
    entry |= {"send": {"digest": digest}} if digest else {"send": {"group": group}} if group else {}
    entry["channels"] = channel
    text = _appended(alerts_text(config_dir), entry, shown(config_dir, FILE))
    parse_alerts(text, read_known(config_dir), name=shown(config_dir, FILE))
    _write(config_dir / FILE, text)
    out.print(
        printable(f"{name} is in {shown(config_dir, FILE)}; `wirewatch watch test {name}` tries it"), markup=False
    )


@app.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List the watches in force, with what each is about and when it sends."""
    now = datetime.now(UTC)
    with open_context() as ctx, ctx.engine.connect() as conn:
        watches, refused = ctx.alerts.all_watches, ctx.current_alerts.refused
        muted = alert_settings.mutes(conn, now=now)
    for problem in refused:
        fail(problem)
    if as_json:
        print_json([w.model_dump(mode="json", by_alias=True) | {"muted": muted.get(w.name)} for w in watches])
        return
    rows = [(w.name, _about(w), _when(w), _mute(w, muted, now), ", ".join(w.channels)) for w in watches]
    print_table(("watch", "about", "sends", "muted until", "to"), rows)


@app.command("test")
def try_(
    name: Annotated[str, typer.Argument(help="Name of a watch.")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far back.")] = 30,
    as_json: JsonOption = False,
) -> None:
    """Show which alerts of the last days a watch would have sent, when, and why it leaves the others out."""
    now = datetime.now(UTC)
    with open_context() as ctx, ctx.engine.connect() as conn:
        watch = _known(ctx.alerts.watch(name), name, [w.name for w in ctx.alerts.all_watches])
        ids = alert_report.recent_alerts(conn, since=now - timedelta(days=days), limit=500)
        notices = load_notices(conn, ids, now=now)
        channel = ctx.alerts.channel(watch.channels[0])
        assert channel is not None, "checked when the file was read"
        composer = Composer(ctx.configuration, ctx.settings.site_url)
        style = composer.style(channel)
    rows: list[dict[str, Any]] = []
    example = ""
    for alert_id in ids:
        notice = notices[alert_id]
        message = compose(notice, style, Sending(watch=name))
        refusal = watch.refusal(notice.facts())
        waits = held(notice, watch, severity(notice, watch), Lately(), notice.created_at)
        when = (
            f"not sent: {refusal}"
            if refusal
            else f"{waits.why} until {waits.until:%d %b %H:%M}"
            if waits
            else "at once"
        )
        rows.append({"key": notice.key, "subject": message.subject, "sent": refusal is None, "when": when})
        example = example or ("" if refusal else plain.text(message))
    if as_json:
        print_json(rows)
        return
    table = [(row["subject"], row["when"]) for row in rows]
    print_table((f"alerts of the last {days} days", "would be sent"), table, dim=[not row["sent"] for row in rows])
    if example:
        out.print(f"\n{printable(example)}", markup=False, soft_wrap=True)
    elif not rows:
        out.print("there was no alert in that time", markup=False)


@app.command()
def mute(
    name: Annotated[str, typer.Argument(help="Name of a watch.")],
    until: Annotated[
        str, typer.Option("--until", help="For how long (2h, 90m) or a date and time; `now` ends a mute.")
    ],
    why: Annotated[str, typer.Option("--why", help="The reason, kept with it.")] = "",
) -> None:
    """Hold a watch back for a while, 30 days at most; what came meanwhile is one message at the end."""
    now = datetime.now(UTC)
    with open_context() as ctx, ctx.engine.begin() as conn:
        _known(ctx.alerts.watch(name), name, [w.name for w in ctx.alerts.all_watches])
        if until == "now":
            alert_settings.unmute(conn, name, now=now)
            return
        moment = _moment(until, now)
        alert_settings.mute(conn, name, moment, who=getpass.getuser(), why=why, now=now)
    out.print(f"{name} is muted until {moment:%Y-%m-%d %H:%M} UTC", markup=False)


def _moment(said: str, now: datetime) -> datetime:
    try:
        moment = (
            now + duration(said) if said[-1:] in "mh" and said[:-1].isdigit() else datetime.fromisoformat(said)
        )
    except ValueError:
        raise typer.BadParameter("expected a time like 2h, or a date like 2026-12-01T08:00") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not now < moment <= now + LONGEST_MUTE:
        raise typer.BadParameter("expected a time to come, at most 30 days away")
    return moment


def _appended(text: str, entry: dict[str, Any], name: str) -> str:
    """The file with one more watch; `watches` is added at the end if the file lacks it."""
    if "\nwatches:" not in f"\n{text}":
        first = append("watches:\n  - {name: first, channels: [x]}\n", "watches", [entry], name=name)
        return f"{text.rstrip()}\n\nwatches:\n" + first.split("\n", 2)[2]
    return append(text, "watches", [entry], name=name)


def _write(path: Path, text: str) -> None:
    beside = path.with_suffix(".yml.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)  # a concurrent reader sees the old file or the new one


def _known(watch: Watch | None, name: str, names: list[str]) -> Watch:
    if watch is None:
        raise typer.BadParameter(f"there is no watch {name}; expected one of: {', '.join(names)}")
    return watch


def _about(watch: Watch) -> str:
    said: dict[str, list[str]] = {
        "": list(watch.changes),
        "between": watch.countries,
        "with": watch.who,
        "in": watch.places,
        "on": watch.topics,
        "by": watch.outlets,
        "in language": watch.languages,
    }
    parts = [f"{word} {', '.join(values)}".strip() for word, values in said.items() if values]
    parts += [f"{watch.min_witnesses} witnesses"] if watch.min_witnesses > 1 else []
    parts += [f"confidence {watch.min_confidence:g}"] if watch.min_confidence else []
    return "; ".join(parts) or "every change of a plan"


def _when(watch: Watch) -> str:
    send = watch.send if isinstance(watch.send, str) else next(iter(watch.send.model_dump().values()))
    kind = "" if isinstance(watch.send, str) else "grouped " if watch.urgency == 1 else "digest "
    quiet = f", quiet {watch.quiet.start}-{watch.quiet.end}" if watch.quiet else ""
    return f"{kind}{send.replace('_', ' ')}{quiet}"


def _mute(watch: Watch, muted: dict[str, datetime], now: datetime) -> str:
    moments = [m for m in (watch.mute_until, muted.get(watch.name)) if m and m > now]
    return f"{max(moments):%Y-%m-%d %H:%M}" if moments else ""
