"""`python -m tests.evaluation meetings`: what the reader makes of labelled texts, one text at a time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.configuration import load_configuration
from pipeline.configuration.folder import read_gazetteer
from pipeline.meetings.statuses import CHANGES
from pipeline.records import MeetingStatus
from tests.evaluation.meetings_cases import cases_of, edtf, quotes_agree
from tests.evaluation.meetings_causes import missed_by_cause
from tests.evaluation.meetings_data import Label, LabelledText, files_of, load_texts
from tests.evaluation.meetings_dates import date_scores
from tests.evaluation.meetings_match import Matched, Matcher, people_agree
from tests.evaluation.report import Cell, Figures, Goal, Report, data_version, facts_of_run
from tests.evaluation.shares import f1, mean, share

_CHANGE_GOALS = {"en": (0.95, 0.90), "ru": (0.92, 0.85), "tr": (0.92, 0.85)}


def evaluate(data: Path, config_dir: Path) -> Report:
    """Read every text of meetings.jsonl in `data` with the rules of `config_dir` and score what comes out.

    Raises:
        EvaluationDataError: the data is missing or not in its schema.
        ConfigurationError: the rules are faulty.
    """
    started = time.monotonic()
    texts, skipped = load_texts(data)
    reader = load_configuration(config_dir).meetings
    matcher = Matcher(read_gazetteer(config_dir))
    matched = [matcher.match(text, reader.read(text.article)) for text in texts]
    seconds = time.monotonic() - started
    return Report(
        what="Meetings in single texts",
        figures=(
            _by("Detection and fields by language", matched, _languages(matched), matcher),
            _by("By half", matched, _halves(matched), matcher),
            _by("By set and half", matched, _sets(matched), matcher),
            _by_status(matched),
            _confusion(matched),
            _changes(matched),
            _without_meetings(matched),
            missed_by_cause(matched, reader),
            _by_chain(matched, matcher),
        ),
        goals=tuple(_goals(matched)),
        cases=tuple(case for one in matched for case in cases_of(one)),
        facts=facts_of_run(
            datetime.now(UTC), seconds, data=data_version(files_of(data)),
            texts=len(texts), skipped=", ".join(f"{one.id} ({one.reason})" for one in skipped) or "none",
            rules=reader.version,
        ),
    )  # fmt: skip


# Tables --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """Which texts a row is about; None: all of them. Half A of set 2 may be read, half B tells what holds."""

    language: str | None = None
    set: int | None = None
    half: str | None = None

    def __call__(self, text: LabelledText) -> bool:
        """Whether a text belongs to this part."""
        return (
            self.language in (None, text.article.language)
            and self.set in (None, text.set)
            and self.half in (None, text.half)
        )


def _languages(matched: Sequence[Matched]) -> dict[str, _Part]:
    found = sorted({one.text.article.language for one in matched})
    return {language: _Part(language) for language in found} | {"all": _Part()}


def _halves(matched: Sequence[Matched]) -> dict[str, _Part]:
    return {
        f"{name} {half}": replace(part, half=half) for name, part in _languages(matched).items() for half in "AB"
    }


def _sets(matched: Sequence[Matched]) -> dict[str, _Part]:
    numbers = sorted({one.text.set for one in matched})
    return {
        f"{name} set {number}{' ' + half if half else ''}": replace(part, set=number, half=half)
        for name, part in _languages(matched).items()
        for number in numbers
        for half in (None, "A", "B")
    }


def _by(
    title: str,
    matched: Sequence[Matched],
    rows: dict[str, _Part],
    matcher: Matcher,
) -> Figures:
    columns = (
        "", "labelled", "read", "precision", "recall", "F1", "status", "date", "previous date", "place",
        "participants", "quote", "sides",
    )  # fmt: skip
    chosen = ((name, [one for one in matched if take(one.text)]) for name, take in rows.items())
    return Figures(title, columns, tuple((name, *_row(some, matcher)) for name, some in chosen))


def _row(some: Sequence[Matched], matcher: Matcher) -> tuple[Cell, ...]:
    pairs = [pair for one in some for pair in one.pairs]
    dated = [pair for pair in pairs if pair.text.dated]
    labelled = len(pairs) + sum(len(one.missed) for one in some)
    read = len(pairs) + sum(len(one.false) for one in some)
    precision, recall = share(len(pairs), read), share(len(pairs), labelled)
    places = [matcher.place_agrees(p.label.place, p.mention.place, p.text.article.language) for p in pairs]
    named = [pair for pair in pairs if pair.label.participants]
    return (
        labelled, read, precision, recall, f1(precision, recall),
        mean(pair.mention.status in pair.label.accepted for pair in pairs),
        mean(pair.label.has_date(edtf(pair.mention.when)) for pair in dated),
        mean(edtf(pair.mention.previous_when) == pair.label.previous_date for pair in dated),
        mean(bool(agrees) for agrees, pair in zip(places, pairs, strict=True) if pair.label.place),
        mean(bool(people_agree(pair.label.participants, pair.mention.participants)) for pair in named),
        mean(quotes_agree(pair) for pair in pairs),
        mean(pair.label.has_sides(frozenset(pair.mention.countries)) for pair in pairs),
    )  # fmt: skip


def _by_status(matched: Sequence[Matched]) -> Figures:
    """Every status by language: the label against what was read, accepted readings counted as right."""
    rows: list[tuple[Cell, ...]] = []
    for status in MeetingStatus:
        for language, take in _languages(matched).items():
            rows.append(
                (status.value, language, *_status_row([one for one in matched if take(one.text)], {status}))
            )
    columns = ("status", "language", "labelled", "read", "precision", "recall")
    return Figures("By status", columns, tuple(row for row in rows if row[2] or row[3]))


def _status_row(some: Sequence[Matched], statuses: Set[MeetingStatus]) -> tuple[Cell, ...]:
    """(labelled, read, precision, recall) of meetings with one of `statuses`, each counted by its very status.

    A missed or unlabelled meeting counts; a label whose other accepted reading was read counts for neither.
    """
    pairs = [pair for one in some for pair in one.pairs if not _is_recalled_change(pair.label)]
    recalled = [pair for one in some for pair in one.pairs if _is_recalled_change(pair.label)]
    right = [pair for pair in pairs if pair.mention.status in pair.label.accepted]
    hits = sum(pair.mention.status in statuses for pair in right)
    read = sum(pair.mention.status in statuses for pair in pairs)
    read += sum(mention.status in statuses for one in some for mention in one.false)
    read += sum(pair.mention.status in statuses & CHANGES for pair in recalled)  # it would alert: wrong
    excused = sum(pair.label.status in statuses and pair.mention.status not in statuses for pair in right)
    accepted = sum(pair.label.status not in statuses and pair.mention.status in statuses for pair in right)
    wanted = [label for one in some for label in one.text.labels if not _is_recalled_change(label)]
    labelled = sum(label.status in statuses for label in wanted) - excused + accepted
    return labelled, read, share(hits, read), share(hits, labelled)


def _is_recalled_change(label: Label) -> bool:
    """A change told as background: never news, so it is neither demanded nor may it be read as a change."""
    return label.recalled and label.status in CHANGES


def _confusion(matched: Sequence[Matched]) -> Figures:
    """Rows: the label (an accepted reading counts as the label). Columns: what was read."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in matched:
        for pair in one.pairs:
            right = pair.mention.status in pair.label.accepted
            counts[pair.label.status.value, (pair.label if right else pair.mention).status.value] += 1
        counts.update((label.status.value, "missed") for label in one.missed)
        counts.update(("no meeting", mention.status.value) for mention in one.false)
    names = [status.value for status in MeetingStatus]
    rows = tuple(
        (name, *(counts[name, other] or None for other in [*names, "missed"])) for name in [*names, "no meeting"]
    )
    return Figures("Label (row) against reading (column)", ("label", *names, "missed"), rows)


def _changes(matched: Sequence[Matched]) -> Figures:
    rows = []
    for name, take in (_languages(matched) | _halves(matched) | _sets(matched)).items():
        some = [one for one in matched if take(one.text)]
        exact, any_change = _status_rows_of_changes(some)
        rows.append((name, *exact, *any_change[2:]))
    columns = ("", "labelled", "read", "precision", "recall", "precision, any change", "recall, any change")
    return Figures("Changes: postponed, rescheduled, cancelled", columns, tuple(rows))


def _status_rows_of_changes(some: Sequence[Matched]) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """Precision and recall of the very change, and of any change at all."""
    hits = Counter[bool]()
    pairs = [pair for one in some for pair in one.pairs if not _is_recalled_change(pair.label)]
    for pair in pairs:
        right = pair.mention.status in pair.label.accepted
        hits[True] += pair.mention.status in CHANGES and (right or pair.label.status in CHANGES)
    labelled, read, precision, recall = _status_row(some, CHANGES)
    any_change = (labelled, read, share(hits[True], int(read or 0)), share(hits[True], int(labelled or 0)))
    return (labelled, read, precision, recall), any_change


def _without_meetings(matched: Sequence[Matched]) -> Figures:
    """Texts that speak of no meeting: how many of them gave any, and any change."""
    rows = []
    for name, take in _languages(matched).items():
        some = [one for one in matched if take(one.text) and not one.text.labels]
        wrong = sum(bool(one.false) for one in some)
        changed = sum(any(mention.status in CHANGES for mention in one.false) for one in some)
        rows.append((name, len(some), len(some) - wrong, share(len(some) - wrong, len(some)), changed))
    columns = ("", "texts", "nothing read", "share", "a change read")
    return Figures("Texts without a meeting", columns, tuple(rows))


def _by_chain(matched: Sequence[Matched], matcher: Matcher) -> Figures:
    groups = Counter(one.text.group for one in matched if one.text.group != one.text.id)
    rows = [
        (
            name,
            *(
                _row([one for one in matched if one.text.group == name], matcher)[at]
                for at in (0, 1, 2, 3, 5, 6, 7)
            ),
        )
        for name in sorted(groups)
    ]
    columns = ("chain", "labelled", "read", "precision", "recall", "status", "date", "previous date")
    return Figures("By chain", columns, tuple(rows))


# Goals ---------------------------------------------------------------------------------------------------------


def _goals(matched: Sequence[Matched]) -> Iterable[Goal]:
    for language, take in _languages(matched).items():
        if language in _CHANGE_GOALS:
            some = [one for one in matched if take(one.text)]
            (_, _, precision, recall), _ = _status_rows_of_changes(some)
            wanted = _CHANGE_GOALS[language]
            for name, reached, least in (("precision", precision, wanted[0]), ("recall", recall, wanted[1])):
                if reached is not None:  # nothing labelled, or nothing read, has no share
                    yield Goal(f"changes, {name}, {language}", float(reached), least)
    pairs = [pair for one in matched for pair in one.pairs if pair.text.dated]
    days, ranges, wrong_years = date_scores(
        [(pair.label.date, edtf(pair.mention.when)) for pair in pairs]
        + [(pair.label.previous_date, edtf(pair.mention.previous_when)) for pair in pairs]
    )
    yield Goal("day-exact dates of matched meetings", days or 0.0, 0.95)
    yield Goal("intervals of matched meetings", ranges or 0.0, 0.90)
    yield Goal("wrong years", wrong_years, 0, at_least=False)
