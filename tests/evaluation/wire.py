"""`python -m tests.evaluation wire`: copies of one dispatch, found by the real stage and by what everybody ships."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from pathlib import Path

from pipeline.configuration import load_configuration
from pipeline.settings import Settings
from tests.evaluation.report import Case, Cell, Figures, Goal, Report, data_version, facts_of_run
from tests.evaluation.scratch import ScratchServer, scratch_server
from tests.evaluation.wire_baselines import run_baselines
from tests.evaluation.wire_edits import make_edits
from tests.evaluation.wire_scores import Score, rand_index, score
from tests.evaluation.wire_sets import WireSet, load_sets, pairs_of
from tests.evaluation.wire_stage import SEED, run_stage

OURS = "wirewatch"
# A dispatch and its updates are one dispatch to a person; to an alert they are two witnesses.
WITNESS = "wirewatch, as one witness"
SHUFFLED = "wirewatch, shuffled"
WANTED = {"g5": 0.95, "tg": 0.95, "reuters": 0.93, "rss": 0.90}
NEAR_JOINED = 0.005
HARD_PAIRS = ("ev", "g5", "rss", "tg")  # those of wire.jsonl: near misses, and pairs picked as different news
EVENTS_NAMED = ("basil", "ev", "g5", "rss")


class _Run:
    """One evaluation: what is run, and what comes together of it."""

    def __init__(self, server: ScratchServer, settings: Settings) -> None:
        self.server, self.settings = server, settings
        self.configuration = load_configuration(settings.config_dir)
        self.pairs: list[tuple[Cell, ...]] = []
        self.halves: list[tuple[Cell, ...]] = []
        self.stories: list[tuple[Cell, ...]] = []
        self.near = self.near_joined = 0
        self.goals: list[Goal] = []
        self.cases: list[Case] = []

    def one_set(self, which: WireSet) -> None:
        """Group one set by every method, and score it."""
        best_other = 0.0
        for name, groups in self._methods(which):
            found = score(which, groups)
            self.pairs.append(_row(which, name, groups, found))
            if name == OURS:
                ours = found
                self._our_goals(which, groups, found)
            elif not name.startswith(OURS):
                best_other = max(best_other, found.f1)
        if which.counts == "f1" and which.copies:
            self.goals.append(Goal(f"{which.name}: F1 over the best baseline", ours.f1 - best_other, 0.0))

    def _methods(self, which: WireSet) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
        linked = run_stage(self.server, which.samples, self.configuration, self.settings)
        self._stories(which, linked.stories)
        yield OURS, linked.families
        yield WITNESS, linked.dispatches
        shuffled = run_stage(self.server, which.samples, self.configuration, self.settings, shuffled=True)
        yield SHUFFLED, shuffled.families
        yield from run_baselines(which.samples)

    def _stories(self, which: WireSet, groups: Sequence[Sequence[str]]) -> None:
        """Whether texts of one event stand in one story, where the set names events."""
        if which.name not in EVENTS_NAMED:
            return
        event = which.event_of
        same = frozenset(p for p in combinations(sorted(event), 2) if event[p[0]] == event[p[1]])
        found = set(pairs_of(groups))
        hits = len(found & same)
        precision, recall = hits / len(found) if found else 1.0, hits / len(same)
        self.stories.append((which.name, precision, recall, 2 * hits / (len(found) + len(same))))

    def _our_goals(self, which: WireSet, groups: Sequence[Sequence[str]], found: Score) -> None:
        if which.name in WANTED:
            self.goals.append(Goal(f"{which.name}: F1", found.f1, WANTED[which.name]))
            for half in "AB":
                part = score(which, groups, half)
                self.halves.append((which.name, half, part.precision, part.recall, part.f1, part.near_joined))
        if which.name == "basil":
            self.goals.append(Goal("basil: false copies", found.false, 0, at_least=False))
        elif which.name in HARD_PAIRS:
            self.near += len(which.near)
            self.near_joined += len(which.near & set(pairs_of(groups)))
        self.cases.extend(_cases(which, groups))

    def edits(self) -> Figures:
        """Recall by kind of edit, and what was joined that should not be."""
        edited, others = make_edits(SEED)
        originals = {e.original.id: e.original for e in edited}
        rows: list[tuple[Cell, ...]] = []
        for edit in dict.fromkeys(e.edit for e in edited):
            chosen = [e for e in edited if e.edit == edit]
            samples = [*originals.values(), *(e.copy for e in chosen), *others]
            linked = run_stage(self.server, samples, self.configuration, self.settings)
            wanted = {tuple(sorted((e.original.id, e.copy.id))) for e in chosen}
            for name, groups in ((OURS, linked.families), *run_baselines(samples)):
                joined = set(pairs_of(groups))
                rows.append((edit, name, len(wanted & joined) / len(wanted), len(joined - wanted)))
        return Figures(
            "Recall by kind of edit (generated texts)", ("edit", "method", "recall", "false pairs"), tuple(rows)
        )


def evaluate(data: Path, settings: Settings, now: datetime, *, edits: bool = True) -> Report:
    """Run the stage and the baselines over every labelled set.

    Raises:
        EvaluationDataError: the sets are not there.
    """
    started = time.monotonic()
    sets = load_sets(data)
    files = [data / "wire.jsonl", data / "pairs" / "texts.jsonl", data / "pairs" / "reuters_pairs.tsv"]
    with scratch_server({"fsync": "off", "synchronous_commit": "off"}) as server:
        run = _Run(server, settings)
        for which in sets:
            if len(which.samples) > 1:
                run.one_set(which)
        share = run.near_joined / run.near if run.near else 0.0
        run.goals.append(Goal("near-miss and distinct pairs joined", share, NEAR_JOINED, at_least=False))
        tables = [run.edits()] if edits else []
    columns = ("set", "method", "precision", "recall", "F1", "ARI", "near pairs joined", "false pairs")
    halves = ("set", "half", "precision", "recall", "F1", "near pairs joined")
    return Report(
        "Copies of one dispatch",
        (
            Figures("Pairs", columns, tuple(run.pairs)),
            Figures("The same, by halves of the events", halves, tuple(run.halves)),
            Figures("Stories: pairs of one event", ("set", "precision", "recall", "F1"), tuple(run.stories)),
            *tables,
        ),
        tuple(run.goals),
        tuple(run.cases),
        facts_of_run(now, time.monotonic() - started, data=data_version(files), seed=SEED),
    )


def _row(which: WireSet, name: str, groups: Sequence[Sequence[str]], found: Score) -> tuple[Cell, ...]:
    if which.counts != "f1" or not which.copies:
        return which.name, name, None, None, None, None, found.near_joined, found.false
    measures = found.precision, found.recall, found.f1, rand_index(which, groups)
    return which.name, name, *measures, found.near_joined, found.false


def _cases(which: WireSet, groups: Sequence[Sequence[str]]) -> Iterator[Case]:
    joined = set(pairs_of(groups))
    title = {sample.id: sample.title or sample.text[:60] for sample in which.samples}
    for kind, pairs, expected, got in (
        ("missed", which.copies - joined, "one dispatch", "two"),
        ("joined", which.different & joined, "two", "one dispatch"),
    ):
        for a, b in sorted(pairs):
            yield Case(kind, f"{which.name}: {a} {b}", f"{expected}: {title[a]}", f"{got}: {title[b]}")
