"""The labelled sets of copies: texts with their times, and which pairs are one dispatch."""

from __future__ import annotations

import csv
import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import xxhash

from tests.evaluation.report import EvaluationDataError

NO_TIME = datetime(2030, 1, 7, tzinfo=UTC)  # where a set states none, its texts are of one day

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One text of a set."""

    id: str
    title: str
    text: str
    language: str
    site: str
    published: datetime
    event: str


@dataclass(frozen=True)
class WireSet:
    """A set and its gold: pairs that are copies and pairs that are not; every other pair counts neither way."""

    name: str
    samples: tuple[Sample, ...]
    copies: frozenset[Pair]
    different: frozenset[Pair]
    near: frozenset[Pair]  # of the different: pairs that look alike, the hard ones
    counts: str = "f1"  # or "false copies" where nothing is a copy

    def half_of(self, pair: Pair, event: Mapping[str, str]) -> str | None:
        """The half a pair belongs to, by its events; None where they lie in two."""
        first, second = (_half(event[i]) for i in pair)
        return first if first == second else None

    @property
    def event_of(self) -> Mapping[str, str]:
        """The event of each text."""
        return {sample.id: sample.event for sample in self.samples}


def load_sets(data: Path) -> list[WireSet]:
    """Every set in the folder, in the schema its README describes.

    Raises:
        EvaluationDataError: a file is missing or not in that schema.
    """
    try:
        wire = [json.loads(line) for line in (data / "wire.jsonl").read_text(encoding="utf-8").splitlines()]
        texts = [
            json.loads(line) for line in (data / "pairs" / "texts.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        with (data / "pairs" / "reuters_pairs.tsv").open(encoding="utf-8", newline="") as file:
            reuters = list(csv.DictReader(file, delimiter="\t"))
        by_name: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in wire:
            by_name[_set_name(row)].append(row)
        sets = [_wire_set(name, rows) for name, rows in sorted(by_name.items())]
        sets.append(_reuters([row for row in texts if row["set"] == "reuters-21578"], reuters))
        for name in ("basil", "semeval2022-tr"):
            sets.append(_without_copies(name, [row for row in texts if row["set"] == name]))
    except OSError as error:
        raise EvaluationDataError(f"{error.filename}: {error.strerror}") from error
    except (KeyError, ValueError) as error:
        raise EvaluationDataError(f"{data}: not in the expected schema: {error!r}") from error
    return sets


def _set_name(row: Mapping[str, Any]) -> str:
    key = str(row.get("cluster") or row["event"])
    return key.split("-")[0]


def _wire_set(name: str, rows: Sequence[dict[str, Any]]) -> WireSet:
    samples = tuple(_sample(row) for row in rows)
    rows_by_id = {row["id"]: row for row in rows}
    same_text = _same_text(samples)
    cluster_of = {row["id"]: row["cluster"] for row in rows if row["relation"] == "copy"}
    # A text that was picked twice is in the cluster of its other self, and two clusters that share it are one.
    for a, b in sorted(same_text):
        for one, other in ((a, b), (b, a)):
            if one in cluster_of:
                cluster_of.setdefault(other, cluster_of[one])
    joined = {frozenset((cluster_of[a], cluster_of[b])) for a, b in same_text if a in cluster_of}
    copies, different, near = set(), set(), set()
    for a, b in itertools.combinations(sorted(rows_by_id), 2):
        pair, relations = (a, b), {rows_by_id[a]["relation"], rows_by_id[b]["relation"]}
        clusters = frozenset((cluster_of.get(a, a), cluster_of.get(b, b)))
        if len(clusters) == 1 or clusters in joined:
            copies.add(pair)
        elif pair not in same_text and relations != {"rewrite"}:
            different.add(pair)
            first, second = rows_by_id[a], rows_by_id[b]
            if first["event"] == second["event"] or first.get("pair", a) == second.get("pair", b):
                near.add(pair)
    return WireSet(name, samples, frozenset(copies), frozenset(different), frozenset(near))


def _reuters(rows: Sequence[dict[str, Any]], pairs: Sequence[Mapping[str, str]]) -> WireSet:
    times = _times_of_pairs(pairs)
    groups = _components((p["id_a"], p["id_b"]) for p in pairs if p["label"] in "PG")
    samples = tuple(
        _sample(row | {"event": groups.get(row["id"], row["id"])}, times.get(row["id"], NO_TIME)) for row in rows
    )
    labelled: dict[str, set[Pair]] = defaultdict(set)
    for p in pairs:
        a, b = sorted((p["id_a"], p["id_b"]))
        labelled[p["label"]].add((a, b))
    copies, different = frozenset(labelled["P"]), frozenset(labelled["N"])
    return WireSet("reuters", samples, copies, different, different)


def _times_of_pairs(pairs: Sequence[Mapping[str, str]]) -> dict[str, datetime]:
    """The set gives hours between texts only: times that fit, the numbers of the texts being in order of time."""
    hours: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for p in pairs:
        first, second = sorted((p["id_a"], p["id_b"]), key=_number)
        hours[first].append((second, float(p["hours_apart"])))
        hours[second].append((first, -float(p["hours_apart"])))
    times: dict[str, float] = {}
    for start in sorted(hours, key=_number):
        stack = [(start, _number(start) * 0.2)]
        while stack:
            at, hour = stack.pop()
            if at not in times:
                times[at] = hour
                stack.extend((other, hour + apart) for other, apart in hours[at])
    return {i: NO_TIME + timedelta(hours=hour) for i, hour in times.items()}


def _number(sample_id: str) -> int:
    return int(sample_id.rsplit(":", 1)[1])


def _without_copies(name: str, rows: Sequence[dict[str, Any]]) -> WireSet:
    """A set in which nothing is a copy by its labels: independent reports, or pairs rated as different news."""
    samples = tuple(_sample(row | {"event": str(row.get("event") or row.get("pair"))}) for row in rows)
    rating = {row["id"]: float(row.get("overall") or 4) for row in rows}
    same_text = _same_text(samples)
    different, near = set(), set()
    for first, second in itertools.combinations(sorted(samples, key=lambda sample: sample.id), 2):
        pair = (first.id, second.id)
        if pair in same_text or (first.event == second.event and rating[first.id] < 3):
            continue  # one story, perhaps one dispatch: people were not asked that
        different.add(pair)
        if first.event == second.event:
            near.add(pair)
    counts = "false copies"
    return WireSet(name, samples, frozenset(), frozenset(different), frozenset(near), counts)


def _sample(row: Mapping[str, Any], published: datetime | None = None) -> Sample:
    stated = row.get("published")
    if published is None:
        published = datetime.fromisoformat(stated) if stated else NO_TIME
    if published.tzinfo is None:
        published = published.replace(tzinfo=UTC)
    site = str(row.get("site") or row.get("outlet") or row["set"])
    return Sample(row["id"], row.get("title") or "", row["text"], row["lang"], site, published, str(row["event"]))


def _same_text(samples: Sequence[Sample]) -> set[Pair]:
    """Pairs of samples that are one text, picked twice."""
    by_text: dict[str, list[str]] = defaultdict(list)
    for sample in samples:
        by_text[" ".join(sample.text.split())].append(sample.id)
    return {pair for ids in by_text.values() for pair in itertools.combinations(sorted(ids), 2)}


def _components(pairs: Iterable[Pair]) -> dict[str, str]:
    """The smallest id of the connected component of each id."""
    root: dict[str, str] = {}

    def find(i: str) -> str:
        while root.setdefault(i, i) != i:
            i = root[i]
        return i

    for a, b in pairs:
        first, second = sorted((find(a), find(b)))
        root[second] = first
    return {i: find(i) for i in root}


def _half(event: str) -> str:
    return "AB"[xxhash.xxh32_intdigest(event.encode()) & 1]


def pairs_of(groups: Iterable[Iterable[str]]) -> Iterator[Pair]:
    """Every pair within each group."""
    for group in groups:
        yield from itertools.combinations(sorted(group), 2)
