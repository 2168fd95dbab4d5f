"""Read datelines: the place, day and agency of a report. "ANKARA, June 13 (…) –", "АНКАРА, 13 июня –"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.language.agencies import AGENCIES
from pipeline.language.letters import CAPITALS
from pipeline.language.words import FromWords, pattern
from pipeline.text.date_words import MONTHS, in_utc, read_moment

_SIGNS = FromWords(
    lambda _: {agency.id: re.compile(rf"^(?:{agency.sign})$", re.I) for agency in AGENCIES() if agency.sign}
)
_CREDIT = re.compile(r"[(/]\s*([\w İ.-]{2,30}?)\s*[)/]")
_DAY = r"{month}\.?\s+\d{1,2}|\d{1,2}\s+{month}\.?|\d{1,2}[./]\d{1,2}[./]\d{4}"
_DATELINE = pattern(
    rf"^\s*(?P<place>[{CAPITALS}][^\W\d_]*(?:[\s.'’/-]+[{CAPITALS}][^\W\d_]*){{0,4}})"
    rf"(?:\s*[,(]\s*[^\W\d_][^,()\d–—]{{0,25}}?\)?)??(?:\s*[,-]\s*(?P<day>(?i:{_DAY})))?,?(?:\s+\d{{4}})?"
    r"\s*(?:[(/]\s*(?P<agency>[\w\s.-]{2,30}?)\s*[)/])?\s*[.:]?\s*(?:--|[–—-])\s"
)
_UPDATED = pattern(r"^\W*{update line}\b\W{0,3}(?P<when>.{3,60})$", re.I)
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)(?!\d)")
_LINES = 4  # a dateline opens one of the first paragraphs
_MAX_AGE = timedelta(days=330)  # a day without a year is the last one before publication


@dataclass(frozen=True, slots=True)
class Dateline:
    """What the first words of a report say of its making. Empty and None where they do not."""

    place: str = ""
    day: date | None = None
    agency: str = ""


def read_dateline(body: str, *, published: datetime | None, zone: str) -> Dateline:
    """The dateline of a text. A day without a year is read as the last such day up to publication."""
    for line in body.split("\n")[:_LINES]:
        found = _DATELINE().match(line[:160])
        if not found:
            continue
        agency = agency_named(found["agency"] or "")
        place = found["place"].strip()
        # Without a day or an agency only capitals tell a dateline from a sentence with a dash.
        if not (found["day"] or agency or (place.isupper() and len(place) > 2)):
            continue
        day = _day(found["day"] or "", published.astimezone(ZoneInfo(zone)).date() if published else None)
        return Dateline(place.title() if place.isupper() else place, day, agency or _credited(line))
    return Dateline(agency=_credited(body[:400]) or _credited(body[-160:]))


def updated_line(line: str, *, published: datetime, zone: str) -> datetime | None:
    """The moment (UTC) of a line like "UPDATED 14:05": the first such time of day after publication.

    None where it gives a day without a time, or a moment before the publication: then it is of something else.
    """
    found = _UPDATED().match(line)
    if not found:
        return None
    local = ZoneInfo(zone)
    if moment := read_moment(found["when"]):
        at = in_utc(moment.when, local) if moment.precision != "day" else None
        return at if at and at >= published else None
    clock = _CLOCK.search(found["when"])
    if not clock:
        return None
    there = published.astimezone(local)
    at = there.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
    return (at if at >= there else at + timedelta(days=1)).astimezone(UTC)


def agency_named(text: str) -> str:
    """The agency a credit names; empty for any other word in brackets."""
    return next((name for name, pattern in _SIGNS().items() if pattern.match(text.strip(" ./-"))), "")


def _credited(text: str) -> str:
    return next((name for credit in _CREDIT.finditer(text) if (name := agency_named(credit[1]))), "")


def _day(text: str, published: date | None) -> date | None:
    if not text:
        return None
    if moment := read_moment(text):
        return moment.when.date()
    number, word = re.search(r"\d{1,2}", text), re.search(r"[^\W\d_]+", text)
    if published is None or not number or not word or word[0].lower() not in MONTHS():
        return None
    for year in (published.year, published.year - 1):
        try:
            day = date(year, MONTHS()[word[0].lower()], int(number[0]))
        except ValueError:
            continue
        if day <= published + timedelta(days=1) and published - day < _MAX_AGE:
            return day
    return None
