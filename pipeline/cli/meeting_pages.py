"""Show meetings on a terminal: a list, and one meeting with everything known about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.alerts.colours import COLOURS
from pipeline.alerts.outside import LONGEST_QUOTE, cut
from pipeline.cli.console import out, printable

ReportRow = Mapping[str, Any]
CARDS_BELOW = 110  # columns
KINDS = {"call": "phone call"}


def show_list(rows: Sequence[ReportRow]) -> None:
    """One line a meeting, or a card of three lines where the terminal is narrow."""
    if not rows:
        out.print("No meeting fits.")
        return
    if out.width < CARDS_BELOW:
        for row in rows:
            _card(row)
    else:
        out.print(_table(rows))
    out.print("\nreports (independent ones); wirewatch meetings show NO tells more", style="dim")


def _table(rows: Sequence[ReportRow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("no", justify="right", no_wrap=True)
    for title, options in (
        ("when", {"no_wrap": True}), ("status", {"no_wrap": True}), ("kind", {"no_wrap": True}),
        ("who", {"ratio": 3, "overflow": "fold"}), ("where", {"ratio": 1, "overflow": "fold"}),
        ("reports", {"justify": "right", "no_wrap": True}),
    ):  # fmt: skip
        table.add_column(title, **options)
    for row in rows:
        table.add_row(
            str(row["meeting_id"]), _when(row), _status(row), _kind(row), Text(_who(row)), _where(row), _heard(row)
        )
    return table


def _card(row: ReportRow) -> None:
    head = Text(f"{row['meeting_id']:>5}  ", style="bold")
    for part in (_when(row), _status(row)):
        head.append_text(part)
        head.append("  ")
    out.print(head)
    out.print(Padding(Text(_who(row)), (0, 0, 0, 7), expand=False))
    out.print(Padding(Text.assemble(_kind(row), ", ", _where(row), f", {_heard(row)} reports"), (0, 0, 0, 7)))


def _kind(row: ReportRow) -> str:
    """Visit, talks, phone call; with its series and its number in it: "summit (g20)", "talks (no. 4)"."""
    number = f"no. {row['series_number']}" if row.get("series_number") else None
    named = ", ".join(filter(None, (row.get("series"), number)))
    kind = KINDS.get(row["format"], str(row["format"]))
    return f"{kind} ({named})" if named else kind


def _heard(row: ReportRow) -> str:
    return f"{row['reports']} ({row['witnesses']})"


def show_meeting(found: ReportRow) -> None:
    """The state of a meeting, its history, and the sources."""
    head = Text(f"Meeting {found['meeting_id']}  ", style="bold")
    head.append_text(_status(found))
    if found["dismissed"]:
        head.append("  dismissed", style="red")
    out.print(head)
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    names = [
        _text(f"{p['name']} ({p['country']})") if p["country"] else _text(p["name"]) for p in found["participants"]
    ]
    facts.add_row("who", Text(", ".join(names) or " and ".join(found["countries"])))
    facts.add_row("kind", _kind(found))
    facts.add_row("where", _where(found))
    facts.add_row("when", _when(found))
    reports = found["reports"]
    witnesses = len({report["witness"] for report in reports})
    facts.add_row("certain", f"{found['confidence']:.0%}, {len(reports)} reports, {witnesses} of them independent")
    facts.add_row("uid", found["uid"])
    out.print(Padding(facts, (0, 0, 0, 2), expand=False))
    _part("History", [_step(step) for step in found["timeline"]])
    _part("Alerts", [_alert(alert) for alert in found["alerts"]])
    _part("Reports", [_report(report) for report in found["reports"]])
    _part("For a person to decide", [_possible(link, found["meeting_id"]) for link in found["possible_links"]])
    _part("Decided by hand", [_ruling(ruling) for ruling in found["rulings"]])


def _part(title: str, blocks: Sequence[tuple[Text, str]]) -> None:
    """A heading, then for each item a line and its sentence; a copy's sentence is not repeated."""
    if not blocks:
        return
    out.print(f"\n{title}", style="bold")
    shown = ""
    for line, quote in blocks:
        out.print(Padding(line, (0, 0, 0, 2), expand=False))
        if quote and quote != shown:
            said = cut(_text(quote), LONGEST_QUOTE)
            out.print(Padding(Text(f"“{said}”", style="italic"), (0, 0, 0, 11), expand=False))
        shown = quote


def _step(step: ReportRow) -> tuple[Text, str]:
    line = Text(f"{step['published_at']:%d %b %y}  ", style="dim")
    line.append(step["change"] or step["status"], style=COLOURS.get(step["change"] or step["status"], "bold"))
    if step["change"]:
        line.append(" (alert)", style="bold")
    for extra in (step["date"], step["place"], *step["flags"]):
        if extra:
            line.append(f"  {_text(extra)}")
    line.append(f"  {_text(step['outlet'])}", style="dim")
    if step["ruling"]:
        line.append(f"  {_text(step['ruling'])}", style="yellow")
    return line, step["quote"]


def _alert(alert: ReportRow) -> tuple[Text, str]:
    line = Text(f"{alert['created_at']:%d %b %y}  ", style="dim")
    line.append(alert["change"], style=COLOURS.get(alert["change"], "bold"))
    line.append(f"  {alert['old_date'] or 'date unknown'}")
    if alert["new_date"]:
        line.append(f" → {alert['new_date']}")
    if alert["amends"]:
        line.append(f"  corrects {alert['amends']}", style="yellow")
    sent = ", ".join(f"{name} {state}" for name, state in (alert["deliveries"] or {}).items())
    line.append(f"  {sent or 'no channel wants it'}", style="dim")
    return line, ""


def _report(report: ReportRow) -> tuple[Text, str]:
    line = Text(f"{report['mention_id']:>7}  ", style="bold")
    line.append(report["status"], style=COLOURS.get(report["status"], ""))
    for extra in (report["date"], report["place"]):
        if extra:
            line.append(f"  {_text(extra)}")
    line.append(f"  {_text(report['outlet'])}, {report['published_at']:%d %b %H:%M}", style="dim")
    if not report["stands"]:
        line.append("  replaced or withdrawn", style="red")
    if report["by_hand"]:
        line.append("  by hand", style="yellow")
    return line, report["quote"]


def _possible(link: ReportRow, here: int) -> tuple[Text, str]:
    other = link["maybe_meeting_id"] if link["meeting_id"] == here else link["meeting_id"]
    line = Text(f"{link['mention_id']:>7}  ", style="bold")
    line.append(f"{link['fit'].replace('_', ' ')} {link['score']:.2f}", style="yellow")
    line.append(
        f"  may be one with meeting {other}" if link["meeting_id"] == here else f"  now in meeting {other}"
    )
    line.append(f"  {_text(link['outlet'])}, {link['published_at']:%d %b %H:%M}", style="dim")
    return line, link["quote"]


def _ruling(ruling: ReportRow) -> tuple[Text, str]:
    line = Text(f"{ruling['decided_at']:%d %b %y}  ", style="dim")
    line.append(f"{ruling['verb']} by {_text(ruling['who'])}", style="yellow")
    line.append(f": {_text(ruling['why'])}")
    return line, ""


def _status(row: ReportRow) -> Text:
    status = Text(row["status"], style=COLOURS.get(row["status"], ""))
    if row["flags"]:
        status.append(f" {', '.join(flag.replace('_', ' ') for flag in row['flags'])}", style="dim")
    return status


def _when(row: ReportRow) -> Text:
    when = Text(row["date"] or row.get("held_on") or "no date")
    if row["previous_dates"]:
        when.append(f" (was {', '.join(row['previous_dates'])})", style="dim")
    return when


def _where(row: ReportRow) -> Text:
    if not row["place"]:
        return Text("not stated", style="dim")
    country = row["place_country"]
    return Text(_text(row["place"]) + (f", {country}" if country else ""))


def _who(row: ReportRow) -> str:
    sides = "-".join(row["countries"])
    named = f"{sides}: {_text(', '.join(row['participants']))}" if row["participants"] else sides
    return f"{named}; without {_text(', '.join(row['absent']))}" if row.get("absent") else named


def _text(value: Any) -> str:
    """Text from outside on one line."""
    return " ".join(printable(str(value)).split())
