"""Whether a learned veto on changes pays: logistic regression over readable features, in folds by event.

Each change that was read is right (a labelled meeting with an accepted status) or wrong. The veto drops those it
thinks wrong; it pays only if it raises precision by more than it costs recall on events it was not trained on.
"""

from __future__ import annotations

import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from pipeline.configuration import load_configuration
from pipeline.configuration.folder import read_gazetteer
from pipeline.meetings.statuses import CHANGES
from pipeline.records import MeetingMention
from tests.evaluation.meetings_data import OWN_TEXTS, load_texts
from tests.evaluation.meetings_match import Matched, Matcher
from tests.evaluation.report import Cell, Figures, Report, facts_of_run

FOLDS = 5
MOST_WEIGHTS = 200
_RARE = 4  # a feature of fewer changes is left out
_STEPS, _RATE = 1500, 0.5
_PENALTIES = (0.02, 0.005, 0.001)  # on the squares of the weights
_THRESHOLDS = (0.5, 0.6, 0.7)  # of the chance to be right, below which a change is dropped
_COLUMNS = (
    "penalty",
    "chance",
    "texts",
    "changes read",
    "dropped",
    "of them right",
    "precision",
    "with it",
    "recall",
    "with it",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change that was read, and whether it is right."""

    group: str  # event
    features: frozenset[str]
    right: bool

    @property
    def fold(self) -> int:
        return zlib.crc32(b"veto " + self.group.encode()) % FOLDS


def features(mention: MeetingMention, language: str, title: str) -> frozenset[str]:
    """Readable features of a change: who, by which rules, how it is told, where it stands."""
    verb = mention.rules[0].split(".")
    others = {rule.split(".")[1] for rule in mention.rules[1:]}
    told = {
        f"language {language}",
        f"status {mention.status}",
        f"{language} {mention.status}",
        f"verb {language} {verb[-1]}",
        f"format {mention.format}",
        f"scope {mention.scope}",
        f"countries {min(4, len(mention.countries))}",
        f"people {min(3, len(mention.participants))}",
        f"rules {min(4, len(mention.rules))}",
        f"quote in {mention.quote.span.field}",
        f"position {min(4, mention.quote.span.start // 400)}",
        f"attribution {mention.attribution}",
        *(f"also {status}" for status in others),
    }
    flags = {
        "has day": mention.when, "has old day": mention.previous_when, "has place": mention.place,
        "has reason": mention.reason, "has initiator": mention.initiator, "in series": mention.series,
        "has headline": title, "quoted words": '"' in mention.quote.text or "“" in mention.quote.text,
        "first rule no change": verb[1] not in CHANGES,
    }  # fmt: skip
    return frozenset(told | {name for name, holds in flags.items() if holds})


def changes_of(one: Matched) -> Iterator[Change]:
    """The changes read in one text."""
    language, title, group = one.text.article.language, one.text.article.title, one.text.group
    for pair in one.pairs:
        if pair.mention.status in CHANGES:
            right = pair.mention.status in pair.label.accepted
            yield Change(group, features(pair.mention, language, title), right)
    for mention in one.false:
        if mention.status in CHANGES:
            yield Change(group, features(mention, language, title), right=False)


class Veto:
    """Weights by feature, learned by gradient descent with a penalty on large ones."""

    def __init__(self, changes: Sequence[Change], penalty: float) -> None:
        counts = Counter(name for change in changes for name in change.features)
        self.names = [name for name, count in counts.most_common(MOST_WEIGHTS - 1) if count >= _RARE]
        table = self._table(changes)
        wanted = np.array([change.right for change in changes], dtype=float)
        self.weights = np.zeros(table.shape[1])
        for _ in range(_STEPS):
            error = _chance(table @ self.weights) - wanted
            self.weights -= _RATE * (table.T @ error / len(changes) + penalty * self.weights)

    def _table(self, changes: Sequence[Change]) -> np.ndarray:
        rows = [[1.0, *(float(name in change.features) for name in self.names)] for change in changes]
        return np.array(rows)

    def chances(self, changes: Sequence[Change]) -> np.ndarray:
        """The chance of each change to be right; shape (changes,)."""
        return _chance(self._table(changes) @ self.weights)


def _chance(score: np.ndarray) -> np.ndarray:
    chance: np.ndarray = 1.0 / (1.0 + np.exp(-score))
    return chance


def evaluate(data: Path, config: Path) -> Report:
    """Precision and recall of changes with and without the veto, on events left out and on half B."""
    started = time.monotonic()
    reader, matcher = load_configuration(config).meetings, Matcher(read_gazetteer(config))
    texts = [text for folder in (data, OWN_TEXTS) for text in load_texts(folder)[0]]
    matched = [matcher.match(text, reader.read(text.article)) for text in texts]
    read = [one for one in matched if one.text.half == "A"]
    unread = [one for one in matched if one.text.half == "B"]
    labelled = [_labelled(half) for half in (read, unread)]
    known = [change for one in read for change in changes_of(one)]
    new = [change for one in unread for change in changes_of(one)]
    rows: list[tuple[Cell, ...]] = []
    for penalty in _PENALTIES:
        folds = [_left_out(known, number, penalty) for number in range(FOLDS)]
        veto = Veto(known, penalty)
        parts = {
            "half A, events left out": ([one for fold in folds for one in fold], labelled[0]),
            **{f"half A, fold {number}": (fold, None) for number, fold in enumerate(folds, start=1)},
            "half B": (list(zip(new, veto.chances(new), strict=True)), labelled[1]),
        }
        rows += [
            (penalty, level, name, *_row(scored, level, wanted))
            for level in _THRESHOLDS
            for name, (scored, wanted) in parts.items()
            if wanted or level == _THRESHOLDS[1]
        ]
    strongest = sorted(zip(veto.weights[1:], veto.names, strict=True))
    weights = [(name, round(float(weight), 2)) for weight, name in (*strongest[:8], *strongest[-4:])]
    facts = facts_of_run(
        datetime.now(UTC), time.monotonic() - started, texts=len(texts), folds=FOLDS, rules=reader.version
    )
    tables = (
        Figures("With and without the veto", _COLUMNS, tuple(rows)),
        Figures("The strongest of its weights", ("feature", "weight"), tuple(weights)),
    )
    return Report("A learned veto on changes", tables, facts=facts)


def _left_out(changes: Sequence[Change], number: int, penalty: float) -> list[tuple[Change, float]]:
    """The chances of one fold by a veto that was trained on the others."""
    fold = [change for change in changes if change.fold == number]
    veto = Veto([change for change in changes if change.fold != number], penalty)
    return list(zip(fold, veto.chances(fold), strict=True))


def _labelled(matched: Sequence[Matched]) -> int:
    told = [pair.label for one in matched for pair in one.pairs]
    told += [label for one in matched for label in one.missed]
    return sum(label.status in CHANGES for label in told)


def _row(scored: Sequence[tuple[Change, float]], level: float, labelled: int | None) -> tuple[Cell, ...]:
    dropped = [change for change, chance in scored if chance < level]
    right = sum(change.right for change, _ in scored)
    kept_right = right - sum(change.right for change in dropped)
    kept = len(scored) - len(dropped)
    recall = (right / labelled, kept_right / labelled) if labelled else (None, None)
    return len(scored), len(dropped), right - kept_right, right / len(scored), kept_right / max(1, kept), *recall
