"""`python -m tests.evaluation dates`: the days of meetings, found in the text and given to the right meeting.

Two things can go wrong with a date, and they are scored apart. *Found*: the resolver reads the labelled date from
the text at all, in either of the readings it keeps (to come, past). *Assigned*: the meeting got it, as its day or
as the day it was moved from.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.configuration import load_configuration
from pipeline.configuration.folder import read_gazetteer
from pipeline.configuration.languages import read_languages
from pipeline.language.folding import fold
from pipeline.meetings.when.dates import DateReader
from tests.evaluation.edtf import bounds, overlap
from tests.evaluation.meetings_cases import edtf
from tests.evaluation.meetings_data import Label, LabelledText, files_of, load_texts
from tests.evaluation.meetings_dates import date_scores, is_wrong_year
from tests.evaluation.meetings_match import Matched, Matcher
from tests.evaluation.report import Case, Cell, Figures, Goal, Report, data_version, facts_of_run


@dataclass(frozen=True, slots=True)
class _Labelled:
    """One labelled date and what became of it."""

    text: LabelledText
    kind: str  # date, previous date
    wanted: str
    found: str | None  # the reading of the resolver nearest to it
    assigned: str | None  # what the meeting got; None too where the meeting was not read at all


def evaluate(data: Path, config_dir: Path) -> Report:
    """Look for every labelled date of meetings.jsonl in `data` with the rules of `config_dir`.

    Raises:
        EvaluationDataError: the data is missing or not in its schema.
        ConfigurationError: the rules are faulty.
    """
    started = time.monotonic()
    reader = load_configuration(config_dir).meetings
    resolvers = {code: DateReader(language.dates) for code, language in read_languages(config_dir).items()}
    matcher = Matcher(read_gazetteer(config_dir))
    texts = [text for text in load_texts(data)[0] if text.dated]
    matched = [matcher.match(text, reader.read(text.article)) for text in texts]
    dates = [one for text in matched for one in _dates_of(text, resolvers[text.text.article.language])]
    read = [
        (wanted, got)
        for text in matched
        for pair in text.pairs
        for wanted, got in (
            _accepted(pair.label, edtf(pair.mention.when)),
            (pair.label.previous_date, edtf(pair.mention.previous_when)),
        )
    ]
    seconds = time.monotonic() - started
    invented = sum(wanted is None and got is not None for wanted, got in read)
    days, ranges, wrong = date_scores([(one.wanted, one.found) for one in dates])
    return Report(
        what="Dates of meetings",
        figures=(_found(dates), _assigned(dates, read)),
        goals=(
            Goal("days found exactly", days or 0.0, 0.95),
            Goal("ranges found", ranges or 0.0, 0.90),
            Goal("wrong years", wrong + sum(bool(w and g) and is_wrong_year(w, g) for w, g in read if w and g), 0,
                 at_least=False),
        ),
        cases=tuple(_cases(dates)),
        facts=facts_of_run(
            datetime.now(UTC), seconds, data=data_version(files_of(data)), dates=len(dates),
            invented=invented, rules=reader.version,
        ),
    )  # fmt: skip


def _dates_of(one: Matched, resolver: DateReader) -> Iterator[_Labelled]:
    article = one.text.article
    assert article.published_at is not None  # dated texts only
    today = article.published_at.astimezone(ZoneInfo(article.zone)).date()
    readings = [
        reading.edtf
        for text in (article.title, article.body)
        for hit in resolver.find(fold(text), today, zone=article.zone)
        for reading in (hit.future, hit.past, *(hit.ends or ()))
    ]
    read = {id(pair.label): pair.mention for pair in one.pairs}
    for label in one.text.labels:
        mention = read.get(id(label))
        for kind, wanted, got in (
            ("date", *_accepted(label, edtf(mention.when) if mention else None)),
            ("previous date", label.previous_date, edtf(mention.previous_when) if mention else None),
        ):
            if wanted:
                yield _Labelled(one.text, kind, wanted, _nearest(wanted, readings), got)


def _accepted(label: Label, got: str | None) -> tuple[str | None, str | None]:
    """(labelled, read); where another accepted date was read, that one counts as the label."""
    return (got if label.has_date(got) else label.date), got


def _nearest(wanted: str, readings: Sequence[str]) -> str | None:
    if wanted in readings:
        return wanted
    return max(readings, key=lambda other: overlap(bounds(wanted), bounds(other)), default=None)


def _found(dates: Sequence[_Labelled]) -> Figures:
    rows = []
    for name, some in _parts(dates):
        days, ranges, wrong = date_scores([(one.wanted, one.found) for one in some])
        rows.append((name, len(some), days, ranges, wrong))
    return Figures("Found in the text", ("", "dates", "days exact", "ranges", "wrong years"), tuple(rows))


def _assigned(dates: Sequence[_Labelled], read: Sequence[tuple[str | None, str | None]]) -> Figures:
    rows: list[tuple[Cell, ...]] = []
    for name, some in _parts(dates):
        days, ranges, wrong = date_scores([(one.wanted, one.assigned) for one in some])
        rows.append((name, len(some), days, ranges, wrong))
    days, ranges, wrong = date_scores(read)
    rows.append(("all, of meetings that were read", sum(w is not None for w, _ in read), days, ranges, wrong))
    return Figures("Given to the meeting", ("", "dates", "days exact", "ranges", "wrong years"), tuple(rows))


def _parts(dates: Sequence[_Labelled]) -> Iterator[tuple[str, list[_Labelled]]]:
    for language in sorted({one.text.article.language for one in dates}):
        yield language, [one for one in dates if one.text.article.language == language]
    for kind in ("date", "previous date"):
        yield kind, [one for one in dates if one.kind == kind]
    for half in "AB":
        yield f"half {half}", [one for one in dates if one.text.half == half]
    for number in sorted({one.text.set for one in dates}):
        of_set = [one for one in dates if one.text.set == number]
        for language in sorted({one.text.article.language for one in of_set}):
            yield f"{language} set {number}", [one for one in of_set if one.text.article.language == language]
        for half in "AB":
            yield f"set {number} half {half}", [one for one in of_set if one.text.half == half]
    yield "all", list(dates)


def _cases(dates: Sequence[_Labelled]) -> Iterator[Case]:
    for one in dates:
        where = f"{one.text.id} {one.text.article.language} {one.text.half} set {one.text.set} {one.text.article.published_at:%Y-%m-%d}"
        if one.found != one.wanted:
            yield Case(f"{one.kind} not found", where, one.wanted, one.found or "")
        elif one.assigned != one.wanted:
            yield Case(f"{one.kind} not given", where, one.wanted, one.assigned or "")
