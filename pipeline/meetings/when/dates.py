"""Dates in news text: found by the rules of a language, read against the day of publication, written as EDTF.

A date that is not stated is never invented: "later this month" is one unknown day out of a range. Whether a
weekday is past or future depends on the sentence, so a found date keeps both readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.language.prefilter import Prefilter
from pipeline.meetings.date_words import DateRule, DateWords
from pipeline.meetings.when import figures
from pipeline.meetings.when.numerals import NumeralReader
from pipeline.meetings.when.periods import day
from pipeline.meetings.when.readings import Readings
from pipeline.records import When

_MOST_KNOWN = 200  # sentences: an article is read twice, for its statements and for the days around them


@dataclass(frozen=True, slots=True)
class DateHit:
    """A date at [start, end) of a sentence, as it reads for something to come and for something past."""

    start: int
    end: int
    future: When
    past: When
    weekday: bool = False
    ends: tuple[When, When] | None = None  # the old and the new day of a moved meeting: "from Tuesday to Friday"
    moves: bool = False  # it can be nothing else than such a move


class DateReader:
    """The date rules of one language, compiled. Safe to share between threads."""

    def __init__(self, words: DateWords) -> None:
        self._numerals = NumeralReader(words)
        self._readings = Readings(words, self._numerals)
        self._order = words.figures
        self._rules = tuple((rule, words.compile(rule.pattern)) for rule in words.rules)
        self._prefilter = Prefilter([pattern for _, pattern in self._rules])
        self._gates = {
            "day": re.compile(r"\d"),
            "month": words.compile("{month}"),
            "weekday": words.compile("{weekday}"),
            "year": re.compile(r"\d{4}"),
            "season": words.compile("{season}"),
            "count": self._numerals.pattern,
        }  # a rule is tried only where the words of its kind are found
        self._known: dict[tuple[str, date, str], list[DateHit]] = {}  # of the sentences read last
        self._clocks = tuple(words.compile(pattern) for pattern in words.clock)
        self._afternoon = words.compile(words.afternoon)

    def find(self, folded: str, today: date, *, zone: str = "") -> list[DateHit]:
        """Dates in a folded sentence, earlier rules first where two overlap, in the order of the text.

        `today` is the day of publication in `zone`, the outlet's time zone, whose country tells what 4/10 is.
        """
        key = (folded, today, zone)
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            return list(self._known.setdefault(key, self._find(folded, today, zone)))
        return list(self._known[key])

    def _find(self, folded: str, today: date, zone: str) -> list[DateHit]:
        found: list[DateHit] = []
        taken: list[tuple[int, int]] = []  # also parts that are not a date: the rest of a larger number
        for match in figures.PATTERN.finditer(folded):
            taken.append(match.span())
            if (value := self._in_figures(match, zone, today)) is not None:
                found.append(DateHit(*match.span(), day(value), day(value)))
        for rule, match in self._matches(folded):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            hit = None if self._is_tail(match) or rule.kind == "none" else self._read(rule, match, today)
            if hit is not None:
                found.append(hit)
            if hit is not None or rule.kind == "none" or self._is_tail(match):
                taken.append(match.span())
        return sorted(found, key=lambda hit: hit.start)

    def clock(self, folded: str) -> str | None:
        """The first clock time of a folded text as HH:MM, or None where none is stated."""
        matches = (match for pattern in self._clocks if (match := pattern.search(folded)))
        match = min(matches, key=lambda match: match.start(), default=None)
        if match is None:
            return None
        groups = match.groupdict()
        hour, minute = int(groups["hour"]), int(groups.get("minute") or 0)
        half = groups.get("half")
        if half and self._afternoon.fullmatch(half):
            hour += 12 if hour < 12 else 0
        elif half and hour == 12:
            hour = 0
        return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None

    def _matches(self, folded: str) -> Iterator[tuple[DateRule, re.Match[str]]]:
        found: dict[str, bool] = {}  # by kind, searched once

        def has(kind: str) -> bool:
            if kind not in found:
                found[kind] = kind not in self._gates or self._gates[kind].search(folded) is not None
            return found[kind]

        for number in self._prefilter.possible(folded):
            rule, pattern = self._rules[number]
            if has(rule.kind) and ("<month>" not in rule.pattern or has("month")):
                yield from ((rule, match) for match in pattern.finditer(folded))

    def _in_figures(self, match: re.Match[str], zone: str, today: date) -> date | None:
        try:
            return figures.read_figures(match, self._order, zone, today)
        except ValueError:  # 14/14/2025
            return None

    def _is_tail(self, match: re.Match[str]) -> bool:
        names = [name for name, value in match.groupdict().items() if value and name.startswith("number")]
        return any(self._numerals.is_tail(match.string, *match.span(name)) for name in names)

    def _read(self, rule: DateRule, match: re.Match[str], today: date) -> DateHit | None:
        groups = {key.rstrip("_"): value for key, value in match.groupdict().items() if value}
        try:
            reading = self._readings.read(rule, groups, today)
        except (ValueError, OverflowError):  # 31 February, or before the year 1
            return None
        if reading is None:
            return None
        return DateHit(
            match.start(), match.end(), reading.future, reading.past, rule.kind == "weekday", reading.ends,
            rule.moves == "always",
        )  # fmt: skip
