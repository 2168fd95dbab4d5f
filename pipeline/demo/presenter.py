"""The replay as a person watches it: a timeline by day, each alert as a panel, a summary at the end.

Every line says in words what its colour says, and fits 80 columns.
"""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipeline.alerts.colours import COLOURS
from pipeline.demo.observe import AlertSeen, MeetingSeen, NewText
from pipeline.demo.replay import ALERTS_FILE, DATABASE, Outcome, ReplayStep
from pipeline.settings import CHECKOUT, shipped

ZONE = ZoneInfo("Europe/Istanbul")  # the clock of the timeline
WIDTH = 100


class Presenter:
    """Prints steps as they come and the outcome at the end."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(console.width, WIDTH)
        self._day: date | None = None

    def opening(self, outlets: int, pages: int) -> None:
        """Say what is going to be seen."""
        self._print(Text("wirewatch demo", style="bold"))
        self._print(
            f"A local newsroom of {outlets} fictional outlets in English, Russian and Turkish publishes "
            f"{pages} pages over eight days of October 2025. The real stages poll, fetch, read and link "
            "them, on a database of their own. Times are Istanbul's."
        )

    def step(self, step: ReplayStep) -> None:
        """One look at the feeds: what arrived, what became of the meetings, alerts."""
        local = step.at.astimezone(ZONE)
        if local.date() != self._day:
            self._day = local.date()
            self._heading(f"{local:%A} {local.day} {local:%B %Y}")
        for number, arrival in enumerate(step.arrivals):
            self._print(_arrival_line(f"{local:%H:%M}" if number == 0 else "", arrival, self._width))
        for meeting in step.meetings:
            self._print(_meeting_line(meeting), indent=9)
        if step.repeats:
            self._print(_repeats_line(step.repeats), indent=9)
        for alert in step.alerts:
            self._alert(alert)

    def summary(self, outcome: Outcome) -> None:
        """Tables of the meetings and the counts, and whether they match the story."""
        self._heading("Eight days later")
        self._print(_meetings_table(outcome), indent=2)
        self._print(_counts(outcome))
        self._print()
        if outcome.differences:
            self._print(Text("Not as the story expects it:", style="bold red"))
            for line in outcome.differences:
                self._print(Text(f"- {line}"))
        else:
            self._print(
                Text(f"All {len(outcome.alerts)} expected alerts were raised, and no other.", style="bold green")
            )

    def next_steps(self, command: str) -> None:
        """What to try now, ready to copy."""
        self._heading("What to try next")
        self._print("Look at what is stored, in the demo's own database:")
        for line in (
            f"{command} db psql",
            f"\\c {DATABASE}",
            "SELECT status, participants, place, date, reports FROM wirewatch.meetings;",
            "SELECT change, old_date, new_date, quote FROM wirewatch.alerts;",
        ):
            self._console.print(Text(f"    {line}", style="cyan"), soft_wrap=True)
        self._print(f"\nThe alerts were delivered too, to {ALERTS_FILE} in the data folder.")
        self._print(f"PostgreSQL keeps running for you to look around; `{command} db stop` ends it.")
        if shipped("config").parent == CHECKOUT:
            self._print("Follow the real news: edit config/feeds.yml, then run `make run`.")
        else:
            self._print(
                f"Follow the real news: `{command} init FOLDER` writes a configuration and says how to use it."
            )

    def page(self, url: str, token: str, command: str) -> None:
        """Where to look at it in a browser."""
        self._heading("Look at it")
        self._console.print(Text(f"    {url}", style="bold cyan"), soft_wrap=True)
        self._print(
            f"The meeting's page, with every report of it. It keeps running; `{command} demo --stop` ends it."
        )
        self._print(f"To correct a meeting there, log in with any name and the token {token}.")

    def _alert(self, alert: AlertSeen) -> None:
        facts = alert.facts
        colour = COLOURS.get(facts["change"], "bold")
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        table.add_row("Who", ", ".join(facts["participants"]) or " and ".join(facts["countries"]))
        table.add_row("Where", facts["place"] or "not stated")
        table.add_row("When", _dates(facts["change"], facts["old_date"], facts["new_date"]))
        table.add_row("Proof", Text(f"“{facts['quote']}”", style="italic"))
        table.add_row("Source", Text(f"{facts['outlet']}: {facts['title']}"))
        table.add_row("", Text(facts["url"], style="dim"))
        table.add_row("Reports", f"{alert.reports} on this meeting, {alert.sources} of them independent")
        panel = Panel(
            table,
            title=Text(f" ALERT · {facts['change'].upper()} ", style=f"bold {colour}"),
            title_align="left",
            border_style=colour,
            width=self._width - 2,
            padding=(1, 2),
        )
        self._print()
        self._print(panel, indent=2)
        self._print()

    def _heading(self, words: str) -> None:
        self._console.print()
        rule = Rule(Text(words, style="bold"), align="left", style="dim")
        self._console.print(rule, width=self._width)

    def _print(self, what: Text | Table | Panel | str = "", *, indent: int = 2) -> None:
        if not what:
            self._console.print()
            return
        renderable = Text(what) if isinstance(what, str) else what
        self._console.print(Padding(renderable, (0, 0, 0, indent), expand=False), width=self._width)


def _arrival_line(clock: str, arrival: NewText, width: int) -> Text:
    line = Text(f"{clock:<5}  ", style="dim", no_wrap=True, overflow="ellipsis")
    line.append(f"{arrival.outlet:<21}  ", style="bold" if not arrival.copied_from else "dim")
    if arrival.corrected:
        line.append("corrected: ", style="yellow")
    elif arrival.copied_from:
        line.append(f"copy of {arrival.copied_from}: ", style="dim")
    line.append(arrival.title, style="dim" if arrival.copied_from else "")
    line.truncate(width - 2, overflow="ellipsis")
    return line


def _meeting_line(meeting: MeetingSeen) -> Text:
    line = Text()
    line.append("new meeting: " if meeting.first else "meeting now: ", style="dim")
    line.append(meeting.status, style=COLOURS.get(meeting.status, ""))
    when = _day(meeting.date) if meeting.date else "date open"
    line.append(f" · {_who(meeting)} · {meeting.place or 'place open'} · {when}")
    return line


def _repeats_line(repeats: int) -> Text:
    return Text(f"{repeats} more report{'s' if repeats > 1 else ''}, nothing new", style="dim")


def _who(meeting: MeetingSeen) -> str:
    return ", ".join(meeting.participants) or " and ".join(meeting.countries)


_ENDS = {
    "cancelled": "will not take place",
    "contested": "another source confirms the plan",
    "will_not_attend": "one side stays away, the meeting goes on",
    "retracted": "the report of a change was taken back",
}
_ONE_OF = re.compile(r"\[(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)\]")


def _dates(change: str, old: str | None, new: str | None) -> str:
    before = _day(old) if old else "date unknown"
    return f"{before} → {_ENDS.get(change) or (_day(new) if new else 'new date to be agreed')}"


def _day(edtf: str) -> str:
    """Fri 10 Oct 2025 for one day, "in 13-19 Oct 2025" for one day out of a range; else as it is stored."""
    try:
        if match := _ONE_OF.fullmatch(edtf):
            first, last = (date.fromisoformat(day) for day in match.groups())
            month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%b}"
            return f"in {first.day}{month}–{last.day} {last:%b %Y}"
        day = date.fromisoformat(edtf)
    except ValueError:
        return edtf
    return f"{day:%a} {day.day} {day:%b %Y}"


def _meetings_table(outcome: Outcome) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("Meeting", overflow="fold", min_width=20)
    table.add_column("Where")
    table.add_column("State")
    table.add_column("Date", no_wrap=True)
    table.add_column("Reports", justify="right")
    table.add_column("Sources", justify="right")
    for meeting in outcome.meetings:
        now = _day(meeting.date) if meeting.date else "open"
        dates = "\n".join((now, *(f"was {_day(day)}" for day in meeting.previous)))
        table.add_row(
            Text(_who(meeting)),
            Text(meeting.place or "-"),
            Text(meeting.status, style=COLOURS.get(meeting.status, "")),
            dates,
            str(meeting.reports),
            str(meeting.sources),
        )
    return table


def _counts(outcome: Outcome) -> str:
    counts = outcome.totals
    changed = counts["versions"] - counts["articles"]
    return (
        f"\n{outcome.requests} requests, {outcome.not_modified} of them answered “not modified”; "
        f"{counts['items']} feed items, {counts['articles']} articles\n"
        f"({counts['copies']} recognised as copies, {changed} corrected later), "
        f"{counts['mentions']} statements about meetings,\n"
        f"{counts['meetings']} meetings, {counts['alerts']} alerts, {counts['delivered']} delivered."
    )
