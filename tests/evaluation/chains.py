"""Chains scored: alerts, final states and links, in order of publication, shuffled, and with texts doubled."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pipeline.settings import Settings
from tests.evaluation.chain_data import FILES, Chain, load_chains
from tests.evaluation.chain_runs import Delivered, Played, ReadChains, together
from tests.evaluation.chain_scores import (
    AlertScore,
    Final,
    alert_score,
    b_cubed,
    final,
    last_alerts,
    main_mentions,
    pairwise,
    standing_alerts,
)
from tests.evaluation.report import Case, Figures, Goal, Report, data_version, facts_of_run

SEED = 6
SHUFFLES = 5
_ALERT_COLUMNS = ("run", "half", "expected", "raised", "precision", "recall", "doubled", "false", "missed")
_FINAL_COLUMNS = ("run", "half", "chains", "status right", "date right", "previous right", "place right")
_SAME_COLUMNS = (
    "run",
    "every alert sent",
    "alerts that stand",
    "last alert of each meeting",
    "final state",
    "meetings",
)
_LINK_COLUMNS = ("run", "half", "texts", "pair precision", "pair recall", "B3 precision", "B3 recall", "unsure")


def evaluate(data: Path, settings: Settings, *, seed: int = SEED) -> Report:
    """Play all chains of `data` in order, shuffled five ways and doubled, and compare with what is labelled.

    Raises:
        EvaluationDataError: the data is not there or not in its schema.
        ConfigurationError, DatabaseError: as the stages do.
    """
    began = time.monotonic()
    chains, undated = load_chains(data)
    runs = _play_by_set(settings, chains, _arrivals(seed))
    first = runs["in order"]
    scores = {name: [alert_score(chain, played) for chain in chains] for name, played in runs.items()}
    finals = {name: [final(chain, played) for chain in chains] for name, played in runs.items()}
    halves = _parts(chains)
    status = _share(finals["in order"], "status")
    same = {name: _sameness(chains, first, played) for name, played in runs.items() if played is not first}
    return Report(
        what="Chains of texts through the real stages",
        figures=(
            Figures("Alerts", _ALERT_COLUMNS, tuple(_alert_rows(scores, halves))),
            Figures("The final state of the meetings", _FINAL_COLUMNS, tuple(_final_rows(finals, halves))),
            Figures("Links", _LINK_COLUMNS, tuple(_link_rows(chains, runs, halves))),
            Figures(
                "The same results as in order (share of chains)",
                _SAME_COLUMNS,
                tuple((name, *shares) for name, shares in same.items()),
            ),
        ),
        goals=_goals(scores, status, same),
        cases=tuple(_cases(chains, scores, finals, first)),
        facts=facts_of_run(
            datetime.now(UTC),
            time.monotonic() - began,
            data=data_version([data / name for name in FILES]),
            seed=seed,
            chains=len(chains),
            undated=", ".join(undated) or "none",
            texts=sum(len(chain.texts) for chain in chains),
        ),
    )


def _parts(chains: Sequence[Chain]) -> dict[str, list[int]]:
    """Name of a part -> positions of its chains: halves, sets, halves of each set, all."""
    parts = {half: [i for i, c in enumerate(chains) if c.half == half] for half in "AB"}
    for number in sorted({chain.set for chain in chains}):
        parts[f"set {number}"] = [i for i, c in enumerate(chains) if c.set == number]
        for half in "AB":
            parts[f"set {number} {half}"] = [i for i in parts[f"set {number}"] if chains[i].half == half]
    return parts | {"all": list(range(len(chains)))}


def _play_by_set(
    settings: Settings,
    chains: Sequence[Chain],
    arrivals: Mapping[str, Callable[[Sequence[Chain]], list[Delivered]]],
) -> dict[str, Played]:
    """Every run of every set. The sets are read on databases of their own: both tell of some meetings."""
    parts: dict[str, list[Played]] = {name: [] for name in arrivals}
    for number in sorted({chain.set for chain in chains}):
        some = [chain for chain in chains if chain.set == number]
        read = ReadChains(settings, some, copies=2)
        for name, order in arrivals.items():
            parts[name].append(read.play(order(some)))
    return {name: together(played) for name, played in parts.items()}


def _goals(
    scores: Mapping[str, list[AlertScore]], status: float | None, same: Mapping[str, tuple[float, ...]]
) -> tuple[Goal, ...]:
    whole = AlertScore.total(scores["in order"])
    return (
        Goal("alert precision", whole.precision, 0.95),
        Goal("alert recall", whole.recall, 0.90),
        Goal("doubled alerts", max(AlertScore.total(s).doubled for s in scores.values()), 0, at_least=False),
        Goal("final status right", status or 0.0, 0.90),
        *(Goal(f"alerts that stand the same {name}", shares[1], 1.0) for name, shares in same.items()),
        *(Goal(f"final states the same {name}", shares[3], 1.0) for name, shares in same.items()),
    )


def _arrivals(seed: int) -> dict[str, Callable[[Sequence[Chain]], list[Delivered]]]:
    """The ways the same texts come in."""

    def in_order(chains: Sequence[Chain]) -> list[Delivered]:
        texts = [text for chain in chains for text in chain.texts]
        return [Delivered(text) for text in sorted(texts, key=lambda text: (text.published, text.id))]

    def shuffled(chains: Sequence[Chain], by: int) -> list[Delivered]:
        arrivals = in_order(chains)
        random.Random(by).shuffle(arrivals)
        return arrivals

    def doubled(chains: Sequence[Chain]) -> list[Delivered]:
        return [Delivered(first.text, copy) for first in in_order(chains) for copy in (0, 1)]

    shuffles = {f"shuffled {by}": partial(shuffled, by=by) for by in range(seed, seed + SHUFFLES)}
    return {"in order": in_order, **shuffles, "doubled": doubled}


def _alert_rows(
    scores: dict[str, list[AlertScore]], halves: dict[str, list[int]]
) -> Iterator[tuple[str | int | float, ...]]:
    for name, each in scores.items():
        for half, members in halves.items():
            total = AlertScore.total([each[i] for i in members])
            yield (
                name, half, len(total.hits) + len(total.missed), total.raised, total.precision, total.recall,
                total.doubled, len(total.false), len(total.missed),
            )  # fmt: skip


def _final_rows(
    finals: dict[str, list[Final]], halves: dict[str, list[int]]
) -> Iterator[tuple[str | int | float | None, ...]]:
    for name, each in finals.items():
        for half, members in halves.items():
            some = [each[i] for i in members]
            keys = ("status", "date", "previous_date", "place")
            yield name, half, len(some), *(_share(some, key) for key in keys)


def _share(finals: Sequence[Final], key: str) -> float | None:
    """How many of the labelled values came out right; None where none is labelled."""
    judged = [found.right[key] for found in finals if key in found.right]
    return sum(judged) / len(judged) if judged else None


def _link_rows(
    chains: Sequence[Chain], runs: dict[str, Played], halves: dict[str, list[int]]
) -> Iterator[tuple[str | int | float, ...]]:
    for name, played in runs.items():
        for half, members in halves.items():
            links = main_mentions([chains[i] for i in members], played)
            unsure = sum(meeting is None for _, meeting in links)
            yield name, half, len(links), *pairwise(links), *b_cubed(links), unsure


def _sameness(chains: Sequence[Chain], first: Played, other: Played) -> tuple[float, ...]:
    """Share of chains that are the same in both runs: see _SAME_COLUMNS."""
    tests: tuple[Callable[[Chain, Played], object], ...] = (
        lambda chain, played: alert_score(chain, played).changes,
        standing_alerts,
        last_alerts,
        lambda chain, played: final(chain, played).found,
        _partition,
    )
    return tuple(sum(test(c, first) == test(c, other) for c in chains) / len(chains) for test in tests)


def _partition(chain: Chain, played: Played) -> set[frozenset[tuple[str, str]]]:
    ids = {text.id for text in chain.texts}
    groups: dict[int, set[tuple[str, str]]] = {}
    for mention in played.mentions:
        if mention.text in ids and mention.meeting is not None:
            groups.setdefault(mention.meeting, set()).add((mention.text, mention.status))
    return {frozenset(group) for group in groups.values()}


def _cases(
    chains: Sequence[Chain], scores: dict[str, list[AlertScore]], finals: dict[str, list[Final]], first: Played
) -> Iterator[Case]:
    """Every miss and false hit of every run, and what differs at the end."""
    for name in scores:
        for chain, score, found in zip(chains, scores[name], finals[name], strict=True):
            where = f"{chain.half} set {chain.set} {chain.name} ({name})"
            yield from (Case("missed alert", where, f"{e.change} at {e.at}", "none") for e in score.missed)
            yield from (Case("false alert", where, "none", f"{a.change} at {a.text}") for a in score.false)
            yield from (Case("doubled alert", where, "one", f"{a.change} at {a.text}") for a in score.doubles)
            for key, right in found.right.items():
                if not right:
                    yield Case(f"final {key}", where, str(chain.final[key]), str(found.found.get(key)))
    known = {text.id for chain in chains for text in chain.texts}
    yield from (Case("unread text", name, "", reason) for name, reason in first.unread if name in known)
