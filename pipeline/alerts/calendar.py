"""Meetings as an iCalendar: stable UIDs, SEQUENCE, and the word of the change in the title.

Clients drop STATUS:CANCELLED (Google) or show it as if nothing were (Outlook), so the title says it. Times are UTC
and there is no METHOD: both keep every parser content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vDatetime, vDuration

from pipeline.alerts.dates import Bounds, bounds, in_words
from pipeline.alerts.outside import link, outside
from pipeline.alerts.style import Style
from pipeline.records import CalendarEntry

LONGEST_SPAN = timedelta(days=14)  # a longer one would stand in every day of every list
GONE_AFTER = timedelta(days=30)  # a cancelled meeting leaves the calendar
_REFRESH = timedelta(hours=1)
_SUMMARY = 200
_PLANNED = frozenset({"scheduled", "confirmed", "rescheduled", "uncertain"})


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar as bytes, and how many meetings are too vague to stand in it."""

    body: bytes
    events: int
    left_out: int

    @property
    def etag(self) -> str:
        """Changes with every byte of it."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


def calendar(
    entries: Iterable[CalendarEntry],
    style: Style,
    *,
    name: str,
    now: datetime,
    host: str = "wirewatch.invalid",
    site: str = "",
    show_cancelled: bool = False,
) -> CalendarFile:
    """The calendar of some meetings; `show_cancelled` for clients that drop what is cancelled."""
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", "-//wirewatch//meetings 1//EN")
    title = f"wirewatch: {_line(name)}"
    made.add("name", title)
    made.add("x-wr-calname", title)
    made.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    left_out = 0
    for entry in sorted(entries, key=lambda e: e.number):
        days = _days(entry)
        if days is None:
            left_out += 1
        elif not _is_over(entry, now):
            made.add_component(_event(entry, days, style, host, site, show_cancelled=show_cancelled))
    if left_out:
        made.add("x-wr-caldesc", f"{left_out} meetings without a day are not shown")
    return CalendarFile(made.to_ical(), len(made.subcomponents), left_out)


def _event(
    entry: CalendarEntry, days: tuple[date, date], style: Style, host: str, site: str, *, show_cancelled: bool
) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid.partition('@')[0]}@{host}")
    event.add("summary", _summary(entry, style))
    first, last = days
    # Whole days: a stated time of the clock is that of the place, whose zone is not known; it is given in words.
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))
    status = _status(entry)
    event.add("status", "TENTATIVE" if show_cancelled and status == "CANCELLED" else status)
    event.add("sequence", entry.sequence)
    for name in ("dtstamp", "last-modified"):
        event.add(name, vDatetime(entry.changed_at.astimezone(UTC)))
    event.add("created", vDatetime(entry.created_at.astimezone(UTC)))
    event.add("description", _description(entry, style, site))
    if entry.place:
        event.add("location", _line(entry.place.name))
    event.add("transp", "TRANSPARENT")  # the day is not blocked in the calendar
    event.add("class", "PUBLIC")
    event.add("categories", ["meeting", *entry.countries])
    if site:
        event.add("url", f"{site}/meetings/{entry.number}")
    event.add("x-wirewatch-status", entry.status)
    event.add("x-wirewatch-edtf", entry.date or "")
    if entry.previous:
        event.add("x-wirewatch-previous", entry.previous[-1])
    return event


def _days(entry: CalendarEntry) -> tuple[date, date] | None:
    """The days of an event: a postponed or cancelled one keeps its old days; None if it has no date."""
    for edtf in (entry.date, *reversed(entry.previous)):
        if edtf is None:
            continue
        said: Bounds = bounds(edtf)
        if said.first is None or said.last is None or said.last - said.first > LONGEST_SPAN:
            return None
        return said.first, said.last
    return None


def _is_over(entry: CalendarEntry, now: datetime) -> bool:
    gone = entry.status in ("cancelled", "denied") or entry.dismissed or entry.merged_into is not None
    return gone and now - entry.changed_at > GONE_AFTER


def _status(entry: CalendarEntry) -> str:
    if entry.status in ("cancelled", "denied") or entry.dismissed or entry.merged_into is not None:
        return "CANCELLED"
    confirmed = entry.status in ("confirmed", "held") and "contested" not in entry.flags
    return "CONFIRMED" if confirmed else "TENTATIVE"


def _summary(entry: CalendarEntry, style: Style) -> str:
    words = style.words
    who = ", ".join(
        style.names.name(p.id, words.language, outside(p.name_in(words.language))) for p in entry.participants
    ) or "-".join(entry.countries)
    place = f" · {outside(entry.place.name)}" if entry.place else ""
    return _line(f"{_prefix(entry, style)}{words.formats.get(entry.format, entry.format)}: {who}{place}")


def _prefix(entry: CalendarEntry, style: Style) -> str:
    """The word of the change, because clients do not show STATUS."""
    words = style.words
    if entry.merged_into is not None:
        return f"→ #{entry.merged_into}: "
    if entry.dismissed:
        return f"{words.kinds['retracted']}: "
    if entry.status == "postponed":
        return f"{words.kinds['postponed']}, {words.became['postponed']}: "
    if entry.status in ("cancelled", "denied"):
        return f"{words.kinds['cancelled']}: "
    if "contested" in entry.flags:
        return f"{words.kinds['contested']}: "
    if entry.previous and entry.date and entry.status in _PLANNED:
        return f"{words.kinds['rescheduled']} ({words.labels.was} {in_words(entry.previous[-1], words)}): "
    said = bounds(entry.date) if entry.date else None
    return f"{in_words(entry.date, words)}: " if said and said.precision in ("range", "choice") else ""


def _description(entry: CalendarEntry, style: Style, site: str) -> str:
    words = style.words
    check = f"{site}/meetings/{entry.number}" if site else f"wirewatch meetings show {entry.number}"
    lines = [
        f"{words.labels.stands}: {words.statuses.get(entry.status, entry.status)}",
        f"{words.labels.when}: {in_words(entry.date, words, clock=entry.clock)}",
        *(f"{words.labels.was}: {in_words(edtf, words)}" for edtf in reversed(entry.previous)),
        words.quoted(outside(entry.quote, 600)),
        f"— {outside(entry.outlet)} {link(entry.url)}".rstrip(),
        f"{words.labels.check}: {check}",
    ]
    return "\n".join(line for line in lines if line)


def _line(text: str) -> str:
    return outside(text, _SUMMARY)
